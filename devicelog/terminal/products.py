"""Products of a session in its summary: what was taken, where how much of it was given, whether the syringes add up."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from devicelog.products.amounts import in_ml
from devicelog.record.unexplained import explanations, of_syringe, of_syringes, unstated
from devicelog.record.used import day, is_stated, not_exact, origin_in_words, used
from devicelog.terminal import amounts
from devicelog.terminal.places import zone_name
from devicelog.terminal.screen import clean
from devicelog.terminal.tables import MOST
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from devicelog.products.product import Product
    from devicelog.products.reconciliation import Balance, LotBalance
    from devicelog.record.record import Record
    from devicelog.record.used import Used

_NONE = "–"


def product_sections(record: Record) -> Iterator[tuple[str, Sequence[RenderableType], Text | None]]:
    """Title, content and the line for what was cut, of each section; none where nobody stated any product."""
    if not is_stated(record):
        return
    found = used(record)
    taken = [*_products(record, found), *(Text(clean(one)) for one in found.consumables)]
    yield "Products", taken, None
    yield "Doses", list(_doses(record, found)), None
    yield "Syringes", list(_syringes(record, found)), None
    if found.lots:
        yield "Lots", [_lots(found.lots)], None


def _products(record: Record, found: Used) -> Iterator[Text]:
    for product in found.products[:MOST]:
        expired = product.expiry is not None and product.expiry.has_passed(day(record))
        yield Text(clean(_product(product, expired=expired)), style="bold red" if expired else "")


def _product(product: Product, *, expired: bool) -> str:
    lot = f"lot {product.lot}" if product.lot is not None else "NO LOT STATED"
    until = (
        f"{'EXPIRED' if expired else 'expires'} {product.expiry}" if product.expiry is not None else "NO EXPIRY STATED"
    )
    inside = ", ".join(f"{one.name} {_concentration(one.concentration.stated)}" for one in product.ingredients)
    said = f"{product.number}  {product.name}, {product.maker or 'maker not known'}, {lot}, {until}; {product.use}"
    return f"{said}{', ' if inside else ''}{inside}; {plain(product.drawn)} mL drawn by {product.by}"


def _concentration(stated: str) -> str:
    return stated or "of a concentration that was not stated"


# -- doses -----------------------------------------------------------------------------------------------------


def _doses(record: Record, found: Used) -> Iterator[RenderableType]:
    """Products and ingredients, a row for each zone; what came from no single syringe is said below."""
    if not found.doses:
        return
    table = _table("of", "zone", "dose", "")
    rows = [*_product_rows(record, found), *_ingredient_rows(record, found)]
    for row in rows[: 2 * MOST]:
        table.add_row(*row)
    yield table
    if len(rows) > 2 * MOST:
        yield Text(f"... and {len(rows) - 2 * MOST} more, see `devicelog show {record.session} --json`")
    why = not_exact(record, found)
    if why is not None:
        yield Text(clean(f"at least: {why}"), style="yellow")
    for one in found.given:
        if one.origin != (one.origin[0],) or one.origin[0] not in found.syringes:
            where = f" in {zone_name(record, one.zone)}" if one.zone is not None else ""
            given = f"{amounts.amount(in_ml(one.volume), 'mL')}{where}"
            yield Text(clean(f"{given} came from {origin_in_words(one.origin, found.syringes)}"), style="yellow")


def _product_rows(record: Record, found: Used) -> Iterator[tuple[str, str, str, str]]:
    for number in dict.fromkeys(dose.product for dose in found.doses):
        product = found.product(number) if number is not None else None
        name = str(product) if product is not None else "an unknown product"
        doses = [(dose.zone, in_ml(dose.volume)) for dose in found.doses if dose.product == number]
        yield from _rows(record, found, name, doses, "mL")


def _ingredient_rows(record: Record, found: Used) -> Iterator[tuple[str, str, str, str]]:
    for name, unit in dict.fromkeys((dose.name, dose.unit) for dose in found.ingredients):
        doses = [(dose.zone, dose.amount) for dose in found.ingredients if (dose.name, dose.unit) == (name, unit)]
        yield from _rows(record, found, name, doses, unit)


def _rows(
    record: Record, found: Used, name: str, doses: Sequence[tuple[str | None, Decimal]], unit: str
) -> Iterator[tuple[str, str, str, str]]:
    """A row for each zone, and one for all if there are several."""
    lines = [(zone_name(record, zone) if zone is not None else "no zone", zone, amount) for zone, amount in doses]
    if len(lines) > 1:
        lines.append(("all", None, sum((amount for _, amount in doses), Decimal(0))))
    for place, (where, zone, amount) in enumerate(lines):
        bound = "≥ " if not_exact(record, found, zone) is not None else ""
        yield clean(name) if not place else "", clean(where), f"{bound}{amounts.number(amount, 'mL')}", unit


# -- syringes and lots -----------------------------------------------------------------------------------------


def _syringes(record: Record, found: Used) -> Iterator[RenderableType]:
    if found.balances:
        table = _table("syringe", "mix", "mL in it", "given", "purged", "left", "wasted", "difference", "")
        for one in found.balances[:MOST]:
            table.add_row(*_balance(found, one), _says(record, one))
        yield table
    for difference in of_syringes(record):
        yield Text(clean(f"to be explained: {difference}"), style="yellow")
    for what in unstated(record, leftovers=len(found.balances) > MOST):
        yield Text(clean(f"not stated: {what}"), style="yellow")


def _balance(found: Used, one: Balance) -> tuple[str, ...]:
    drawn, left = one.drawn, one.leftover
    bound = "≥ " if drawn.at_least else ""
    given = (
        f"{bound}{_ml(drawn.given)}{f' to {_ml(drawn.given + drawn.perhaps)}' if drawn.perhaps else ''}"
        if drawn.given is not None
        else _NONE
    )
    stayed = (_ml(left.left), _ml(left.wasted)) if left is not None else (_NONE, _NONE)
    return (
        clean(one.syringe),
        _mix(found, one),
        _ml(one.syringe.volume),
        given,
        _ml(drawn.purged),
        *stayed,
        _ml(one.difference),
    )


def _mix(found: Used, one: Balance) -> str:
    """The ratio of a mix: "2 : 1 of products 1 and 3"."""
    numbers = [part.product for part in one.syringe.parts]
    if len(numbers) == 1:
        product = found.product(numbers[0])
        return clean(product.name if product is not None else f"product {numbers[0]}")
    return f"{' : '.join(map(str, one.syringe.ratio))} of products {', '.join(map(str, numbers))}"


def _says(record: Record, one: Balance) -> Text:
    if one.difference is None:
        return Text(clean(one.why or ""), style="dim")
    if not one.exceeds:
        return Text("adds up", style="green")
    reason = explanations(record).get(of_syringe(one.syringe.number))
    said = f"DIFFERS, explained: {reason}" if reason is not None else "DIFFERS"
    return Text(clean(said), style="bold yellow")


def _lots(lots: Sequence[LotBalance]) -> Table:
    table = _table("lot", "mL drawn", "in syringes", "given", "purged", "left", "wasted", "difference")
    for one in lots[:MOST]:
        name = f"{one.name}, lot {one.lot}" if one.lot is not None else f"{one.name} without a lot"
        given = f"{'≥ ' if one.given_at_least and one.given is not None else ''}{_ml(one.given)}"
        stayed = map(_ml, (one.purged, one.left, one.wasted, one.difference))
        table.add_row(clean(name), _ml(one.drawn), _ml(one.in_syringes), given, *stayed)
    return table


def _ml(value: Decimal | None) -> str:
    return amounts.number(value, "mL") if value is not None else _NONE


def _table(*heads: str) -> Table:
    """A plain table: words to the left, numbers to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for head in heads:
        table.add_column(head, justify="left" if head in ("of", "zone", "syringe", "mix", "lot", "") else "right")
    return table
