"""What those who look on take from a session in progress, a piece at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devicelog.live.state import LiveState
from devicelog.recording.backlog import Trouble
from devicelog.station.hub import Hub

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_long_session_that_goes_on_is_taken_in_pieces_and_nothing_of_it_twice(mesogun: Callable[..., Any]) -> None:
    gun = mesogun()
    for _ in range(20):
        gun.inject()
    lines, hub = gun.session.recorder.lines, Hub()
    hub.take(list(lines[:-3]))
    hub.take(list(lines[-3:]))

    taken = hub.drain(7)
    assert len(taken) == 7
    while hub.is_waiting:
        more = hub.drain(7)
        assert 0 < len(more) <= 7
        taken += more

    assert taken == list(lines)
    assert hub.state.record.entries == len(lines)
    assert hub.state.record.tally.session.triggers == 20


def test_whoever_looks_on_is_woken_by_all_that_is_new_and_stops_nothing_when_he_is_gone() -> None:
    hub, woken = Hub(), []

    def gone() -> None:
        raise RuntimeError("the event loop has ended")

    hub.woken(gone)
    hub.woken(lambda: woken.append(1))
    hub.warn(None)
    hub.cry("it stands still", last=False, over=False)
    hub.wake()
    hub.end()
    assert len(woken) == 4
    assert hub.standstill is not None
    assert hub.standstill.sentence == hub.unsafe == "it stands still"
    hub.cry("it goes on", last=False, over=True)
    assert hub.standstill is None, "that it goes on is no alarm"
    hub.warn(Trouble.FULL)
    assert hub.unsafe == Trouble.FULL
    assert hub.is_over


def test_a_standstill_is_no_secret_to_who_looks_at_older_lines_meanwhile(mesogun: Callable[..., Any]) -> None:
    gun, hub = mesogun(), Hub()
    gun.inject()
    lines = list(gun.session.recorder.lines)
    hub.take(lines[:-1])
    hub.cry("it stands still", last=False, over=False)
    hub.drain()
    assert hub.unsafe == "it stands still"

    hub.take(lines[-1:])
    assert hub.unsafe is None, "what came became durable"


def test_what_could_not_be_taken_in_is_never_passed_over_but_made_again_of_what_is_durable(
    mesogun: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    gun = mesogun()
    for _ in range(4):
        gun.inject()
    lines, hub = list(gun.session.recorder.lines), Hub()
    hub.take(lines[:-2])
    with monkeypatch.context() as patch:
        patch.setattr(hub.state.recent, "take", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hub.drain()
    assert not hub.is_whole

    hub.forget()
    again = LiveState()
    again.take(lines[:-1])
    hub.renew(again, lines[-2].number)
    hub.take(lines[-2:])
    hub.drain()

    assert hub.is_whole
    assert hub.state.record.entries == len(lines)
    assert hub.state.record.tally.session.triggers == 4
