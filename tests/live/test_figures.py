"""The figures of each kind of device: what it reports and how old that is, and never a number that nobody reported."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from devicelog.driver import ReportKind
from devicelog.live.figures import figures
from devicelog.live.meters import meters, session_limits, unjudged
from devicelog.live.state import LiveState
from devicelog_drivers.manual import DRIVER as MANUAL
from tests import polled_gun
from tests.conftest import Session
from tests.gemini import run_log
from tests.test_recorder_directions import BOARD, TappedSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import VirtualClock
    from tests.gemini import Bench


def seen(session: Session, virtual_clock: VirtualClock) -> LiveState:
    virtual_clock.at(session.seconds)
    state = LiveState()
    state.take(session.recorder.lines)
    return state


def shown(state: LiveState) -> list[tuple[str, str]]:
    return figures(state, state.record.devices[1])


def typed(virtual_clock: VirtualClock, *lines: str) -> LiveState:
    session = Session(MANUAL, protocol="meso-face-gun-intradermal", zones=("forehead",))
    for line in lines:
        session.receive(f"{line}\n".encode())
    return seen(session, virtual_clock)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), [("NO TREATMENT YET", "–")]),
        (("level 5",), [("LEVEL", "5")]),
        (("needles 1", "dose 0.02 mL", "shots 40"), [("INJECTIONS", "40"), ("VOLUME mL", "0.80")]),
        (("shots 40",), [("INJECTIONS, at least", "40"), ("VOLUME mL", "–")]),
        (("current 0.4 mA mean", "set 0.5 mA mean"), [("CURRENT mA", "0.40"), ("SET mA", "0.50")]),
        (("depth 1.5 mm",), [("DEPTH mm, stated", "1.50")]),
    ],
)
def test_of_a_typed_device_what_was_typed_is_shown_and_nothing_else(
    lines: tuple[str, ...], expected: list[tuple[str, str]], virtual_clock: VirtualClock
) -> None:
    assert shown(typed(virtual_clock, *lines)) == expected


def test_a_number_with_decimals_is_drawn_as_it_was_sent(virtual_clock: VirtualClock) -> None:
    state = typed(virtual_clock, "current 0.4 mA mean")
    assert [value for _, value in state.recent.of(1, "current_measured")] == [0.4]


def test_a_typed_device_of_several_kinds_is_held_against_the_limits_of_each(virtual_clock: VirtualClock) -> None:
    state = typed(virtual_clock, "current 0.4 mA mean", "needles 1", "dose 0.02 mL", "shots 40")

    limits = session_limits(state.record)
    held = [meter for kind in state.kinds(1) for meter in meters(state, limits, kind)]

    assert {meter.name: meter.text for meter in held} == {
        "volume, session": "0.8 of 5 mL",
        "volume, this zone": "0.8 of 1 mL",
        "injections, session": "40 of 1000",
        "time, session": "≥ 0 of 60 min",
    }
    assert unjudged(state, limits) == []


def test_a_level_is_not_held_over_a_line_that_was_lost_and_has_no_charge_from_the_beginning(
    virtual_clock: VirtualClock,
) -> None:
    session = TappedSession(protocol="noneedle-ionto-dc-face")
    charge = next(one for one in _held(seen(session, virtual_clock)) if one.name == "charge, session")
    assert charge.text == "cannot be evaluated: no device of this session reports a current"

    session.receive(session.board.enter(16) + session.board.level(5) + session.board.started(), link=BOARD)
    session.run(2)
    assert shown(seen(session, virtual_clock))[0] == ("LEVEL", "5")
    session.lose(link=BOARD)

    state = seen(session, virtual_clock)
    assert shown(state) == [("LEVEL", "–"), ("TIME LEFT", "–")]
    session.wait(4)
    silent = seen(session, virtual_clock).silent_us(BOARD)
    assert silent is not None
    assert silent >= 4_000_000


def _held(state: LiveState) -> list:  # type: ignore[type-arg]
    limits = session_limits(state.record)
    return [
        meter for link in state.record.devices for kind in state.kinds(link) for meter in meters(state, limits, kind)
    ]


def test_a_limit_that_no_device_of_the_session_is_about_is_said_to_be_unjudged(
    noneedle: Callable[..., object], virtual_clock: VirtualClock
) -> None:
    unit = noneedle(protocol="meso-face-gun-intradermal", zones=("forehead",))
    state = seen(unit.session, virtual_clock)  # type: ignore[attr-defined]

    assert {meter.name: meter.verdict for meter in unjudged(state, session_limits(state.record))} == {
        "volume, session": "not evaluable",
        "volume, this zone": "not evaluable",
        "injections, session": "not evaluable",
    }


def test_a_device_that_only_counts_shows_its_counters(virtual_clock: VirtualClock) -> None:
    counted = dataclasses.replace(polled_gun.COUNTED, kind=ReportKind.STATUS)
    driver = dataclasses.replace(polled_gun.DRIVER, reports=(counted, polled_gun.OTHER))
    session = Session(driver)
    assert shown(seen(session, virtual_clock)) == [("NO TREATMENT YET", "–")]

    session.receive(b"12 240 ul 0 R\n")

    assert shown(seen(session, virtual_clock)) == [("TRIGGERS SESSION", "12"), ("VOLUME SESSION mL", "0.24")]


def test_an_electroporator_that_only_keeps_logs_shows_the_pulses_of_them(
    bench: Callable[..., Bench], virtual_clock: VirtualClock
) -> None:
    at = bench(zones=("forehead",))
    at.look()
    at.wait(60)
    at.device.write(at.device.clock, run_log(at.device.clock, pulses=3))
    at.wait(10)
    at.look()

    state = seen(at.session, virtual_clock)

    assert shown(state) == [("PULSES", "3"), ("LAST PULSE V", "2304"), ("SET V", "2300")]
    silent = state.silent_us(1)
    assert silent is not None
    assert silent >= 8_000_000
