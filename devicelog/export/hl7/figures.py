"""What was given as rows of a message: sums and spreads of the whole session, and of each zone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from devicelog.export.hl7.limits import Judged, judged
from devicelog.export.hl7.segments import Field, moment
from devicelog.export.hl7.terms import COMPUTED, MEASURED, TYPED, own
from devicelog.export.hl7.tree import About, Tree, amount, text
from devicelog.export.session import ExportedSession
from devicelog.numbers import some
from devicelog.record.caveats import Dose, Quantity, basis, dose, flows, injects, is_typed, without_volume
from devicelog.record.record import Record
from devicelog.record.spread import Spread
from devicelog.treatment.protocol import Channel, Scope

#: The doses of a message: their code, their unit, and the channel of a limit on them.
_DOSES: tuple[tuple[Quantity, str, str, Channel], ...] = (
    ("injections", "injections", "count", Channel.INJECTION_COUNT),
    ("volume", "volume_total", "mL", Channel.VOLUME_TOTAL),
    ("charge", "charge", "mA*min", Channel.CHARGE_DOSE),
)
#: Metrics of single injections that a protocol limits.
_OF_INJECTIONS = {"depth": Channel.DEPTH, "volume": Channel.VOLUME}


def session_rows(session: ExportedSession, tree: Tree) -> None:
    """The part of the tree about the whole session."""
    tree.vmd(own("session-summary"))
    tree.channel(own("session-summary"))
    _rows(session, tree, None)


def zone_rows(session: ExportedSession, tree: Tree) -> None:
    """A group of figures for each zone that was in use, each of them with the zone in OBX-20."""
    if not session.record.tally.zones:
        return
    tree.vmd(own("zone-summary"))
    for zone in session.record.tally.zones:
        tree.channel(own("zone-summary"))
        tree.metric(own("zone"), text(zone), About(site=site(session.record, zone)))
        _rows(session, tree, zone)


def site(record: Record, zone: str | None) -> Field:
    """A zone as OBX-20 has it: its code on the body map if it is there, and its name."""
    if zone is None:
        return None
    code = record.places.get(zone)
    return (code, zone, "99DEVICELOGMAP") if code is not None else (None, zone)


def source(session: ExportedSession) -> Field:
    """The device that the figures come from, where there is but one (EI: serial number, its model)."""
    devices = list(session.record.devices.values())
    if len(devices) != 1 or not devices[0].identities:
        return None
    return (str(devices[0].serial), None, str(devices[0].identities[-1]["model"]), "L")


def _rows(session: ExportedSession, tree: Tree, zone: str | None) -> None:
    record = session.record
    totals = record.tally.session if zone is None else record.tally.zones[zone]
    when, where = moment(record.wall(record.last_us)), site(record, zone)
    method = TYPED if is_typed(record) else COMPUTED
    about = About(at=when, method=method, equipment=source(session), site=where)
    tree.metric(own("elapsed"), amount(Decimal(totals.elapsed_ms).scaleb(-3), "s"), about)
    if injects(record):
        _injection_rows(session, tree, zone, about)
    if flows(record):
        tree.metric(own("samples"), amount(totals.samples, "count"), about)
        _dose_row(session, tree, zone, about, _DOSES[2])
        tree.metric(own("unsampled"), amount(Decimal(totals.missing_ms).scaleb(-3), "s"), about)
    for (of, metric), spread in record.spreads.items():
        if of == zone and spread.count:
            _spread_rows(session, tree, zone, about, metric, spread)


def _injection_rows(session: ExportedSession, tree: Tree, zone: str | None, about: About) -> None:
    record = session.record
    _dose_row(session, tree, zone, about, _DOSES[0])
    counted = dose(record, zone, "injections")
    totals = record.tally.session if zone is None else record.tally.zones[zone]
    triggers = amount(totals.triggers, "count") if counted.value is not None else None
    tree.metric(own("triggers"), triggers, about, None if triggers else counted.why)
    _dose_row(session, tree, zone, about, _DOSES[1])
    lacking = without_volume(record, zone)
    if lacking:
        tree.metric(own("without_volume"), amount(lacking, "count"), about)
    if zone is None and record.purges:
        tree.metric(own("purges"), amount(record.purges, "count"), about)
        _dose(tree, "purged_total", "mL", dose(record, None, "purged"), about)


def _dose_row(
    session: ExportedSession, tree: Tree, zone: str | None, about: About, of: tuple[Quantity, str, str, Channel]
) -> None:
    quantity, code, unit, channel = of
    given = dose(session.record, zone, quantity)
    exact = given.value is not None and not given.at_least
    found = judged(session, Scope.SESSION if zone is None else Scope.ZONE, channel, zone, given.value, exact=exact)
    _dose(tree, code, unit, given, replace(about, range=found.range, flag=found.flag), zone)


def _dose(tree: Tree, code: str, unit: str, given: Dose, about: About, zone: str | None = None) -> None:
    """A dose: a number, a lower bound, or nothing and why nobody knows it."""
    value = amount(given.value, unit, at_least=given.at_least) if given.value is not None else None
    said = f"at least: {given.why}" if given.at_least else given.why
    tree.metric(own(code, "zone" if zone is not None else None), value, about, said)


def _spread_rows(
    session: ExportedSession, tree: Tree, zone: str | None, about: About, metric: str, spread: Spread
) -> None:
    """Lowest, mean and highest; the highest is held against the limit of a single injection."""
    record = session.record
    about = replace(about, method=TYPED if is_typed(record) else MEASURED)
    channel = _OF_INJECTIONS.get(metric)
    highest = Judged() if channel is None else judged(session, Scope.INJECTION, channel, zone, spread.high, exact=True)
    stands_for = basis(record, metric)
    why = f"basis: {stands_for}; {some(spread.count, 'value')}" if stands_for else some(spread.count, "value")
    tree.metric(own(f"{metric}.lowest"), amount(spread.low, spread.unit), about, why)
    tree.metric(own(f"{metric}.mean"), amount(spread.mean, spread.unit), replace(about, method=COMPUTED), why)
    tree.metric(
        own(f"{metric}.highest"),
        amount(spread.high, spread.unit),
        replace(about, range=highest.range, flag=highest.flag),
        why,
    )
