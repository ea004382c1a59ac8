"""Files of care times: TOML in, checked Care out, or every problem with its line.

`load()` gives the times that come with devicelog; `load(path)` a clinic's own, which take their place. One that is
shorter than a source says has a `chosen_by` that names the clinic, and so has one that is shorter than ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, StrictBool

from devicelog.errors import ScreeningFileError, UnitError
from devicelog.problems import Location, Problems, line_numbers, sentence, shown
from devicelog.screening.care import Care, CareClaim, CareItem, Expectation, When
from devicelog.screening.rule import STRICTEST
from devicelog.screening.tables import Reader, SourceTable, Table, each, keys_of, sources_of
from devicelog.toml_file import tables_of, text_of
from devicelog.treatment.protocol import Grade, Status
from devicelog.units import duration, plain

SHIPPED = Path(__file__).parent / "care.toml"
#: What such a file is called in messages.
_WHAT = "file of care times"
#: Longer than anything that is told to a person; keeps times within the calendar.
_LONGEST_S = 366 * 86_400
_CODE = "^[a-z][a-z0-9_]*$"


class _ClaimTable(Table):
    source: str = Field(min_length=1)
    says: str = Field(min_length=1)
    quote_short: str | None = Field(default=None, min_length=1)
    duration: str | None = None


class _CareTable(Table):
    code: str = Field(pattern=_CODE)
    when: When
    duration: str
    text_for_patient: str = Field(min_length=1)
    sources_disagree: StrictBool = False
    chosen_by: str = Field(default=STRICTEST, pattern="^(strictest|clinic:[a-z0-9][a-z0-9-]*)$")
    claims: list[_ClaimTable] = Field(min_length=1)


class _ExpectationTable(Table):
    code: str = Field(pattern=_CODE)
    text_for_patient: str = Field(min_length=1)
    claims: list[_ClaimTable] = Field(min_length=1)


class _FileTable(Table):
    id: str = Field(pattern="^[a-z0-9-]+$")
    version: str = Field(min_length=1)
    title: str = Field(min_length=1)
    status: Status
    notes: str = ""
    care: list[dict[str, Any]] = Field(min_length=1)
    expectation: list[dict[str, Any]] = Field(default_factory=list)
    sources: dict[str, SourceTable]


_BELOW: Mapping[str, type[Table]] = {"sources": SourceTable, "claims": _ClaimTable}
_EXPECTED: Mapping[str, Any] = {
    "id": "a name of a-z, 0-9 and '-'",
    "version": 'text such as "1"',
    "status": Status,
    "code": "a name of a-z, 0-9 and '_'",
    "when": When,
    "duration": 'text with a unit such as "12 h"',
    "sources_disagree": "true or false",
    "chosen_by": '"strictest" or "clinic:NAME"',
    "claims": '{ source = "...", says = "..." }, one or more',
    "care": "one table or more, [[care]]",
    "expectation": "tables written [[expectation]]",
    "sources": 'a table of KEY = { grade = "...", title = "...", where = "..." }',
    "grade": Grade,
}


def load(path: Path | None = None) -> Care:
    """The care times in a file, or those that come with devicelog; raises ScreeningFileError."""
    if path is None or path == SHIPPED:
        return _shipped()
    return parse(text_of(path, _WHAT, ScreeningFileError), where=str(path))


def parse(text: str, *, where: str) -> Care:
    """The care times that the text of a clinic's own file states; raises ScreeningFileError with the first problem."""
    return _trusted(*_checked(text, where, _shipped()))


def check(path: Path) -> list[str]:
    """Everything that is wrong with a clinic's file, a sentence a problem, by line; empty if it is sound."""
    try:
        return _checked(text_of(path, _WHAT, ScreeningFileError), str(path), _shipped())[1]
    except ScreeningFileError as error:
        return [str(error)]


@cache
def _shipped() -> Care:
    return _trusted(*_checked(text_of(SHIPPED, _WHAT, ScreeningFileError), str(SHIPPED), None))


def _trusted(care: Care | None, problems: list[str]) -> Care:
    if care is None:
        rest = f" (and {len(problems) - 1} more, see `devicelog care check`)" if problems[1:] else ""
        raise ScreeningFileError(sentence(problems[0].removesuffix(".") + rest))
    return care


