"""What must be known before a record's figures are believed: its marks, what a figure stands for, what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from devicelog.driver import ReportKind
from devicelog.ledger import Kind
from devicelog.ledger.amendment import What
from devicelog.numbers import are, some
from devicelog.record.signatures import Status, status
from devicelog.record.steps import step_marks
from devicelog.treatment.intervals import TRIGGERS, VOLUME
from devicelog.treatment.protocol import Statistic
from devicelog.treatment.quantities import NotApplicableError, NotEvaluableError, SampleQuantities
from devicelog.treatment.totals import TYPED_CURRENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devicelog.observation.layout import Layout
    from devicelog.record.record import Record
    from devicelog.record.views import GapView
    from devicelog.treatment.totals import Totals

#: What a dose is of: a count, mL, mL, mA*min.
Quantity = Literal["injections", "volume", "purged", "charge"]

#: Of a copy without what names a person, a place or a device (devicelog/export/deidentified/).
DEIDENTIFIED = (
    "DE-IDENTIFIED: names, numbers, places, serial numbers and free texts are left out or replaced, and every date is "
    "moved by the same number of days; small zones, products and lots are kept"
)
#: Where a person who types says what a metric's figures stand for.
_STATED_AS = {"depth": "depth_set", "volume": "volume_set"}
#: Reports of what was injected.
INJECTED = (ReportKind.INJECTION, ReportKind.INTERVAL)
#: Reports of a current.
CURRENT = (ReportKind.SAMPLE, ReportKind.PULSE)


def marks(record: Record) -> dict[str, str]:
    """What must stand at the top of whatever shows this record: a word for programs, and the sentence for people."""
    found = {"deidentified": DEIDENTIFIED} if record.started.get("deidentified") else {}
    if record.simulated:
        simulators = [device for device in record.devices.values() if device.simulated]
        said = "; ".join(f"the device on link {d.link} ({d.plan['driver']})" for d in simulators)
        found["simulated"] = f"SIMULATED: {said} said to be a simulator"
    if is_typed(record):
        by_hand = "; ".join(f"link {d.link} ({d.plan['driver']})" for d in record.devices.values() if d.typed)
        found["typed"] = f"TYPED: what is recorded of {by_hand} was typed by a person, and sent by no device"
    if record.state == "interrupted":
        because = f"; it did not go on: {record.interrupted_because.rstrip('.')}" if record.interrupted_because else ""
        found["interrupted"] = f"INTERRUPTED: the recording broke off; nothing is known of what came after{because}"
    if record.state == "running":
        found["running"] = (
            f"NOT FINISHED: the session was running; this is what was recorded up to entry {record.entries}"
        )
    protocol = record.protocol
    if protocol is None:
        found["no_limits"] = "NO LIMITS: no treatment protocol was chosen, nothing was checked"
    elif protocol.get("approved") is None:
        named = f"{protocol['id']} version {protocol.get('version')} is {protocol.get('status')}"
        found["protocol_unapproved"] = f"UNAPPROVED PROTOCOL: {named}; nobody here had approved it"
    read = [device for device in record.devices.values() if not device.typed]
    drivers = dict.fromkeys(d.plan["driver"] for d in read if d.plan.get("verified_on") is None)
    if drivers:
        found["driver_unverified"] = f"UNVERIFIED DRIVER: {', '.join(drivers)}; not verified on any real device"
    plans = [device.plan for device in record.devices.values()]
    cautions = dict.fromkeys(f"{plan['driver']} is {plan['caution']}" for plan in plans if plan.get("caution"))
    if cautions:
        found["caution"] = f"CAUTION: {'; '.join(cautions)}"
    return found | step_marks(record) | _amended_marks(record)


def _amended_marks(record: Record) -> dict[str, str]:
    found = {}
    if record.amendments:
        last = record.amendments[-1].content
        said = f"amendment {last['amendment']}, {amended(last)}, by {last['by']}"
        found["amended"] = f"AMENDED: {said}; what was there before stands beside it"
    if status(record) is Status.AMENDED:
        found["amended_after_signature"] = "AMENDED AFTER SIGNATURE: what was signed is not what the record says now"
    return found


def is_typed(record: Record) -> bool:
    """Whether a person typed what a device of the session showed."""
    return any(device.typed for device in record.devices.values())


def amended(content: Mapping[str, Any]) -> str:
    """What an amendment did, in words."""
    if content["what"] == What.IMPORTED:
        return f"{some(len(content['logs']), 'log')} of the device imported"
    if content["what"] == What.CORRECTED:
        return f"corrected {', '.join(map(field_words, content['changes']))}"
    if content["what"] == What.ZONE_CORRECTED:
        spans = (f"entries {one['entries'][0]} to {one['entries'][1]} in {one['zone']}" for one in content["zones"])
        return f"zone corrected: {', '.join(spans)}"
    if content["what"] != What.DECODED_AGAIN:
        return str(content["what"]).replace("_", " ")
    drivers = dict.fromkeys(f"{device['driver']} {device['driver_version']}" for device in content["drivers"])
    return f"decoded again by {', '.join(drivers)}"


def field_words(change: Mapping[str, Any]) -> str:
    """Which field an amendment corrected: "consent version", "product 3 lot"."""
    if "name" in change:
        return str(change["name"]).replace(".", " ").replace("_", " ")
    of = "" if change["kind"] == Kind.STARTED else f"{change['kind']} "
    return f"{of}{change['field']}".replace("_", " ")


def basis(record: Record, metric: str) -> str | None:
    """What a metric's figures stand for ("extension", "dc"), as its settings now say; several are joined by "or".

    The volume is also what was counted between two answers.
    """
    found: dict[str, None] = {}
    for layout in record.layouts.values():
        names = _standing_for(metric, layout, typed=record.devices[layout.link].typed)
        for column in (column for column in layout.columns if column.metric in names):
            stated = record.tally.settings(layout.link).get(column.basis_from) if column.basis_from else None
            word = stated or column.basis
            if word is not None:
                found[str(word)] = None
    return " or ".join(found) or None


def _standing_for(metric: str, layout: Layout, *, typed: bool) -> tuple[str, ...]:
    """The metrics of a report that say what the figures of one stand for."""
    counted = VOLUME if metric == "volume" and layout.kind is ReportKind.INTERVAL else ()
    return (_STATED_AS.get(metric, metric) if typed else metric, *counted)


def layouts(record: Record, *kinds: ReportKind) -> list[Layout]:
    """What the devices of a session report of these kinds."""
    return [layout for layout in record.layouts.values() if layout.kind in kinds]


def injects(record: Record) -> bool:
    """Whether a device of the session reports injections, or volumes or triggers that it counts."""
    return bool(layouts(record, ReportKind.INJECTION, ReportKind.PURGE, ReportKind.INTERVAL))


def counts_triggers(record: Record) -> bool:
    """Whether a device of the session says how often it injected."""
    counted = [
        layout
        for layout in layouts(record, ReportKind.INTERVAL)
        if any(layout.position(name) is not None for name in TRIGGERS)
    ]
    return bool(counted or layouts(record, ReportKind.INJECTION)) or not layouts(record, ReportKind.INTERVAL)


def flows(record: Record) -> bool:
    """Whether a device of the session reports a current."""
    return bool(layouts(record, *CURRENT))


def gaps_of(record: Record, *kinds: ReportKind) -> list[GapView]:
    """The gaps of links that may give reports of one of these kinds (none: of all links)."""
    others = {layout.link for layout in record.layouts.values() if kinds and layout.kind.treats}
    others -= {layout.link for layout in layouts(record, *kinds)}
    return [gap for gap in record.gaps.values() if gap.link not in others]


def reports_missing(record: Record, *kinds: ReportKind) -> str | None:
    """How many reports are missing, of links that may give one of these kinds (none: of all links); None if none is."""
    lost = [gap.missing for gap in gaps_of(record, *kinds)]
    if None in lost:
        return "an unknown number of reports is missing"
    count = sum(missing or 0 for missing in lost)
    return f"{are(count, 'report')} missing" if count else None


# -- doses -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dose:
    """What was given: known, a lower bound (`at_least`), or not known (None); `why` says why it is not known exactly.

    What no device has reported yet is 0; whether a device reports it at all, `injects` and `flows` say.
    """

    value: Decimal | None
    at_least: bool = False
    why: str | None = None

    @classmethod
    def bound(cls, value: Decimal | int, *lacking: str | None) -> Dose:
        """A dose that is a lower bound if anything is lacking."""
        why = "; ".join(reason for reason in lacking if reason is not None)
        return cls(Decimal(value), bool(why), why or None)


def dose(record: Record, zone: str | None, of: Quantity) -> Dose:
    """What was given in a zone; None: in the whole session."""
    totals = record.tally.session if zone is None else record.tally.zones[zone]
    match of:
        case "injections":
            return _injections(record, totals)
        case "volume":
            return _volume(record, totals, without_volume(record, zone))
        case "purged":
            return _purged(record, totals)
        case "charge":
            return _charge(record, zone, totals)


def without_volume(record: Record, zone: str | None) -> int:
    """How many triggers came without a volume."""
    totals = record.tally.session if zone is None else record.tally.zones[zone]
    spread = record.spreads.get((zone, "volume"))
    measured = spread.measured if spread is not None else 0
    return totals.triggers - totals.polled - measured + totals.without_volume


def _injections(record: Record, totals: Totals) -> Dose:
    if not counts_triggers(record):
        return Dose(None, why="no device counts injections")
    kinds = (ReportKind.INJECTION, ReportKind.INTERVAL)
    found = [layout for layout in layouts(record, *kinds) if record.observations.get(layout.report)]
    links = {
        layout.link
        for layout in found
        if layout.kind is ReportKind.INJECTION
        or (layout.position("triggers_given") is not None and record.tally.session.polled)
    }
    unknown = any(record.tally.needles(link) is None for link in links)
    needles = "the device never said how many needles its head has" if unknown else None
    return Dose.bound(totals.injections, needles, _inexact(record), reports_missing(record, *INJECTED))


def _volume(record: Record, totals: Totals, lacking: int) -> Dose:
    if lacking and lacking == totals.triggers and not totals.volume:
        return Dose(None, why="no trigger came with a volume")
    without = f"{some(lacking, 'trigger')} came without a volume" if lacking else None
    return Dose.bound(totals.volume_ml, without, _inexact(record), reports_missing(record, *INJECTED))


def _inexact(record: Record) -> str | None:
    """Where counters of a polled device began again, jumped or were cleared unheard."""
    count = record.inexact_intervals
    return (
        f"in {some(count, 'interval')} a counter of the device began again, jumped or was cleared unheard"
        if count
        else None
    )


def _purged(record: Record, totals: Totals) -> Dose:
    lacking = record.unmeasured_purges
    if lacking and lacking == record.purges:
        return Dose(None, why="no purge came with a volume")
    without = f"{some(lacking, 'purge')} came without a volume" if lacking else None
    return Dose.bound(totals.purged_ml, without, reports_missing(record, ReportKind.PURGE, ReportKind.INJECTION))


def _charge(record: Record, zone: str | None, totals: Totals) -> Dose:
    for layout in layouts(record, *CURRENT):
        try:
            SampleQuantities(layout, record.tally.settings(layout.link)).current(Statistic.MEAN)
        except NotApplicableError:
            return Dose(None, why="the current alternates around zero: it has no charge dose")
        except NotEvaluableError as error:
            return Dose(None, why=str(error))
    if totals.samples and not _measured(record, zone, "current_measured"):
        return Dose(None, why="no sample came with a current")
    typed = _typed_current(record)
    if typed and not totals.charge:
        return Dose(None, why=typed)
    unsampled = f"{totals.missing_ms / 1000:g} s have no samples" if totals.missing_ms else None
    return Dose.bound(totals.charge_ma_min, typed, unsampled, reports_missing(record, *CURRENT))


def _typed_current(record: Record) -> str | None:
    """Why the charge is not known, if any current was typed."""
    typed = [layout for layout in layouts(record, *CURRENT) if record.devices[layout.link].typed]
    return TYPED_CURRENT if any(record.observations.get(layout.report) for layout in typed) else None


def _measured(record: Record, zone: str | None, metric: str) -> int:
    """How many reports came with a value of a metric."""
    spread = record.spreads.get((zone, metric))
    return spread.count if spread is not None else 0
