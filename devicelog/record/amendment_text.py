"""What an amendment did and the figures that it may change, in the words of every reader."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from devicelog.ledger.sealed import words
from devicelog.numbers import some
from devicelog.record import amounts
from devicelog.record.caveats import amended, dose, flows, injects
from devicelog.treatment.past import local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.record.record import Record
    from devicelog.record.views import AmendmentView


def told(amendment: AmendmentView) -> str:
    """Which, when, by whom, what it did, and why."""
    content = amendment.content
    when = local(datetime.fromisoformat(content["at"]["wall"]), str(content["at"].get("zone")))
    role = f", {content['role']}" if content.get("role") else ""
    said = f"{content['amendment']}, {when:%Y-%m-%d %H:%M}, {content['by']}{role}: {amended(content)}"
    return f"{said}; reason: {words(content['reason'])}"


def in_zone(record: Record, zone: str) -> str:
    """What was given in a zone, in a line."""
    if zone not in record.tally.zones:
        return "–"
    said = []
    if injects(record):
        said.append(amounts.injections(record, zone))
    if flows(record):
        said.append(amounts.dose(dose(record, zone, "charge"), "mA*min", "charge"))
        said.append(some(record.tally.zones[zone].samples, "sample"))
    return ", ".join(said)


def figures(record: Record) -> Iterator[tuple[str, str]]:
    """The figures of the whole session that an amendment may change, in units."""
    if injects(record):
        yield "injections", amounts.dose(dose(record, None, "injections"), "count", "number")
        yield "volume", amounts.dose(dose(record, None, "volume"), "mL", "volume")
        yield "purged", amounts.dose(dose(record, None, "purged"), "mL", "volume")
    if flows(record):
        yield "charge", amounts.dose(dose(record, None, "charge"), "mA*min", "charge")
    for (zone, metric), spread in record.spreads.items():
        if zone is None and spread.count:
            values = (amounts.number(value, spread.unit) for value in (spread.low, spread.mean, spread.high))
            yield f"{amounts.words(metric)}, low, mean, high", f"{', '.join(values)} {amounts.unit_text(spread.unit)}"
    for report, count in record.observations.items():
        yield f"reports: {amounts.words(report)}", str(count)
    for word, count in record.verdicts.items():
        yield f"verdict {word}", str(count)
    yield "alarms", str(len(record.alarms))
    yield "gaps", str(len(record.gaps))
    yield "bad frames", str(sum(device.bad_frames for device in record.devices.values()))
