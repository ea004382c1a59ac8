"""What a page is made of: sections of tables, facts and lines; plain text throughout, which `session.typ` lays out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeVar

_T = TypeVar("_T")

#: A text of a person is cut behind so many characters, and says so.
LONGEST = 600
#: A word of more letters is cut, too.
_LONG_WORD = 40
#: What stands where a column has nothing to say.
NONE = "–"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names beside what is known of each; `loud` are the rows (from 0) that must be seen."""

    rows: Sequence[tuple[str, str]]
    loud: Sequence[int] = ()
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads that name quantity and unit; the columns of `right` hold numbers.

    The columns of `wide` share the room, one that is named twice twice as much; others are as wide as their text.
    `about` says in a few words what it lists, for those who cannot see it.
    """

    about: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()
    wide: Sequence[int] = (0,)
    loud: Sequence[int] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences, one below the other."""

    lines: Sequence[str]
    is_loud: bool = False
    kind: Literal["lines"] = "lines"


Block = Facts | Table | Lines


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under its title; one without a block says `word` beside its title, such as "None"."""

    title: str
    blocks: Sequence[Block]
    word: str = ""


#: On paper a list is cut where a page would be full; on a screen it is not, but for one that is endless.
_ROOM: ContextVar[int] = ContextVar("room", default=0)
_ENDLESS = 2000


@contextmanager
def whole() -> Iterator[None]:
    """What is made inside is for a screen: lists and texts stand there whole."""
    token = _ROOM.set(_ENDLESS)
    try:
        yield
    finally:
        _ROOM.reset(token)


def room_for(most: int) -> int:
    """How much of a list is shown of which paper has room for `most`."""
    return max(most, _ROOM.get())


def cut(items: Iterable[_T], count: int, most: int, file: str) -> tuple[list[_T], list[Block]]:
    """The first `most` of `count` items, and the line that says how many are not shown and where they are."""
    most = room_for(most)
    more = count - most
    said = (
        [Lines([f"… and {more} more, not shown here: see {file} or session.json."], is_loud=True)] if more > 0 else []
    )
    return list(islice(items, most)), [*said]


def short(text: str) -> str:
    """A text of a person, cut where it is very long."""
    if len(text) <= LONGEST or _ROOM.get():
        return text
    words, _, begun = text[:LONGEST].rpartition(" ")
    kept = words if words and len(begun) < _LONG_WORD else text[:LONGEST]
    return f"{kept.rstrip()} … (cut here: {len(text)} characters, whole in session.json)"
