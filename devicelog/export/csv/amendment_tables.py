"""The tables of a session that was amended: the amendments, and every value that one changed, old and new beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from devicelog.export.csv.cell import Cell
from devicelog.export.csv.table import Filled, Table, moment, required, text, time, whole
from devicelog.export.session import ExportedSession
from devicelog.ledger.amendment import Version, versions
from devicelog.ledger.sealed import words
from devicelog.numbers import rfc3339, seconds
from devicelog.record.caveats import amended
from devicelog.replay.comparison import Amount, Told, changes, compare

_OF_AMENDMENT = {"amendment": ("amendments.csv", "amendment")}


def amendment_tables(session: ExportedSession) -> list[Filled]:
    """All three tables."""
    return [_amendments(session), _changes(session), _corrections(session)]


def _amendments(session: ExportedSession) -> Filled:
    fields = (
        required(whole("amendment", "1", "number of the amendment in the session", least=1)),
        text("what", "what it did"),
        text("by", "who made it"),
        text("role", "in which role; empty: not stated"),
        text("reason", "why"),
        required(time("made", "when it was made")),
        text("software", "what made it"),
        whole("first entry", "1", "first entry of the ledger that counted until then"),
        whole("last entry", "1", "last of them"),
        whole("entries", "count", "entries that count in their place, which follow the amendment in the ledger"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for amendment in session.record.amendments:
            content, of = amendment.content, amendment.content["of"]
            who = (content["amendment"], amended(content), content["by"], content.get("role"), words(content["reason"]))
            yield [*who, content["at"]["wall"], content["software"], of["first"], of["last"], content["entries"]]

    return Table("amendments.csv", "Amendments: who corrected what, when and why", fields, ("amendment",)), rows()


def _corrections(session: ExportedSession) -> Filled:
    """What a person had stated and an amendment corrected, old and new beside each other."""
    fields = (
        required(whole("amendment", "1", "number of the amendment", least=1)),
        required(whole("entry", "1", "number of the entry that was corrected", least=1)),
        text("kind", "kind of that entry, as docs/ledger.md lists them"),
        text("field", "field of it, with points between what is nested; parts of a list count from 1"),
        text("before", "what it said until then; empty: nothing was stated"),
        text("after", "what it says since"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for amendment in session.record.amendments:
            for change in amendment.content.get("changes", ()):
                head = (amendment.content["amendment"], change["entry"], change["kind"], change["field"])
                yield [*head, _said(change["old"]), _said(change["new"])]

    title = "What people had stated and an amendment corrected, old and new"
    return Table("corrections.csv", title, fields, refers=_OF_AMENDMENT), rows()


def _said(value: Any) -> Cell:
    """A stated value in a cell."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if value is None or isinstance(value, int) else words(value)


def _changes(session: ExportedSession) -> Filled:
    fields = (
        required(whole("amendment", "1", "number of the amendment", least=1)),
        whole("entry before", "1", "number of the entry that counted until then; empty: there was none"),
        whole("entry after", "1", "number of the entry that counts since; empty: there is none"),
        *moment("", "when the host received what both came of"),
        text("kind", "kind of entry, as docs/ledger.md lists them"),
        text("report", "report of the device; empty: the entry is about something else"),
        text("what", "metric or field that is different; empty: the whole entry came or went"),
        text("before", "what counted until then; empty: no value"),
        text("before unit", "unit of it; empty: no number"),
        text("after", "what counts since; empty: no value"),
        text("after unit", "unit of it; empty: no number"),
    )
    title = "What the devices reported and an amendment changed, old and new"
    rows = _rows(session) if session.record.amendments else iter(())
    return Table("amended_values.csv", title, fields, refers=_OF_AMENDMENT), rows


def _rows(session: ExportedSession) -> Iterator[Sequence[Cell]]:
    for before, after in pairwise(versions(session.source.lines)):
        for difference in compare(before.lines(session.source.lines), after.lines(session.source.lines)):
            either = difference.stored or difference.replayed
            assert either is not None
            report = either.said.get("report")
            when = (rfc3339(session.record.wall(either.entry.t_us)), seconds(either.entry.t_us))
            numbers = (after.number, _number(before, difference.stored), _number(after, difference.replayed))
            head = (*numbers, *when, either.entry.kind, report)
            changed = changes(difference)
            for change in changed:
                yield [*head, change.what, *_cells(change.stored), *_cells(change.replayed)]
            if not changed:
                yield [*head, *[None] * 5]


def _number(version: Version, told: Told | None) -> int | None:
    """The number of the entry in the ledger."""
    return version.first + told.entry.number - 1 if told is not None else None


def _cells(value: Amount | None) -> tuple[Cell, Cell]:
    return (value.value, value.unit or None) if value is not None else (None, None)
