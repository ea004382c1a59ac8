"""The signatures of a session, and whether what was signed is still what the record says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.ledger.statement import STATED

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.statements import Statement


#: Of these what is stated last holds; what tells one from another.
_LAST_HOLDS: Mapping[str, tuple[str, ...]] = {Kind.SCREENING: ("code",), Kind.POINTS: ("zone", "drawing")}


class Status(StrEnum):
    """What became of what was signed."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"
    ADDED = "added to since"
    """Something was stated behind it; what was signed stands."""
    AMENDED = "amended after signature"


@dataclass(frozen=True, slots=True)
class SignatureView:
    """A signature: who, in which role, what it means, and of which entries; `number` is that of its entry.

    `since` is what became of what it is of. `missing` is what the record lacked when it was signed, in words.
    """

    number: int
    by: str
    role: str
    registration: str | None
    meaning: str
    at: dict[str, str] | None
    entries: int
    head: str
    missing: Sequence[str]
    since: Status

    def content(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "entry": self.number,
            "by": self.by,
            "role": self.role,
            "registration": self.registration,
            "meaning": self.meaning,
            "at": self.at,
            "entries": self.entries,
            "head": self.head,
            "missing": list(self.missing),
            "since": self.since.value,
        }


def signatures(record: Record) -> list[SignatureView]:
    """All signatures, in the order in which they were made."""
    return [
        SignatureView(
            number=made.number,
            by=made.content["by"],
            role=made.content["role"],
            registration=made.content.get("registration"),
            meaning=made.content["meaning"],
            at=made.content.get("at"),
            entries=made.content["entries"],
            head=made.content["head"],
            missing=made.content["missing"],
            since=since(record, made.number),
        )
        for made in record.statements.of(Kind.SIGNED)
    ]


def status(record: Record) -> Status:
    """That of the session: by what stands behind its last signature."""
    last = record.statements.last(Kind.SIGNED)
    return since(record, last.number) if last is not None else Status.UNSIGNED


def since(record: Record, number: int) -> Status:
    """What stands behind the entry of a signature; another signature or a receipt changes nothing."""
    if any(amendment.number > number for amendment in record.amendments):
        return Status.AMENDED
    if any(_replaces(record, made, number) for made in record.statements if made.late and made.number > number):
        return Status.AMENDED
    adding = STATED - {Kind.SIGNED, Kind.DELIVERED}
    added = any(made.number > number for made in record.statements if made.late and made.kind in adding)
    return Status.ADDED if added else Status.SIGNED


def _replaces(record: Record, made: Statement, number: int) -> bool:
    """Whether a statement takes the place of one that was signed by the entry of that number."""
    keys = _LAST_HOLDS.get(made.kind)
    if keys is None:
        return False
    before = (one.now for one in record.statements.of(Kind(made.kind)) if one.number < number)
    return any(all(one.get(key) == made.now.get(key) for key in keys) for one in before)
