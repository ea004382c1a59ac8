"""What is asked before a session, step by step; the answers make a draft, as a plan file does."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from devicelog.errors import BadInputError
from devicelog.numbers import some
from devicelog.screening.rule import Reply, Rule
from devicelog.steps.asking import Questions
from devicelog.steps.deciding import Asks, overridden, skipped
from devicelog.steps.draft import Draft
from devicelog.steps.opening import Setting, screened, stops
from devicelog.steps.plan_schema import (
    AnswerTable,
    ConsentTable,
    ConsultationTable,
    HistoryTable,
    PatchTestTable,
)
from devicelog.steps.question import SKIP, Question, day, one_of, words
from devicelog.steps.step import Step
from devicelog.steps.taking import ask_products

_YES_NO = "yes, no; Enter: nobody says"
_OR_SKIP = "; skip: leave this step out, with a reason"
_DAY = "a day such as 2026-11-22; Enter: not known"
_NOTHING = "Enter: nothing"


def interview(draft: Draft, setting: Setting) -> Questions:
    """Ask what is to be stated in a session; returns the draft. What is stated in it already is not asked."""
    draft = yield from _opened(draft)
    for ask in (_history, _screening, _consent, _patch_test, _consultation, ask_products):
        draft = yield from ask(draft, setting)
    return draft


def _opened(draft: Draft) -> Asks:
    given = draft.session.model_dump()
    for name, text in (("role", "Role of who treats"), ("registration", "Registration number"), ("place", "Place")):
        if given[name] is None:
            said = yield Question(Step.OPENED, ("session",), text, "Enter: not stated", words)
            given[name] = said or None
    return replace(draft, session=type(draft.session).model_validate(given))


def _history(draft: Draft, _: Setting) -> Asks:
    step, loc = Step.HISTORY, ("history",)
    read = one_of("yes", "no", can_skip=True)
    reviewed = yield Question(step, loc, "Was the medical history reviewed?", f"{_YES_NO}{_OR_SKIP}", read)
    if reviewed == SKIP:
        return (yield from skipped(draft, step))
    text = ""
    if reviewed == "yes":
        text = yield Question(step, loc, "What of it matters here?", _NOTHING, words)
    return replace(draft, history=HistoryTable(reviewed=reviewed, text=text))


# -- screening -------------------------------------------------------------------------------------------------


def _screening(draft: Draft, setting: Setting) -> Asks:
    answers: dict[str, AnswerTable] = {}
    rules = setting.rules.asked(setting.modality) if setting.rules is not None else ()
    for place, rule in enumerate(rules, 1):
        said = yield _of_rule(rule, f"{place} of {len(rules)}", _raised(rules, answers), is_first=place == 1)
        if said == SKIP:
            lost = f"the answers to {some(len(answers), 'question')} of this step are not kept"
            return (yield from skipped(draft, Step.SCREENING, (lost,) if answers else ()))
        answers[rule.code] = yield from _answered(rule, said)
    draft = replace(draft, answers=answers)
    screening = screened(draft, setting)
    found = list(stops(draft, setting, screening))
    seen = [one.why for one in screening.findings if one.severity != "stop"] if screening is not None else []
    return (yield from overridden(draft, setting, Step.SCREENING, found, seen))


def _of_rule(rule: Rule, count: str, raised: str | None, *, is_first: bool) -> Question:
    """The question of a rule; the step can be left out at each of them, unless an answer `raised` something."""
    reads = one_of(*(reply.value for reply in Reply), can_skip=True)

    def read(text: str) -> str:
        said = reads(text)
        if said == SKIP and raised is not None:
            raise BadInputError(f"found 'skip', and {raised} raises something; answer the rest, or go back.")
        return said

    rest = Reply.NO.value if rule.expected is Reply.NO else ""
    hint = f"yes, no, unknown; Enter: not asked; no to the rest{_OR_SKIP}" if is_first else ""
    about = f"{rule.title}. The answer that raises nothing is {rule.expected}; yes, no, unknown; Enter: not asked."
    loc = ("screening", rule.code)
    return Question(Step.SCREENING, loc, rule.question, hint, read, count=count, rest=rest, about=about)


def _raised(rules: Sequence[Rule], answers: Mapping[str, AnswerTable]) -> str | None:
    """The first question whose answer raises something; None if no answer does."""
    given = ((rule, answers[rule.code].answer) for rule in rules if rule.code in answers)
    return next((rule.title for rule, said in given if said not in (rule.expected, Reply.NOT_ASKED)), None)


def _answered(rule: Rule, said: str) -> Generator[Question, Any, AnswerTable]:
    """What belongs to an answer that raises something: until when, and what is known of it."""
    loc = ("screening", rule.code)
    ended, detail = None, ""
    if said == Reply.YES and rule.washout_months is not None:
        ended = yield Question(Step.SCREENING, loc, f"{rule.title}: until when?", _DAY, day)
    if said not in (rule.expected, Reply.NOT_ASKED):
        detail = yield Question(Step.SCREENING, loc, f"{rule.title}: what is known of it?", _NOTHING, words)
    return AnswerTable.model_validate({"answer": said, "ended": ended, "detail": detail})


# -- consent, patch test, consultation -------------------------------------------------------------------------


def _consent(draft: Draft, setting: Setting) -> Asks:
    step, loc = Step.CONSENT, ("consent",)
    read = one_of("yes", "no", can_skip=True)
    given = yield Question(step, loc, "Was consent given?", f"{_YES_NO}{_OR_SKIP}", read)
    if given == SKIP:
        return (yield from skipped(draft, step))
    told: dict[str, Any] = {}
    if given == "yes":
        told["form"] = (yield Question(step, loc, "Which form?", "Enter: not stated", words)) or None
        told["version"] = (yield Question(step, loc, "Which version of it?", "Enter: not stated", words)) or None
        hint = f"a name; Enter: {setting.practitioner}"
        told["taken_by"] = (yield Question(step, loc, "Who took the consent?", hint, words)) or None
        told["on"] = yield Question(step, loc, "On which day?", _DAY, day)
        for name, text in _CONSENT:
            told[name] = yield Question(step, loc, text, _YES_NO, one_of("yes", "no"))
    before = list(stops(draft, setting, screened(draft, setting)))
    draft = replace(draft, consent=ConsentTable(given=given, **told))
    now = stops(draft, setting, screened(draft, setting))
    return (yield from overridden(draft, setting, step, [stop for stop in now if stop not in before]))


_CONSENT = (
    ("risks_discussed", "Were the risks discussed?"),
    ("cooling_off", "Was there time to decide?"),
    ("photographs", "Is there consent to photographs?"),
)


def _patch_test(draft: Draft, _: Setting) -> Asks:
    step, loc = Step.PATCH_TEST, ("patch_test",)
    read = one_of("yes", "no", can_skip=True)
    done = yield Question(step, loc, "Was a patch test done?", f"{_YES_NO}{_OR_SKIP}", read)
    if done == SKIP:
        return (yield from skipped(draft, step))
    told: dict[str, Any] = {}
    if done == "yes":
        told["product"] = (yield Question(step, loc, "With which product?", "Enter: not stated", words)) or None
        told["on"] = yield Question(step, loc, "On which day?", _DAY, day)
        told["result"] = (yield Question(step, loc, "With which result?", "Enter: not stated", words)) or None
    return replace(draft, patch_test=PatchTestTable(done=done, **told))


def _consultation(draft: Draft, _: Setting) -> Asks:
    step, loc = Step.CONSULTATION, ("consultation",)

    def read(text: str) -> Any:
        return SKIP if text.strip().lower() == SKIP else day(text)

    on = yield Question(step, loc, "On which day was the consultation?", f"{_DAY}{_OR_SKIP}", read)
    if on == SKIP:
        return (yield from skipped(draft, step))
    text = (yield Question(step, loc, "What was said?", _NOTHING, words)) if on is not None else ""
    return replace(draft, consultation=ConsultationTable(on=on, text=text))
