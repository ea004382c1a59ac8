"""An alarm that somebody has seen: it stays while its cause does, and is let go when that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.ledger import Kind, encode
from devicelog.live.state import LiveState
from devicelog.record.as_json import content
from devicelog.record.record import fold

if TYPE_CHECKING:
    from collections.abc import Callable


def state_of(session: Any) -> LiveState:
    state = LiveState()
    state.take(session.recorder.lines)
    return state


def say(session: Any, kind: Kind, **said: Any) -> None:
    session.put(ChunkKind.ACT, encode({"kind": kind.value, **said}), link=NO_LINK)


def test_a_latched_alarm_that_is_over_stays_until_it_is_acknowledged(mesogun: Callable[..., Any]) -> None:
    gun = mesogun()
    gun.inject()
    say(gun.session, Kind.ALARM, about="x", priority="high", text="something must be seen", latching=True)
    (alarm,) = state_of(gun.session).open_alarms()
    say(gun.session, Kind.ALARM_ENDED, about="x")
    assert [one.number for one in state_of(gun.session).held_alarms()] == [alarm.number]

    say(gun.session, Kind.ALARM_ACKNOWLEDGED, alarm=alarm.number, since=alarm.began_us, by="Ann")

    state = state_of(gun.session)
    assert state.held_alarms() == []
    assert [one.by for one in state.record.alarms[alarm.number].acknowledged] == ["Ann"]


def test_an_acknowledged_alarm_whose_cause_lasts_is_open_still(mesogun: Callable[..., Any]) -> None:
    gun = mesogun()
    say(gun.session, Kind.ALARM, about="x", priority="low", text="something lasts")
    (alarm,) = state_of(gun.session).open_alarms()

    say(gun.session, Kind.ALARM_ACKNOWLEDGED, alarm=alarm.number, since=alarm.began_us, by="Ann")

    record = state_of(gun.session).record
    assert record.open_alarms == [record.alarms[alarm.number]]
    (said,) = content(record)["alarms"]
    assert [one["by"] for one in said["acknowledged"]] == ["Ann"]


def test_in_another_version_of_the_session_no_other_alarm_is_taken_for_it(mesogun: Callable[..., Any]) -> None:
    gun = mesogun()
    say(gun.session, Kind.ALARM, about="x", priority="low", text="something lasts")
    (alarm,) = state_of(gun.session).open_alarms()
    say(gun.session, Kind.ALARM_ACKNOWLEDGED, alarm=alarm.number, since=alarm.began_us + 1, by="Ann")

    record = fold(line.entry() for line in gun.session.recorder.lines)
    assert record.alarms[alarm.number].acknowledged == []
