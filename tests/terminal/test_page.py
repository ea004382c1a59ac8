"""What the live view shows of a session, as text: composed on a virtual clock, no terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.chunk import ChunkKind
from devicelog.ledger import Kind, encode
from devicelog.live.meters import session_limits
from devicelog.live.state import LinkState, LiveState
from devicelog.steps.keys import KeyPrompt
from devicelog.terminal.digits import Pixel
from devicelog.terminal.keys import key_lines
from devicelog.terminal.page import page
from devicelog_drivers import reference_mesogun, reference_noneedle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from devicelog.ledger import Line
    from tests.conftest import VirtualClock


def _state(lines: Sequence[Line]) -> LiveState:
    state = LiveState()
    state.take(lines)
    return state


def _shown(state: LiveState, width: int = 80, height: int = 23, *, ascii_only: bool = False) -> list[str]:
    return [line.plain for line in page(state, session_limits(state.record), width, height, ascii_only=ascii_only)]


def _drawn(number: str) -> str:
    """The middle row of a number in the digits of an 80-column screen."""
    return Pixel(2).draw(number)[2]


def _act(session: Any, kind: Kind, **content: Any) -> None:
    session.seconds += 1
    session.put(ChunkKind.ACT, encode({"kind": kind.value, **content}), link=0)


def _link(state: LiveState, link: int = 1) -> LinkState:
    return state.link_state(state.record.devices[link])[0]


@pytest.fixture
def seen(virtual_clock: VirtualClock) -> Callable[[Any], LiveState]:
    """The state after all that a test's session has had so far, at that moment."""

    def look(session: Any) -> LiveState:
        virtual_clock.at(session.seconds)
        return _state(session.recorder.lines)

    return look


def test_a_gun_shows_count_volume_depth_and_zone(recorded: dict[str, list[Line]], virtual_clock: VirtualClock) -> None:
    virtual_clock.at(60)
    lines = recorded["gun"]
    observations = [entry for line in lines if (entry := line.entry()).kind == "observation"]
    judged = [entry.number for entry in observations if entry.content[3] is not None]
    shown = _shown(_state(lines[: judged[-1]]))
    text = "\n".join(shown)

    assert "RECORDING" in shown[0]
    assert "SIMULATED" in shown[0]
    assert "EXAMPLE, UNAPPROVED" in shown[0]
    assert "meso-face-gun-intradermal, version 1" in shown[1]
    assert "MG-REF SIM-MG-0001 FW1.0.0, SIMULATED" in text
    assert "● connected" in text
    assert "INJECTIONS" in text
    assert _drawn("23") in text
    assert "zone Cheek, left: 10 injections, 0.2 mL" in text
    assert "0.5 of 5 mL" in text
    assert "no gaps" in shown[-1]


def test_a_pause_is_said_in_the_place_of_recording_and_so_is_what_was_given_in_it(
    mesogun: Callable[..., Any], seen: Any
) -> None:
    gun = mesogun()
    gun.inject()
    _act(gun.session, Kind.PAUSED, by="Ann")
    assert _shown(seen(gun.session))[0].startswith(" ■ PAUSED, recording")
    assert "GIVEN WHILE PAUSED" not in "\n".join(_shown(seen(gun.session)))

    gun.inject()
    gun.inject()
    assert " ▲ GIVEN WHILE PAUSED: 2 injections, 0.04 mL " in _shown(seen(gun.session))
    _act(gun.session, Kind.RESUMED, by="Ann")
    gun.inject()

    shown = _shown(seen(gun.session))
    assert shown[0].startswith(" ● RECORDING")
    assert " ▲ GIVEN WHILE PAUSED: 2 injections, 0.04 mL " in shown, "it is not forgotten"


def test_the_syringe_in_use_stands_beside_the_zone(mesogun: Callable[..., Any], seen: Any) -> None:
    gun = mesogun()
    parts = [{"product": 1, "volume": "1"}]
    _act(gun.session, Kind.SYRINGE, syringe=2, label="right tray", parts=parts, volume="1", unit="mL", by="Ann")
    assert "syringe" not in "\n".join(_shown(seen(gun.session)))

    _act(gun.session, Kind.SYRINGE_IN_USE, syringe=2, because="chosen by a key")
    gun.inject()

    assert " · syringe 2 right tray" in "\n".join(_shown(seen(gun.session)))


@pytest.mark.parametrize("width", [40, 80, 100])
def test_the_foot_has_every_key_at_every_width(width: int) -> None:
    for prompt in (KeyPrompt(), KeyPrompt(said="kept: paused", paused=True)):
        lines = [line.plain for line in key_lines(prompt, width, aside=False)]
        assert all(len(line) <= width for line in lines)
        for key in ("z zone", "s syringe", "p resume" if prompt.paused else "p pause", "? keys", "Ctrl-C ends"):
            assert key in "\n".join(lines)


