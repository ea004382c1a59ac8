"""A page of the opening: what its form shows, takes and stops at; and how far a draft has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from devicelog.steps.draft import Draft
from devicelog.steps.step import Step
from devicelog.web.forms import Form
from devicelog.web.pages.opening.room import Room
from devicelog.web.pages.opening.skipping import skip_of

#: A fragment: the id of its element, its template, and what that is given besides.
Part = tuple[str, str, Mapping[str, Any]]

#: The pages in their order.
ORDER = ("subject", "screening", "consent", "products", "device", "ready")


@dataclass(frozen=True, slots=True)
class Page:
    """`fields` are those of the draft, `take` makes the draft of a form (errors in it), `shows` is for the template.

    `lacks` says whether a draft does not say all that the page asks; `steps` are the steps that can be left out on it.
    `act` does what a button other than to go on does to the form (None: it was not one), `reads` what is done to a form
    before it is kept. `parts` are fragments that follow what is typed: an id, its template, and what that is given.
    """

    name: str
    fields: Callable[[Room], dict[str, list[str]]]
    take: Callable[[Form, Room], Draft]
    shows: Callable[[Form, Room], Mapping[str, Any]]
    lacks: Callable[[Room], bool]
    steps: tuple[Step, ...] = ()
    act: Callable[[Form, Room], Form | None] = lambda _form, _room: None
    reads: Callable[[Form, Room], Form] = lambda form, _room: form
    parts: Callable[[Form, Room], list[Part]] = lambda _form, _room: []


class State(StrEnum):
    """How far a page is."""

    DONE = "done"
    SKIPPED = "skipped"
    OPEN = "open"


def states(pages: Mapping[str, Page], room: Room) -> dict[str, State]:
    """How far each page is; all behind the first that is open are open, too."""
    found: dict[str, State] = {}
    for name in ORDER:
        is_behind = State.OPEN in found.values()
        page = pages.get(name)
        if page is None or is_behind or name not in room.underway.steps or page.lacks(room):
            found[name] = State.OPEN
        elif page.steps and all(skip_of(room.draft, step) is not None for step in page.steps):
            found[name] = State.SKIPPED
        else:
            found[name] = State.DONE
    return found


def first_open(found: Mapping[str, State]) -> str:
    """The page that is next."""
    return next((name for name, state in found.items() if state is State.OPEN), ORDER[-1])
