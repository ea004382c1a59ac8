"""The live view of a device that shows a level: a level and the time left, and never a current."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.live.state import LiveState
from devicelog.terminal.device import figures
from tests.test_recorder_directions import BOARD, DISPLAY, TappedSession

if TYPE_CHECKING:
    from tests.conftest import VirtualClock


def shown(session: TappedSession, link: int, virtual_clock: VirtualClock) -> str:
    virtual_clock.at(session.seconds)
    state = LiveState()
    state.take(session.recorder.lines)
    (line,) = figures(state, state.record.devices[link], None, 80) or []
    return " ".join(line.plain.split())


def test_the_level_and_the_time_left_are_shown_and_no_current(virtual_clock: VirtualClock) -> None:
    session = TappedSession()
    session.receive(session.board.enter(16) + session.board.level(5) + session.board.started(), link=BOARD)
    session.run(2)

    assert shown(session, BOARD, virtual_clock) == "LEVEL 5 TIME LEFT 29:58"
    assert shown(session, DISPLAY, virtual_clock) == "DISPLAY'S LINE –"


def test_what_is_not_known_any_more_is_not_shown(virtual_clock: VirtualClock) -> None:
    session = TappedSession()
    session.receive(session.board.enter(16) + session.board.level(5) + session.board.started(), link=BOARD)
    session.receive(session.board.level(6)[1:] + session.board.tick(), link=BOARD)

    assert shown(session, BOARD, virtual_clock) == "LEVEL – TIME LEFT –"
