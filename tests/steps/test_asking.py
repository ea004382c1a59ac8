"""Asking step by step: what is asked follows from what was answered, and every question can be gone back to."""

from __future__ import annotations

from datetime import date

import pytest

from devicelog.clock import Stamp
from devicelog.ledger import Kind
from devicelog.screening.rules import load
from devicelog.steps.asking import Asking
from devicelog.steps.draft import Draft
from devicelog.steps.interview import interview
from devicelog.steps.opening import Setting, opening
from devicelog.steps.plan_schema import AnswerTable, ConsentTable, OverrideTable, SkipTable
from devicelog.steps.step import Step
from devicelog.steps.told import told
from devicelog.treatment.protocol_file import find

SETTING = Setting("Dr. Test", load(), date(2026, 11, 22), find("noneedle-ionto-dc-face"))


class Interviewed:
    """Somebody who is asked, a second for each answer."""

    def __init__(self) -> None:
        self.asking = Asking(lambda: interview(Draft(), SETTING))
        self.seconds = 0

    @property
    def asked(self) -> str:
        return self.asking.question.text if self.asking.question is not None else "nothing more"

    def says(self, *answers: str) -> str | None:
        """What is wrong with the last answer."""
        problem = None
        for answer in answers:
            self.seconds += 1
            problem = self.asking.answer(answer, Stamp(self.seconds, self.seconds))
        return problem

    def screening(self, **other: str) -> None:
        """Answer every question so that nothing is raised, but for others; Enter to what follows of those."""
        for rule in load().asked(SETTING.modality):
            self.says(other.get(rule.code, rule.expected.value))


def test_an_answer_that_is_none_is_refused_and_asked_again() -> None:
    person = Interviewed()
    person.says("nurse", "", "")

    assert person.says("perhaps") == "found 'perhaps', expected one of yes, no, skip."
    assert person.asked == "Was the medical history reviewed?"
    assert person.says("y") is None
    assert person.asked == "What of it matters here?"


def test_going_back_asks_the_question_before_and_another_answer_takes_its_place() -> None:
    person = Interviewed()
    person.says("nurse", "17", "Room 1", "y", "asthma")
    assert person.asked == "Are you pregnant, or could you be?"

    assert person.asking.back()
    assert person.asked == "What of it matters here?"
    assert person.asking.back()
    person.says("n")

    assert person.asked == "Are you pregnant, or could you be?", "what mattered is asked only of what was reviewed"
    assert Asking(lambda: interview(Draft(), SETTING)).back() is False


def test_a_step_that_is_left_out_needs_a_reason() -> None:
    person = Interviewed()
    person.says("", "", "", "skip")
    assert person.asked == "Why is the step history left out?"

    assert person.says("   ") == "found nothing, expected a reason in words: at least two words, or ten characters."
    assert person.says("seen last week") is None


def test_enter_alone_leaves_a_question_unanswered_and_what_stops_counts_as_yes() -> None:
    person = Interviewed()
    person.says("", "", "", "")
    person.screening(pregnancy="")

    assert person.asked == "Why is the session opened all the same (screening:pregnancy)?"
    assert person.asking.question is not None
    assert person.asking.question.before[-1].startswith("STOPS: Pregnancy: not asked, which counts as yes")


def test_the_answers_make_a_draft_that_is_opened_as_a_plan_is_with_the_moments_of_the_answers() -> None:
    person = Interviewed()
    person.says("nurse", "17", "Room 1", "y", "")
    person.screening()
    person.says("y", "Form", "1", "", "2026-11-22", "y", "y", "n", "n", "", "", "none is given", "sponge", "8 cm2", "")
    assert person.asked == "nothing more"

    found = opening(person.asking.result, SETTING)

    assert not found.is_refused
    kinds = list(dict.fromkeys(said.kind.value for said in found.said))
    assert kinds == [
        *("opened", "history", "screening", "consent", "patch_test", "consultation", "consumable", "skipped"),
    ]
    stamps = person.asking.stamps
    assert stamps[("session",)] == Stamp(3, 3)
    assert stamps[("history",)] == Stamp(5, 5)
    assert stamps[("screening", "pregnancy")] == Stamp(6, 6)


def test_an_override_of_an_implant_asks_whose_opinion_was_obtained() -> None:
    person = Interviewed()
    person.says("", "", "", "")
    for rule in load().asked(SETTING.modality):
        if rule.code == "active_implant":
            person.says("y", "a pacemaker")
        else:
            person.says(rule.expected.value)
    person.says("its maker allows it", "")

    assert person.asked == "Which specialist was asked before?"
    assert person.says("") == "found nothing, expected the name of the specialist."
    person.says("Dr. Heart")
    assert person.asking.stamps[("override", 0)]
    assert person.asked == "Was consent given?"


@pytest.mark.parametrize("reason", ["yes", "4", "...", "4 5", "because"])
def test_what_is_no_reason_is_refused_where_a_step_is_skipped_and_where_a_stop_is_overridden(reason: str) -> None:
    skipping, overriding = Interviewed(), Interviewed()
    skipping.says("", "", "", "skip")
    overriding.says("", "", "", "")
    overriding.screening(pregnancy="")

    for person in (skipping, overriding):
        asked = person.asked
        assert person.says(reason) == (
            f"found {reason!r}, expected a reason in words: at least two words, or ten characters."
        )
        assert person.asked == asked
        assert person.says("seen before") is None


