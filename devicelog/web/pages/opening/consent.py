"""The third page: consent, patch test and consultation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import ConsentTable, ConsultationTable, PatchTestTable, Table
from devicelog.steps.step import Step
from devicelog.web.forms import Form
from devicelog.web.pages.opening.fields import day, table
from devicelog.web.pages.opening.page import Page
from devicelog.web.pages.opening.room import Room
from devicelog.web.pages.opening.skipping import is_skipped, skip_fields, skip_of, skipped

_STEPS = (Step.CONSENT, Step.PATCH_TEST, Step.CONSULTATION)
_TOLD = ("form", "version", "taken_by", "risks_discussed", "cooling_off", "photographs")

T = TypeVar("T", bound=Table)


def fields(room: Room) -> dict[str, list[str]]:
    """What was stated before."""
    made: dict[str, list[str]] = {}
    for name, one in (
        ("consent", room.draft.consent),
        ("patch_test", room.draft.patch_test),
        ("consultation", room.draft.consultation),
    ):
        said = one.model_dump(mode="json", exclude_none=True) if one is not None else {}
        made |= {f"{name}-{key}": [str(value)] for key, value in said.items() if value}
    for step in _STEPS:
        made |= skip_fields(room.draft, step)
    return made


def take(form: Form, room: Room) -> Draft:
    """The draft with what the form states of all three."""
    draft = room.draft
    for step in _STEPS:
        draft = skipped(form, draft, step)
    return replace(
        draft, consent=_consent(form, room), patch_test=_patch_test(form, room), consultation=_consultation(form, room)
    )


def _consent(form: Form, room: Room) -> ConsentTable | None:
    """Consent; what belongs to one that was given is left out of another."""
    if is_skipped(form, Step.CONSENT) or not _chosen(form, room, "consent-given"):
        return None
    given: dict[str, Any] = {"given": form.text("consent-given"), "by": form.text("consent-by")}
    if given["given"] == "yes":
        given |= {name: form.text(f"consent-{name}") for name in _TOLD} | {"on": day(form, "consent-on")}
    return table(form, ConsentTable, ("consent",), given)


def _patch_test(form: Form, room: Room) -> PatchTestTable | None:
    if is_skipped(form, Step.PATCH_TEST) or not _chosen(form, room, "patch_test-done"):
        return None
    given: dict[str, Any] = {"done": form.text("patch_test-done"), "by": form.text("patch_test-by")}
    if given["done"] == "yes":
        given |= {name: form.text(f"patch_test-{name}") for name in ("product", "result")}
        given["on"] = day(form, "patch_test-on")
    return table(form, PatchTestTable, ("patch_test",), given)


def _consultation(form: Form, room: Room) -> ConsultationTable | None:
    """The talk before: its day or what was said; a form without both says nothing of it."""
    if is_skipped(form, Step.CONSULTATION):
        return None
    on, text = day(form, "consultation-on"), form.text("consultation-text")
    if on is None and not text:
        form.refuse("consultation-on", room.t("opening-consultation-missing"))
        return None
    return table(
        form, ConsultationTable, ("consultation",), {"on": on, "text": text, "by": form.text("consultation-by")}
    )


def _chosen(form: Form, room: Room, name: str) -> bool:
    if not form.text(name):
        form.refuse(name, room.t("opening-choose"))
    return bool(form.text(name))


def shows(_form: Form, room: Room) -> Mapping[str, Any]:
    """Today, for the days."""
    return {"today": room.setting.today.isoformat(), "practitioner": room.setting.practitioner}


def lacks(room: Room) -> bool:
    """Whether one of the three is neither stated nor left out."""
    draft = room.draft
    said = {Step.CONSENT: draft.consent, Step.PATCH_TEST: draft.patch_test, Step.CONSULTATION: draft.consultation}
    return any(one is None and skip_of(draft, step) is None for step, one in said.items())


PAGE = Page("consent", fields, take, shows, lacks, _STEPS)
