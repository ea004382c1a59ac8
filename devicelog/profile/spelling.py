"""Numbers, durations and moments in text: what lines and displays of a device say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from devicelog.profile.binary import Raw, WrongValueError

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})(?:[eE][+-]?[0-9]{1,3})?")
_HEX = re.compile(r"[0-9A-Fa-f]{1,16}")
_DURATION = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-9]{2})(\.[0-9]{1,6})?")


class Spelled(StrEnum):
    """What text may hold."""

    NUMBER = "number"
    HEX = "hex"
    DURATION = "duration"
    TEXT = "text"


def spelled(kind: Spelled, text: str) -> Raw:
    """What a text holds, a duration (h:mm:ss or mm:ss) in seconds; None for blanks. Raises WrongValueError."""
    text = text.strip()
    if not text:
        return None
    match kind:
        case Spelled.NUMBER:
            return text  # a word may mean "no value": the conversion looks first
        case Spelled.HEX:
            return int(text, 16) if _HEX.fullmatch(text) else text
        case Spelled.DURATION:
            return _seconds(text)
        case Spelled.TEXT:
            return text


def decimal(text: str) -> Decimal | None:
    """The number that a text is, with all its digits; None if it is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _seconds(text: str) -> int | Decimal | str:
    match = _DURATION.fullmatch(text)
    if match is None:
        return text
    hours, minutes, seconds, fraction = match.groups()
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        raise WrongValueError(f"{text!r} is no duration")
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole + Decimal(fraction) if fraction else whole


#: What stands for a part of a moment in a format, and what it looks like; the longer ones first.
_PARTS = {
    "YYYY": ("year", "[0-9]{4}"),
    "YY": ("short_year", "[0-9]{2}"),
    "MM": ("month", "[0-9]{2}"),
    "M": ("month", "[0-9]{1,2}"),
    "DD": ("day", "[0-9]{2}"),
    "D": ("day", "[0-9]{1,2}"),
    "hh": ("hour", "[0-9]{2}"),
    "h": ("hour", "[0-9]{1,2}"),
    "mm": ("minute", "[0-9]{2}"),
    "ss": ("second", "[0-9]{2}"),
    "AP": ("half", "[AP]M"),
}
_PART = re.compile("|".join(_PARTS))
#: What `strptime` calls them; an hour depends on whether it is one of twelve.
_FORMS = {
    "YYYY": "%Y",
    "YY": "%y",
    "MM": "%m",
    "M": "%m",
    "DD": "%d",
    "D": "%d",
    "mm": "%M",
    "ss": "%S",
    "AP": "%p",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """How a device writes a moment, such as `MM/DD/YYYY h:mm:ss AP`; raises ValueError for a format with gaps in it."""

    format: str

    def __post_init__(self) -> None:
        names = [_PARTS[part][0] for part in _PART.findall(self.format)]
        needed = {"month", "day", "hour", "minute"}
        if len(set(names)) != len(names) or not needed <= set(names) or not {"year", "short_year"} & set(names):
            raise ValueError("once each of YYYY or YY, MM, DD, hh or h, mm, and ss and AP if they are there")

    @property
    def form(self) -> str:
        """The same for `strptime`."""
        is_half = "AP" in _PART.findall(self.format)
        hours = {"hh": "%I" if is_half else "%H", "h": "%I" if is_half else "%H"}
        return _PART.sub(lambda part: hours.get(part[0]) or _FORMS[part[0]], self.format.replace("%", "%%"))

    @property
    def resolution(self) -> float:
        """How many seconds it counts at once."""
        return 1.0 if "ss" in _PART.findall(self.format) else 60.0

    def moment(self, text: str) -> str:
        """The moment as `2026-03-09T15:34:25`, in the device's own zone; raises WrongValueError."""
        match = _pattern(self.format).fullmatch(text)
        if match is None:
            raise WrongValueError(f"{text!r} is no moment written {self.format!r}")
        found = {name: int(value) for name, value in match.groupdict().items() if name != "half"}
        year = found.get("year", 2000 + found.get("short_year", 0))
        hour = found["hour"]
        if "half" in match.groupdict():
            hour = hour % 12 + 12 * (match["half"] == "PM") if 1 <= hour <= 12 else 99
        try:
            moment = datetime(year, found["month"], found["day"], hour, found["minute"], found.get("second", 0))  # noqa: DTZ001 - the device's own time
        except ValueError:
            raise WrongValueError(f"{text!r} is no moment that there is") from None
        return moment.isoformat()


@lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern[str]:
    rest, pieces = 0, []
    for part in _PART.finditer(form):
        name, look = _PARTS[part[0]]
        pieces += [re.escape(form[rest : part.start()]), f"(?P<{name}>{look})"]
        rest = part.end()
    return re.compile("".join(pieces) + re.escape(form[rest:]))
