"""What pydantic finds wrong with a table, in the words of the file."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from devicelog.numbers import some
from devicelog.problems import Location, Problems, guess, shown
from devicelog.profile.tables import Table


def add_complaints(problems: Problems, error: ValidationError, kind: type[Table], loc: Location) -> None:
    """One problem for each place of a table that pydantic refuses."""
    told: set[Location] = set()
    for each in error.errors(include_url=False):
        place, expected, known = _place(kind, each["loc"])
        if place in told:
            continue
        told.add(place)
        if each["type"] == "extra_forbidden":
            names = list(known)
            what = f"found a key that is not known, expected one of {', '.join(names)}{guess(str(place[-1]), names)}"
        else:
            what = f"found {_found(each['type'], each['input'])}, expected {expected}{guess(each['input'], known)}"
        problems.add((*loc, *place), what)


def _found(error: str, given: Any) -> str:
    """What stands there; of a list with too many or too few values, how many there are."""
    if isinstance(given, list) and error in ("missing", "too_long", "too_short"):
        return some(len(given), "value")
    return "nothing" if error == "missing" else shown(given)


def _place(kind: type[Table], loc: Location) -> tuple[Location, str, list[str]]:
    """Where a complaint belongs in the file, what was expected there, and the names that are known there."""
    place: list[str | int] = []
    expected, known = "a table", _keys(kind)
    table: type[Table] | None = kind
    keyed = False  # the next part is a key that the file's author chose
    for part in loc:
        if table is None:
            if isinstance(part, int) or not place:
                continue  # the members of a union that pydantic tried
            break
        place.append(part)
        if isinstance(part, int) or keyed:
            keyed = False
            continue
        field = next((f for name, f in table.model_fields.items() if part in (name, f.alias)), None)
        if field is None:
            return tuple(place), expected, _keys(table)
        words = _words(field.annotation)
        expected = (field.description or "text") + (f": one of {', '.join(words)}" if words else "")
        known, keyed = words, typing.get_origin(_inner(field.annotation)) is dict
        table = _table(field.annotation)
    return tuple(place), expected, known


def _keys(table: type[Table]) -> list[str]:
    return [field.alias or name for name, field in table.model_fields.items()]


def _parts(annotation: Any) -> Iterator[Any]:
    """The types that an annotation is made of."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, list, dict, tuple, typing.Annotated):
        for argument in typing.get_args(annotation):
            yield from _parts(argument)
    else:
        yield annotation


def _inner(annotation: Any) -> Any:
    """An annotation without its None."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next(part for part in typing.get_args(annotation) if part is not types.NoneType)
    return annotation


def _table(annotation: Any) -> type[Table] | None:
    return next((part for part in _parts(annotation) if isinstance(part, type) and issubclass(part, Table)), None)


def _words(annotation: Any) -> list[str]:
    """The words of a closed set."""
    found: list[str] = []
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, StrEnum):
            found += [member.value for member in part]
        elif typing.get_origin(part) is typing.Literal:
            found += [word for word in typing.get_args(part) if isinstance(word, str)]
    return found if any(isinstance(part, type) for part in _parts(annotation)) else []
