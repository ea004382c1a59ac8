"""The tables of what came after a treatment, of what the record lacks, of who signed it, and where it was delivered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from devicelog.export.csv.table import Cell, Field, Table, Type, num, text, yes_no
from devicelog.ledger import encode
from devicelog.record.afterwards import happened, statements, written
from devicelog.record.completeness import completeness
from devicelog.record.deliveries import deliveries
from devicelog.record.record import Record
from devicelog.record.signatures import signatures
from devicelog.sealed import plain_text, words

#: A table and its rows.
_Filled = tuple[Table, Iterable[Sequence[Cell]]]
#: What has a column of its own.
_OWN = ("by", "text", "reason", "at", "happened", "given", "began", "taken")


def afterwards_tables(record: Record) -> list[_Filled]:
    """What was stated afterwards and who signed, if anything was; what the record lacks in any case."""
    found: list[_Filled] = [_completeness(record)]
    if statements(record):
        found.append(_statements(record))
    if signatures(record):
        found.append(_signatures(record))
    if deliveries(record):
        found.append(_deliveries(record))
    return found


def _statements(record: Record) -> _Filled:
    fields = (
        num("entry", "1", "number of the entry in the session's ledger"),
        text("kind", "reaction, aftercare, adverse_event, follow_up, photograph, reviewed ..."),
        yes_no("late", "whether it was written behind the end of the recording"),
        Field("written time_utc", "when it was written: the host's wall time in UTC", Type.TIME),
        text("happened", "when it was: a date, or a time with its offset; empty: nobody said"),
        text("by", "who said so"),
        text("says", "the rest of it as JSON, with all corrections"),
        text("text", "what was written freely; empty: nothing"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for made in statements(record):
            now = made.now
            free = now.get("text", now.get("reason"))
            says = {name: plain_text(value) for name, value in now.items() if name not in _OWN}
            when = (written(record, made), happened(made))
            said = (now.get("by"), encode(says).decode(), words(free) if free is not None else None)
            yield [made.number, made.kind, made.late, *when, *said]

    return Table("afterwards.csv", fields), rows()


def _completeness(record: Record) -> _Filled:
    fields = (
        text("aspect", "what was looked at"),
        yes_no("holds", "whether the record has it"),
        text("missing", "what it lacks"),
    )
    rows = [(item.aspect, item.holds, "; ".join(item.missing) or None) for item in completeness(record)]
    return Table("completeness.csv", fields), rows


def _signatures(record: Record) -> _Filled:
    fields = (
        num("entry", "1", "number of the entry in the session's ledger"),
        text("by", "who signed"),
        text("role", "in which role"),
        text("registration", "register and number; empty: not stated"),
        text("meaning", "authorship, review, approval or responsibility"),
        Field("signed time_utc", "when: the host's wall time in UTC", Type.TIME),
        num("entries", "count", "it is of so many entries: all that stood before it"),
        text("head", "hash of the last of them"),
        text("missing", "what the record lacked when it was signed"),
        text("since", "signed: nothing stands behind it; added to since; amended after signature"),
    )
    rows = [
        (
            one.number,
            one.by,
            one.role,
            one.registration,
            one.meaning,
            one.at["wall"] if one.at is not None else None,
            one.entries,
            one.head,
            "; ".join(one.missing) or None,
            one.since.value,
        )
        for one in signatures(record)
    ]
    return Table("signatures.csv", fields), rows


def _deliveries(record: Record) -> _Filled:
    fields = (
        num("entry", "1", "number of the entry in the session's ledger"),
        Field("delivered time_utc", "when: the host's wall time in UTC", Type.TIME),
        text("target", "address of the receiver, or path of a folder"),
        text("format", "folder, fhir or hl7"),
        text("what", "file of the export, or: folder"),
        text("messages", "ids under which it went"),
        text("sha256", "of what was sent; of a folder that of its SHA256SUMS"),
        num("bytes", "count", "so many bytes were sent"),
        num("entries", "count", "it was of so many entries"),
        text("head", "hash of the last of them"),
        text("answer", "what the receiver answered"),
        text("id", "the receiver's own, if it gave one"),
        num("tries", "count", "so often it was tried"),
        num("unanswered", "count", "tries of which nobody knows whether they arrived"),
        text("by", "who had it delivered"),
    )
    rows = [
        (
            one.number,
            one.written,
            one.target,
            one.format,
            one.what,
            " ".join(one.messages),
            one.sha256,
            one.size,
            one.entries,
            one.head,
            one.answer,
            one.answered.get("id"),
            one.tries,
            one.unanswered,
            one.by,
        )
        for one in deliveries(record)
    ]
    return Table("deliveries.csv", fields), rows
