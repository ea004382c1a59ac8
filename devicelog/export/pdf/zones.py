"""What was given: injections of each zone, or what flowed and was measured in each area, with the limits beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from devicelog.bodymap.names import name_of
from devicelog.export.pdf.block import NONE, Block, Lines, Section, Table, cut, room_for
from devicelog.numbers import some
from devicelog.observation.layout import NANO
from devicelog.record import amounts
from devicelog.record.caveats import basis, dose, injects
from devicelog.record.course import settings_of
from devicelog.record.places import unplaced
from devicelog.record.points import Points, points
from devicelog.record.record import Record
from devicelog.record.spread import Spread
from devicelog.record.used import is_stated, used
from devicelog.treatment.protocol import Channel, Limit, Scope
from devicelog.treatment.protocol_file import limits_kept

#: So many zones, quantities, and sets of points are shown.
_MOST = 12
#: The channel of a limit by the metric of a reading, where it limits each of them.
_LIMITED = {
    "depth": Channel.DEPTH,
    "volume": Channel.VOLUME,
    "current_measured": Channel.CURRENT,
    "voltage": Channel.VOLTAGE,
}

_Zone = tuple[str, str | None]


def treatment(record: Record) -> Section:
    """The section; one in which nothing was given says so."""
    totals = record.tally.session
    blocks: list[Block] = []
    if injects(record) and (totals.triggers or totals.volume or record.purges):
        blocks += _injections(record)
    if totals.samples:
        blocks += _measured(record)
    if not blocks:
        return Section("Treatment given", [], "None: no injection and no current was recorded")
    time = f"Treatment time {amounts.since_start(totals.elapsed_ms * 1000)} (min:s), pauses included."
    settings = [f"{amounts.words(name)} {amounts.with_units(value)}" for name, value in settings_of(record).items()]
    said = f"{time} Settings at the end: {'; '.join(settings)}." if settings else time
    blocks.append(Lines([said, *_places(record)]))
    return Section("Treatment given", blocks)


def zone_name(record: Record, zone: str) -> str:
    """A zone as people read it: the body map's name, else as it was typed."""
    return name_of(zone, record.places.get(zone))


def _zones(record: Record) -> tuple[list[_Zone], list[Block]]:
    """The zones with their names, and all of them together if there are several; with the line for what was cut."""
    zones = list(record.tally.zones)
    if not zones:
        return [("no zone", None)], []
    shown, more = cut(zones, len(zones), _MOST, "summary.csv")
    named: list[_Zone] = [(zone_name(record, zone), zone) for zone in shown]
    return [*named, *([("all", None)] if len(zones) > 1 else [])], more


# -- injections ------------------------------------------------------------------------------------------------


def _injections(record: Record) -> Iterator[Block]:
    zones, more = _zones(record)
    heads = ["zone", "injections", "triggers", "volume (mL)", "lowest depth (mm)", "mean depth (mm)"]
    yield Table(
        "what was injected in each zone",
        [*heads, "highest depth (mm)", "product"],
        [_injected(record, name, zone) for name, zone in zones],
        right=(1, 2, 3, 4, 5, 6),
        wide=(0, 7),
    )
    yield from more
    yield Lines(list(_about(record)))


def _injected(record: Record, name: str, zone: str | None) -> tuple[str, ...]:
    counted = amounts.bound(dose(record, zone, "injections"), "count")
    volume = amounts.bound(dose(record, zone, "volume"), "mL")
    depths = _spread(record.spreads.get((zone, "depth")))
    return name, counted, amounts.triggers(record, zone), volume, *depths, _products(record, zone)


def _products(record: Record, zone: str | None) -> str:
    """The numbers of the products that were given in a zone, as the table of products has them."""
    if zone is None or not is_stated(record):
        return "" if zone is None else NONE
    given = dict.fromkeys(one.product for one in used(record).doses if one.zone == zone)
    return ", ".join(f"no. {number}" if number is not None else "not known" for number in given) or NONE


def _about(record: Record) -> Iterator[str]:
    """What the figures stand for, why they are lower bounds, what was purged, and their limits."""
    stated = [f"{name}: {basis(record, name) or 'basis not stated'}" for name in ("volume", "depth")]
    yield f"Figures stand for {'; '.join(stated)}. {limits(record, _OF_INJECTIONS)}"
    for what in ("injections", "volume"):
        given = dose(record, None, what)
        if given.value is None:
            yield f"{what.capitalize()} not known: {given.why}."
        elif given.at_least:
            yield f"{what.capitalize()}: ≥ is at least ({given.why})."
    if record.purges:
        purged = dose(record, None, "purged")
        said = amounts.dose(purged, "mL", "volume")
        yield f"Purged, no patient dose: {said}{f' ({purged.why})' if purged.why else ''}."


# -- current and other measurements ----------------------------------------------------------------------------


