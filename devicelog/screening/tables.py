"""Tables of TOML files held against their models; what does not fit becomes a problem in the words of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from devicelog.problems import Location, Problems, guess, shown
from devicelog.screening.rule import Source
from devicelog.treatment.protocol import Grade


class Table(BaseModel):
    """A table of a file; a key that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_T = TypeVar("_T", bound=Table)


class SourceTable(Table):
    """Where a claim was read."""

    grade: Grade
    title: str = Field(min_length=1)
    where: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the tables of one file.

    `below` has the tables inside tables by the key that holds them, `expected` what a field may hold (any other field
    holds text), `sources` the keys of the file's [sources].
    """

    problems: Problems
    below: Mapping[str, type[Table]]
    expected: Mapping[str, Any]
    sources: Sequence[str] = field(default=())

    def table(self, kind: type[_T], raw: object, loc: Location) -> _T | None:
        """The table; None, and problems, if it does not fit its model."""
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                self.problems.add((*loc, *each["loc"]), self._complaint(each["type"], each["loc"], each["input"], kind))
            return None

    def source(self, key: str, loc: Location) -> None:
        """Holds the key of a source against [sources]."""
        if key not in self.sources:
            what = f"found {shown(key)}, expected a key of [sources]{guess(key, self.sources)}"
            self.problems.add((*loc, "source"), what)

    def _complaint(self, kind: str, loc: Location, value: object, table: type[Table]) -> str:
        """What one of pydantic's errors says, in the words of the file."""
        names = [part for part in loc if isinstance(part, str)]
        if kind == "extra_forbidden":
            known = list((self.below.get(names[0], table) if names[1:] else table).model_fields)
            return f"found a field that is not known, expected one of {', '.join(known)}{guess(names[-1], known)}"
        expected = self.expected.get(names[-1], "text")
        found = "nothing" if kind == "missing" else shown(value)
        if isinstance(expected, str):
            return f"found {found}, expected {expected}"
        words = [member.value for member in expected]
        return f"found {found}, expected one of {', '.join(words)}{guess(value, words)}"


def keys_of(raw: Mapping[str, Any]) -> list[str]:
    """The keys of a file's [sources]."""
    sources = raw.get("sources")
    return list(sources) if isinstance(sources, dict) else []


def sources_of(tables: Mapping[str, SourceTable]) -> dict[str, Source]:
    """What the rows of [sources] say."""
    return {key: Source(table.title, table.where, table.grade) for key, table in tables.items()}


def each(raw: Mapping[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tables written [[name]], with their places from 0; what is no table is the file table's to complain of."""
    tables = raw.get(name)
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        if isinstance(table, dict):
            yield index, table
