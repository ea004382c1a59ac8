"""What a line of a report looks like, and where its values stand: the groups of a pattern, or fields.

Patterns are RE2's: matched in time that grows with the line and with nothing else, whatever a profile's author writes.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import re2

from devicelog.driver import Category
from devicelog.problems import Problems, guess
from devicelog.profile.draft import DraftMetric, DraftReport
from devicelog.profile.reader import Found
from devicelog.profile.spelling import Spelled, spelled
from devicelog_drivers.lines.tables import FieldsTable, LineMetric, LineReport

_WORDS = (Category.STATE, Category.SETTING)


class Cut(Protocol):
    """Takes a line apart; None if it looks otherwise."""

    def __call__(self, line: str) -> Sequence[str | None] | None: ...


@dataclass(frozen=True, slots=True)
class LineForm:
    """The form of one report: its line cut into pieces, and which piece holds the value and unit of each metric."""

    report: DraftReport
    query: str | None
    cut: Cut
    places: tuple[tuple[int, int | None, Spelled], ...]
    from_memory: bool = False

    def found(self, line: str) -> list[Found] | None:
        """What a line says of each metric; None if it is none of this form. Raises WrongValueError."""
        pieces = self.cut(line)
        if pieces is None:
            return None
        return [
            (spelled(kind, pieces[place] or ""), (pieces[unit] or "").strip() if unit is not None else None)
            for place, unit, kind in self.places
        ]


def compiled(pattern: str) -> Any:
    """A pattern that can be matched with bytes of ASCII; raises ValueError with what is wrong with it, and where.

    Bytes are matched in a third of the time of text: RE2 counts in bytes, and nothing has to be counted again.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(pattern.encode(), options)
    except re2.error as error:
        said = error.args[0]
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise ValueError(_where(text, pattern)) from None


def _where(said: str, pattern: str) -> str:
    """What is wrong with a pattern, and at which character; RE2 names the piece, or the whole pattern."""
    what, _, piece = said.partition(": ")
    if piece and piece != pattern:
        what, place = f"{what}: {piece}", pattern.find(piece)
    else:
        place = _unclosed(pattern)
    return f"an error at its character {place + 1}, {what!r}" if place >= 0 else f"an error, {what!r}"


def _unclosed(pattern: str) -> int:
    """Where a bracket stands without its other one, as Python's own patterns tell it; -1 if they do not."""
    with warnings.catch_warnings(), suppress(OverflowError, RecursionError):
        warnings.simplefilter("ignore")
        try:
            re.compile(pattern)
        except re.error as error:
            return -1 if error.pos is None else error.pos
    return -1


def forms_of(report: DraftReport, problems: Problems) -> list[LineForm]:
    """The form of a report, and that of its lines from the device's memory; none if something is wrong with it."""
    table = report.table
    assert isinstance(table, LineReport)
    forms = [_form_of(report, table, problems)]
    if table.remembered is not None:
        forms.append(_of_pattern(report, "remembered", table.remembered, problems))
        if not report.is_told:
            problems.add((*report.loc, "remembered"), f"found it at a report of kind {table.kind}, expected a reading")
    return [form for form in forms if form is not None] if all(forms) else []


def _form_of(report: DraftReport, table: LineReport, problems: Problems) -> LineForm | None:
    if (table.pattern is None) == (table.fields is None):
        problems.add((*report.loc, "pattern"), "found both or neither of pattern and fields, expected one of them")
        return None
    if table.pattern is not None:
        return _of_pattern(report, "pattern", table.pattern, problems)
    assert table.fields is not None
    before = len(problems.found)
    places = [_field(metric, table.fields, problems) for metric in report.metrics]
    form = LineForm(report, table.query, _fields(table.fields), tuple(places))
    return form if len(problems.found) == before else None


