"""The zones of a session on the body map: the code of each, and those that are not on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devicelog.record.record import Record


def place(record: Record, zone: str) -> dict[str, Any]:
    """The code of a zone (null: not on the map); nothing for a session that was recorded without a body map."""
    return {"code": record.places.get(zone)} if "body_map" in record.started else {}


def unplaced(record: Record) -> list[str]:
    """The zones that were in use and are not on the body map of the session."""
    if "body_map" not in record.started:
        return []
    return [zone for zone, code in record.places.items() if code is None]


def zone_of(record: Record, text: str, code: str | None) -> str | None:
    """The name that a place has in a session, by its text or its code; None if it was not in use."""
    if text in record.places:
        return text
    return next((zone for zone, known in record.places.items() if code is not None and known == code), None)
