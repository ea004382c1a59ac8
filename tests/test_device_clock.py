"""A device's own clock: stated as it is, held against the session's, and never set or guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver.logbook import DeviceClock
from devicelog.recorder.dating import Dating
from tests.gemini import BEGINS, Bench, spoken

CLOCK = DeviceClock(b"time\r\n", "%m/%d/%Y %I:%M:%S %p")


def test_the_clock_is_stated_when_the_line_opens_and_before_it_closes(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    at.wait(30)
    at.look()
    at.session.end()

    said = at.session.of("device_clock")
    assert [one["said"] for one in said] == ["03/09/2026 3:30:00 PM", "03/09/2026 3:30:30 PM"]
    assert [one["moment"] for one in said] == [150_000, 30_450_000]
    assert {one["uncertain"] for one in said} == {550_000}
    assert at.session.alarms == []


def test_a_run_is_dated_by_the_session_and_the_device_s_words_stay(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    at.wait(60)
    moment, happened = at.device.clock, at.session.seconds
    at.device.write(moment)
    at.wait(20)
    at.look()

    (log,) = at.logs
    assert log["written"] == spoken(moment)
    assert abs(log["happened"] / 1e6 - happened) <= log["uncertain"] / 1e6
    assert log["uncertain"] < 2_000_000


def test_a_clock_that_is_set_is_said_and_what_was_written_before_is_less_certain(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    at.wait(60)
    moment = at.device.clock
    at.device.write(moment)
    at.device.seconds += 600
    at.look()

    assert any("was set or does not run evenly" in alarm.text for alarm in at.session.alarms)
    assert at.logs[0]["uncertain"] > 290_000_000


def test_without_a_time_nobody_says_when_it_was(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.ask("version", "sddir \\BTXDATA")
    at.device.write(at.device.clock)
    at.ask("sddir \\BTXDATA")

    assert at.logs[0]["happened"] is None
    assert "clock was not read" in at.logs[0]["doubt"]
    assert at.pulses[0]["happened"] is None
    assert at.session.end().record.observations["pulse"] == 1


@given(
    offset=st.integers(-(10**13), 10**13),
    delays=st.lists(st.integers(0, 5_000_000), min_size=1, max_size=4),
    when=st.integers(0, 4 * 10**8),
)
def test_the_true_moment_is_always_within_the_uncertainty(offset: int, delays: list[int], when: int) -> None:
    """The device's clock runs evenly and shows whole seconds; what was written is dated by any marks."""
    dating = Dating(CLOCK)

    def shown(t_us: int) -> str:
        return spoken(BEGINS + timedelta(seconds=(t_us + offset) // 1_000_000))

    for number, delay in enumerate(delays):
        asked = number * 100_000_000
        dating.sent(CLOCK.request, asked)
        assert dating.heard(shown(asked + delay // 3), 0, asked + delay) is not None

    dated = dating.date(shown(when))

    assert dated is not None
    assert dated.earliest <= when <= dated.latest


@pytest.mark.parametrize("said", ["13/01/2026 3:30:00 PM", "03/09/2026 15:30:00", "", "03/09/26 3:30:00 PM"])
def test_what_is_no_time_of_the_declared_form_is_never_guessed(said: str) -> None:
    assert CLOCK.moment(said) is None


def test_a_time_that_nobody_asked_for_is_no_mark() -> None:
    assert Dating(CLOCK).heard("03/09/2026 3:30:00 PM", 0, 5) is None
