"""A recorder that was killed goes on: it stands where it stood, and the time in between is a gap with its cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.clock import Stamp
from devicelog.driver import Event
from devicelog.ledger import Kind, encode
from devicelog.ledger.resumption import NOT_RUNNING, NOT_RUNNING_FOR, By, Resumption
from devicelog.patience import DriverHungError
from devicelog.record.accounting import State
from tests.faults.backfill import BEGINS, Line, Outcome, gun_line, unit_line
from tests.killed_lines import KilledLine, remade, totals
from tests.typed_lines import GUN, type_in, typing

LINES = [gun_line, unit_line]


def killed(
    make: Callable[..., Line], *, at: float, away: float, reboots: bool = False, sets_clock_by: float = 0.0
) -> Outcome:
    """A session that was killed, and went on when so much time had passed."""
    line = KilledLine.of(make())
    line.play(at)
    line.kill()
    line.away(away, reboots=reboots, sets_clock_by=sets_clock_by)
    line.go_on()
    line.play()
    return line.end()


def undisturbed(make: Callable[..., Line]) -> Outcome:
    line = make()
    line.play()
    return line.end()


@pytest.mark.parametrize("make", [partial(gun_line, shots=25), partial(unit_line, seconds=10)], ids=["gun", "unit"])
@settings(max_examples=15, deadline=None)
@given(at=st.floats(0.1, 30), again=st.floats(0.1, 10))
def test_killed_at_any_moment_and_gone_on_at_once_nothing_is_lost_or_doubled(
    make: Callable[..., Line], at: float, again: float
) -> None:
    line = KilledLine.of(make(memory=0))
    for seconds in (at, again):
        line.play(seconds)
        line.kill()
        line.go_on()
    line.play()
    outcome = line.end()

    assert totals(outcome.record) == totals(undisturbed(make).record)
    assert [figure["agrees"] for figure in outcome.record.reconciled] == [True] * len(outcome.record.reconciled)
    assert outcome.record.state == "ended"


@pytest.mark.parametrize("make", LINES)
def test_what_was_missed_is_a_gap_with_its_cause_and_is_read_back(make: Callable[..., Line]) -> None:
    outcome = killed(make, at=20, away=30)

    [gap] = outcome.record.gaps.values()
    assert (gap.cause, gap.missing) == (NOT_RUNNING, 0)
    assert gap.filled > 20
    assert outcome.counts() == {"filled": gap.filled, "missing": 0, "doubled": 0, "conflicts": 0, "differ": 0}
    assert totals(outcome.record) == totals(undisturbed(make).record)
    [stop] = outcome.record.stops.all
    assert (stop.by, stop.until_us - stop.since_us, stop.lasted_us) == (By.BOOT, 30_000_000, 30_000_000)
    seconds = outcome.record.devices[1].account.seconds(outcome.record.last_us)
    assert sum(seconds.values()) == outcome.record.last_us
    assert seconds[State.RECALLED] >= 30_000_000


@pytest.mark.parametrize("make", LINES)
def test_the_whole_session_replays_bit_for_bit(make: Callable[..., Line]) -> None:
    line = KilledLine.of(make())
    for reboots in (False, True, True):
        line.play(12)
        line.kill()
        line.away(5, reboots=reboots, sets_clock_by=-3600 if reboots else 0.0)
        line.go_on()
    line.play()
    outcome = line.end()

    assert [each.entry() for each in remade(line.recorder, outcome.chunks).lines] == outcome.entries


def test_after_a_restart_of_the_host_time_goes_on_and_the_times_of_day_are_right() -> None:
    outcome = killed(gun_line, at=20, away=60, reboots=True)

    [stop] = outcome.record.stops.all
    assert (stop.by, stop.lasted_us) == (By.WALL, 60_000_000)
    moments = [entry.t_us for entry in outcome.entries]
    assert moments == sorted(moments)
    chunk, end = outcome.chunks[-1], outcome.entries[-1]
    assert chunk.boot_ns < BEGINS.boot_ns
    assert outcome.record.wall(end.t_us).timestamp() * 1e9 == pytest.approx(chunk.wall_ns, abs=2e6)
    assert end.t_us * 1000 == chunk.wall_ns - BEGINS.wall_ns
    assert outcome.of(Kind.CLOCK_STEPPED) == []
    assert outcome.record.clock.steps == 0
    assert totals(outcome.record) == totals(undisturbed(gun_line).record)


def test_a_clock_on_the_wall_that_went_back_over_a_restart_is_never_taken_for_time() -> None:
    outcome = killed(gun_line, at=20, away=60, reboots=True, sets_clock_by=-3600)

    [stop] = outcome.record.stops.all
    assert (stop.by, stop.lasted_us, stop.since_us) == (By.NONE, None, stop.until_us)
    assert stop.at_least_us == outcome.of(Kind.RECORDING_RESUMED)[0]["boot_ns"] // 1000
    assert stop.at_least_us is not None
    assert f"at least {stop.at_least_us / 1e6:.1f} s, since the computer was started again" in stop.text
    [gap] = outcome.record.gaps.values()
    assert gap.cause == NOT_RUNNING_FOR
    before, after = outcome.record.wall(stop.since_us - 1), outcome.record.wall(outcome.record.last_us)
    assert after < before - timedelta(minutes=50)
    assert totals(outcome.record) == totals(undisturbed(gun_line).record)


def test_a_clock_on_the_wall_that_was_set_meanwhile_is_a_step_and_no_time() -> None:
    outcome = killed(gun_line, at=20, away=90, sets_clock_by=-3600)

    [stop] = outcome.record.stops.all
    assert (stop.by, stop.lasted_us) == (By.BOOT, 90_000_000)
    assert [step["step_ms"] for step in outcome.of(Kind.CLOCK_STEPPED)] == [-3_600_000]
    last = outcome.chunks[-1]
    assert outcome.record.wall(outcome.record.last_us).timestamp() * 1e9 == pytest.approx(last.wall_ns, abs=2e6)


def test_the_charge_is_at_least_what_was_heard_where_the_device_remembers_nothing() -> None:
    outcome = killed(lambda: unit_line(memory=0), at=30, away=20)

    whole = undisturbed(unit_line).record.tally.session
    heard = outcome.record.tally.session
    assert 0 < heard.charge < whole.charge
    assert heard.missing_ms >= 20_000
    assert any("the charge is a lower bound" in what for what in outcome.record.missing_things())


def test_the_power_that_failed_the_device_too_is_a_restart_and_its_counters_begin_again() -> None:
    outcome = killed(lambda: gun_line([{"kind": "reset", "at": "25 s"}]), at=20, away=30, reboots=True)

    assert len(outcome.of(Kind.DEVICE_RESTARTED)) == len(outcome.of(Kind.COUNTER_RESET)) == 1
    assert outcome.record.tally.session.triggers == 100
    assert [figure["agrees"] for figure in outcome.record.reconciled] == [True, True, True]


def test_of_a_device_that_remembers_nothing_what_is_missing_is_counted_by_its_own_numbers() -> None:
    outcome = killed(lambda: gun_line(memory=0), at=20, away=30)

    [gap] = outcome.record.gaps.values()
    given = outcome.record.tally.session.triggers
    assert (given, gap.missing) == (70, 31)
    assert {figure["difference"] for figure in outcome.record.reconciled} == {"-30", "-0.6"}


def test_alarms_that_lasted_go_on_and_those_of_the_program_end_with_it() -> None:
    line = KilledLine.of(gun_line())
    line.play(10)
    for about in ("store", "standstill", "a syringe"):
        told = {"kind": Kind.ALARM.value, "about": about, "priority": "high", "text": about}
        line.put(ChunkKind.ACT, encode(told), link=NO_LINK)
    line.kill()
    line.go_on()

    open_alarms = {alarm.text for alarm in line.end().record.alarms.values() if alarm.ended_us == alarm.began_us}
    resumed = next(entry.number for entry in line.entries if entry.kind == Kind.RECORDING_RESUMED)
    ended = {e.content["alarm"]: e.number for e in line.entries if e.kind == Kind.ALARM_ENDED}
    numbers = {e.content["text"]: e.content["alarm"] for e in line.entries if e.kind == Kind.ALARM}
    opened = next(entry.number for entry in line.entries if entry.kind == Kind.LINK_RESTORED)
    assert open_alarms
    assert resumed < ended[numbers["store"]] < opened
    assert resumed < ended[numbers["standstill"]] < opened
    assert ended[numbers["a syringe"]] > opened


def test_another_device_in_its_place_is_noticed_and_its_reports_are_its_own() -> None:
    wrong = {"kind": "wrong_device", "at": "25 s", "for": "100 s", "serial": "SIM-MG-0666"}

    outcome = killed(lambda: gun_line([wrong]), at=20, away=10)

    [changed] = outcome.of(Kind.DEVICE_CHANGED)
    assert (changed["before"], changed["serial"]) == ("SIM-MG-0001", "SIM-MG-0666")
    assert any(alarm.priority == "high" for alarm in outcome.record.alarms.values())
    assert outcome.of("from_memory") == []


def test_a_device_that_rested_may_have_begun_again_so_that_time_is_a_gap_too() -> None:
    line = KilledLine.of(gun_line(shots=3))
    line.play(15)
    assert line.recorder.sources[1].resting
    line.kill()
    line.away(30)
    line.go_on()
    line.play()

    [gap] = line.end().record.gaps.values()
    assert gap.cause == NOT_RUNNING


def test_what_a_person_types_misses_nothing_and_goes_on() -> None:
    session = typing(*GUN, "dose 0.02 mL", "shots 40")
    clock = session.recorder.clock
    session.wait(60)
    at = Stamp(BEGINS.boot_ns + 10**11, BEGINS.wall_ns + 10**11)
    session.recorder.handle(Resumption.after(clock.last, clock.boot_id, at, clock.boot_id, "test").chunk())
    session.seconds = 100.0
    session.reopen()
    type_in(session, "shots 2")

    record = session.end().record
    assert record.tally.session.triggers == 42
    assert record.gaps == {}
    assert {piece.state for piece in record.devices[1].account.pieces(record.last_us)} == {State.IDLE}


def test_what_hangs_while_a_line_is_closed_is_a_fault_of_the_time_before() -> None:
    """The driver is asked before the clock is based anew: its fault must not fall into another run of the host."""
    line = KilledLine.of(gun_line())
    line.play(20)
    last = line.recorder.clock.last
    line.away(10, reboots=True)
    chunk = _resumption(line)
    line.recorder.sources[1].decoder = _Hangs()
    line.hand(chunk)

    fault = next(each for each in line.chunks if each.kind is ChunkKind.FAULT)
    assert (fault.boot_ns, fault.wall_ns) == (last.boot_ns, last.wall_ns)
    assert line.chunks[-1] == chunk


class _Hangs:
    """Stands in for a decoder that patience has cut off."""

    def feed(self, data: bytes) -> list[Event]:  # noqa: ARG002
        return []

    def end(self) -> list[Event]:
        raise DriverHungError("it did not come back")


def _resumption(line: KilledLine) -> Chunk:
    clock = line.recorder.clock
    return Resumption.after(clock.last, clock.boot_id, line.now, line.boot, "test").chunk()
