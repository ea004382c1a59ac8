"""What a device reported, value by value: figures stay, words stay where their meaning is known to everyone."""

from __future__ import annotations

import re
from typing import Any

from devicelog.driver import Category
from devicelog.export.deidentified.cover import Cover
from devicelog.export.deidentified.rules import DROPPED

#: Words of devices that a fold needs, or that say what a figure stands for; any other gets a pseudonym.
KNOWN = frozenset(
    (
        *("ac", "active", "alternating", "bi", "commanded", "dc", "depth", "ended", "error", "extension", "fault"),
        *("idle", "mean", "measured", "mono", "normal", "off", "on", "pause", "paused", "peak", "ready", "rms", "run"),
        *("running", "sine", "square", "standby", "start", "stop", "stopped", "treating", "triangle", "yes", "no"),
    )
)
#: Greater codes of a state may be a date or a number of somebody.
_GREATEST_CODE = 0xFFFF
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class Columns:
    """The columns of a session's layouts, as its entries name them, and the words by which its devices say idle."""

    def __init__(self) -> None:
        self._columns: dict[int, list[tuple[str, bool]]] = {}
        self._words = set(KNOWN)

    def know(self, words: object) -> None:
        """Words of the plan of a device by which it says that it is idle."""
        self._words |= {word for word in words if isinstance(word, str)} if isinstance(words, list) else set()

    def learn(self, layout: dict[str, Any]) -> None:
        """A layout, as it is now."""
        columns = layout.get("columns", ())
        self._columns[layout["layout"]] = [(str(one.get("category")), "factor" in one) for one in columns]

    def covered(self, layout: object, values: object, cover: Cover) -> Any:
        """The values of a report; DROPPED if nobody knows what they are."""
        columns = self._columns.get(layout) if isinstance(layout, int) else None
        if columns is None or not isinstance(values, list) or len(values) != len(columns):
            return DROPPED
        return [self._value(value, *column, cover) for value, column in zip(values, columns, strict=True)]

    def _value(self, value: Any, category: str, has_unit: bool, cover: Cover) -> Any:
        if value is None:
            return None
        if isinstance(value, int):
            return _whole(value, category, has_unit, cover)
        if not isinstance(value, str):
            return None
        if has_unit or category in (Category.COUNTER, Category.AMOUNT, Category.GIVEN, Category.MEASUREMENT):
            return value if _DECIMAL.fullmatch(value) else None
        if value.casefold() in self._words or value in self._words:
            return value
        return cover.named("word", value)


def _whole(value: int, category: str, has_unit: bool, cover: Cover) -> int:
    """A number is kept; one by which a device tells its starts, or a long code, is another one."""
    if category == Category.EPOCH:
        return cover.number(value)
    return cover.number(value) if category == Category.STATE and not has_unit and value > _GREATEST_CODE else value