def _checked(text: str, where: str, shipped: Care | None) -> tuple[Care | None, list[str]]:
    """The care times, or None and what is wrong."""
    try:
        raw = tables_of(text, where, ScreeningFileError)
    except ScreeningFileError as error:
        return None, [str(error)]
    problems = Problems(where, line_numbers(text))
    reader = Reader(problems, _BELOW, _EXPECTED, keys_of(raw))
    table = reader.table(_FileTable, raw, ())
    places: dict[str, int] = {}
    items = tuple(_items(raw, reader, places))
    expectations = tuple(_expectations(raw, reader))
    lowered = tuple(_held_against(shipped, items, places, problems)) if shipped is not None else ()
    if table is None or problems.found:
        return None, problems.sentences()
    care = Care(
        id=table.id,
        version=table.version,
        title=table.title,
        status=table.status,
        notes=table.notes,
        items=items,
        expectations=expectations,
        sources=sources_of(table.sources),
        text=text,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        lowered=lowered,
    )
    return care, []


def _items(raw: Mapping[str, Any], reader: Reader, places: dict[str, int]) -> Iterator[CareItem]:
    for index, found in each(raw, "care"):
        loc: Location = ("care", index)
        code = found.get("code")
        if isinstance(code, str) and places.setdefault(code, index) != index:
            what = f"found {shown(code)} again, expected it once (care {places[code] + 1} has it)"
            reader.problems.add((*loc, "code"), what)
        table = reader.table(_CareTable, found, loc)
        if table is None:
            continue
        seconds = _seconds(table.duration, (*loc, "duration"), reader)
        claims = _claims(table.claims, loc, reader)
        if seconds is not None:
            words = (table.text_for_patient, claims, table.sources_disagree, table.chosen_by)
            item = CareItem(table.code, table.when, seconds, *words)
            for key, what in _contradictions(item):
                reader.problems.add((*loc, key), what)
            yield item


def _expectations(raw: Mapping[str, Any], reader: Reader) -> Iterator[Expectation]:
    for index, found in each(raw, "expectation"):
        table = reader.table(_ExpectationTable, found, ("expectation", index))
        if table is not None:
            yield Expectation(table.code, table.text_for_patient, _claims(table.claims, ("expectation", index), reader))


def _claims(tables: Iterable[_ClaimTable], loc: Location, reader: Reader) -> tuple[CareClaim, ...]:
    claims = []
    for index, table in enumerate(tables):
        place = (*loc, "claims", index)
        reader.source(table.source, place)
        seconds = _seconds(table.duration, (*place, "duration"), reader) if table.duration is not None else None
        claims.append(CareClaim(table.source, table.says, table.quote_short, seconds))
    return tuple(claims)


def _seconds(text: str, loc: Location, reader: Reader) -> Decimal | None:
    try:
        seconds = duration(text)
    except UnitError as error:
        reader.problems.add(loc, str(error))
        return None
    if seconds > _LONGEST_S:
        reader.problems.add(loc, f"found {shown(text)}, expected a year at most")
        return None
    return seconds


def _contradictions(item: CareItem) -> Iterator[tuple[str, str]]:
    said = {claim.seconds for claim in item.claims if claim.seconds is not None}
    if item.chosen_by == STRICTEST and said and max(said) > item.seconds:
        found = f"found {hours(item.seconds)} while a source says {hours(max(said))}"
        yield "duration", f'{found}, expected that, or chosen_by = "clinic:NAME"'
    if len(said) > 1 and not item.sources_disagree:
        yield "sources_disagree", "found false while the times of the sources differ, expected true"


def _held_against(
    shipped: Care, items: Iterable[CareItem], places: Mapping[str, int], problems: Problems
) -> Iterator[str]:
    """What is shorter than the times that come with devicelog, or left out; without the clinic's name a problem."""
    theirs = {item.code: item for item in items}
    for ours in shipped.items:
        item = theirs.get(ours.code)
        if item is None and ours.code not in places:
            yield f"{ours.code}: left out"
        elif item is not None and item.seconds < ours.seconds:
            what = f"{hours(item.seconds)} instead of {hours(ours.seconds)}"
            if item.chosen_by == STRICTEST:
                found = f'found {STRICTEST!r} and {what}, expected chosen_by = "clinic:NAME" for a shorter time'
                problems.add(("care", places[item.code], "chosen_by"), found)
            yield f"{item.code}: {what}, chosen by {item.chosen_by}"


def hours(seconds: Decimal) -> str:
    """A time as people say it: "12 h", "90 min"."""
    for size, unit in ((3600, "h"), (60, "min")):
        if not seconds % size:
            return f"{plain(seconds / size)} {unit}"
    return f"{plain(seconds)} s"
