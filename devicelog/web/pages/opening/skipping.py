"""A step that is left out on a page, with a reason; its fields are skip-<step>, skip-<step>-reason, skip-<step>-by."""

from __future__ import annotations

from dataclasses import replace

from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import SkipTable
from devicelog.steps.step import Step
from devicelog.web.forms import Form
from devicelog.web.pages.opening.fields import table, why


def word(step: Step) -> str:
    """A step as fields and texts name it."""
    return step.value.replace(" ", "_")


def skip_of(draft: Draft, step: Step) -> SkipTable | None:
    """Why a step is left out; None: it is not."""
    return next((one for one in draft.skips if one.step == step), None)


def skip_fields(draft: Draft, step: Step) -> dict[str, list[str]]:
    """The fields of a step that is left out."""
    one = skip_of(draft, step)
    if one is None:
        return {}
    begin = f"skip-{word(step)}"
    return {begin: ["yes"], f"{begin}-reason": [one.reason], **({f"{begin}-by": [one.by]} if one.by else {})}


def is_skipped(form: Form, step: Step) -> bool:
    """Whether the form leaves a step out."""
    return form.has(f"skip-{word(step)}")


def skipped(form: Form, draft: Draft, step: Step) -> Draft:
    """The draft with the step left out, if the form says so, and else without a word of that."""
    others = tuple(one for one in draft.skips if one.step != step)
    if not is_skipped(form, step):
        return replace(draft, skips=others)
    begin = f"skip-{word(step)}"
    because = why(form, f"{begin}-reason")
    if because is None:
        return draft
    made = table(form, SkipTable, (begin,), {"step": step, "reason": because, "by": form.text(f"{begin}-by")})
    return replace(draft, skips=(*others, made)) if made is not None else draft
