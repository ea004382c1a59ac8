"""How values are shown on a page: numbers, durations and moments, in the words and signs of no particular language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from devicelog.clock import told
from devicelog.numbers import number
from devicelog.record.amounts import with_units
from devicelog.treatment.citation import amount_text
from devicelog.treatment.difference import limit_text
from devicelog.web.english import English

if TYPE_CHECKING:
    from devicelog.treatment.protocol import Limit

#: What stands where there is no value.
NONE = "–"


def figure(value: Decimal | int | None) -> str:
    """A number as the record writes it, or a dash where there is none; never rounded."""
    return NONE if value is None else number(value) if isinstance(value, Decimal) else str(value)


def clock_time(seconds: int | None) -> str:
    """A length of time as m:ss, or h:mm:ss from an hour on."""
    if seconds is None:
        return NONE
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment(value: datetime | str | None) -> str:
    """A moment as date and time to the minute: one that the store holds in local time, any other in its own zone."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return told(value)
    return f"{value:%Y-%m-%d %H:%M}" + (" UTC" if value.tzinfo is UTC else "")


def wall_time(value: int | None) -> str:
    """A wall time in ns as date and time to the minute, as the clock of the station's computer shows it."""
    return NONE if value is None else moment(datetime.fromtimestamp(value // 1_000_000_000, UTC).astimezone())


def limit_amount(value: Decimal, unit: str) -> str:
    """A limit's value with its unit, as people write both; a count has none."""
    return with_units(amount_text(value, unit))


def limit_both(limit: Limit) -> str:
    """Both values of a limit with their sources, in the words of the treatment protocol."""
    return with_units(limit_text(limit))


def initials(name: str) -> str:
    """The first signs of the first and the last word of a name, for where the name has no room."""
    first = [word[0].upper() for word in name.split()]
    return "".join(first[:1] + first[1:][-1:]) or NONE


def said(sentence: str) -> str:
    """What is wrong with a field; a sentence of the core says that it is English."""
    return Markup('<span lang="en">{}</span>').format(sentence) if isinstance(sentence, English) else sentence


FILTERS: Mapping[str, Callable[..., Any]] = {
    "figure": figure,
    "initials": initials,
    "clock_time": clock_time,
    "moment": moment,
    "wall_time": wall_time,
    "units": with_units,
    "limit_amount": limit_amount,
    "limit_text": limit_both,
    "said": said,
}
