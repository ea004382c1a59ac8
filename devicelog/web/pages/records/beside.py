"""Last time's figures beside today's, as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.bodymap.names import name_of
from devicelog.record import amounts

if TYPE_CHECKING:
    from devicelog.record.course import LastTime
    from devicelog.record.record import Record
    from devicelog.treatment.past import Amount

_NONE = "–"


def figures(last: LastTime, record: Record) -> list[tuple[str | None, str, str, str, str]]:
    """Zone (None: the whole session), figure, last time, today, change in percent."""
    return [
        (
            name_of(one.zone, record.places.get(one.zone)) if one.zone is not None else None,
            one.what,
            amount(one.last),
            amount(one.today),
            f"{one.change:+f} %" if one.change is not None else _NONE,
        )
        for one in last.figures
    ]


def settings(last: LastTime) -> list[tuple[str, str, str]]:
    """Setting, last time, today."""
    return [(amounts.words(one.name), one.last or _NONE, one.today or _NONE) for one in last.settings]


def amount(one: Amount | None) -> str:
    """An amount in a column; a dash where nobody knows it, "≥" before a lower bound."""
    if one is None:
        return _NONE
    return f"{'≥ ' if one.at_least else ''}{amounts.amount(one.value, one.unit)}"
