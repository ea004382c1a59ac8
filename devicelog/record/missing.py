"""What a record lacks of what the devices should have told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.numbers import some
from devicelog.record.steps import not_asked, refused_because

if TYPE_CHECKING:
    from devicelog.record.record import Record


def missing_from(record: Record) -> list[str]:
    """What a complete record would have and this one has not, in words."""
    if refused_because(record):
        return ["the treatment: the session was refused"]
    return [*of_the_end(record), *of_devices(record), *of_treatment(record), *of_reports(record), *not_asked(record)]


def of_the_end(record: Record) -> list[str]:
    """Whether the session came to its end."""
    return [f"the session is {record.state}"] if record.state != "ended" else []


def of_devices(record: Record) -> list[str]:
    """What the devices never said of themselves, or refused."""
    found = [f"link {d.link}: the device never said who it is" for d in record.devices.values() if not d.identities]
    found += [f"link {d.link}: {d.plan['lacks']}" for d in record.devices.values() if "lacks" in d.plan]
    return [*found, *record.refusals.said(record.observations)]


def of_treatment(record: Record) -> list[str]:
    """Whether anything was given."""
    treated = any(record.observations.get(layout.report) for layout in record.layouts.values() if layout.kind.treats)
    return [] if treated else ["no treatment was recorded"]


def of_reports(record: Record) -> list[str]:
    """Gaps, counters that jumped, and time without samples."""
    found = []
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
    return found
