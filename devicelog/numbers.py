"""Numbers, counts and times as every reader writes them: exact plain decimals, RFC 3339 in UTC with microseconds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from devicelog.units import plain

#: Powers of ten between which a number is written out; any other is kept as it was sent.
_LEAST, _GREATEST = -9, 18


def is_writable(value: Decimal) -> bool:
    """Whether a number can be written as a plain decimal of a sensible length."""
    return value.is_finite() and (not value or _LEAST <= value.adjusted() <= _GREATEST)


def number(value: Decimal | int) -> str:
    """A number as people write it: to the billionth, no exponent, no trailing zeros, no negative zero.

    ValueError if it is too great to be written.
    """
    if isinstance(value, int):
        return str(value)
    if not value.is_finite() or (value and value.adjusted() > _GREATEST):
        raise ValueError(f"{value!r} is not a number that a record can hold")
    rounded = round(value, -_LEAST)
    return plain(rounded) if rounded else "0"


def some(count: int, noun: str, several: str | None = None) -> str:
    """A count with its noun: "1 gap", "2 gaps"; `several` is the noun where an s does not make it: "2 entries"."""
    return f"{count} {noun}" if count == 1 else f"{count} {several if several is not None else f'{noun}s'}"


def entries(count: int) -> str:
    """So many entries of a ledger."""
    return some(count, "entry", "entries")


def are(count: int, noun: str) -> str:
    """A count with its noun and its verb: "1 report is", "2 reports are"."""
    return f"{some(count, noun)} {'is' if count == 1 else 'are'}"


def seconds(microseconds: int) -> Decimal:
    """A time of the session in seconds."""
    return Decimal(microseconds).scaleb(-6)


def rfc3339(moment: datetime) -> str:
    """A wall time in UTC as text, to the microsecond."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
