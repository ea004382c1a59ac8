"""Days and times as people give them to a search, and as the store writes them: RFC 3339 in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from devicelog.errors import BadInputError
from devicelog.numbers import rfc3339

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def begin_of(text: str) -> str:
    """A date (its midnight here), or a time; BadInputError for what is neither."""
    return rfc3339(_moment(text).astimezone(UTC))


def end_of(text: str) -> str:
    """The end of a date (the next midnight here), or a time; BadInputError for what is neither."""
    moment = _moment(text)
    try:
        return rfc3339((moment + timedelta(days=1) if _DAY.fullmatch(text) else moment).astimezone(UTC))
    except OverflowError:
        raise _unreadable(text) from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        # A time without an offset is the local one.
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable(text) from None
    return moment


def _unreadable(text: str) -> BadInputError:
    expected = "expected a date such as 2026-01-31 or a time such as 2026-01-31T09:00:00+01:00"
    return BadInputError(f"found {text!r}, {expected}.")
