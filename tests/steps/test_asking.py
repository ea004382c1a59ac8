"""Asking step by step: what is asked follows from what was answered, and every question can be gone back to."""

from __future__ import annotations

from datetime import date

from devicelog.clock import Stamp
from devicelog.screening.rules import load
from devicelog.steps.asking import Asking
from devicelog.steps.draft import Draft
from devicelog.steps.interview import interview
from devicelog.steps.opening import Setting, opening
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


def test_going_back_asks_the_question_before_and_forgets_its_answer() -> None:
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

    assert person.says("   ") == "found nothing, expected a reason in words."
    assert person.says("...") == "found nothing, expected a reason in words."
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


def test_skip_is_no_word_where_no_step_can_be_left_out() -> None:
    person = Interviewed()

    assert person.says("skip") == "found 'skip', and no step can be left out here; expected words."
    assert person.asked == "Role of who treats"
    person.says("nurse", "17", "Room 1", "n")
    for rule in load().asked(SETTING.modality):
        person.says(*(("yes", "") if rule.code == "pregnancy" else (rule.expected.value,)))
    assert person.asked.startswith("Why is the session opened all the same")
    assert person.says("skip") is not None
