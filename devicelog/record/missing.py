"""What a record lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.numbers import some
from devicelog.record.steps import not_asked, refused_because

if TYPE_CHECKING:
    from devicelog.record.record import Record


def missing_from(record: Record) -> list[str]:
    """What a complete record would have and this one has not, in words."""
    found = []
    if refused_because(record):
        return ["the treatment: the session was refused"]
    if record.state != "ended":
        found.append(f"the session is {record.state}")
    found += [f"link {d.link}: the device never said who it is" for d in record.devices.values() if not d.identities]
    found += [f"link {d.link}: {d.plan['lacks']}" for d in record.devices.values() if "lacks" in d.plan]
    found += record.refusals.said(record.observations)
    if not any(record.observations.get(layout.report) for layout in record.layouts.values() if layout.kind.treats):
        found.append("no treatment was recorded")
    open_gaps = sum(gap.missing is None for gap in record.gaps.values())
    lost = sum(gap.missing or 0 for gap in record.gaps.values())
    if open_gaps:
        found.append(f"{some(open_gaps, 'gap')} in which an unknown number of reports is missing")
    if lost:
        found.append(f"{some(lost, 'report')} of the devices {'is' if lost == 1 else 'are'} missing")
    if record.inexact_intervals:
        found.append(
            f"{some(record.inexact_intervals, 'interval')} in which a device's counter "
            "began again, jumped or was cleared unheard"
        )
    if record.tally.session.missing_ms:
        found.append(f"the charge is a lower bound: {record.tally.session.missing_ms / 1000:g} s have no samples")
    found += not_asked(record)
    return found
