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
_KINDS = (Kind.NOTE, Kind.EVENT, Kind.PAUSED, Kind.RESUMED, Kind.SCREENING)
_TEXTS = {
    Kind.NOTE: "text",
    Kind.EVENT: "text",
    Kind.PAUSED: "because",
    Kind.RESUMED: "because",
    Kind.SCREENING: "detail",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """`kind` and `code` end the names of texts; `code` is that of an event, else "".

    `about` is the title of what was learned, else "".
    """

    at: str
    kind: str
    code: str
    text: str
    about: str


def happened(seen: Seen) -> tuple[Happened, ...]:
    """The last ones, the newest first."""
    made = [one for one in seen.record.statements.of(*_KINDS) if _is_of_now(one)]
    return tuple(_happened(seen, one) for one in reversed(made[-_MOST:]))


def _is_of_now(made: Statement) -> bool:
    """Whether it was stated during the session: most answers of the screening are of before."""
    return made.kind != Kind.SCREENING or made.now.get("from") == "learned"


def _happened(seen: Seen, made: Statement) -> Happened:
    kind, said = Kind(made.kind), made.now
    text = said.get(_TEXTS[kind])
    words = seen.text(made.number, text) if text is not None else ""
    at, code = amounts.since_start(made.t_us), str(said.get("code", ""))
    if kind is Kind.SCREENING:
        return Happened(at, kind.value, "", words, seen.running.during.questions.get(code, code))
    return Happened(at, kind.value, code, words, "")
