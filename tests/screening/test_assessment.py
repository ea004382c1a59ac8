"""What answers mean: what stops, what is shown, what waits, and that nothing gets by without an override."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.errors import BadInputError, UnknownNameError
from devicelog.screening.answer import Answer, Override, answered
from devicelog.screening.assessment import Assessment, Finding, assess
from devicelog.screening.rule import Reply, Severity
from devicelog.screening.rules import load
from devicelog.screening.statements import override_content, screening_contents
from devicelog.treatment.protocol import Modality

RULES = load()
TODAY = date(2026, 11, 22)
GUN, DC = Modality.INJECTION, Modality.IONTOPHORESIS_DC
ISOTRETINOIN = "isotretinoin_current_or_recent"


def clear(modality: Modality | None) -> dict[str, Answer]:
    """Answers that raise nothing."""
    return {rule.code: Answer(rule.code, rule.expected) for rule in RULES.asked(modality)}


def screened(modality: Modality | None, *said: Answer, **more: Any) -> Assessment:
    """A screening in which all else raises nothing."""
    answers = clear(modality) | {answer.code: answer for answer in said}
    return assess(RULES, modality, answers.values(), today=TODAY, **more)


def the_finding(modality: Modality | None, *said: Answer, **more: Any) -> Finding:
    (finding,) = screened(modality, *said, **more).findings
    return finding


def yes(code: str, ended: str | None = None) -> Answer:
    return answered(RULES, code, "yes", ended=ended)


# -- what an answer raises -------------------------------------------------------------------------------------


@pytest.mark.parametrize("modality", [*Modality, None])
def test_nothing_is_raised_where_every_answer_is_the_expected_one(modality: Modality | None) -> None:
    screening = screened(modality)

    assert not screening.findings
    assert not screening.stops
    assert not screening.unanswered


def test_epilepsy_stops_a_gun_and_says_which_source_disagrees() -> None:
    finding = the_finding(GUN, yes("epilepsy"))

    assert finding.stops
    assert finding.sources == ("S002",)
    assert finding.disagreeing == ("S000",)
    assert finding.why == (
        "Epilepsy: the answer is yes; this stops an injection session "
        "(S002; but S000: names it for treatment with current only)."
    )


def test_epilepsy_stops_a_current_by_all_who_name_it() -> None:
    finding = the_finding(DC, yes("epilepsy"))

    assert finding.stops
    assert {"S000", "HIDREX", "BEUR", "IRRIBA"} == set(finding.sources)


def test_a_pacemaker_means_nothing_to_an_injection_and_stops_a_current() -> None:
    assert not screened(GUN, yes("active_implant")).findings
    assert the_finding(DC, yes("active_implant")).stops


def test_blood_thinners_stop_an_injection_and_are_only_shown_for_a_current() -> None:
    assert the_finding(GUN, yes("anticoagulant_antiplatelet")).stops
    assert the_finding(DC, yes("anticoagulant_antiplatelet")).severity is Severity.ASK


@pytest.mark.parametrize("reply", [Reply.UNKNOWN, Reply.NOT_ASKED])
def test_what_is_not_known_stops_as_a_yes_does(reply: Reply) -> None:
    screening = screened(GUN, Answer("heart_disease", reply))

    (finding,) = screening.stops
    assert "counts as yes" in finding.why
    assert screening.unanswered == ("heart_disease",)


def test_a_question_that_nobody_came_to_is_recorded_as_not_asked() -> None:
    screening = assess(RULES, GUN, [], today=TODAY)

    assert len(screening.assessed) == len(RULES.asked(GUN))
    assert {each.answer.reply for each in screening.assessed} == {Reply.NOT_ASKED}
    assert len(screening.unanswered) == len(screening.assessed)


def test_jewellery_is_answered_the_other_way_round() -> None:
    assert the_finding(DC, answered(RULES, "jewellery_removed", "no")).severity is Severity.ASK
    assert not screened(DC, yes("jewellery_removed")).findings


def test_without_a_protocol_the_strictest_modality_holds() -> None:
    assert the_finding(None, yes("active_implant")).stops
    assert the_finding(None, yes("anticoagulant_antiplatelet")).stops


def test_of_several_answers_the_last_one_holds() -> None:
    said = [*clear(GUN).values(), yes("epilepsy"), answered(RULES, "epilepsy", "no")]

    assert not assess(RULES, GUN, said, today=TODAY).findings


# -- times -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "stops"),
    [
        ("2025-06-22", True),  # 17 months ago
        ("2025-04-22", False),  # 19 months ago
        ("2025-05-23", True),
        ("2025-05-22", False),  # 18 months ago to the day
        ("2026-11-22", True),
        ("2026-12-01", True),  # not yet
    ],
)
def test_isotretinoin_waits_for_eighteen_calendar_months(ended: str, stops: bool) -> None:
    screening = screened(GUN, yes(ISOTRETINOIN, ended))

    assert bool(screening.stops) is stops


def test_isotretinoin_says_until_when_and_which_source_says_less() -> None:
    finding = the_finding(GUN, yes(ISOTRETINOIN, "2025-06-22"))

    assert "it ended on 2025-06-22, and the 18 months since then are over on 2026-12-22" in finding.why
    assert finding.disagreeing == ("ISO1", "ASDS")


def test_isotretinoin_without_a_day_stops() -> None:
    assert the_finding(GUN, yes(ISOTRETINOIN)).stops


def test_a_washout_at_the_end_of_a_month_waits_for_the_whole_month() -> None:
    said = [*clear(GUN).values(), yes(ISOTRETINOIN, "2025-08-31")]

    assert assess(RULES, GUN, said, today=date(2027, 2, 28)).stops
    assert not assess(RULES, GUN, said, today=date(2027, 3, 1)).stops


@pytest.mark.parametrize(("born", "stops"), [("2008-11-23", True), ("2008-11-22", False), ("1950-01-01", False)])
def test_the_birth_date_answers_who_is_under_age(born: str, stops: bool) -> None:
    asked = Answer("under_18", Reply.NOT_ASKED)
    screening = screened(GUN, asked, born=date.fromisoformat(born))

    assert bool(screening.stops) is stops
    assert not screening.unanswered
    (age,) = [each for each in screening.assessed if each.rule.code == "under_18"]
    assert age.computed
    assert age.answer.reply is (Reply.YES if stops else Reply.NO)


def test_who_says_to_be_of_age_and_is_not_by_the_birth_date_is_stopped() -> None:
    finding = the_finding(GUN, answered(RULES, "under_18", "no"), born=date(2010, 1, 1))

    assert finding.stops
    assert "whatever was answered" in finding.why
    assert "2010" not in finding.why


def test_who_says_to_be_under_age_is_stopped_whatever_the_birth_date() -> None:
    assert the_finding(GUN, yes("under_18"), born=date(1990, 1, 1)).stops


def test_an_age_in_years_is_taken_where_no_birth_date_is_known() -> None:
    asked = Answer("under_18", Reply.NOT_ASKED)

    assert the_finding(GUN, asked, age=17).stops
    assert not screened(GUN, asked, age=18).findings
    assert the_finding(GUN, asked).stops


@pytest.mark.parametrize("said", [{"born": date(2026, 11, 23)}, {"age": -1}])
def test_an_age_that_cannot_be_is_refused(said: Mapping[str, Any]) -> None:
    with pytest.raises(BadInputError, match="expected"):
        assess(RULES, GUN, [], today=TODAY, **said)


# -- overrides -------------------------------------------------------------------------------------------------


def test_an_override_takes_a_stop_away_and_stays_visible() -> None:
    override = Override("epilepsy", "seizure-free for ten years", "Dr A. Example")
    screening = screened(GUN, yes("epilepsy"), overrides=[override])

    assert not screening.stops
    assert screening.overridden == screening.findings
    assert screening.findings[0].severity is Severity.STOP
    assert screening.findings[0].override is override


def test_an_override_takes_away_no_other_stop() -> None:
    override = Override("epilepsy", "seizure-free for ten years", "Dr A. Example")
    screening = screened(GUN, yes("epilepsy"), yes("pregnancy"), overrides=[override])

    assert [finding.code for finding in screening.stops] == ["pregnancy"]


@pytest.mark.parametrize("reason", ["", "   ", "\n", "-", "…"])
def test_an_override_without_a_reason_is_refused(reason: str) -> None:
    with pytest.raises(BadInputError, match=r"the override of epilepsy has no reason; found .*, expected why"):
        screened(GUN, yes("epilepsy"), overrides=[Override("epilepsy", reason, "Dr A. Example")])


def test_an_override_by_nobody_is_refused() -> None:
    with pytest.raises(BadInputError, match="has no name"):
        screened(GUN, yes("epilepsy"), overrides=[Override("epilepsy", "it was asked", " ")])


def test_an_active_implant_is_overridden_only_with_a_named_specialist() -> None:
    bare = Override("active_implant", "the cardiologist agrees", "Dr A. Example")
    with pytest.raises(BadInputError, match=r"has no specialist; .* expected the name of the specialist"):
        screened(DC, yes("active_implant"), overrides=[bare])

    named = Override("active_implant", "the cardiologist agrees", "Dr A. Example", specialist="Dr C. Heart")
    assert not screened(DC, yes("active_implant"), overrides=[named]).stops


def test_an_override_of_nothing_known_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'epilepsy'"):
        screened(GUN, overrides=[Override("epilepsie", "it was asked", "Dr A. Example")])


# -- whatever is answered --------------------------------------------------------------------------------------

REPLIES = st.sampled_from(Reply)
ENDED = st.none() | st.dates(min_value=date(2015, 1, 1), max_value=date(2030, 1, 1))
MODALITIES = st.sampled_from([*Modality, None])
CODES = [rule.code for rule in RULES.rules]
ANSWERS = st.lists(st.builds(Answer, st.sampled_from(CODES), REPLIES, ENDED), max_size=60)
TODAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2028, 1, 1))
BORN = st.none() | st.dates(min_value=date(1930, 1, 1), max_value=date(2025, 12, 31))


@given(MODALITIES, ANSWERS, TODAYS, BORN)
def test_no_answers_let_a_stop_through_without_an_override(
    modality: Modality | None, answers: list[Answer], today: date, born: date | None
) -> None:
    screening = assess(RULES, modality, answers, today=today, born=born)

    last = {answer.code: answer for answer in answers}
    stopped = {finding.code for finding in screening.stops}
    for rule in RULES.asked(modality):
        answer = last.get(rule.code, Answer(rule.code, Reply.NOT_ASKED))
        if rule.severity_for(modality) is not Severity.STOP or answer.reply is rule.expected:
            continue
        if rule.age_min is not None and answer.reply is not Reply.YES and born is not None:
            birthday_to_come = (today.month, today.day) < (born.month, born.day)
            if today.year - born.year - birthday_to_come >= rule.age_min:
                continue
        if rule.washout_months is not None and answer.reply is Reply.YES and answer.ended is not None:
            over = (today.year - answer.ended.year) * 12 + today.month - answer.ended.month
            if over >= rule.washout_months:
                continue
        assert rule.code in stopped


@given(MODALITIES, ANSWERS, TODAYS, st.sets(st.sampled_from(CODES), max_size=8))
def test_overrides_take_away_just_what_they_name(
    modality: Modality | None, answers: list[Answer], today: date, codes: set[str]
) -> None:
    overrides = [Override(code, "it was talked over", "Dr A. Example", "Dr C. Heart") for code in codes]
    bare = assess(RULES, modality, answers, today=today)
    screening = assess(RULES, modality, answers, today=today, overrides=overrides)

    assert {finding.code for finding in screening.stops} == {finding.code for finding in bare.stops} - codes
    assert {finding.code for finding in screening.findings} == {finding.code for finding in bare.findings}


@given(MODALITIES, ANSWERS, TODAYS)
def test_without_a_protocol_nothing_is_less_strict(
    modality: Modality | None, answers: list[Answer], today: date
) -> None:
    known = assess(RULES, modality, answers, today=today)
    unknown = assess(RULES, None, answers, today=today)

    raised = {finding.code: finding.severity.rank for finding in unknown.findings}
    assert all(raised.get(finding.code, -1) >= finding.severity.rank for finding in known.findings)


# -- answers and entries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (("epilepsy", "maybe"), "found the answer 'maybe', expected one of yes, no, unknown, not asked"),
        ((ISOTRETINOIN, "yes", "22.6.2025"), "found the date '22.6.2025', expected a day such as 2025-06-22"),
        ((ISOTRETINOIN, "yes", "2025-02-30"), "found the date '2025-02-30', expected a day"),
        ((ISOTRETINOIN, "no", "2025-06-22"), "expected none: the answer is no"),
        (("epilepsy", "yes", "2025-06-22"), "expected none: no time is counted from it"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_a_sentence(said: tuple[str, ...], sentence: str) -> None:
    code, reply, *ended = said
    with pytest.raises(BadInputError, match=sentence):
        answered(RULES, code, reply, ended=ended[0] if ended else None)


def test_every_question_of_the_modality_becomes_an_entry_that_stands_by_itself() -> None:
    said = [yes(ISOTRETINOIN, "2025-06-22"), answered(RULES, "alcohol", "unknown", detail="a glass at noon?")]
    screening = screened(GUN, *said, Answer("under_18", Reply.NOT_ASKED), born=date(1990, 1, 1))

    contents = {content["code"]: content for content in screening_contents(screening, by="Dr A. Example")}

    assert list(contents) == [rule.code for rule in RULES.asked(GUN)]
    assert contents[ISOTRETINOIN] == {
        "code": ISOTRETINOIN,
        "question": RULES.rule(ISOTRETINOIN).question,
        "answer": "yes",
        "ended": "2025-06-22",
        "severity": "stop",
        "raises": "stop",
        "why": screening.stops[0].why,
        "disagreeing": ["ISO1", "ASDS"],
        "rules": {"id": RULES.id, "version": RULES.version, "sha256": RULES.sha256},
        "by": "Dr A. Example",
    }
    assert (contents["alcohol"]["answer"], contents["alcohol"]["detail"]) == ("unknown", "a glass at noon?")
    assert (contents["pregnancy"]["severity"], contents["pregnancy"]["raises"]) == ("stop", "none")
    assert (contents["under_18"]["answer"], contents["under_18"]["from"]) == ("no", "age")


def test_an_override_becomes_an_entry_with_what_its_rule_demands() -> None:
    override = Override("active_implant", " the cardiologist agrees ", "Dr A. Example", specialist="Dr C. Heart")

    assert override_content(RULES, override) == {
        "of": "screening:active_implant",
        "reason": "the cardiologist agrees",
        "by": "Dr A. Example",
        "specialist": "Dr C. Heart",
        "rules": RULES.named,
    }
    with pytest.raises(BadInputError, match="has no reason"):
        override_content(RULES, Override("epilepsy", " ", "Dr A. Example"))
