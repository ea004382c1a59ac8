"""Where a session was delivered to, in its summary."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.ledger import Kind
from devicelog.record.deliveries import deliveries
from devicelog.record.in_lists import zone_of
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.record.deliveries import DeliveryView
    from devicelog.record.record import Record


def delivery_lines(record: Record) -> Iterator[Text]:
    """Each receipt with target, content, time and answer."""
    zones = {made.number: made.content.get("at", {}).get("zone") for made in record.statements.of(Kind.DELIVERED)}
    for one in deliveries(record):
        yield Text(_told(one, zones[one.number]))


def _told(one: DeliveryView, zone: str | None) -> str:
    when = datetime.fromisoformat(one.written).astimezone(zone_of(zone))
    again = f"; {one.unanswered} of {one.tries} tries were never answered" if one.unanswered else ""
    of = f"entries 1 to {one.entries}, SHA-256 {one.sha256[:12]}"
    return clean(f"{one.what} to {one.target}, {when:%Y-%m-%d %H:%M}, by {one.by}: {one.answer}; of {of}{again}")
