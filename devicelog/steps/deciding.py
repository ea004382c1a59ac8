"""Questions about what is decided by name: why a step is left out, and why a stop is overridden."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

from devicelog.screening.rule import Demand
from devicelog.steps.draft import Draft
from devicelog.steps.opening import Setting, Stop
from devicelog.steps.plan_schema import OverrideTable, SkipTable
from devicelog.steps.question import Question, needed, why, why_or_none, words
from devicelog.steps.step import Step

#: Yields questions, is sent their answers, and returns the draft with them.
Asks = Generator[Question, Any, Draft]


def skipped(draft: Draft, step: Step, seen: Sequence[str] = ()) -> Asks:
    """Why a step is left out; without a reason it is not."""
    loc = ("skip", len(draft.skips))
    reason = yield Question(step, loc, f"Why is the step {step} left out?", "a reason in words", why, tuple(seen))
    return replace(draft, skips=(*draft.skips, SkipTable(step=step, reason=reason)))


def overridden(draft: Draft, setting: Setting, step: Step, found: Sequence[Stop], seen: Sequence[str] = ()) -> Asks:
    """Whether each stop is taken away; without a reason it stays, and the session is refused."""
    causes: dict[str, list[Stop]] = {}
    for stop in found:
        causes.setdefault(stop.of, []).append(stop)
    for stop, *others in causes.values():
        loc = ("override", len(draft.overrides))
        text = f"Why is the session opened all the same ({stop.of})?"
        before = (*seen, *(f"STOPS: {one.why}" for one in (stop, *others)))
        reason = yield Question(
            step, loc, text, "a reason; Enter: none, and the session is refused", why_or_none, before
        )
        seen = ()
        if not reason:
            continue
        by = yield Question(step, loc, "Who decides that?", f"a name; Enter: {setting.practitioner}", words)
        specialist = None
        if _demands_specialist(setting, stop):
            read = needed("the name of the specialist")
            specialist = yield Question(step, loc, "Which specialist was asked before?", "a name", read)
        table = OverrideTable(of=stop.of, reason=reason, by=by or None, specialist=specialist)
        draft = replace(draft, overrides=(*draft.overrides, table))
    return draft


def _demands_specialist(setting: Setting, stop: Stop) -> bool:
    code = stop.of.removeprefix("screening:")
    rules = {rule.code: rule for rule in setting.rules.rules} if setting.rules is not None else {}
    return stop.of != code and code in rules and rules[code].override_demands is Demand.SPECIALIST_OPINION
