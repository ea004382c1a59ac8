"""An injection without a sequence number is counted once: what its own count of triggers says about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog.driver import Category, Driver
from devicelog.record.record import fold
from devicelog.recorder.recorder import Recorder
from tests.conftest import BEGINS
from tests.profile.profiles import HEAD, LINES, driver_of

if TYPE_CHECKING:
    from tests.conftest import Session

FAST = LINES.replace("modulus = 65536", "modulus = 65536\nmax_rate = 9")
CLOCKED = """
[line]
ends = ["\\r\\n"]

[[report]]
name = "shot"
kind = "injection"
fields = { separator = " ", count = 3, starts = "SHOT" }

[[report.metric]]
name = "triggers_session"
category = "counter"
counts = "session"
modulus = 65536
field = 1

[[report.metric]]
name = "CLOCK"
category = "CLOCK"
modulus = 65536
field = 2
"""


def clocked(category: Category) -> Driver:
    return driver_of(HEAD.format(engine="lines") + CLOCKED.replace("CLOCK", category.value))


def shots(new_session: type[Session], *counts: Any, text: str = FAST, apart: float = 1) -> Session:
    """A session with one line for each count; a count may bring its volume: `(8, 25)`."""
    session = new_session(driver_of(text))
    for said in counts:
        count, volume = said if isinstance(said, tuple) else (said, 20)
        session.wait(apart)
        session.receive(b"SHOT %d %d ul\r\n" % (count, volume))
    return session


def triggers(session: Session) -> int:
    """What recorder and record have counted."""
    counted = session.record.tally.session.triggers
    assert session.recorder.tally.session.triggers == counted
    return counted


@pytest.mark.parametrize("text", [LINES, FAST])
def test_a_line_whose_count_did_not_step_is_a_repeat(new_session: type[Session], text: str) -> None:
    session = shots(new_session, 1, 2, 2, 2, 3, text=text)

    assert triggers(session) == 3
    assert len(session.of("repeat")) == 2
    assert session.alarms == []
    [figure] = session.end().record.reconciled
    assert (figure["device"], figure["recorded"], figure["agrees"]) == ("3", "3", True)


@pytest.mark.parametrize("text", [LINES, FAST])
def test_a_line_that_comes_late_is_kept_and_not_counted_and_is_no_reset(new_session: type[Session], text: str) -> None:
    session = shots(new_session, 8, 8, 7, 9, text=text)

    assert triggers(session) == 2
    assert session.of("counter_reset") == []
    [found], [conflict] = session.of("counter_anomaly"), session.of("conflict")
    assert (found["metric"], found["before"], found["now"]) == ("triggers_session", 8, 7)
    assert (conflict["because"], conflict["values"][0]) == ("late", 7)
    assert [alarm.priority for alarm in session.alarms] == ["medium"]


def test_the_same_count_with_another_volume_is_a_conflict(new_session: type[Session]) -> None:
    session = shots(new_session, (8, 20), (8, 25))

    assert triggers(session) == 1
    assert [conflict["because"] for conflict in session.of("conflict")] == ["conflict"]


@pytest.mark.parametrize(
    ("counts", "entries"),
    [
        ((7, 8, 1, 2, 3), ["counter_reset"]),
        ((65_534, 65_535, 0, 1), ["counter_wrapped"]),
        ((65_534, 65_535, 1), ["counter_wrapped"]),
        ((5, 60_000, 60_001), ["counter_anomaly"]),
        ((5, 60_005, 6, 7), ["counter_anomaly", "counter_reset"]),
    ],
)
def test_a_count_that_begins_again_wraps_or_jumps_is_of_a_new_injection(
    new_session: type[Session], counts: tuple[int, ...], entries: list[str]
) -> None:
    session = shots(new_session, *counts)

    assert triggers(session) == len(counts)
    assert [kind for kind in session.kinds if kind.startswith("counter")] == entries


def test_a_count_may_have_gone_on_for_as_long_as_nothing_was_heard(new_session: type[Session]) -> None:
    session = shots(new_session, 8, 60, apart=10)

    assert triggers(session) == 2
    assert session.alarms == []


def test_where_nobody_says_how_fast_it_counts_one_that_begins_again_is_counted_and_an_alarm(
    new_session: type[Session],
) -> None:
    session = shots(new_session, 7, 8, 1, 2, text=LINES)

    assert triggers(session) == 4
    assert len(session.of("counter_anomaly")) == len(session.alarms) == 1


def test_a_count_is_not_held_against_one_from_before_the_line_was_lost(new_session: type[Session]) -> None:
    session = shots(new_session, 3, 4)
    session.lose()
    session.wait(5)
    session.reopen()
    session.receive(b"SHOT 4 20 ul\r\nSHOT 5 20 ul\r\n")

    assert triggers(session) == 4


@pytest.mark.parametrize(
    ("category", "clocks"), [(Category.EPOCH, (7, 7, 8)), (Category.UPTIME, (40_000, 41_000, 1_000))]
)
def test_a_device_that_says_that_it_restarted_counts_anew(
    new_session: type[Session], category: Category, clocks: tuple[int, ...]
) -> None:
    session = new_session(clocked(category))
    for count, clock in zip((1, 2, 2), clocks, strict=True):
        session.wait(1)
        session.receive(b"SHOT %d %d\r\n" % (count, clock))

    assert triggers(session) == 3
    assert len(session.of("device_restarted")) == 1
    [found] = session.of("counter_reset")
    assert (found["before"], found["now"], found["exact"]) == (2, 2, False)


@pytest.mark.parametrize("cut", [0, 3, 5, 17])
def test_lines_that_come_at_once_are_counted_like_lines_one_by_one(new_session: type[Session], cut: int) -> None:
    lines = [b"SHOT %d 20 ul\r\n" % count for count in (*range(1, 9), 8, 8, 7, *range(9, 20))]
    session = new_session(driver_of(FAST))
    session.wait(30)
    session.receive(b"".join(lines[:cut]))
    session.receive(b"".join(lines[cut:]))

    assert triggers(session) == 19
    assert (len(session.of("repeat")), len(session.of("conflict"))) == (2, 1)


def test_the_kept_chunks_give_the_same_entries(new_session: type[Session]) -> None:
    session = shots(new_session, 7, 8, 8, 7, 9, 1, 2)
    again = Recorder(session.plan, None, BEGINS)
    for chunk in session.chunks:
        again.handle(chunk)

    assert [line.body for line in again.lines] == [line.body for line in session.recorder.lines]
    assert fold(line.entry() for line in again.lines).tally.session.triggers == 5
