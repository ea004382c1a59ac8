"""What is wrong with the products and syringes of a session, each in one sentence.

Some of it is a slip, to be mended before the session is opened. Some stops it unless somebody overrides it by name and
with a reason: an expired or recalled lot, and a lot or an expiry that nobody knows (docs/products.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from devicelog.errors import BadInputError
from devicelog.products.amounts import ml
from devicelog.products.product import Product
from devicelog.products.recall import Recalls
from devicelog.products.syringe import Leftover, Syringe

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Problem:
    """`override`: what an override has to be of; None: it cannot be overridden, only mended."""

    sentence: str
    override: str | None = None

    @property
    def must_be_mended(self) -> bool:
        """Whether no override helps."""
        return self.override is None

    def __str__(self) -> str:
        return self.sentence


def problems(
    products: Sequence[Product], syringes: Sequence[Syringe], today: date, recalled: Recalls | None = None
) -> list[Problem]:
    """All that is wrong: slips of products, of syringes, then what stops a session. `today` is the session's day."""
    slips = [*_of_products(products), *_of_syringes(products, syringes)]
    return [*map(Problem, slips), *(stop for product in products for stop in stops(product, products, today, recalled))]


def stops(
    product: Product, products: Iterable[Product], today: date, recalled: Recalls | None = None
) -> Iterator[Problem]:
    """Why a product of a session with these products may not be used without an override."""
    of = product.override(products)
    recall = recalled.of(product) if recalled is not None else None
    if product.lot is None:
        found = f"product {product.number} ({product.name}) has no lot: it cannot be found if the lot is recalled"
        yield Problem(f"{found}; state the lot printed on it, or override {of}.", of)
    if product.expiry is None:
        found = f"product {product.number} ({product}) has no expiry: nobody knows whether it is in date"
        yield Problem(f"{found}; state what is printed on it, or override {of}.", of)
    if recall is not None:
        found = (
            f"product {product.number} ({product}) is recalled since {recall.wall[:10]}: {recall.reason.rstrip('.')}"
        )
        yield Problem(f"{found}; take another lot, or override {of}.", of)
    if product.expiry is not None and product.expiry.has_passed(today):
        found = f"product {product.number} ({product}) expired on {product.expiry}, and today is {today}"
        yield Problem(f"{found}; take another lot, or override {of}.", of)


def _of_products(products: Sequence[Product]) -> Iterator[str]:
    yield from _twice("product", [product.number for product in products])
    for product in products:
        if not product.name.strip():
            yield f"product {product.number} has no name; expected what is printed on it."
        if product.maker is not None and not product.maker.strip():
            yield f"product {product.number} ({product.name}) has an empty maker; expected what is printed on it."
        if product.drawn <= 0:
            yield f"{ml(product.drawn)} of product {product.number} ({product}) were drawn; expected more than zero."
        for name in _more_than_once(ingredient.name for ingredient in product.ingredients):
            yield f"product {product.number} ({product}) names the ingredient {name!r} twice; state it once."


def _of_syringes(products: Sequence[Product], syringes: Sequence[Syringe]) -> Iterator[str]:
    known = {product.number for product in products}
    yield from _twice("syringe", [syringe.number for syringe in syringes])
    for syringe in syringes:
        yield from _of_syringe(syringe, known)
    for product in products:
        yield from _of_drawn(product, syringes)


def _of_syringe(syringe: Syringe, known: set[int]) -> Iterator[str]:
    if not syringe.parts:
        yield f"{syringe} holds nothing; expected the parts that were drawn into it."
    for part in syringe.parts:
        if part.product not in known:
            numbers = ", ".join(map(str, sorted(known))) or "none"
            yield f"{syringe} holds product {part.product}, which was never taken; expected one of: {numbers}."
        if part.volume <= 0:
            yield f"{syringe} holds {ml(part.volume)} of product {part.product}; expected more than zero."
    for number in _more_than_once(part.product for part in syringe.parts):
        yield f"{syringe} names product {number} twice; add the two volumes up."
    total = sum((part.volume for part in syringe.parts), Decimal(0))
    if syringe.parts and total != syringe.volume:
        yield f"{syringe} is said to hold {ml(syringe.volume)}, and its parts add up to {ml(total)}; mend one of them."


def _of_drawn(product: Product, syringes: Sequence[Syringe]) -> Iterator[str]:
    parts = [(one, part.volume) for one in syringes for part in one.parts if part.product == product.number]
    total = sum((volume for _, volume in parts), Decimal(0))
    if total > product.drawn > 0:
        numbers = " and ".join(str(one.number) for one, _ in parts)
        holds = f"syringe{'s' if len(parts) > 1 else ''} {numbers} hold{'' if len(parts) > 1 else 's'} {ml(total)}"
        yield f"{holds} of product {product.number} ({product}), and {ml(product.drawn)} were drawn; mend one of them."


def prepared(number: int, syringes: Iterable[Syringe]) -> Syringe:
    """The syringe of that number; BadInputError if it was never prepared."""
    known = {syringe.number: syringe for syringe in syringes}
    if number not in known:
        numbers = ", ".join(map(str, sorted(known))) or "none"
        raise BadInputError(f"syringe {number} was never prepared; expected one of: {numbers}.")
    return known[number]


def leftover_problems(leftovers: Iterable[Leftover], syringes: Sequence[Syringe]) -> Iterator[str]:
    """What is wrong with what is said to be left, each in one sentence."""
    for leftover in leftovers:
        try:
            syringe = prepared(leftover.syringe, syringes)
        except BadInputError as error:
            yield str(error)
            continue
        if leftover.left < 0 or leftover.wasted < 0:
            yield f"less than nothing is said to be left of {syringe} or wasted; expected zero or more."
        elif leftover.left + leftover.wasted > syringe.volume:
            said = f"{ml(leftover.left)} left and {ml(leftover.wasted)} wasted are more than the {ml(syringe.volume)}"
            yield f"{said} that {syringe} held; mend one of them."


def _twice(what: str, numbers: Sequence[int]) -> Iterator[str]:
    for number in _more_than_once(numbers):
        yield f"two {what}s have the number {number}; each has one of its own."
    for number in numbers:
        if number < 1:
            yield f"a {what} has the number {number}; expected 1 or more."


def _more_than_once(items: Iterable[Item]) -> list[Item]:
    """What is there more than once, each once."""
    seen: dict[Item, int] = {}
    for item in items:
        seen[item] = seen.get(item, 0) + 1
    return [item for item, count in seen.items() if count > 1]
