"""What is missing from the record, who signed it, and what became of what was signed."""

from __future__ import annotations

from datetime import datetime

from devicelog.export.pdf.block import Block, Lines, Section, Table, cut, short
from devicelog.record.completeness import lacking_by_aspect
from devicelog.record.record import Record
from devicelog.record.signatures import SignatureView, Status, signatures, status
from devicelog.treatment.past import local

#: So many lines of what is missing, and signatures, are shown.
_MOST = 10


def completeness(record: Record) -> Section:
    """What a treatment record should have and this one has not, aspect by aspect."""
    missing = lacking_by_aspect(record)
    shown, more = cut(missing, len(missing), _MOST, "completeness.csv")
    blocks: list[Block] = [Lines([f"{one[:1].upper()}{one[1:]}" for one in shown]), *more] if missing else []
    return Section("Missing from this record", blocks, "" if missing else "None")


def signed(record: Record) -> Section:
    """Each signature with name, role, time and meaning; an unsigned record has lines to sign on (`is_unsigned`)."""
    made = signatures(record)
    now = status(record)
    blocks: list[Block] = []
    if now not in (Status.SIGNED, Status.UNSIGNED):
        blocks.append(Lines([now.value.upper()], is_loud=True))
    if made:
        shown, more = cut(made[::-1], len(made), _MOST, "signatures.csv")
        heads = ["name, role, registration", "time", "meaning", "of", "since then"]
        blocks.append(Table("signatures, the newest first", heads, [_row(one) for one in shown], wide=(0, 3)))
        blocks += more
        missing = [short(f"Missing when {one.by} signed: {'; '.join(one.missing)}.") for one in shown if one.missing]
        if missing:
            blocks.append(Lines(missing))
    return Section("Signatures", blocks, "" if made else "Unsigned")


def is_unsigned(record: Record) -> bool:
    """Whether the page has lines to sign on by hand."""
    return status(record) is Status.UNSIGNED


def _row(one: SignatureView) -> tuple[str, ...]:
    at = one.at or {}
    when = local(datetime.fromisoformat(at["wall"]), str(at.get("zone"))) if at else None
    time = f"{when:%Y-%m-%d %H:%M} (UTC{at.get('zone', '+00:00')})" if when is not None else "time not stated"
    who = f"{one.by}, {one.role}{f', {one.registration}' if one.registration else ''}"
    of = f"entries 1 to {one.entries}, head {one.head[:12]}"
    return who, time, one.meaning, of, one.since.value
