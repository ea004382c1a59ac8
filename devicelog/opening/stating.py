"""From a draft to what is stated: by a plan, by asking, or that nobody was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devicelog.naming import named
from devicelog.opening.stated import UNASKED, Stated
from devicelog.steps.opening import missing, opening
from devicelog.steps.plan_schema import SkipTable

if TYPE_CHECKING:
    from devicelog.clock import Stamp
    from devicelog.steps.asking import Asking
    from devicelog.steps.draft import Draft
    from devicelog.steps.opening import Setting


def asked(asking: Asking, setting: Setting, start: Stamp) -> Stated:
    """What was answered, each place when it was; `asking` is over.

    Raises PlaceError for what cannot be, OutOfOrderError for steps that do not stand in their place; so do the others.
    """
    found = opening(asking.result, setting)
    return Stated(asking.result, found, setting, start, found.stops, asking.stamps)


def planned(draft: Draft, setting: Setting, start: Stamp, *, skipped: str | None = None) -> Stated:
    """What a plan says; with a reason (`skipped`) the steps that it says nothing of are skipped for that."""
    draft = skipping(draft, setting, skipped) if skipped is not None else draft
    found = opening(draft, setting)
    return Stated(draft, found, setting, start, found.stops)


def unasked(draft: Draft, setting: Setting, start: Stamp, *, reason: str | None = None) -> Stated:
    """What is known where nobody was asked, for this reason or because nobody was there; nothing is refused."""
    draft = skipping(draft, setting, reason if reason is not None else UNASKED)
    return Stated(draft, opening(draft, setting), setting, start)


def skipping(draft: Draft, setting: Setting, reason: str) -> Draft:
    """The draft with what it says nothing of skipped, for this reason; raises BadInputError for one without words."""
    why = named(reason, "reason")
    skips = (SkipTable(step=step, reason=why) for step in missing(draft, setting))
    return replace(draft, skips=(*draft.skips, *skips))
