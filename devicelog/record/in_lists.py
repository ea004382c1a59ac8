"""A session in a list: its state and its time in the words of people. Light: a long list is shown before all else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

#: Offsets of a host whose clock shows what the store writes.
_UTC = (None, "+00:00")


def state_text(state: str, *, refused: bool) -> str:
    """The state of a session for people: one that was refused ended without ever having been a session."""
    return "REFUSED" if refused else state


def local_minute(started: str, offset: str | None) -> str:
    """A time (RFC 3339, UTC) as the clocks said where it was recorded; as it is if it is none."""
    if offset in _UTC:
        return f"{started[:10]} {started[11:16]}"
    try:
        return f"{datetime.fromisoformat(started).astimezone(zone_of(offset)):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return started


@lru_cache
def zone_of(offset: object) -> timezone:
    """The zone that an offset such as "+01:00" names; UTC if it names none."""
    found = re.fullmatch(r"([+-])(\d\d):(\d\d)", str(offset))
    if found is None:
        return UTC
    shift = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-shift if found[1] == "-" else shift)
