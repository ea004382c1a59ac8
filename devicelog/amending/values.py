"""How a person writes the value of a field, and what an entry holds of it: closed lists, dates, times, amounts.

`read` turns what was written into what an entry holds and raises BadInputError with one sentence; there are no floats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from devicelog.bodymap.zones import load
from devicelog.errors import BadInputError
from devicelog.naming import named
from devicelog.numbers import is_writable
from devicelog.observation.layout import NANO
from devicelog.products.amounts import volume
from devicelog.products.expiry import Expiry
from devicelog.units import plain, quantity

#: More digits than this no whole number of a statement has.
_DIGITS = 6


class Value(Protocol):
    """What a field may hold."""

    @property
    def is_text(self) -> bool:
        """Whether it is written freely, and so is sealed with the subject's key."""

    def read(self, text: str) -> Any:
        """What an entry holds of it."""


@dataclass(frozen=True, slots=True)
class Words:
    """A name, a number of somebody's, a word: what is written, without blanks around it."""

    is_text: bool = False

    def read(self, text: str) -> str:
        return named(text, "text")


#: What is written freely.
TEXT = Words(is_text=True)
WORDS = Words()


@dataclass(frozen=True, slots=True)
class Zone:
    """A place of the body: the code of any of its names on the body map, or as it is written where it is not on it."""

    is_text: bool = False

    def read(self, text: str) -> str:
        return load().canonical(named(text, "zone"))


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a closed list."""

    words: tuple[str, ...]
    is_text: bool = False

    @classmethod
    def of(cls, words: Iterable[str]) -> OneOf:
        return cls(tuple(words))

    def read(self, text: str) -> str:
        word = next((word for word in self.words if word.lower() == text.strip().lower()), None)
        if word is None:
            raise BadInputError(f"found {text!r}, expected one of: {', '.join(self.words)}.")
        return word


@dataclass(frozen=True, slots=True)
class Several:
    """One or more of a closed list, with commas between; `alone` goes with no other."""

    words: tuple[str, ...]
    alone: str
    is_text: bool = False

    def read(self, text: str) -> list[str]:
        found = list(dict.fromkeys(OneOf(self.words).read(word) for word in text.split(",")))
        if self.alone in found and len(found) > 1:
            raise BadInputError(f"found {text!r}, and '{self.alone}' goes with no other; give one or the other.")
        return found


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    is_text: bool = False

    def read(self, text: str) -> str:
        try:
            return date.fromisoformat(text.strip()).isoformat()
        except ValueError:
            raise BadInputError(f"found {text!r}, expected a date such as 2026-11-22.") from None


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a time with its offset from UTC; a time without one is the local one."""

    is_text: bool = False

    def read(self, text: str) -> str:
        written = text.strip()
        try:
            if len(written) <= len("2026-11-22"):
                found = date.fromisoformat(written).isoformat()
            else:
                found = datetime.fromisoformat(written).astimezone().isoformat(timespec="seconds")
            earliest(found), latest(found)  # a year beyond the calendar of any zone is a slip
            return found
        except (ValueError, OverflowError):
            expected = "a date such as 2026-11-22 or a time such as '2026-11-22 14:30'"
            raise BadInputError(f"found {text!r}, expected {expected}.") from None


def latest(written: str) -> datetime:
    """The last moment (UTC) that a date or time of an entry may mean: of a date, its end where it ends last; of a time,
    the end of its second, and of a whole minute, the end of that, because people write minutes.
    """
    if len(written) == len("2026-11-22"):
        return datetime.fromisoformat(f"{written}T23:59:59.999999-12:00").astimezone(UTC)
    begins = datetime.fromisoformat(written).astimezone(UTC)
    return begins + (timedelta(seconds=1) if begins.second else timedelta(minutes=1)) - timedelta(microseconds=1)


def earliest(written: str) -> datetime:
    """The first moment (UTC) that a date or time of an entry may mean; of a date, its start where it begins first."""
    if len(written) == len("2026-11-22"):
        return datetime.fromisoformat(f"{written}T00:00:00+14:00").astimezone(UTC)
    return datetime.fromisoformat(written).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity that is given with its unit, and kept in one."""

    unit: str
    is_text: bool = False

    def read(self, text: str) -> str:
        value = quantity(text, self.unit)
        if value >= 0 and self.unit == "mL":
            value = volume(text)  # its list of units is the shorter one: nobody draws litres
        if value < 0:
            raise BadInputError(f"found {text!r}, expected no less than zero, such as '1.5 {self.unit}'.")
        if not _is_meant(value):
            raise BadInputError(f"found {text!r}, which is finer than a billionth or too great; check the number.")
        return plain(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A number whose unit stands in a field beside it."""

    is_text: bool = False

    def read(self, text: str) -> str:
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            value = Decimal(-1)
        if value <= 0 or not _is_meant(value):
            raise BadInputError(
                f"found {text!r}, expected a number above zero such as 2.5; its unit is a field of its own."
            )
        return plain(value)


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number."""

    is_text: bool = False

    def read(self, text: str) -> int:
        digits = text.strip()
        if not digits.isdecimal() or len(digits) > _DIGITS or not int(digits):
            raise BadInputError(f"found {text[:40]!r}, expected a whole number from 1, such as 30.")
        return int(digits)


@dataclass(frozen=True, slots=True)
class Expires:
    """The last day of use, of a day or a month as it is printed."""

    is_text: bool = False

    def read(self, text: str) -> str:
        return Expiry.of(text).last.isoformat()


def _is_meant(value: Decimal) -> bool:
    """Whether a record can hold a number exactly: what is finer than a billionth nobody stated on purpose."""
    return is_writable(value) and value * NANO == int(value * NANO)