def _of_pattern(report: DraftReport, key: str, text: str, problems: Problems) -> LineForm | None:
    """The form of the lines that a pattern of a report fits; `key` is where the pattern stands."""
    assert isinstance(report.table, LineReport)
    before = len(problems.found)
    try:
        pattern = compiled(text)
    except ValueError as error:
        problems.add((*report.loc, key), f"found {error}, expected a pattern of RE2")
        return None
    groups = {name.decode(): number for name, number in pattern.groupindex.items()}
    places = tuple(_group(metric, groups, problems) for metric in report.metrics)
    is_old = key == "remembered"
    form = LineForm(report, None if is_old else report.table.query, _groups(pattern), places, from_memory=is_old)
    return form if len(problems.found) == before else None


def _groups(pattern: Any) -> Cut:
    groups = range(1, pattern.groups + 1)

    def cut(line: str) -> Sequence[str | None] | None:
        match = pattern.fullmatch(line.encode("ascii"))
        if match is None:
            return None
        spans = map(match.span, groups)
        return (line, *[line[first:last] if first >= 0 else None for first, last in spans])

    return cut


def _fields(table: FieldsTable) -> Cut:
    def cut(line: str) -> Sequence[str | None] | None:
        pieces = line.split(table.separator)
        fits = len(pieces) == table.count and (not table.starts or pieces[0] == table.starts)
        return pieces if fits else None

    return cut


def _spelling(metric: DraftMetric) -> Spelled:
    table = metric.table
    assert isinstance(table, LineMetric)
    if table.type is not None:
        return table.type
    is_word = table.unit is None and table.category in _WORDS
    return Spelled.TEXT if is_word else Spelled.NUMBER


def _group(metric: DraftMetric, groups: dict[str, int], problems: Problems) -> tuple[int, int | None, Spelled]:
    table = metric.table
    assert isinstance(table, LineMetric)
    name = table.group or table.name
    unit = table.unit_group or (f"{name}_unit" if table.units is not None else None)
    if table.field is not None or table.unit_field is not None:
        problems.add((*metric.loc, "field"), "found it with a pattern, expected group")
    for key, wanted in (("group", name), ("unit_group", unit)):
        if wanted is not None and wanted not in groups:
            problems.add(
                (*metric.loc, key), f"found {wanted!r}, expected a group of the pattern{guess(wanted, groups)}"
            )
    _look_at_units(metric, unit or _captured_unit(metric, name, groups), problems)
    return groups.get(name, 0), groups.get(unit) if unit is not None else None, _spelling(metric)


def _captured_unit(metric: DraftMetric, group: str, groups: dict[str, int]) -> str | None:
    """The group of a number's unit token by its name, whether the profile reads it or not."""
    if metric.metric.unit is None:
        return None
    return next((each for each in (f"{group}_unit", f"{metric.table.name}_unit") if each in groups), None)


def _field(metric: DraftMetric, fields: FieldsTable, problems: Problems) -> tuple[int, int | None, Spelled]:
    table = metric.table
    assert isinstance(table, LineMetric)
    if table.group is not None or table.unit_group is not None:
        problems.add((*metric.loc, "group"), "found it with fields, expected field")
    for key, wanted in (("field", table.field), ("unit_field", table.unit_field)):
        if (wanted is None and key == "field") or (wanted is not None and wanted >= fields.count):
            found = "nothing" if wanted is None else wanted
            problems.add((*metric.loc, key), f"found {found}, expected a number from 0 to {fields.count - 1}")
    _look_at_units(metric, table.unit_field, problems)
    return table.field or 0, table.unit_field, _spelling(metric)


def _look_at_units(metric: DraftMetric, place: str | int | None, problems: Problems) -> None:
    """A unit token that a line holds is never passed over, and one that is to be read stands somewhere."""
    table = metric.table
    if place is None and table.units is not None and len(table.units) > 1:
        problems.add((*metric.loc, "unit_field"), "found nothing, expected where the unit token stands")
    if place is None or table.units is not None:
        return
    if table.sent_in is not None:
        what = f"found {table.sent_in!r} beside a unit token in {place!r}, expected units in its place"
        problems.add((*metric.loc, "sent_in"), what)
    else:
        what = f"found nothing, expected the closed table of the unit tokens that may stand in {place!r}"
        problems.add((*metric.loc, "units"), what)
