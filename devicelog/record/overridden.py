"""The mark of a session that was opened although something stood against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.ledger import Kind

if TYPE_CHECKING:
    from devicelog.record.record import Record


def overridden(record: Record) -> dict[str, str]:
    """The mark, with what was overridden and by whom; nothing if nothing was. Reasons are free text, and not here."""
    made = [statement.content for statement in record.statements.of(Kind.OVERRIDE)]
    named = dict.fromkeys(f"{content['of']} by {content['by']}" for content in made)
    return {"overridden": f"OVERRIDDEN: {', '.join(named)}; the reasons are in the record"} if named else {}
