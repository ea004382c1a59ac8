"""An alarm is a condition with a beginning, a peak and an end: one record of it, however long it lasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.recorder.recorder import Recorder
from tests.conftest import BEGINS

if TYPE_CHECKING:
    from tests.conftest import Gun, Unit

NewUnit = Callable[..., "Unit"]

#: Limits on the mean current, 2 mA soft and 4 mA hard, unless a test says otherwise.
PROTOCOL = """
id = "test"
family = "test"
version = "1"
title = "Test"
status = "example-unapproved"
modality = "iontophoresis-dc"
area = "face"

[[limit]]
scope = "sample"
channel = "current"
statistic = "mean"
soft = "2 mA"
hard = "4 mA"
{more}
"""


def protocol(**more: str) -> str:
    return PROTOCOL.format(more="\n".join(f"{key} = {value}" for key, value in more.items()))


def after(unit: Unit, *currents: int, every: float = 1.0) -> Unit:
    """These currents (uA), a second apart."""
    for current in currents:
        unit.flow(current, every, every=every)
    return unit


def told(unit: Unit) -> list[tuple[str, float, float | None, str | None]]:
    """Priority, beginning and end (s), peak of each alarm."""
    return [
        (alarm.priority, alarm.began_us / 1e6, alarm.ended_us and alarm.ended_us / 1e6, alarm.peak)
        for alarm in unit.session.alarms
    ]


def test_an_alarm_of_a_value_without_a_source_names_the_protocol_alone(noneedle: NewUnit) -> None:
    (alarm,) = after(noneedle(protocol()), 3_000).session.alarms

    assert alarm.source == "soft limit 2 mA [no source] of test 1"
    assert alarm.citation is None


def test_a_session_that_kept_no_table_of_sources_has_alarms_without_citation_and_replays_as_it_was(
    noneedle: NewUnit,
) -> None:
    session = after(noneedle("noneedle-ionto-dc-face"), 3_000).session
    before = {name: value for name, value in dict(session.plan.protocol or {}).items() if name != "sources"}
    recorder = Recorder(replace(session.plan, protocol=before), session.limits, BEGINS)
    for chunk in session.chunks:
        recorder.handle(chunk)

    alarms = [entry.content for line in recorder.lines if (entry := line.entry()).kind == "alarm"]
    assert not any({"protocol", "citation"} & set(alarm) for alarm in alarms)
    assert [alarm["text"] for alarm in alarms] == [alarm.text for alarm in session.alarms]


def test_one_condition_is_one_alarm_with_beginning_peak_and_end(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol()), 1_000, 2_500, 3_100, 2_700, 1_000)

    assert told(unit) == [("low", 2, 5, "3.1")]
    assert unit.session.alarms[0].readings == 3


def test_a_second_breach_is_a_second_alarm(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol()), 3_000, 1_000, 3_500, 1_000)

    assert told(unit) == [("low", 1, 2, "3"), ("low", 3, 4, "3.5")]


def test_a_breach_that_goes_on_to_the_hard_limit_ends_the_soft_alarm_and_begins_a_hard_one(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol()), 3_000, 4_500, 3_000, 1_000)

    assert told(unit) == [("low", 1, 2, "3"), ("high", 2, 3, "4.5"), ("low", 3, 4, "3")]
    assert unit.session.of("alarm_ended")[0]["because"] == "went on to the hard limit"
    assert unit.session.verdicts == ["warning", "exceeded", "warning", "within"]


def test_a_hard_alarm_latches_and_a_soft_one_does_not(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol()), 3_000, 4_500)

    assert [alarm.latching for alarm in unit.session.alarms] == [False, True]


def test_the_protocol_decides_whether_a_hard_alarm_latches(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol(latching="false")), 4_500)

    assert [alarm.latching for alarm in unit.session.alarms] == [False]


def test_a_value_that_trembles_around_a_limit_is_one_alarm(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol()), 2_010, 1_990, 2_010, 1_965, 1_959)

    assert told(unit) == [("low", 1, 5, "2.01")]
    assert unit.session.verdicts == ["warning", "within", "warning", "within", "within"]


def test_without_hysteresis_an_alarm_ends_as_soon_as_the_value_is_back(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol(hysteresis='"0 %"')), 2_010, 2_000, 2_010, 2_000)

    assert len(told(unit)) == 2


def test_a_value_at_the_limit_and_its_tolerance_is_within(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol(tolerance='"0.04 mA"')), 2_040, 2_041)

    assert unit.session.verdicts == ["within", "warning"]


def test_a_breach_shorter_than_the_delay_is_a_verdict_and_no_alarm(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol(delay='"3 s"')), 3_000, 3_000, 1_000)

    assert unit.session.verdicts == ["warning", "warning", "within"]
    assert told(unit) == []


def test_a_breach_that_lasts_as_long_as_the_delay_is_an_alarm(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol(delay='"3 s"')), 3_000, 3_000, 3_000, 3_000)

    assert told(unit) == [("low", 4, None, "3")]


def test_two_short_breaches_are_not_one_long_one(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol(delay='"3 s"')), 3_000, *[1_000] * 5, 3_000)

    assert told(unit) == []


def test_a_hard_breach_shorter_than_the_delay_leaves_a_soft_alarm_soft(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol(delay='"3 s"')), *[3_000] * 6, 4_500, 3_000)

    assert [alarm.priority for alarm in unit.session.alarms] == ["low"]


def test_what_is_still_open_at_the_end_ends_with_the_session_and_says_its_peak(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol()), 4_500, 5_000)

    unit.session.end()

    assert told(unit) == [("high", 1, 2, "5")]
    assert unit.session.of("alarm_ended")[-1]["because"] == "the session ended"


def test_an_alarm_stands_behind_the_observation_that_raised_it_and_names_it(noneedle: NewUnit) -> None:
    unit = after(noneedle(protocol()), 3_000, 1_000)

    entries = unit.session.entries
    for kind in ("alarm", "alarm_ended"):
        place = next(i for i, entry in enumerate(entries) if entry.kind == kind)
        assert entries[place - 1].kind == "observation"
        assert entries[place].content["entry"] == entries[place - 1].number


@pytest.mark.parametrize(("volume", "verdict"), [(20_000, "within"), (19_999, "exceeded")])
def test_a_least_value_is_breached_from_above(mesogun: Callable[..., Gun], volume: int, verdict: str) -> None:
    text = protocol().replace('"sample"', '"injection"').replace('"current"', '"volume"\ndirection = "min"')
    text = text.replace('statistic = "mean"\n', "").replace('soft = "2 mA"\nhard = "4 mA"', 'hard = "0.02 mL"')
    gun = mesogun(text)

    gun.inject(volume)

    assert gun.session.verdicts == [verdict]


def test_the_highest_total_of_a_session_is_its_peak(noneedle: NewUnit) -> None:
    text = protocol().replace('"sample"', '"session"').replace('"current"', '"charge_dose"').replace(" mA", " mA*min")
    unit = noneedle(text)
    unit.sample(4_000)

    unit.flow(4_000, 90)
    unit.session.end()

    ended: list[dict[str, Any]] = unit.session.of("alarm_ended")
    assert [(end["peak"], end["unit"]) for end in ended] == [("4.066666667", "mA*min"), ("6", "mA*min")]
