"""A counter that does not go up by one: a step, a wrap, a reset or an anomaly, by rule and never guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import Category, Metric
from devicelog.observation.counters import Change, Counter, classify
from tests.faults.backfill import gun_line

if TYPE_CHECKING:
    from tests.conftest import Gun

NewGun = Callable[..., "Gun"]

#: Ten a second at most, sixteen bits.
FAST = Metric("shots", Category.COUNTER, "count", {"": "dimensionless"}, modulus=65_536, max_rate=10)
SESSION = Metric("shots", Category.COUNTER, "count", {"": "dimensionless"}, modulus=65_536, max_rate=10, zeroed=True)
#: Nobody says how fast it may go.
UNKNOWN = Metric("shots", Category.COUNTER, "count", {"": "dimensionless"}, modulus=65_536)
SECOND = 1_000_000


@pytest.mark.parametrize(
    ("before", "now", "metric", "seconds", "restarted", "change", "counted"),
    [
        (5, 6, FAST, 1, False, Change.STEP, 1),
        (5, 5, FAST, 1, False, Change.STEP, 0),
        (5, 25, FAST, 1, False, Change.STEP, 20),
        (5, 26, FAST, 1, False, Change.ANOMALY, None),
        (5, 60_000, UNKNOWN, 1, False, Change.STEP, 59_995),
        (65_530, 4, FAST, 1, False, Change.WRAP, 10),
        (65_530, 40, FAST, 1, False, Change.ANOMALY, None),
        (65_530, 4, UNKNOWN, 1, False, Change.ANOMALY, None),
        (500, 3, FAST, 1, False, Change.RESET, 3),
        (500, 300, FAST, 1, False, Change.ANOMALY, None),
        (8, 7, FAST, 1, False, Change.ANOMALY, None),
        (8, 0, FAST, 1, False, Change.RESET, 0),
        (8, 1, FAST, 1, False, Change.RESET, 1),
        (500, 300, FAST, 1, True, Change.RESET, 300),
        (500, 501, FAST, 1, True, Change.STEP, 1),
        (500, 501, SESSION, 1, True, Change.RESET, 501),
        (500, 3, UNKNOWN, 1, True, Change.RESET, 3),
        (500, 3, UNKNOWN, 1, False, Change.ANOMALY, None),
    ],
)
def test_a_change_is_what_the_rules_say(
    before: int, now: int, metric: Metric, seconds: int, restarted: bool, change: Change, counted: int | None
) -> None:
    found = classify(before, now, metric, elapsed_us=seconds * SECOND, restarted=restarted)

    assert (found.change, found.delta) == (change, counted)
    assert found.exact == (change in (Change.STEP, Change.WRAP))


@given(start=st.integers(0, 65_535), steps=st.lists(st.integers(0, 10), max_size=200))
def test_a_counter_that_goes_no_faster_than_it_may_is_counted_exactly_over_any_wrap(
    start: int, steps: list[int]
) -> None:
    counter = Counter(FAST)
    value = start
    counter.see(value, 0)
    counter.settle()
    for step in steps:
        value = (value + step) % 65_536
        if value == counter.next:
            counter.next += 1
        else:
            seen = counter.see(value, SECOND)
            assert seen is not None
            assert seen[1].change in (Change.STEP, Change.WRAP)

    assert counter.total == sum(steps)


def test_plain_steps_leave_no_entry(mesogun: NewGun) -> None:
    gun = mesogun()
    for mode in "NNPNP":
        gun.inject(mode=mode)
    gun.finish()
    gun.inject()

    assert [kind for kind in gun.session.kinds if kind.startswith("counter")] == []


def test_a_wrap_is_noted_and_is_no_alarm(mesogun: NewGun) -> None:
    gun = mesogun()
    for total in (2**32 - 2, 2**32 - 1, 0, 1):
        gun.triggers += 1
        gun.send("INJ", gun.triggers, total, 20_000, 1_500, None, "N", 0)

    assert gun.session.of("counter_wrapped") == [
        {"link": 1, "at": gun.session.of("counter_wrapped")[0]["at"], "metric": "triggers_total"}
        | {"before": 2**32 - 1, "now": 0, "counted": 1, "exact": True}
    ]
    assert gun.session.alarms == []


def test_a_jump_is_an_anomaly_and_an_alarm_and_counts_nothing(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    gun.send("INJ", 90_000, 1002, 20_000, 1_500, None, "N", 0)

    [found] = gun.session.of("counter_anomaly")
    assert (found["metric"], found["before"], found["now"]) == ("triggers_session", 1, 90_000)
    assert [alarm.priority for alarm in gun.session.alarms] == ["medium"]
    assert gun.session.record.tally.session.triggers == 2
    assert [(counter.what, counter.now) for counter in gun.session.record.counters] == [("anomaly", 90_000)]


def test_a_restart_is_a_reset_whose_count_is_a_lower_bound(mesogun: NewGun) -> None:
    gun = mesogun()
    for _ in range(5):
        gun.inject()
    gun.reset(needles=1)
    gun.triggers = 2
    gun.inject()

    [found] = [found for found in gun.session.of("counter_reset") if found["metric"] == "triggers_session"]
    assert (found["before"], found["now"], found["counted"], found["exact"]) == (5, 3, 3, False)


# -- held against what was recorded ----------------------------------------------------------------------------


def test_one_event_that_the_device_counted_and_never_sent_is_reported_with_the_number() -> None:
    line = gun_line([{"kind": "drop", "frame": 7, "type": "INJ"}], memory=0, shots=20)
    line.play()

    figures = line.end().record.reconciled

    assert [(figure["device"], figure["recorded"], figure["difference"]) for figure in figures] == [
        ("20", "19", "-1"),
        ("0.4", "0.38", "-0.02"),
    ]


def test_the_same_event_is_there_if_the_device_remembers_it() -> None:
    line = gun_line([{"kind": "drop", "frame": 7, "type": "INJ"}], shots=20)
    line.play()

    assert [figure["agrees"] for figure in line.end().record.reconciled] == [True, True]


def test_without_a_report_of_totals_the_last_values_of_the_counters_stand_in(mesogun: NewGun) -> None:
    gun = mesogun()
    for _ in range(3):
        gun.inject()
    gun.triggers += 1
    gun.inject()

    [figure] = gun.session.end().record.reconciled

    assert (figure["by"], figure["device"], figure["recorded"]) == ("the last values of its counters", "5", "4")
    assert any("says triggers_session 5" in alarm.text for alarm in gun.session.alarms)


def test_a_counter_that_jumped_stands_in_for_nothing(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    gun.triggers = 70_000
    gun.inject()

    record = gun.session.end().record

    assert record.reconciled == []
    assert "jumped" in record.unreconciled[0]["why"]


def test_a_device_without_counters_that_reports_no_totals_is_not_reconciled_and_that_is_said(
    noneedle: Callable[..., Gun],
) -> None:
    unit = noneedle()
    unit.send("EP", 500, 500, 9_000, 0, 0, 6_000, "R", 0)

    record = unit.session.end().record

    assert record.reconciled == []
    assert record.unreconciled == [
        {"link": 1, "why": "the session ended; it sent no report of its totals, and no counter of it can stand in"}
    ]


def test_a_device_that_gave_nothing_has_nothing_to_reconcile(mesogun: NewGun) -> None:
    assert mesogun().session.end().of("reconciled") == []