def test_what_was_answered_before_is_kept_by_enter_after_going_back() -> None:
    person = Interviewed()
    person.says("nurse", "17", "Room 1", "y", "asthma", "n")
    for _ in range(5):
        person.asking.back()
    assert (person.asked, person.asking.before) == ("Registration number", "17")

    person.says("18")
    assert person.asking.before == "Room 1"
    person.says("", "", "")

    assert person.asked.startswith("Are you pregnant")
    assert person.asking.before == "n"
    assert person.asking.stamps[("history",)] == Stamp(5, 5), "kept with the moment in which it was given"


def test_a_correction_far_back_costs_no_answer_that_stays() -> None:
    person = Interviewed()
    person.says("nurse", "17", "Room 1", "y", "asthma")
    person.screening()
    person.says("y", "Form", "2")
    at = person.asked
    while person.asked != "Registration number":
        assert person.asking.back()

    person.says("18")
    person.asking.keep()

    assert person.asked == at
    person.says("", "2026-11-22", "y", "y", "n", "n", "", "", "none is given", "")
    assert person.asking.result.session.registration == "18"
    assert person.asking.result.consent.version == "2"


def test_an_answer_can_be_taken_away_again() -> None:
    person = Interviewed()
    person.says("nurse", "17")
    person.asking.back()

    person.says("-")

    assert person.asked == "Place"
    assert person.asking.back()
    assert person.asking.before == ""


def test_no_to_the_rest_answers_each_for_itself_and_leaves_what_needs_its_own_answer() -> None:
    person = Interviewed()
    person.says("", "", "", "", "n")
    assert person.asking.question is not None
    rules = load().asked(SETTING.modality)
    assert person.asking.question.count == f"2 of {len(rules)}"

    person.says("no to the rest")
    assert person.asked == next(rule.question for rule in rules if rule.expected == "yes")
    person.says("y")

    assert person.asked == "Was consent given?"
    codes = {loc[1]: stamp for loc, stamp in person.asking.stamps.items() if loc[0] == "screening"}
    assert list(codes) == [rule.code for rule in rules]
    person.asking.back()
    assert person.asking.back(), "each is an answer of its own"
    assert person.asking.before == "no"


def test_no_to_the_rest_does_not_take_another_answer_away() -> None:
    person = Interviewed()
    person.says("", "", "", "", "n", "y", "")
    for _ in range(3):
        person.asking.back()

    person.says("all no")

    assert person.asking.before == "y"
    assert person.asking.question is not None
    assert person.asking.question.count.startswith("2 of ")


def test_the_screening_can_be_left_out_at_any_question_but_not_what_was_raised() -> None:
    person, other = Interviewed(), Interviewed()
    for each in (person, other):
        each.says("", "", "", "", "n", "n")

    person.says("skip")
    assert person.asked == "Why is the step screening left out?"
    assert person.asking.question is not None
    assert person.asking.question.before == ("the answers to 2 questions of this step are not kept",)
    other.says("y", "")
    problem = other.says("skip")
    assert problem is not None
    assert problem.endswith("raises something; answer the rest, or go back.")


def test_the_summary_stands_in_order_and_names_what_was_answered_otherwise_and_who_decided() -> None:
    skips = (
        SkipTable(step=Step.PATCH_TEST, reason="the same product"),
        SkipTable(step=Step.HISTORY, reason="r", by="Ann"),
    )
    answers = {"pregnancy": AnswerTable(answer="unknown"), "epilepsy": AnswerTable(answer="no")}
    override = OverrideTable(of="screening:pregnancy", reason="a test was made")
    draft = Draft(answers=answers, skips=skips, consent=ConsentTable(given="yes"), overrides=(override,))

    assert list(told(draft, "Dr. Test")) == [
        "history: LEFT OUT by Ann, r",
        "screening: 1 unknown (pregnancy); 1 no",
        "consent: yes",
        "patch test: LEFT OUT by Dr. Test, the same product",
        "OVERRIDE of screening:pregnancy by Dr. Test: a test was made",
    ]


def test_a_maker_need_not_be_known_and_a_lot_that_looks_like_an_amount_is_said() -> None:
    person = Interviewed()
    person.says("", "", "", "", "all no", "y", "y", "", "", "", "2026-01-15", "y", "y", "n", "n", "")
    person.says("Revital", "", "4 mm", "2099-12", "", "", "2 mL", "", "", "")
    assert person.asked == "nothing more"

    found = opening(person.asking.result, SETTING)

    (product,) = [said.content for said in found.said if said.kind is Kind.PRODUCT]
    assert product["maker"] is None
    assert any("the lot of product 1 is '4 mm', which looks like an amount" in shown for shown in found.shown)


def test_skip_is_no_word_where_no_step_can_be_left_out() -> None:
    person = Interviewed()

    assert person.says("skip") == "found 'skip', and no step can be left out here; expected words."
    assert person.asked == "Role of who treats"
    person.says("nurse", "17", "Room 1", "n")
    for rule in load().asked(SETTING.modality):
        person.says(*(("yes", "") if rule.code == "pregnancy" else (rule.expected.value,)))
    assert person.asked.startswith("Why is the session opened all the same")
    assert person.says("skip") is not None
