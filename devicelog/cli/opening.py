"""What is stated before the ports of a recording are opened: by a plan, by asking, or that nobody was asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devicelog.clock import Stamp
    from devicelog.opening.stated import Stated
    from devicelog.screening.rule import Rules
    from devicelog.steps.draft import Draft
    from devicelog.steps.opening import Setting

#: What a recording cannot do without, and the option that gives it.
_NEEDED = {"devices": "--device", "protocol": "--protocol", "subject": "--subject", "practitioner": "--practitioner"}


@dataclass(frozen=True, slots=True)
class Words:
    """What the command line gave for the opening; `no_ask` is the reason for which nobody is asked."""

    plan: Path | None
    no_ask: str | None
    given: Mapping[str, Any]

    @property
    def asks(self) -> bool:
        """Whether somebody at a terminal is asked step by step."""
        from devicelog.keyboard.keyboard import is_attended

        return self.plan is None and self.no_ask is None and sys.stderr.isatty() and is_attended()


# -- what is given ---------------------------------------------------------------------------------------------


def draft_of(words: Words) -> Draft:
    """What a plan and the command line say together; the command line wins, and that is said.

    Raises PlanFileError, and click's UsageError for what a recording cannot do without.
    """
    from devicelog.steps.draft import Draft

    draft = _planned(words, words.plan) if words.plan is not None else Draft()
    draft, notes = draft.with_session(**words.given)
    for note in notes:
        say(f"note: {note}")
    session = draft.session.model_dump()
    for name, option in _NEEDED.items():
        if session[name] is None or session[name] == []:
            more = f" {words.plan} has none, either." if words.plan is not None else ""
            raise click.UsageError(f"Missing option '{option}'.{more}")
    return draft


def _planned(words: Words, plan: Path) -> Draft:
    from devicelog import clock
    from devicelog.opening.setting import rules_of, today
    from devicelog.steps.plan_file import load

    given = words.given.get("screening")
    whole = words.no_ask is None
    return load(plan, lambda named: rules_of(given or named), today(clock.now()), whole=whole)


def rules(words: Words, draft: Draft) -> Rules | None:
    """What is asked before; None where nobody is asked. Raises ScreeningFileError."""
    from devicelog.opening.setting import rules_of

    return rules_of(draft.session.screening) if words.asks or words.plan is not None else None


# -- what is stated --------------------------------------------------------------------------------------------


def stated(words: Words, draft: Draft, setting: Setting, start: Stamp) -> Stated | None:
    """What the steps before the devices come to; None if whoever was asked does not want to begin.

    Raises BadInputError for steps out of order and for what cannot be, NotNowError if asking is broken off.
    """
    from devicelog.errors import BadInputError
    from devicelog.opening import stating
    from devicelog.steps.said import PlaceError

    if words.asks:
        return _asked(draft, setting, start)
    try:
        if words.plan is None:
            said = stating.unasked(draft, setting, start, reason=words.no_ask)
        else:
            said = stating.planned(draft, setting, start, skipped=words.no_ask)
    except PlaceError as error:
        place = f"{words.plan}, " if words.plan is not None else ""
        raise BadInputError(f"{place}{' '.join(map(str, error.loc))}: {error}") from None
    for shown in said.opening.shown:
        say(f"note: {shown}")
    return said


def _asked(draft: Draft, setting: Setting, start: Stamp) -> Stated | None:
    from devicelog.opening import stating
    from devicelog.steps.asking import Asking
    from devicelog.steps.interview import interview
    from devicelog.steps.opening import opening
    from devicelog.terminal.asking import ask

    asking = Asking(lambda: interview(draft, setting))
    if not ask(asking, lambda answered: opening(answered, setting), setting.practitioner):
        return None
    return stating.asked(asking, setting, start)