def _measured(record: Record) -> Iterator[Block]:
    """Time, samples and charge of each area, then each quantity that was set or measured in it."""
    zones, more = _zones(record)
    yield Table(
        "how long and how much current flowed in each area",
        ["area", "time", "samples", "charge dose (mA·min)"],
        [_flowed(record, name, zone) for name, zone in zones],
        right=(1, 2, 3),
    )
    yield from more
    shown = [zone for zone in zones if zone[1] is not None] or zones
    rows = [row for name, zone in shown for row in _quantities(record, name, zone)]
    kept, rest = cut(rows, len(rows), 2 * _MOST, "summary.csv")
    yield Table(
        "what was set and measured in each area",
        ["area", "quantity (unit)", "values", "lowest", "mean", "highest", "limits of one value"],
        kept,
        right=(2, 3, 4, 5),
        wide=(0, 1),
    )
    yield from rest
    yield Lines([*_charge(record), *_density(record), limits(record, _OF_CURRENT)])


def _flowed(record: Record, name: str, zone: str | None) -> tuple[str, ...]:
    totals = record.tally.session if zone is None else record.tally.zones[zone]
    time = amounts.since_start(totals.elapsed_ms * 1000)
    return name, time, str(totals.samples), amounts.bound(dose(record, zone, "charge"), "mA*min")


def _quantities(record: Record, name: str, zone: str | None) -> Iterator[tuple[str, ...]]:
    for (of, metric), spread in record.spreads.items():
        if of == zone and spread.count and metric not in ("depth", "volume"):
            stands_for = basis(record, metric)
            unit = amounts.unit_text(spread.unit)
            quantity = f"{amounts.words(metric)}{f', {stands_for}' if stands_for else ''}{f' ({unit})' if unit else ''}"
            yield name, quantity, str(spread.count), *_spread(spread), _limit_of(record, metric)


def _limit_of(record: Record, metric: str) -> str:
    channel = _LIMITED.get(metric)
    each = (Scope.SAMPLE, Scope.PULSE, Scope.INJECTION)
    found = [one for one in limits_kept(record.protocol) if one.channel is channel and one.scope in each]
    return "; ".join(_bounds(one, with_unit=False) for one in found) or NONE


def _charge(record: Record) -> Iterator[str]:
    given = dose(record, None, "charge")
    if given.value is None:
        yield f"Charge dose not known: {given.why}."
    elif given.at_least:
        yield f"Charge dose: ≥ is at least ({given.why})."


def _density(record: Record) -> Iterator[str]:
    """The highest current over the electrode's area, which is that of the end: earlier areas are in the ledger."""
    spread = record.spreads.get((None, "current_measured"))
    for link in record.devices:
        area = record.tally.settings(link).get("electrode_area")
        if spread is not None and spread.count and isinstance(area, int) and area > 0:
            square = Decimal(area) / NANO
            highest = amounts.amount(spread.high / square, "mA/cm**2")
            area_text = amounts.amount(square, "cm**2")
            yield f"Highest current density {highest}, over the electrode's area at the end, {area_text}."
            return
    if spread is not None and spread.count:
        yield "Current density not known: no electrode area was stated."


def _spread(spread: Spread | None) -> tuple[str, str, str]:
    if spread is None or not spread.count:
        return NONE, NONE, NONE
    low, mean, high = (amounts.number(value, spread.unit) for value in (spread.low, spread.mean, spread.high))
    return low, mean, high


# -- limits and places -----------------------------------------------------------------------------------------

_OF_INJECTIONS = (Channel.DEPTH, Channel.VOLUME, Channel.VOLUME_TOTAL, Channel.INJECTION_COUNT, Channel.DURATION)
_OF_CURRENT = (Channel.CURRENT_DENSITY, Channel.CHARGE_DOSE, Channel.VOLTAGE, Channel.PULSE_ENERGY, Channel.DURATION)


def limits(record: Record, channels: Sequence[Channel]) -> str:
    """The limits of the treatment protocol on these channels: soft, then hard."""
    found = [one for one in limits_kept(record.protocol) if one.channel in channels and not one.documented]
    if not found:
        return "No limits of the treatment protocol on these."
    said = [f"{amounts.words(one.channel)} of one {one.scope} {_bounds(one)}" for one in found]
    return f"Limits (soft / hard): {'; '.join(said)}."


def _bounds(limit: Limit, *, with_unit: bool = True) -> str:
    """Both values of a limit, "2 / 4 mA"; a dash for one that it has not."""
    values = [amounts.number(value, limit.unit) if value is not None else NONE for value in (limit.soft, limit.hard)]
    return f"{' / '.join(values)}{f' {amounts.unit_text(limit.unit)}' if with_unit else ''}".rstrip()


def _places(record: Record) -> Iterator[str]:
    missing = unplaced(record)
    if missing:
        yield f"Not on the body map: {', '.join(missing)}."
    marked = points(record)
    yield from (_marked(one) for one in marked[: room_for(_MOST)])
    if len(marked) > room_for(_MOST):
        yield f"… and points of {len(marked) - room_for(_MOST)} more, not shown here: see session.json."


def _marked(one: Points) -> str:
    recorded = f", {some(one.injections or 0, 'injection')} recorded"
    agrees = {None: "", True: ", as many as injections", False: recorded}[one.agrees]
    where = f"{some(len(one.points), 'point')} of {name_of(one.zone, one.code)} marked on the drawing {one.drawing}"
    return f"{where}{agrees}{', stated behind the end' if one.late else ''}."
