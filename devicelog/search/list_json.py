"""A session in a list as JSON: `sessions --json` and the API say it in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devicelog.search.digest import Listed
    from devicelog.store.reader import SessionRow


def line_content(row: SessionRow, line: Listed) -> dict[str, Any]:
    """One session, in plain JSON types."""
    return {
        "session": row.id,
        "started": row.started,
        "state": row.state,
        "subject": row.subject,
        "practitioner": line.practitioner,
        "protocol": line.protocol,
        "protocol_approved": line.approved,
        "devices": line.devices,
        "simulated": line.simulated,
        "typed": line.typed,
        "refused": line.refused,
        "not_asked": line.not_asked,
    }
