"""What a live view knows at a moment: values that are current, and how each link stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog.live.state import LinkState, LiveState
from devicelog.recording.backlog import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import VirtualClock


def _link(state: LiveState) -> LinkState:
    return state.link_state(state.record.devices[1])[0]


@pytest.fixture
def seen(virtual_clock: VirtualClock) -> Callable[[Any], LiveState]:
    """The state after all that a test's session has had so far, at that moment."""

    def look(session: Any) -> LiveState:
        virtual_clock.at(session.seconds)
        state = LiveState()
        state.take(session.recorder.lines)
        return state

    return look


def test_the_depth_is_that_of_the_last_injection_only(mesogun: Callable[..., Any], seen: Any) -> None:
    gun = mesogun()
    assert seen(gun.session).value(1, "depth") is None
    gun.inject(depth=1_500)
    assert str(seen(gun.session).value(1, "depth")) == "1.500"
    gun.inject(depth=None)
    assert seen(gun.session).value(1, "depth") is None


def test_a_current_grows_old_while_the_device_still_speaks(noneedle: Callable[..., Any], seen: Any) -> None:
    unit = noneedle()
    unit.flow(1_500, 3)
    unit.beat("P", seconds=5)
    state = seen(unit.session)

    assert _link(state) is LinkState.CONNECTED
    assert state.value(1, "current_measured") is None
    assert state.value(1, "voltage") is None


def test_the_end_at_the_device_is_no_silence(mesogun: Callable[..., Any], seen: Any) -> None:
    gun = mesogun()
    gun.inject()
    gun.finish()
    gun.session.wait(10)

    assert _link(seen(gun.session)) is LinkState.ENDED


def test_since_when_the_store_is_in_trouble_does_not_move_with_the_present_moment(
    mesogun: Callable[..., Any], virtual_clock: VirtualClock
) -> None:
    gun = mesogun()
    gun.inject()
    state = LiveState()
    state.take(gun.session.recorder.lines)
    virtual_clock.at(20)
    state.trouble = Trouble.FULL

    virtual_clock.at(50)
    state.trouble = Trouble.FULL

    assert [(alarm.text, alarm.began_us) for alarm in state.open_alarms()] == [(Trouble.FULL.value, 20_000_000)]
