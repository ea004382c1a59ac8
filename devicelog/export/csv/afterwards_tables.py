"""The tables of what came after a treatment, of what the record lacks, of who signed it, and where it was delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from devicelog.export.csv.cell import Cell
from devicelog.export.csv.table import ENTRY, Filled, Table, required, text, time, whole, yes_no
from devicelog.ledger import encode
from devicelog.ledger.sealed import plain_text, words
from devicelog.record.afterwards import happened, statements, written
from devicelog.record.completeness import completeness
from devicelog.record.deliveries import deliveries
from devicelog.record.record import Record
from devicelog.record.signatures import Status, signatures

#: What has a column of its own.
_OWN = ("by", "text", "reason", "at", "happened", "given", "began", "taken")


def afterwards_tables(record: Record) -> list[Filled]:
    """What the record lacks, what was stated afterwards, who signed, and to whom it was delivered."""
    return [_completeness(record), _statements(record), _signatures(record), _deliveries(record)]


def _statements(record: Record) -> Filled:
    fields = (
        ENTRY,
        text("kind", "reaction, aftercare, adverse_event, follow_up, photograph, reviewed ..."),
        yes_no("late", "whether it was written behind the end of the recording"),
        required(time("written", "when it was written")),
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

    return Table("afterwards.csv", "What was stated after the treatment", fields, ("entry",)), rows()


def _completeness(record: Record) -> Filled:
    fields = (
        text("aspect", "what was looked at"),
        yes_no("holds", "whether the record has it"),
        text("missing", "what it lacks"),
    )
    rows = [(item.aspect, item.holds, "; ".join(item.missing) or None) for item in completeness(record)]
    return Table("completeness.csv", "What the record has and what it lacks", fields), rows


def _signatures(record: Record) -> Filled:
    fields = (
        ENTRY,
        text("by", "who signed"),
        text("role", "in which role"),
        text("registration", "register and number; empty: not stated"),
        text("meaning", "authorship, review, approval or responsibility"),
        time("signed", "when"),
        required(whole("entries", "count", "it is of so many entries: all that stood before it")),
        text("head", "hash of the last of them"),
        text("missing", "what the record lacked when it was signed"),
        required(text("since", "signed: nothing stands behind it", [one.value for one in Status])),
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
    return Table("signatures.csv", "Who signed, and what became of what was signed", fields, ("entry",)), rows


def _deliveries(record: Record) -> Filled:
    fields = (
        ENTRY,
        time("delivered", "when"),
        text("target", "address of the receiver, or path of a folder"),
        text("format", "folder, fhir or hl7"),
        text("what", "file of the export, or: folder"),
        text("messages", "ids under which it went"),
        text("sha256", "of what was sent; of a folder that of its SHA256SUMS"),
        whole("bytes", "count", "so many bytes were sent"),
        whole("entries", "count", "it was of so many entries"),
        text("head", "hash of the last of them"),
        text("answer", "what the receiver answered"),
        text("id", "the receiver's own, if it gave one"),
        whole("tries", "count", "so often it was tried"),
        whole("unanswered", "count", "tries of which nobody knows whether they arrived"),
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
    return Table("deliveries.csv", "To whom the record was delivered", fields, ("entry",)), rows
