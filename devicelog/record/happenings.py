"""What people stated by a key during the recording and no other view has: events, pauses, and their end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devicelog.ledger import Kind
from devicelog.ledger.sealed import words

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.statements import Statement


@dataclass(frozen=True, slots=True)
class Happening:
    """An event, a pause or its end: when, the event's code, the zone if one was named, and words if there are any."""

    t_us: int
    kind: Kind
    code: str | None
    zone: str | None
    text: str | None

    @property
    def sentence(self) -> str:
        """In words: "event: needle changed, in forehead: the third one", "paused: a telephone call"."""
        named = f"event: {self.code.replace('_', ' ')}" if self.code is not None else self.kind.value
        where = f", in {self.zone}" if self.zone is not None else ""
        return f"{named}{where}{f': {self.text}' if self.text else ''}"


def happenings(record: Record) -> list[Happening]:
    """All of them, in the order in which they were stated."""
    return [_happening(made) for made in record.statements.of(Kind.EVENT, Kind.PAUSED, Kind.RESUMED)]


def _happening(made: Statement) -> Happening:
    kind, said = Kind(made.kind), made.now
    text = said.get("text" if kind is Kind.EVENT else "because")
    code = str(said["code"]) if kind is Kind.EVENT else None
    return Happening(made.t_us, kind, code, said.get("zone"), words(text) if text is not None else None)
