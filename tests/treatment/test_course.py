"""Limits of a course: how many sessions, how far apart, over a family, counted on the clinic's calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from devicelog.treatment.course import CourseFindings, Phase, assess
from devicelog.treatment.past import Amount, Past, local, past_from
from devicelog.treatment.protocol_file import find, parse

FACE = find("meso-face-gun-intradermal")
CURRENT = find("noneedle-ionto-dc-face")
TODAY = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def past(days_ago: float, *, family: str | None = "meso-face", zone: str = "+01:00", **more: Any) -> Past:
    """A session so many times 24 hours ago."""
    told = {"treated": True, "simulated": False} | more
    started = local(TODAY - timedelta(days=days_ago), zone)
    return Past(f"S{round(days_ago * 100)}", started, family, **told)


def today(*earlier: Past, protocol: Any = FACE, simulated: bool = False) -> CourseFindings:
    return assess(protocol, earlier, TODAY, "+01:00", simulated=simulated)


def found(findings: CourseFindings) -> list[tuple[str, str]]:
    return [(one.of, one.severity.value) for one in findings.findings]


def test_the_first_session_of_a_family_has_nothing_to_find() -> None:
    findings = today()

    assert (findings.phase, findings.number, findings.days, findings.findings) == (Phase.FIRST, 1, None, ())
    assert findings.content() == {
        "family": "meso-face",
        "earlier": 0,
        "last": None,
        "days": None,
        "phase": "first",
        "before": 0,
        "unassigned": 0,
    }


def test_session_nine_of_eight_is_hard_and_says_whose_number_that_is() -> None:
    findings = today(*(past(14 * number) for number in range(1, 6)), *(past(70 + 5 * n) for n in range(1, 4)))

    assert findings.number == 9
    assert found(findings) == [("course:session_count", "hard")]
    assert findings.findings[0].sentence == (
        "this is session 9 of the course, above the hard limit of 8 [S000 L] "
        "of meso-face-gun-intradermal 1 for the family meso-face"
    )


def test_session_eight_of_eight_is_only_beyond_the_soft_three() -> None:
    findings = today(*(past(14 * number) for number in range(1, 6)), past(75), past(80))

    assert found(findings) == [("course:session_count", "soft")]


def test_day_six_of_seven_is_hard_and_names_the_session_before() -> None:
    findings = today(past(6))

    assert found(findings) == [("course:interval", "hard")]
    assert findings.findings[0].sentence == (
        "it is 6 days since session S600, below the hard limit of 7 days [S000 L] "
        "of meso-face-gun-intradermal 1 for the family meso-face"
    )


@pytest.mark.parametrize(("days", "severity"), [(7, ["soft"]), (13, ["soft"]), (14, []), (6, ["hard"])])
def test_exactly_at_a_limit_is_within(days: int, severity: list[str]) -> None:
    assert [one.severity.value for one in today(past(days)).findings] == severity


def test_a_weekly_no_needle_course_warns_before_the_week_is_over() -> None:
    assert found(today(past(6, family="noneedle-face"), protocol=CURRENT)) == [("course:interval", "soft")]
    assert found(today(past(7, family="noneedle-face"), protocol=CURRENT)) == []
    assert found(today(past(0.1, family="noneedle-face"), protocol=CURRENT)) == [("course:interval", "hard")]


def test_days_are_days_of_the_calendar_and_not_24_hours() -> None:
    """Last Monday at five in the afternoon, this Monday at nine in the morning: seven days."""
    then = Past("S1", local(datetime(2026, 11, 16, 17, tzinfo=UTC), "+00:00"), "meso-face", True, False)

    findings = assess(FACE, [then], datetime(2026, 11, 23, 9, tzinfo=UTC), "+00:00")

    assert findings.days == 7
    assert [one.severity.value for one in findings.findings] == ["soft"]


def test_a_minute_before_midnight_is_another_day_than_a_minute_after() -> None:
    midnight = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 00:00 at +01:00
    before, after = midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)
    then = Past("S1", local(datetime(2026, 11, 16, 12, tzinfo=UTC), "+01:00"), "meso-face", True, False)

    assert assess(FACE, [then], before, "+01:00").days == 6
    assert assess(FACE, [then], after, "+01:00").days == 7


@pytest.mark.parametrize(
    ("then", "zone_then", "now", "zone_now"),
    [
        # Europe, spring: the clock goes forward on 29 March; half past midnight is still the same day.
        ("2026-03-27T23:30:00+00:00", "+00:00", "2026-04-02T23:30:00+00:00", "+01:00"),
        # Europe, autumn: the clock goes back on 25 October; half past midnight of summer time is no day earlier.
        ("2026-10-23T22:30:00+00:00", "+02:00", "2026-10-30T23:30:00+00:00", "+01:00"),
    ],
    ids=["spring", "autumn"],
)
def test_a_change_to_or_from_summer_time_takes_no_day_away(then: str, zone_then: str, now: str, zone_now: str) -> None:
    earlier = Past("S1", local(datetime.fromisoformat(then), zone_then), "meso-face", True, False)

    findings = assess(FACE, [earlier], datetime.fromisoformat(now), zone_now)

    assert findings.days == 7


@pytest.mark.parametrize(
    "more",
    [{"treated": False}, {"simulated": True}, {"training": True}, {"family": "meso-scalp"}],
    ids=["refused or empty", "simulated", "training", "another family"],
)
def test_what_did_not_treat_this_family_does_not_count(more: dict[str, Any]) -> None:
    findings = today(past(1, **more))

    assert (findings.findings, findings.number, findings.last) == ((), 1, None)


def test_simulated_sessions_count_beside_a_simulated_one() -> None:
    assert found(today(past(1, simulated=True), simulated=True)) == [("course:interval", "hard")]


def test_a_session_without_a_protocol_counts_in_no_course_and_that_is_said() -> None:
    findings = today(past(3, family=None))

    assert (findings.number, findings.unassigned) == (1, 1)
    assert "1 earlier session without a treatment protocol not counted" in findings.sentence


def test_another_protocol_of_the_family_goes_on_with_the_course() -> None:
    nappage = find("meso-face-nappage-superficial")

    assert today(past(20), past(10), protocol=nappage).number == 3


def test_the_order_in_which_earlier_sessions_are_told_does_not_matter() -> None:
    sessions = [past(days) for days in (40, 5, 19)]

    assert today(*sessions) == today(*reversed(sessions))
    assert today(*sessions).days == 5


def test_a_session_dated_after_today_is_said_and_is_hard() -> None:
    findings = today(past(-2))

    assert found(findings) == [("course:interval", "hard")]
    assert "dated 2 days after today" in findings.findings[0].sentence


# Top-ups


@pytest.mark.parametrize(
    ("days", "phase", "number"),
    [(89, Phase.COURSE, 4), (90, Phase.TOP_UP, 1), (150, Phase.TOP_UP, 1), (151, Phase.NEW_COURSE, 1)],
)
def test_three_to_five_months_after_a_course_is_a_top_up_and_no_fourth_session(
    days: int, phase: Phase, number: int
) -> None:
    findings = today(past(days), past(days + 14), past(days + 28))

    assert (findings.phase, findings.number, findings.before) == (phase, number, 3 if number == 1 else 0)
    assert [one.of for one in findings.findings] == ([] if number == 1 else ["course:session_count"])


def test_a_top_up_says_when_it_was_due_and_by_which_source() -> None:
    assert today(past(100)).sentence == (
        "session 1 of the course meso-face, 100 days after session S10000: a top-up, due after 90 to 150 days [S002 L]"
    )


def test_without_a_word_of_top_ups_every_earlier_session_counts() -> None:
    findings = today(*(past(200 * n, family="noneedle-face") for n in range(1, 13)), protocol=CURRENT)

    assert findings.number == 13
    assert found(findings) == [("course:session_count", "hard")]


# What is written


def test_a_finding_is_an_alarm_with_its_source_and_can_be_overridden() -> None:
    (finding,) = today(past(6)).findings

    assert finding.alarm == {
        "about": "course:interval",
        "priority": "medium",
        "latching": True,
        "text": finding.sentence,
        "limit": 7,
        "name": "course interval",
        "severity": "hard",
        "value": "6",
        "bound": "7",
        "unit": "day",
        "protocol": {"id": "meso-face-gun-intradermal", "version": "1"},
        "citation": {"key": "S000", "grade": "L"},
    }
    assert finding.override("she travels", "Dr A") == {"of": "course:interval", "reason": "she travels", "by": "Dr A"}


def test_only_hard_findings_need_an_override() -> None:
    assert today(past(10)).hard == ()
    assert len(today(past(2)).hard) == 1


def test_a_documented_course_limit_is_held_against_nothing() -> None:
    text = FACE.text.replace('channel = "interval"', 'channel = "interval"\ndocumented = true')

    assert today(past(1), protocol=parse(text, where="test")).findings == ()


def test_an_earlier_session_goes_through_json_unchanged() -> None:
    parameters = {None: {"volume": Amount(Decimal("1.2"), "mL", at_least=True)}, "chin": {}}
    one = past(3, parameters={None: parameters[None]}, settings={"needles": "9"})

    assert past_from(one.content()) == one


def test_last_time_is_told_in_one_sentence_with_what_was_given_and_set() -> None:
    given = {"volume": Amount(Decimal("0.66"), "mL", at_least=True), "injections": Amount(Decimal(31), "count")}
    last = past(10, parameters={None: given, "chin": given}, settings={"depth_set": "1.5 mm"})

    assert last.sentence == (
        f"last time ({last.day}, session {last.session}): volume at least 0.66 mL, injections 31; "
        "settings: depth set 1.5 mm"
    )
    assert past(10).sentence.endswith(": nothing that is known")
