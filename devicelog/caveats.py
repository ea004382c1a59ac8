"""What must be known before a record's figures are believed: its marks, what a figure stands for, what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.driver import ReportKind
from devicelog.treatment.protocol import Statistic
from devicelog.treatment.quantities import NotApplicableError, NotEvaluableError, SampleQuantities

if TYPE_CHECKING:
    from devicelog.layout import Layout
    from devicelog.record import Record
    from devicelog.treatment.totals import Totals


def marks(record: Record) -> dict[str, str]:
    """What must stand at the top of whatever shows this record: a word for programs, and the sentence for people."""
    found = {}
    if record.simulated:
        found["simulated"] = "SIMULATED: a device of this session said that it is a simulator; nobody was treated"
    if record.state == "interrupted":
        found["interrupted"] = "INTERRUPTED: the recording broke off; nothing is known of what came after"
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
    drivers = dict.fromkeys(d.plan["driver"] for d in record.devices.values() if d.plan.get("verified_on") is None)
    if drivers:
        found["driver_unverified"] = f"UNVERIFIED DRIVER: {', '.join(drivers)}; not verified on any real device"
    return found


def basis(record: Record, metric: str) -> str | None:
    """What a metric's figures stand for ("extension", "dc"), as its settings now say; several are joined by "or"."""
    found: dict[str, None] = {}
    for layout in record.layouts.values():
        position = layout.position(metric)
        if position is None:
            continue
        column = layout.columns[position]
        stated = record.tally.settings(layout.link).get(column.basis_from) if column.basis_from else None
        word = stated or column.basis
        if word is not None:
            found[str(word)] = None
    return " or ".join(found) or None


def charge_unknown(record: Record) -> str | None:
    """Why the samples have no charge; None if they have one, or if there are no samples."""
    for layout in layouts(record, ReportKind.SAMPLE):
        try:
            SampleQuantities(layout, record.tally.settings(layout.link)).current(Statistic.MEAN)
        except NotApplicableError:
            return "the current alternates around zero: it has no charge dose"
        except NotEvaluableError as error:
            return str(error)
    return None


def without_volume(record: Record, zone: str | None, totals: Totals) -> int:
    """How many triggers came without a volume; the volume is a lower bound then."""
    spread = record.spreads.get((zone, "volume"))
    return totals.triggers - (spread.count if spread is not None else 0)


def needles_unknown(record: Record) -> bool:
    """Whether a device gave triggers and never said how many needles its head has: injections are a lower bound."""
    links = {layout.link for layout in layouts(record, ReportKind.INJECTION) if record.observations.get(layout.report)}
    return any(record.tally.needles(link) is None for link in links)


def layouts(record: Record, *kinds: ReportKind) -> list[Layout]:
    """What the devices of a session report of these kinds."""
    return [layout for layout in record.layouts.values() if layout.kind in kinds]
