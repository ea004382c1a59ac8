"""What people stated of a session, in the order in which they did, and what was corrected of it since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from devicelog.amending.fields import FIELDS
from devicelog.ledger import Kind
from devicelog.ledger.statement import value_at
from devicelog.record import amounts
from devicelog.record.amounts import shown
from devicelog.record.signatures import Status
from devicelog.treatment.past import local

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.statements import Statement

#: What else such a statement says, where a person can correct none of it.
_MORE = {
    Kind.SIGNED: ("meaning", "role"),
    Kind.REVIEWED: ("role", "text"),
    Kind.DELIVERED: ("target", "what"),
    Kind.COURSE: ("family", "earlier", "last", "days", "phase"),
    Kind.POINTS: ("zone", "drawing"),
    Kind.SYRINGE_IN_USE: ("syringe", "because"),
    Kind.PAUSED: ("because",),
    Kind.RESUMED: ("because",),
    Kind.REFUSED: ("because",),
    Kind.EXPLAINED: ("of",),
    Kind.LEFTOVER: ("syringe",),
    Kind.PRODUCT: ("product",),
    Kind.SYRINGE: ("syringe",),
    Kind.SCREENING: ("code",),
    Kind.OVERRIDE: ("of",),
    Kind.SKIPPED: ("step",),
    Kind.ALARM_ACKNOWLEDGED: ("alarm",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A statement for a list: entry, when, what kind, by whom, and its fields; `state` is what became of it."""

    entry: int
    when: str
    kind: str
    by: str
    says: list[tuple[str, str]]
    late: bool
    corrected: bool


def told(record: Record) -> list[Told]:
    """All of them."""
    return [_told(made) for made in record.statements]


def _told(made: Statement) -> Told:
    says = [(amounts.words(path), shown(value, path)) for path, value in _said(made)]
    by = str(made.now.get("by") or "")
    return Told(made.number, _when(made), made.kind, by, says, made.late, bool(made.corrections))


def _said(made: Statement) -> Iterator[tuple[str, Any]]:
    kind, now = Kind(made.kind), made.now
    for name in _MORE.get(kind, ()):
        if now.get(name) not in (None, ""):
            yield name, now[name]
    for name in FIELDS.get(kind, ()):
        head, star, rest = name.partition(".*.")
        if name == "by" or name in _MORE.get(kind, ()):
            continue
        if not star:
            if now.get(name) not in (None, ""):
                yield name, now[name]
            continue
        for place in range(1, len(now.get(head) or ()) + 1):
            value = value_at(now, f"{head}.{place}.{rest}")
            if value is not None:
                yield f"{head} {place} {rest}", value


def _when(made: Statement) -> str:
    """The time since the beginning, or the date and time of what was stated behind the end."""
    at = made.content.get("at")
    if made.late and isinstance(at, dict):
        return f"{local(datetime.fromisoformat(at['wall']), str(at.get('zone'))):%Y-%m-%d %H:%M}"
    return amounts.since_start(made.t_us)


def signature_state(status: Status) -> str:
    """The name of the text for what became of a session's signatures."""
    return {
        Status.UNSIGNED: "unsigned",
        Status.SIGNED: "signed",
        Status.ADDED: "added-since",
        Status.AMENDED: "amended-after-signature",
    }[status]
