"""Clocks that are stepped and computers that stand still: order and durations stay what they were."""

from __future__ import annotations

import signal
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from devicelog.ledger import Kind
from tests.end_to_end.running import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Gun, Session
    from tests.end_to_end.running import Devicelog
    from tests.faults.spoilt import Spoilt

#: From the tests' day in 2026 (s). An hour back is also what the end of summer time does to a clock in local time.
STEPS = {"an hour back": -3600.0, "two hours ahead": 7200.0, "1970": -1_767_258_000.0}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_a_step_of_the_wall_clock_changes_no_order_and_no_duration(mesogun: Callable[..., Gun], step: float) -> None:
    plain, stepped = _session(mesogun(), 0.0), _session(mesogun(), step)
    assert [content["step_ms"] for content in stepped.of(Kind.CLOCK_STEPPED)] == [round(step * 1000)]
    moments = [(entry.t_us, entry.kind) for entry in stepped.entries if entry.kind != Kind.CLOCK_STEPPED]
    assert moments == [(entry.t_us, entry.kind) for entry in plain.entries]
    assert moments == sorted(moments, key=lambda moment: moment[0])
    assert _gaps(stepped) == _gaps(plain) != []


def _session(gun: Gun, step: float) -> Session:
    """Injections and a lost link; the wall clock is stepped in the middle."""
    for number in range(6):
        gun.session.wait(0.5)
        gun.session.wall_steps = step if number >= 3 else 0.0
        gun.inject()
    gun.session.lose()
    gun.session.wait(7)
    gun.session.reopen()
    gun.inject()
    return gun.session.end()


def _gaps(session: Session) -> list[tuple[int, int | None]]:
    return [(gap.since_us, gap.until_us) for gap in session.record.gaps.values()]


def test_a_recording_outlives_steps_of_its_wall_clock(box: Devicelog, computer: Spoilt) -> None:
    offsets = (-3600.0, 7200.0, -time.time(), 0.0)
    with box.record("sim://reference-noneedle?speed=10", driver="reference-noneedle") as recording:
        recording.wait_for(50)
        for number, offset in enumerate(offsets, start=1):
            computer.set(wall_seconds=offset)
            wait_until(lambda: len(box.of(Kind.CLOCK_STEPPED)) >= number, "the step")  # noqa: B023
        assert recording.end() == 0
    steps = [content["step_ms"] / 1000 for content in box.of(Kind.CLOCK_STEPPED)]
    assert steps == pytest.approx([b - a for a, b in zip((0.0, *offsets), offsets, strict=False)], abs=0.6)
    times = [entry.t_us for entry in box.entries()]
    assert times == sorted(times)
    assert box("entries", "last", "--ids").out.split() == recording.acks
    box("verify")
    box("replay", "last")
    box("show", "last")


def test_a_recorder_that_stood_still_loses_nothing_and_counts_the_time(box: Devicelog) -> None:
    with box.simulator("reference-mesogun") as url, box.record(url) as recording:
        recording.wait_for_entry("observation", 3)
        recording.signal(signal.SIGSTOP)
        seen = len(recording.acks)
        time.sleep(5)
        recording.signal(signal.SIGCONT)
        recording.wait_for(seen + 10)
        assert recording.end() == 0
    times = [entry.t_us for entry in box.entries()]
    assert max(later - earlier for earlier, later in pairwise(times)) >= 4_500_000
    assert all(content["missing"] == 0 for content in box.of(Kind.GAP_CLOSED)), "what the line held was not recorded"
    assert box("entries", "last", "--ids").out.split() == recording.acks
    box("verify")
    box("replay", "last")
