"""What a screen reader is told of alarms: each begins once, and a storm of them is not shouted."""

from __future__ import annotations

from devicelog.web.live.alarms import Told
from devicelog.web.live.announcing import PAUSE, Announced, Announcer


def told(number: int, priority: str = "medium", *, seen: bool = False) -> Told:
    by = "Ann" if seen else None
    return Told(number, priority, f"alarm {number}", f"alarm {number}", "00:01", True, by, "", about_person=False)


def numbers(*said: Announced | None) -> list[int | None]:
    return [one.number if one is not None else None for one in said]


def test_an_alarm_is_announced_once_however_often_it_is_looked_at() -> None:
    announcer = Announcer()
    assert announcer.now([], 0) is None

    said = [announcer.now([told(1), *(told(0, "low") for _ in range(n))], n) for n in range(60)]

    assert said == [said[0]] * 60
    assert said[0] is not None
    assert said[0].interrupts


def test_fifty_alarms_at_once_are_one_announcement_and_the_last_of_them_a_second_one() -> None:
    announcer = Announcer()
    heard = {announcer.now([told(n)], n // 10) for n in range(1, 51)}
    heard.add(announcer.now([told(50)], PAUSE))
    assert sorted(one.number for one in heard if one is not None) == [1, 50]


def test_a_more_urgent_alarm_interrupts_at_once_and_a_less_urgent_one_waits() -> None:
    announcer = Announcer()
    low = announcer.now([told(1, "low")], 0)
    high = announcer.now([told(2, "high"), told(1, "low")], 0)
    after = announcer.now([told(1, "low")], 1)
    later = announcer.now([told(3), told(1, "low")], PAUSE + 1)

    assert numbers(low, high, after, later) == [1, 2, 2, 3]
    assert low is not None
    assert not low.interrupts


def test_what_was_acknowledged_is_announced_no_more_and_the_end_of_all_is_said_once() -> None:
    announcer = Announcer()
    assert numbers(announcer.now([told(1, seen=True)], 0)) == [None]
    announcer.now([told(2)], 1)
    over = [announcer.now([], n) for n in range(2, 9)]
    assert {one.alarm for one in over if one is not None} == {None}
    assert numbers(announcer.now([told(3)], 9)) == [3]