def test_a_long_line_shows_the_end_that_is_being_typed() -> None:
    (line, _) = key_lines(KeyPrompt("note", "a" * 100 + " the end"), 60, aside=False)

    assert line.plain.startswith(" note ▸ …aaa")
    assert line.plain.endswith("aaa the end ")
    assert line.cell_len == 60


def test_the_help_of_the_keys_says_once_what_drops_a_line() -> None:
    shown = [line.plain for line in key_lines(KeyPrompt("keys", choices=("z zone", "s syringe")), 80, aside=False)]

    assert shown[1:] == [" z zone · s syringe · Esc drops"]


def test_a_lost_link_takes_the_values_with_it(mesogun: Callable[..., Any], seen: Any) -> None:
    gun = mesogun()
    gun.inject(depth=1_500)
    gun.session.lose()
    gun.session.wait(4)
    state = seen(gun.session)
    text = "\n".join(_shown(state))

    assert _link(state) is LinkState.LOST
    assert "✖ LOST for 00:04" in text
    assert state.value(1, "depth") is None
    assert _drawn("1.50") not in text
    assert "INJECTIONS, at least" in text
    assert "■ MEDIUM" in text
    assert "1 gap, 1 open now" in text


def test_a_silent_device_takes_the_values_with_it(noneedle: Callable[..., Any], seen: Any) -> None:
    unit = noneedle()
    unit.flow(1_500, 3)
    assert str(seen(unit.session).value(1, "current_measured")) == "1.500"
    unit.session.wait(5)
    state = seen(unit.session)

    assert _link(state) is LinkState.SILENT
    assert state.value(1, "current_measured") is None
    assert "■ SILENT" in "\n".join(_shown(state))


def test_a_restored_link_shows_values_again(mesogun: Callable[..., Any], seen: Any) -> None:
    gun = mesogun()
    gun.inject()
    gun.session.lose()
    gun.session.wait(3)
    gun.session.reopen()
    gun.identify("SN1")
    gun.inject(depth=1_700)
    state = seen(gun.session)

    assert _link(state) is LinkState.CONNECTED
    assert str(state.value(1, "depth")) == "1.700"
    assert "over: ■ MEDIUM" in "\n".join(_shown(state))


def test_two_devices_and_the_alarm_fit_a_small_terminal(new_session: Callable[..., Any], seen: Any) -> None:
    session = new_session(reference_mesogun.DRIVER, reference_noneedle.DRIVER, zones=("cheek",))
    state = seen(session)
    shown = _shown(state)

    assert len(shown) <= 23
    assert any("INJECTIONS" in line for line in shown)
    assert any("CHARGE" in line for line in shown)
    assert "NO LIMITS" in shown[0]


@pytest.mark.parametrize(("width", "height"), [(80, 23), (120, 39), (60, 14), (40, 9), (20, 4), (200, 60)])
@pytest.mark.parametrize("name", ["gun", "current"])
def test_every_size_is_kept(
    recorded: dict[str, list[Line]], virtual_clock: VirtualClock, name: str, width: int, height: int
) -> None:
    virtual_clock.at(30)
    lines = recorded[name]
    for count in (0, 1, 5, len(lines) // 2, len(lines)):
        shown = page(_state(lines[:count]), (), width, height, ascii_only=False)

        assert len(shown) <= height
        assert all(line.cell_len <= width for line in shown)


def test_an_alarm_is_seen_at_every_size(recorded: dict[str, list[Line]], virtual_clock: VirtualClock) -> None:
    virtual_clock.at(40)
    lines = recorded["current"]
    high = next(line.number for line in lines if b'"priority":"high"' in line.body)
    for width, height in ((80, 23), (120, 39), (60, 14), (40, 9)):
        assert any("▲ HIGH" in line for line in _shown(_state(lines[:high]), width, height))


def test_a_terminal_without_unicode_has_no_half_blocks(
    recorded: dict[str, list[Line]], virtual_clock: VirtualClock
) -> None:
    virtual_clock.at(40)
    for height in range(5, 40):
        text = "".join(_shown(_state(recorded["gun"]), height=height, ascii_only=True))
        assert "▀" not in text
        assert "▄" not in text


def test_composing_is_cheap(recorded: dict[str, list[Line]], virtual_clock: VirtualClock) -> None:
    virtual_clock.at(40)
    state = _state(recorded["gun"])
    limits = session_limits(state.record)
    began = time.thread_time()
    for _ in range(20):
        page(state, limits, 80, 23, ascii_only=False)

    assert time.thread_time() - began < 20 * 0.02, "of this thread's own time, whatever else the computer does"
