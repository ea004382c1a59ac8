"""Counts over time, of sessions whose figures are known by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from devicelog.numbers import some
from devicelog.search.digest import Alarms, Counted, CountedDifference, CountedMean, Gaps
from devicelog.search.statistics import By, statistics
from devicelog.search.statistics_chart import chart


def session(number: int, started: str, **more: Any) -> Counted:
    """A session; what is not said is nothing."""
    said: dict[str, Any] = {"number": number, "state": "ended", "started": f"{started}.000000Z", "zone": None}
    said |= {
        "protocol": "p",
        "treated": True,
        "refused": False,
        "alarms": [],
        "gaps": [],
        "means": [],
        "differences": [],
    }
    return Counted(**(said | more))


def mean(value: str, given: str | None, count: int = 10) -> CountedMean:
    return CountedMean("volume", count, value, given, "SN1")


def test_sessions_are_counted_where_they_began_and_no_period_is_left_out() -> None:
    found = statistics(
        [
            session(1, "2026-01-31T23:30:00", zone="+01:00"),  # there it was February already
            session(2, "2026-01-31T23:30:00", zone="-05:00", state="interrupted"),
            session(3, "2026-04-01T08:00:00", treated=False),
        ],
        By.MONTH,
    )

    counted = [(period.begin.month, period.sessions, period.interrupted, period.untreated) for period in found.periods]
    assert counted == [(1, 1, 1, 0), (2, 1, 0, 0), (3, 0, 0, 0), (4, 1, 0, 1)]


def test_what_was_refused_is_no_session_and_counted_apart() -> None:
    blamed = Alarms("high", "screening", None, 1)
    refused = session(2, "2026-01-02T08:00:00", treated=False, refused=True, alarms=[blamed])
    found = statistics([session(1, "2026-01-01T08:00:00"), refused], By.MONTH)

    assert (found.sessions, found.refused, found.alarms) == (1, 1, [])
    [month] = found.periods
    assert (month.sessions, month.refused, month.untreated, month.alarms) == (1, 1, 0, {})


@pytest.mark.parametrize(
    ("by", "begins"),
    [
        (By.DAY, [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]),
        (By.WEEK, [date(2026, 2, 23), date(2026, 3, 2)]),
        (By.MONTH, [date(2026, 2, 1), date(2026, 3, 1)]),
    ],
)
def test_a_period_is_a_day_a_week_from_monday_or_a_month(by: By, begins: list[date]) -> None:
    found = statistics([session(1, "2026-02-27T08:00:00"), session(2, "2026-03-02T08:00:00")], by)

    assert [period.begin for period in found.periods] == begins


def test_alarms_are_told_of_each_protocol_in_a_hundred_sessions() -> None:
    deep = Alarms("medium", "injection depth", 1, 3)
    found = statistics(
        [
            session(1, "2026-01-01T08:00:00", alarms=[deep]),
            session(2, "2026-01-01T09:00:00"),
            session(3, "2026-01-01T10:00:00", protocol=None, alarms=[Alarms("low", "link lost", None, 1)]),
        ],
        By.DAY,
    )

    told = [(one.protocol, one.name, one.count, one.sessions, one.per_hundred) for one in found.alarms]
    assert told == [(None, "link lost", 1, 1, Decimal(100)), ("p", "injection depth", 3, 1, Decimal(150))]
    assert found.periods[0].alarms == {"medium": 3, "low": 1}


def test_drift_weighs_sessions_by_what_was_measured_and_leaves_out_what_was_not_set() -> None:
    found = statistics(
        [
            session(1, "2026-01-01T08:00:00", means=[mean("0.022", "0.02", count=30)]),
            session(2, "2026-01-01T09:00:00", means=[mean("0.018", "0.02", count=10)]),
            session(3, "2026-01-02T08:00:00", means=[mean("0.9", None)]),
            session(4, "2026-02-01T08:00:00", means=[mean("0.021", "0.02")]),
        ],
        By.MONTH,
    )

    [drift] = found.drifts
    assert drift.whole.sessions == 3
    assert drift.periods[date(2026, 1, 1)].relative == Decimal("0.05")  # (30 × 0.022 + 10 × 0.018) / (40 × 0.02)
    assert drift.periods[date(2026, 2, 1)].relative == Decimal("0.05")


def test_counters_tell_how_often_and_how_far_device_and_record_differ() -> None:
    def figure(relative: str, *, agrees: bool) -> CountedDifference:
        return CountedDifference("volume_session", "SN1", relative, agrees)

    found = statistics(
        [
            session(1, "2026-01-01T08:00:00", differences=[figure("0", agrees=True)]),
            session(2, "2026-01-01T09:00:00", differences=[figure("-0.2", agrees=False)]),
            session(3, "2026-01-01T10:00:00", differences=[figure("0.1", agrees=False)]),
        ],
        By.DAY,
    )

    [counter] = found.counters
    assert (counter.compared, counter.differ, counter.greatest) == (3, 2, Decimal("-0.2"))


def test_gaps_add_up_by_cause_and_an_unknown_number_stays_unknown() -> None:
    found = statistics(
        [
            session(1, "2026-01-01T08:00:00", gaps=[Gaps("silent", 2, "3.5", 4), Gaps("unplugged", 1, "10", None)]),
            session(2, "2026-01-01T09:00:00", gaps=[Gaps("silent", 1, "1.5", 1)]),
        ],
        By.DAY,
    )

    silent, unplugged = found.gaps["silent"], found.gaps["unplugged"]
    assert (silent.count, silent.seconds, silent.missing, silent.unknown, silent.sessions) == (3, Decimal(5), 5, 0, 2)
    assert (unplugged.missing, unplugged.unknown) == (0, 1)
    whole = found.periods[0].gaps
    assert (whole.count, whole.seconds, whole.unknown, whole.sessions) == (4, Decimal(15), 1, 2)


@pytest.mark.parametrize("count", [0, 1, 40])
def test_the_chart_is_sound_however_many_sessions_there_are(count: int) -> None:
    sessions = [session(n, f"2026-01-{n % 28 + 1:02}T08:00:00", means=[mean("0.021", "0.02")]) for n in range(count)]

    drawn = chart(statistics(sessions, By.WEEK))

    assert some(count, "session") in drawn
    ElementTree.fromstring(drawn)
