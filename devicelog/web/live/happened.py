"""What was stated last in the session in progress, for everybody who looks on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devicelog.ledger import Kind
from devicelog.record import amounts

if TYPE_CHECKING:
    from devicelog.record.statements import Statement
    from devicelog.web.live.seen import Seen

#: So many are shown.
_MOST = 4
_KINDS = (Kind.NOTE, Kind.EVENT, Kind.PAUSED, Kind.RESUMED)
_TEXTS = {Kind.NOTE: "text", Kind.EVENT: "text", Kind.PAUSED: "because", Kind.RESUMED: "because"}


@dataclass(frozen=True, slots=True)
class Happened:
    """`kind` and `code` end the names of texts; `code` is that of an event, else ""."""

    at: str
    kind: str
    code: str
    text: str


def happened(seen: Seen) -> tuple[Happened, ...]:
    """The last ones, the newest first."""
    made = seen.record.statements.of(*_KINDS)[-_MOST:]
    return tuple(_happened(seen, one) for one in reversed(made))


def _happened(seen: Seen, made: Statement) -> Happened:
    kind, said = Kind(made.kind), made.now
    text = said.get(_TEXTS[kind])
    words = seen.text(made.number, text) if text is not None else ""
    return Happened(amounts.since_start(made.t_us), kind.value, str(said.get("code", "")), words)
