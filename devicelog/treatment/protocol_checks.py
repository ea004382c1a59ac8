"""What holds the tables of a treatment protocol file against their fields; everything that does not fit is told.

Not by pydantic: a session has its treatment protocol inside, and whatever reads one would load it for these few tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from devicelog.problems import Location

_CHECK = "check"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that does not fit. `missing`: there is none; `unknown`: its key is not known."""

    loc: Location
    value: object
    missing: bool = False
    unknown: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of the file; a key that is not known is refused."""


#: What becomes of a value at a place; it goes into the list if it does not fit.
Check = Callable[[Any, Location, list[Misfit]], Any]
#: The metadata of a field: its check.
Rule = Mapping[str, Check]
_T = TypeVar("_T", bound=Table)


def table(kind: type[_T], raw: object, loc: Location, misfits: list[Misfit]) -> _T | None:
    """The table as its kind has it; None if it does not fit."""
    if not isinstance(raw, dict):
        misfits.append(Misfit(loc, raw))
        return None
    before = len(misfits)
    known = {one.name: one for one in fields(kind)}
    found: dict[str, Any] = {}
    for name, one in known.items():
        if name in raw:
            found[name] = one.metadata[_CHECK](raw[name], (*loc, name), misfits)
        elif _is_needed(one):
            misfits.append(Misfit((*loc, name), raw, missing=True))
    misfits += [Misfit((*loc, name), value, unknown=True) for name, value in raw.items() if name not in known]
    return kind(**found) if len(misfits) == before else None


def _is_needed(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


# -- what a field may hold -------------------------------------------------------------------------------------


def _fits(is_right: Callable[[Any], bool]) -> Rule:
    def check(value: Any, loc: Location, misfits: list[Misfit]) -> Any:
        if not is_right(value):
            misfits.append(Misfit(loc, value))
        return value

    return {_CHECK: check}


#: Anything: what is read later, in a unit that is not known here.
anything = _fits(lambda _: True)
yes_no = _fits(lambda value: isinstance(value, bool))
text = _fits(lambda value: isinstance(value, str))
some_text = _fits(lambda value: isinstance(value, str) and bool(value))
a_table = _fits(lambda value: isinstance(value, dict))


def like(pattern: str) -> Rule:
    """A text that has this form from its beginning to its end."""
    return _fits(lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None)


def word(kind: type[StrEnum]) -> Rule:
    """One of these words."""
    words = {member.value: member for member in kind}

    def check(value: Any, loc: Location, misfits: list[Misfit]) -> StrEnum | None:
        found = words.get(value) if isinstance(value, str) else None
        if found is None:
            misfits.append(Misfit(loc, value))
        return found

    return {_CHECK: check}


def below(kind: type[Table]) -> Rule:
    """A table inside the table."""
    return {_CHECK: lambda value, loc, misfits: table(kind, value, loc, misfits)}


def many(each: Rule, *, least: int = 0) -> Rule:
    """A list of such values, of that many at least."""
    inner = each[_CHECK]

    def check(value: Any, loc: Location, misfits: list[Misfit]) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) < least:
            misfits.append(Misfit(loc, value))
            return ()
        return tuple(inner(one, (*loc, place), misfits) for place, one in enumerate(value))

    return {_CHECK: check}


def by_key(each: Rule) -> Rule:
    """A table of such values, each under a key of its author's."""
    inner = each[_CHECK]

    def check(value: Any, loc: Location, misfits: list[Misfit]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            misfits.append(Misfit(loc, value))
            return {}
        return {key: inner(one, (*loc, key), misfits) for key, one in value.items()}

    return {_CHECK: check}
