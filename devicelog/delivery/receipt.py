"""The receipt: an entry behind the end of a session which says that a receiver has its record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from devicelog.delivery.outcome import Taken
from devicelog.delivery.target import Target
from devicelog.delivery.version import Version
from devicelog.ledger import Entry, Kind, Line
from devicelog.store.outbox import Content


def receipt(content: Content, outcome: Taken) -> dict[str, Any]:
    """What the entry says of the last try of a delivery."""
    return {
        "delivery": content.id,
        "target": content.target,
        "format": content.format,
        "what": content.what,
        **({"formats": list(content.formats)} if content.formats else {}),
        "messages": list(content.messages),
        "sha256": content.sha256,
        "bytes": content.size,
        "of": content.of,
        "answered": dict(outcome.answered),
        "tries": content.tries,
        "unanswered": content.unanswered,
        "by": content.by,
    }


def receipts(lines: Iterable[Line]) -> list[Entry]:
    """All receipts of a session, in order."""
    return [line.entry() for line in lines if line.kind == Kind.DELIVERED]


def receipt_of(lines: Iterable[Line], delivery: str) -> Entry | None:
    """That of a delivery, by its id."""
    return next((one for one in receipts(lines) if one.content["delivery"] == delivery), None)


def taken_before(lines: Iterable[Line], target: Target, what: str, formats: Sequence[str], of: Version) -> Entry | None:
    """The last receipt of this very content from this target."""
    wanted = (target.name, what, list(formats), of.content())
    for one in reversed(receipts(lines)):
        said = one.content
        if (said["target"], said["what"], said.get("formats", []), said["of"]) == wanted:
            return one
    return None
