"""F2, F3, F5, F6, F20: what a store does when it is killed, cut off, refused or kept waiting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.end_to_end.running import Warm
from tests.faults.torture.built import told, tool
from tests.faults.torture.check import Outcome

_ALARM_WITHIN, _OVER_WITHIN = 2.0, 5.0
#: So many states show that a careless store would be caught.
_CONTROL = 40
#: The same of whole stations, each of which has to be started.
_CONTROL_OF_STATIONS = 8


def kills_at_each_call(_folder: Path, *, calls: int, system_calls: int) -> Outcome:
    """Kill the store at each of its first calls to the disk, and at some system calls of each kind by strace."""
    kill = tool("kill")
    counts = kill.kill_at_calls(range(1, calls + 1))
    traced = kill.kill_at_system_calls(range(1, system_calls + 1)) if kill.has_strace() else None
    faults = [*counts.faults, *(traced.faults if traced is not None else ())]
    by_strace = f"{traced.kills} more at system calls by strace" if traced is not None else "no strace here"
    acknowledged = counts.acknowledged + (traced.acknowledged if traced is not None else 0)
    return Outcome(
        not faults and counts.kills >= calls,
        f"{counts.kills} kills, {by_strace}",
        f"{acknowledged:,} acknowledged, {len(faults)} bad{told(faults)}",
        "that a store that loses is seen: F1 and F3",
    )


def power_cuts(_folder: Path, *, states: int) -> Outcome:
    """Cut the power at every point of three sessions; then the same for three careless stores and disks."""
    cut = tool("power_cut")
    counts = cut.explore(states)
    believed = [fault for first in (9, 21) for fault in _failing_syncs(cut, first, states // 10)]
    faults = counts.faults + believed
    controls = [(cut.Control.NORMAL, range(0)), (cut.Control.LYING, range(0)), (cut.Control.TRUSTING, range(16, 18))]
    found = {
        str(control): len(cut.explore(_CONTROL, control=control, fail_syncs=syncs).faults)
        for control, syncs in controls
    }
    return Outcome(
        not faults and counts.states >= states and all(found.values()),
        f"{counts.states:,} states after cuts at {counts.calls} calls, {2 * (states // 10):,} more with failing syncs",
        f"{counts.acknowledged:,} acknowledged, {len(faults)} bad{told(faults)}",
        ", ".join(f"{name}: {bad} of {_CONTROL} bad" for name, bad in found.items())
        + (", caught" if all(found.values()) else ", NOT CAUGHT"),
    )


def _failing_syncs(cut: Any, first: int, states: int) -> list[str]:
    found: list[str] = cut.explore(states, fail_syncs=range(first, first + 2), seed=first).faults
    return found


def cuts_of_accounts(_folder: Path, *, states: int) -> Outcome:
    """Cut the power at every point of work on the accounts; the same with failing syncs, and for a disk that lies."""
    cut = tool("accounts_cut")
    counts = cut.explore(states)
    failing = [cut.explore(states // 3, fail_syncs=range(first, first + 2), seed=first) for first in (6, 14)]
    faults = [*counts.faults, *(fault for one in failing for fault in one.faults)]
    bad = len(cut.explore(_CONTROL, lies=True).faults)
    return Outcome(
        not faults and counts.states >= states and all(one.refused for one in failing) and bad > 0,
        f"{counts.states} states after cuts at {counts.calls} calls, {sum(one.states for one in failing)} more with "
        "failing syncs",
        f"{counts.done} acts answered as done, {len(faults)} bad{told(faults)}",
        f"lying: {bad} of {_CONTROL} bad, " + ("caught" if bad else "NOT CAUGHT"),
    )


def cuts_of_stations(_folder: Path, *, states: int) -> Outcome:
    """Cut the power of all that a station keeps at once; the same for a disk that lies."""
    cut = tool("stations_cut")
    counts = cut.explore(states)
    bad = len(cut.explore(_CONTROL_OF_STATIONS, lies=True).faults)
    return Outcome(
        not counts.faults and counts.states >= states and counts.done > 0 and bad > 0,
        f"{counts.states} states after cuts at {counts.changes:,} changes, a station started on each",
        f"{counts.acknowledged:,} entries told, {counts.done} acts answered as done, {len(counts.faults)} "
        f"bad{told(counts.faults)}",
        f"lying: {bad} of {_CONTROL_OF_STATIONS} bad, " + ("caught" if bad else "NOT CAUGHT"),
    )


def failing_disk(_folder: Path, *, calls: int) -> Outcome:
    """A disk that fails at each of its first calls, once and for ever."""
    counts = tool("failing").fail_at_calls(range(1, calls + 1))
    return Outcome(
        not counts.faults and counts.failures > 0,
        f"{counts.failures:,} failing disks: syncs, writes and truncations 1 to {calls}, once and for ever",
        f"{counts.acknowledged:,} acknowledged, {counts.recovered} sessions recorded to their end all the same, "
        f"{len(counts.faults)} bad{told(counts.faults)}",
        "that a sync that failed must not be believed: F3, trusting",
    )


def outage(folder: Path, *, cause: str, seconds: float) -> Outcome:
    """A store that cannot be written for some time in a recording at 120 readings a second."""
    tools = tool("outage")
    warm = Warm(folder)
    computer, box = tools.computer_and_box(folder, warm)
    found = tools.outage(box, computer, tools.Cause[cause], seconds)
    warm.close()
    prompt = found.alarm_after <= _ALARM_WITHIN and found.over_after <= _OVER_WITHIN
    return Outcome(
        not found.faults and not found.during and prompt,
        f"{seconds:g} s in a recording of {found.entries:,} entries",
        f"alarm after {found.alarm_after:.1f} s, over after {found.over_after:.1f} s, {found.during} acknowledged "
        f"meanwhile, {len(found.faults)} faults{told(found.faults)}",
    )
