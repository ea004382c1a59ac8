"""What was measured lately, thinned as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog.live.recent import KEPT_US
from devicelog.live.state import LiveState

if TYPE_CHECKING:
    from collections.abc import Callable


def test_no_extreme_is_lost_and_a_fast_device_takes_no_more_room(noneedle: Callable[..., Any]) -> None:
    unit = noneedle()
    for current in (1_500, 4_200, 900, 1_500, 1_500):
        unit.sample(current)
    state = LiveState()
    state.take(unit.session.recorder.lines)

    seen = state.recent.of(1, "current_measured")
    assert max(value for _, value in seen if value is not None) == 4.2
    assert min(value for _, value in seen if value is not None) == 0.9
    assert [at for at, _ in seen] == sorted(at for at, _ in seen)
    assert state.recent.of(1, "depth") == []
    assert state.recent.of(2, "current_measured") == []


def test_what_is_old_is_let_go(noneedle: Callable[..., Any]) -> None:
    unit = noneedle()
    unit.flow(1_500, 2)
    unit.beat("P", seconds=KEPT_US / 1e6 + 5)
    unit.flow(1_500, 2)
    state = LiveState()
    state.take(unit.session.recorder.lines)

    seen = state.recent.of(1, "current_measured")
    assert seen[-1][0] - seen[0][0] < 5_000_000
