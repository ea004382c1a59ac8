"""The second page: the medical history, and the questions of how the treatment reaches the skin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from devicelog.screening.assessment import Finding
from devicelog.screening.rule import Reply, Rule
from devicelog.steps.draft import Draft
from devicelog.steps.opening import screened
from devicelog.steps.plan_schema import AnswerTable, HistoryTable
from devicelog.steps.step import Step
from devicelog.web.forms import Form
from devicelog.web.pages.opening.fields import day, table
from devicelog.web.pages.opening.page import Page, Part
from devicelog.web.pages.opening.room import Room
from devicelog.web.pages.opening.skipping import is_skipped, skip_fields, skip_of, skipped

_REST = "rest"


def asked_rules(room: Room) -> tuple[Rule, ...]:
    """The questions, in order."""
    return room.rules.asked(room.setting.modality)


def fields(room: Room) -> dict[str, list[str]]:
    """What was answered before."""
    draft = room.draft
    made: dict[str, list[str]] = {}
    if draft.history is not None:
        said = {"reviewed": draft.history.reviewed, "text": draft.history.text, "by": draft.history.by}
        made |= {f"history-{name}": [value] for name, value in said.items() if value}
    for code, answer in (draft.answers or {}).items():
        ended = answer.ended.isoformat() if answer.ended is not None else None
        said = {"answer": answer.answer, "ended": ended, "detail": answer.detail}
        made |= {f"screening-{code}-{name}": [value] for name, value in said.items() if value}
    return made | skip_fields(draft, Step.HISTORY) | skip_fields(draft, Step.SCREENING)


def take(form: Form, room: Room) -> Draft:
    """The draft with the history and the answers of the form; every question needs one, "not asked" is one."""
    draft = skipped(form, skipped(form, room.draft, Step.HISTORY), Step.SCREENING)
    return replace(draft, history=_history(form, room), answers=_answers(form, room))


def _history(form: Form, room: Room) -> HistoryTable | None:
    if is_skipped(form, Step.HISTORY):
        return None
    reviewed = form.text("history-reviewed")
    if not reviewed:
        form.refuse("history-reviewed", room.t("opening-choose"))
        return None
    given = {"reviewed": reviewed, "text": form.text("history-text"), "by": form.text("history-by")}
    return table(form, HistoryTable, ("history",), given)


def _answers(form: Form, room: Room) -> dict[str, AnswerTable] | None:
    if is_skipped(form, Step.SCREENING):
        if any(_raises(rule, form.text(_name(rule))) for rule in asked_rules(room)):
            form.refuse("skip-screening-reason", room.t("opening-skip-raised"))
        return None
    found = {}
    for rule in asked_rules(room):
        answer = _answer(form, rule)
        if answer is not None:
            found[rule.code] = answer
        elif not form.text(_name(rule)):
            form.refuse(_name(rule), room.t("opening-choose"))
    return found


def _answer(form: Form, rule: Rule) -> AnswerTable | None:
    """The answer to a rule; None if there is none, or if it cannot be used."""
    said, begin = form.text(_name(rule)), f"screening-{rule.code}"
    if not said:
        return None
    given: dict[str, Any] = {"answer": said}
    if said == Reply.YES and rule.washout_months is not None:
        given["ended"] = day(form, f"{begin}-ended")
    if _raises(rule, said):
        given["detail"] = form.text(f"{begin}-detail")
    return table(form, AnswerTable, ("screening", rule.code), given)


def _name(rule: Rule) -> str:
    return f"screening-{rule.code}-answer"


def _raises(rule: Rule, said: str) -> bool:
    return said not in ("", rule.expected, Reply.NOT_ASKED)


def shows(form: Form, room: Room) -> Mapping[str, Any]:
    """The questions with what their answers raise."""
    rules, raised = asked_rules(room), findings(form, room)
    return {
        "rules": rules,
        "raised": raised,
        "left": sum(not form.text(_name(rule)) for rule in rules),
        "replies": [reply.value for reply in Reply],
        "list_title": room.rules.title,
    }


def findings(form: Form, room: Room) -> dict[str, Finding]:
    """What the answers raise so far, by the code of the question; what was not answered yet raises nothing yet."""
    probe = Form({name: form.all(name) for name in form})
    answers = {rule.code: answer for rule in asked_rules(room) if (answer := _answer(probe, rule)) is not None}
    found = screened(replace(room.draft, answers=answers, overrides=()), room.setting)
    return {one.code: one for one in found.findings if one.code in answers} if found is not None else {}


def lacks(room: Room) -> bool:
    """Whether a question is open: another protocol may ask more."""
    draft = room.draft
    history = draft.history is None and skip_of(draft, Step.HISTORY) is None
    answered = draft.answers or {}
    some = skip_of(draft, Step.SCREENING) is None and any(rule.code not in answered for rule in asked_rules(room))
    return history or some


def act(form: Form, room: Room) -> Form | None:
    """No to the rest: what is open is answered with no, each question for itself, where no raises nothing."""
    if form.text("do") != _REST:
        return None
    made = {name: form.all(name) for name in form}
    for rule in asked_rules(room):
        if not form.text(_name(rule)) and rule.expected is Reply.NO:
            made[_name(rule)] = [Reply.NO.value]
    return Form(made)


def parts(_: Form, room: Room) -> list[Part]:
    """What each answer raises, and how many questions are open."""
    found: list[Part] = [(f"raised-{rule.code}", "open_raised.html", {"rule": rule}) for rule in asked_rules(room)]
    return [*found, ("left", "open_left.html", {})]


PAGE = Page("screening", fields, take, shows, lacks, (Step.HISTORY, Step.SCREENING), act, parts=parts)
