"""Where a session was delivered to: receipts, each an entry behind the end, which change nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.record.afterwards import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from devicelog.record.record import Record

_ANSWERED = ("status", "code", "id", "resources")


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A receipt: what went where, and what the receiver answered; `number` is that of its entry.

    `what` is the file of an export, or "folder"; `messages` are the ids under which it went (of a bundle, of HL7
    messages, the name of a folder). It is of the first `entries` entries, the last of which has the hash `head`.
    `sha256` is of the bytes that were sent, of a folder that of its list of digests. `unanswered` tries came before of
    which nobody knows whether they arrived; it went again under the same ids.
    """

    number: int
    written: str
    target: str
    format: str
    what: str
    messages: Sequence[str]
    sha256: str
    size: int
    entries: int
    head: str
    answered: Mapping[str, Any]
    tries: int
    unanswered: int
    by: str

    def content(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "entry": self.number,
            "written": self.written,
            "target": self.target,
            "format": self.format,
            "what": self.what,
            "messages": list(self.messages),
            "sha256": self.sha256,
            "bytes": self.size,
            "entries": self.entries,
            "head": self.head,
            "answered": {name: self.answered.get(name) for name in _ANSWERED},
            "tries": self.tries,
            "unanswered": self.unanswered,
            "by": self.by,
        }

    @property
    def answer(self) -> str:
        """What the receiver answered, in a few words: "HTTP 200, 12 resources", "AA", "in place"."""
        said = self.answered
        known = [
            f"HTTP {said['status']}" if "status" in said else None,
            said.get("code"),
            f"{said['resources']} resources" if "resources" in said else None,
        ]
        return ", ".join(str(one) for one in known if one is not None) or "in place"


def deliveries(record: Record) -> list[DeliveryView]:
    """All receipts, in the order in which they came."""
    return [
        DeliveryView(
            number=made.number,
            written=written(record, made),
            target=made.content["target"],
            format=made.content["format"],
            what=made.content["what"],
            messages=made.content["messages"],
            sha256=made.content["sha256"],
            size=made.content["bytes"],
            entries=made.content["of"]["entries"],
            head=made.content["of"]["head"],
            answered=made.content["answered"],
            tries=made.content["tries"],
            unanswered=made.content["unanswered"],
            by=made.content["by"],
        )
        for made in record.statements.of(Kind.DELIVERED)
    ]
