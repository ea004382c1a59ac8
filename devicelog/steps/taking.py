"""Questions about what is taken for a session: products, syringes, the needle or the electrode."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

from devicelog.errors import BadInputError
from devicelog.products import consumable
from devicelog.products.amounts import Concentration, volume
from devicelog.products.checks import problems
from devicelog.products.expiry import Expiry
from devicelog.screening.rule import METHODS, Method
from devicelog.steps.deciding import Asks, overridden, skipped
from devicelog.steps.draft import Draft
from devicelog.steps.opening import Setting, screened, stops
from devicelog.steps.plan_schema import ConsumableTable, IngredientTable, PartTable, ProductTable, SyringeTable
from devicelog.steps.question import SKIP, Question, checked, number_of, words, words_or_skip
from devicelog.steps.said import products, syringes
from devicelog.steps.step import Step


def ask_products(draft: Draft, setting: Setting) -> Asks:
    while True:
        loc = ("product", len(draft.products))
        hint = f"a name; Enter: {'no more' if draft.products else 'none, with a reason'}"
        name = yield Question(Step.PRODUCTS, loc, "Which product is used?", hint, words_or_skip)
        if not name or name.lower() == SKIP:
            break
        draft = replace(draft, products=(*draft.products, (yield from _product(name, loc))))
    if not draft.products:
        draft = yield from skipped(draft, Step.PRODUCTS)
        return (yield from _consumable(draft, setting))
    draft = yield from _syringes(draft)
    yield from _mended(draft, setting)
    draft = yield from _consumable(draft, setting)
    found = [stop for stop in stops(draft, setting, screened(draft, setting)) if stop.of.startswith("product:")]
    return (yield from overridden(draft, setting, Step.PRODUCTS, found))


def _product(name: str, loc: tuple[str, int]) -> Generator[Question, Any, ProductTable]:
    def ask(text: str, hint: str, read: Any) -> Question:
        return Question(Step.PRODUCTS, loc, f"{name}: {text}", hint, read)

    maker = yield ask("maker", "what is printed on it; Enter: not known", words)
    lot = yield ask("lot", "what is printed on it; Enter: not known", words)
    expiry = yield ask(
        "expiry", "a day or a month, 2026-11-22 or 2026-11; Enter: not known", checked(Expiry.of, optional=True)
    )
    use = yield ask("what for", "product, anaesthetic, diluent; Enter: product", _use)
    ingredients = []
    while True:
        hint = "such as hyaluronic acid, 10 mg/mL; Enter: no more"
        said = yield ask("ingredient and concentration", hint, _ingredient)
        if said is None:
            break
        ingredients.append(said)
    drawn = yield ask("how much was drawn", "such as 2 mL", checked(volume))
    return ProductTable(
        name=name,
        maker=maker or None,
        lot=lot or None,
        expiry=expiry or None,
        use=use,
        drawn=drawn,
        ingredients=ingredients,
    )


def _use(text: str) -> str:
    said = text.strip().lower() or "product"
    if said not in ("product", "anaesthetic", "diluent"):
        raise BadInputError(f"found {said!r}, expected one of product, anaesthetic, diluent.")
    return said


def _ingredient(text: str) -> IngredientTable | None:
    said = words(text)
    if not said:
        return None
    name, comma, amount = said.rpartition(",")
    if not comma or not name.strip():
        raise BadInputError(f"found {said!r}, expected a name, a comma and a concentration: hyaluronic acid, 10 mg/mL.")
    Concentration.of(amount.strip())
    return IngredientTable(name=name.strip(), concentration=amount.strip())


def _syringes(draft: Draft) -> Asks:
    known = range(1, len(draft.products) + 1)
    listed = ", ".join(f"{number} {product.name}" for number, product in enumerate(draft.products, 1))
    while True:
        loc = ("syringe", len(draft.syringes))
        hint = "a label, such as left tray; Enter: no more"
        label = yield Question(Step.PRODUCTS, loc, f"Syringe {len(draft.syringes) + 1}", hint, words)
        if not label:
            return draft
        parts: list[PartTable] = []
        while True:
            read = _which(known) if parts else number_of(known, "product")
            hint = f"{listed}{'; Enter: no more' if parts else ''}"
            product = yield Question(Step.PRODUCTS, loc, f"{label}: which product is in it?", hint, read)
            if product is None:
                break
            amount = yield Question(
                Step.PRODUCTS,
                loc,
                f"{label}: how much of {draft.products[product - 1].name}?",
                "such as 1 mL",
                checked(volume),
            )
            parts.append(PartTable(product=product, volume=amount))
        draft = replace(draft, syringes=(*draft.syringes, SyringeTable(label=label, parts=parts)))


def _which(known: range) -> Callable[[str], int | None]:
    number = number_of(known, "product")
    return lambda text: number(text) if text.strip() else None


def _mended(draft: Draft, setting: Setting) -> Generator[Question, Any, None]:
    """What cannot be overridden is gone back to, and mended."""
    made, prepared = products(draft, setting.practitioner), syringes(draft, setting.practitioner)
    slips = [one.sentence for one in problems(made, prepared, setting.today) if one.must_be_mended]

    def refuse(_: str) -> None:
        raise BadInputError("this must be mended; type back.")

    while slips:
        yield Question(Step.PRODUCTS, ("syringe",), "This cannot be", "back: mend it", refuse, tuple(slips))


def _consumable(draft: Draft, setting: Setting) -> Asks:
    """The needle or the electrode, by how the treatment reaches the skin."""
    step, loc = Step.PRODUCTS, ("consumable", 0)
    lot = Question(step, loc, "Its lot", "Enter: not known", words)
    if setting.modality is not None and METHODS[setting.modality] is Method.NO_NEEDLE:
        kind = yield Question(step, loc, "Which electrode?", "its type, such as sponge; Enter: not stated", words)
        if not kind:
            return draft
        read = checked(consumable.area, optional=True)
        area = yield Question(step, loc, "Its area", "such as 8 cm2; Enter: not known", read)
        table = ConsumableTable(what="electrode", type=kind, area=area or None, lot=(yield lot) or None)
        return replace(draft, consumables=(table,))
    read_gauge = checked(consumable.gauge, optional=True)
    gauge = yield Question(step, loc, "Which needle?", "its gauge, such as 30; Enter: not stated", read_gauge)
    if not gauge:
        return draft
    read = checked(consumable.length, optional=True)
    length = yield Question(step, loc, "Its length", "such as 4 mm; Enter: not known", read)
    made = {"gauge": consumable.gauge(gauge), "length": length or None, "lot": (yield lot) or None}
    return replace(draft, consumables=(ConsumableTable.model_validate({"what": "needle", **made}),))
