"""Care times: counted from the end of a session, in the zone where it was recorded."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from devicelog.screening.care import When, due_content
from devicelog.screening.care_file import load

CARE = load()
ENDED = datetime(2026, 12, 31, 18, 30, tzinfo=timezone(timedelta(hours=1)))


def until(code: str) -> str:
    (due,) = [due for due in CARE.due(ENDED) if due.item.code == code]
    return due.until.isoformat()


def test_each_time_runs_from_the_end_of_the_session() -> None:
    assert until("no_washing") == "2026-12-31T22:30:00+01:00"
    assert until("no_make_up") == "2027-01-01T06:30:00+01:00"
    assert until("no_alcohol_after") == "2027-01-01T18:30:00+01:00"
    assert until("no_exercise_sun_or_heat") == "2027-01-02T18:30:00+01:00"


def test_what_is_over_first_stands_first() -> None:
    times = [due.until for due in CARE.due(ENDED)]

    assert times == sorted(times)
    assert len(times) == len(CARE.of(When.AFTER))


def test_what_holds_before_a_session_is_not_due_after_it() -> None:
    assert [item.code for item in CARE.of(When.BEFORE)] == ["no_alcohol_before"]
    assert "no_alcohol_before" not in {due.item.code for due in CARE.due(ENDED)}


def test_where_sources_disagree_the_longest_time_acts_and_all_are_kept() -> None:
    (item,) = [item for item in CARE.items if item.code == "no_make_up"]

    assert item.sources_disagree
    assert {claim.source: claim.seconds for claim in item.claims} == {"S000": None, "S002": 43_200, "UNIS": 21_600}
    assert item.seconds == 43_200


def test_what_both_pages_say_of_the_days_after_is_kept_without_a_time() -> None:
    (settles,) = [one for one in CARE.expectations if one.code == "redness_settles"]

    assert [claim.says for claim in settles.claims][:2] == ["a couple of days", "within days"]


def test_an_entry_names_the_care_times_and_until_when_they_hold() -> None:
    content = due_content(CARE, ENDED)

    assert content["care"] == {"id": "care", "version": "1", "sha256": CARE.sha256}
    assert content["due"][0] == {
        "code": "no_washing",
        "text": "Do not wash the treated skin, and do not shower.",
        "until": "2026-12-31T22:30:00+01:00",
    }
