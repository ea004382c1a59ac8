"""What was taken and given: products with lot and expiry, doses by zone, needles, and whether the syringes add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from devicelog.export.pdf.block import NONE, Block, Lines, Section, Table, cut, room_for
from devicelog.export.pdf.zones import zone_name
from devicelog.numbers import some
from devicelog.products.amounts import in_ml
from devicelog.products.product import Product
from devicelog.products.reconciliation import Balance
from devicelog.record import amounts
from devicelog.record.caveats import injects
from devicelog.record.record import Record
from devicelog.record.unexplained import explanations, of_syringe, of_syringes, unstated
from devicelog.record.used import Used, day, is_stated, not_exact, origin_in_words, used
from devicelog.units import plain

#: So many products, doses and syringes are shown.
_MOST = 10


def products(record: Record) -> Section | None:
    """What was taken; None for a session that gave nothing of a product and where nobody stated any."""
    if not is_stated(record):
        return Section("Products", [], "Not stated") if injects(record) else None
    found = used(record)
    blocks: list[Block] = []
    if found.products:
        shown, more = cut(found.products, len(found.products), _MOST, "products.csv")
        blocks.append(
            Table(
                "the products that were taken",
                ["no.", "product, maker", "lot", "expiry", "use; ingredients", "drawn (mL)", "given (mL)"],
                [_product(record, found, one) for one in shown],
                right=(5, 6),
                wide=(1, 4),
                loud=[place for place, one in enumerate(shown) if _is_expired(record, one)],
            )
        )
        blocks += more
    if found.consumables:
        blocks.append(Lines([f"Used: {'; '.join(map(str, found.consumables))}."]))
    return Section("Products", blocks, "" if found.products else "Not stated")


def doses(record: Record) -> Section | None:
    """How much of each product and ingredient was given in each zone; None where nothing of any product was."""
    if not is_stated(record):
        return None
    found = used(record)
    if not (found.products or found.doses):
        return None
    rows = [*_product_doses(record, found), *_ingredient_doses(record, found)]
    shown, more = cut(rows, len(rows), 2 * _MOST, "product_doses.csv")
    blocks: list[Block] = []
    if rows:
        table = Table("doses by product and zone", ["of", "by zone", "in all", "unit"], shown, right=(2,), wide=(0, 1))
        blocks = [table, *more]
    blocks += [Lines(list(_unsure(record, found)), is_loud=True)]
    return Section("Doses by product and zone", [one for one in blocks if not _is_empty(one)], "" if rows else "None")


def syringes(record: Record) -> Section | None:
    """Whether what was prepared, given, left and wasted adds up; None where no syringe was stated."""
    if not is_stated(record):
        return None
    found = used(record)
    shown, more = cut(found.balances, len(found.balances), _MOST, "syringes.csv")
    blocks: list[Block] = []
    if shown:
        heads = ["syringe", "holds", "prepared (mL)", "given (mL)", "purged (mL)", "left (mL)", "wasted (mL)"]
        blocks.append(
            Table(
                "the syringes, and whether they add up",
                [*heads, "difference (mL)", ""],
                [_balance(record, found, one) for one in shown],
                right=(2, 3, 4, 5, 6, 7),
                wide=(1, 8),
                loud=[place for place, one in enumerate(shown) if one.exceeds],
            )
        )
        blocks += more
    open_ = [f"To be explained: {one}" for one in of_syringes(record)]
    open_ += [f"Not stated: {one}" for one in unstated(record, leftovers=len(found.balances) > room_for(_MOST))]
    if open_:
        blocks.append(Lines(open_, is_loud=True))
    return Section("Syringes", blocks) if blocks else None


def _is_empty(block: Block) -> bool:
    return isinstance(block, Lines) and not block.lines


# -- products --------------------------------------------------------------------------------------------------


def _is_expired(record: Record, product: Product) -> bool:
    return product.expiry is not None and product.expiry.has_passed(day(record))


def _product(record: Record, found: Used, one: Product) -> tuple[str, ...]:
    expiry = f"{'EXPIRED ' if _is_expired(record, one) else ''}{one.expiry}" if one.expiry is not None else "NOT STATED"
    inside = [f"{each.name} {each.concentration.stated or '(concentration not stated)'}" for each in one.ingredients]
    given = [dose.volume for dose in found.doses if dose.product == one.number]
    bound = "≥ " if not_exact(record, found) is not None else ""
    return (
        str(one.number),
        f"{one.name}, {one.maker or 'maker not known'}",
        one.lot or "NOT STATED",
        expiry,
        "; ".join([str(one.use), *inside]),
        plain(one.drawn),
        f"{bound}{_ml(in_ml(sum(given)))}" if given else NONE,
    )


# -- doses -----------------------------------------------------------------------------------------------------


def _product_doses(record: Record, found: Used) -> Iterator[tuple[str, ...]]:
    for number in dict.fromkeys(dose.product for dose in found.doses):
        product = found.product(number) if number is not None else None
        name = str(product) if product is not None else "an unknown product"
        zones = [(dose.zone, in_ml(dose.volume)) for dose in found.doses if dose.product == number]
        yield _dose(record, found, name, zones, "mL")


def _ingredient_doses(record: Record, found: Used) -> Iterator[tuple[str, ...]]:
    for name, unit in dict.fromkeys((dose.name, dose.unit) for dose in found.ingredients):
        zones = [(dose.zone, dose.amount) for dose in found.ingredients if (dose.name, dose.unit) == (name, unit)]
        yield _dose(record, found, name, zones, unit)


def _dose(
    record: Record, found: Used, name: str, zones: Sequence[tuple[str | None, Decimal]], unit: str
) -> tuple[str, ...]:
    """A product or an ingredient in a row; "≥" stands before what may be more."""
    by_zone = [
        f"{zone_name(record, zone) if zone is not None else 'no zone'} {_bound(record, found, zone)}{_ml(amount)}"
        for zone, amount in zones
    ]
    in_all = sum((amount for _, amount in zones), Decimal(0))
    return name, "; ".join(by_zone), f"{_bound(record, found, None)}{_ml(in_all)}", amounts.unit_text(unit)


def _bound(record: Record, found: Used, zone: str | None) -> str:
    return "≥ " if not_exact(record, found, zone) is not None else ""


def _unsure(record: Record, found: Used) -> Iterator[str]:
    """Why doses are lower bounds, and volumes that came from no single known syringe."""
    why = not_exact(record, found)
    if why is not None:
        yield f"≥ is at least: {why}."
    unclear = [one for one in found.given if one.origin != (one.origin[0],) or one.origin[0] not in found.syringes]
    for one in unclear[: room_for(_MOST)]:
        where = f" in {zone_name(record, one.zone)}" if one.zone is not None else ""
        given = amounts.amount(in_ml(one.volume), "mL")
        yield f"{given}{where} came from {origin_in_words(one.origin, found.syringes)}."
    if len(unclear) > room_for(_MOST):
        yield f"… and {some(len(unclear) - room_for(_MOST), 'such volume')} more, not shown here: see session.json."


# -- syringes --------------------------------------------------------------------------------------------------


def _balance(record: Record, found: Used, one: Balance) -> tuple[str, ...]:
    drawn, left = one.drawn, one.leftover
    given = NONE
    if drawn.given is not None:
        most = f" to {_ml(drawn.given + drawn.perhaps)}" if drawn.perhaps else ""
        given = f"{'≥ ' if drawn.at_least else ''}{_ml(drawn.given)}{most}"
    stayed = (_ml(left.left), _ml(left.wasted)) if left is not None else (NONE, NONE)
    volume, difference = _ml(one.syringe.volume), _ml(one.difference)
    return str(one.syringe), _mix(found, one), volume, given, _ml(drawn.purged), *stayed, difference, _says(record, one)


def _mix(found: Used, one: Balance) -> str:
    numbers = [part.product for part in one.syringe.parts]
    if len(numbers) == 1:
        product = found.product(numbers[0])
        return product.name if product is not None else f"product {numbers[0]}"
    return f"{' : '.join(map(str, one.syringe.ratio))} of products {', '.join(map(str, numbers))}"


def _says(record: Record, one: Balance) -> str:
    if one.difference is None:
        return one.why or ""
    if not one.exceeds:
        return "adds up"
    reason = explanations(record).get(of_syringe(one.syringe.number))
    return f"DIFFERS, explained: {reason}" if reason is not None else "DIFFERS"


def _ml(value: Decimal | None) -> str:
    return amounts.number(value, "mL") if value is not None else NONE
