"""One question to whoever opens a session, and what may be answered to it. Enter alone leaves it unanswered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from devicelog.errors import BadInputError
from devicelog.problems import Location, guess
from devicelog.steps.reason import reason

#: What is typed to leave out a step; a reason is asked then.
SKIP = "skip"
#: What is typed to answer this question and the others of its kind behind it with no.
REST = ("no to the rest", "all no")

#: Short forms of answers.
_SHORT: Mapping[str, str] = {"y": "yes", "n": "no", "u": "unknown", "-": "not asked"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; `hint` says what may be typed, `read` what it means, or raises BadInputError.

    `step` is the heading it stands under, `loc` the place in the draft that its answer fills. `before` is what must be
    seen before it, `count` its place among its like. `rest` is the answer that can be given to all that follow, "" if
    each needs its own. `about` explains it.
    """

    step: str
    loc: Location
    text: str
    hint: str
    read: Callable[[str], Any]
    before: tuple[str, ...] = ()
    count: str = ""
    rest: str = ""
    about: str = ""


def one_of(*words: str, can_skip: bool = False) -> Callable[[str], str]:
    """What reads one of these words, or their first letters; Enter alone is "not asked"."""
    allowed = (*words, SKIP) if can_skip else words

    def read(text: str) -> str:
        said = text.strip().lower()
        said = _SHORT.get(said, said) or "not asked"
        if said not in (*allowed, "not asked"):
            raise BadInputError(f"found {text.strip()!r}, expected one of {', '.join(allowed)}{guess(said, allowed)}.")
        return said

    return read


def words(text: str) -> str:
    """Any text without the blanks around it; "" is an answer, too.

    The word that leaves out a step is none: as the reason of an override it would open a session.
    """
    said = words_or_skip(text)
    if said.lower() == SKIP:
        raise BadInputError(f"found {said!r}, and no step can be left out here; expected words.")
    return said


def words_or_skip(text: str) -> str:
    """Any text without the blanks around it, the word that leaves out a step, too."""
    said = text.strip()
    if not all(character.isprintable() for character in said):
        raise BadInputError("found keys that are no text, expected words.")
    return said


def needed(what: str) -> Callable[[str], str]:
    """What reads a text that must not be empty."""

    def read(text: str) -> str:
        said = words(text)
        if not any(character.isalnum() for character in said):
            raise BadInputError(f"found nothing, expected {what}.")
        return said

    return read


def why(text: str) -> str:
    """A reason in words."""
    return reason(words(text))


def why_or_none(text: str) -> str:
    """A reason in words; "" for Enter alone."""
    return why(text) if words(text) else ""


def day(text: str) -> date | None:
    """A day such as 2026-11-22; None for Enter alone."""
    said = words(text)
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadInputError(f"found {said!r}, expected a day such as 2026-11-22.") from None


def checked(reading: Callable[[str], object], *, optional: bool = False) -> Callable[[str], str]:
    """What reads a text that `reading` understands, and keeps the text; Enter alone only where it is optional."""

    def read(text: str) -> str:
        said = words(text)
        if said or not optional:
            reading(said)
        return said

    return read


def number_of(known: Collection[int], what: str) -> Callable[[str], int]:
    """What reads one of these numbers."""

    def read(text: str) -> int:
        said = text.strip()
        if not said.isdecimal() or int(said) not in known:
            raise BadInputError(f"found {said!r}, expected the number of a {what} ({', '.join(map(str, known))}).")
        return int(said)

    return read
