"""What a device reported, as text of a cell: most of it comes again, and is worked out once.

A value as sent times an exact factor is a number of the record's unit. Where the factor has at most nine decimals, as
all but a few have, that is whole numbers and a point; `numbers.number` gives the same, slower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from devicelog.driver import Category
from devicelog.export.csv.cell import cell_text, quoted
from devicelog.numbers import is_writable, number
from devicelog.observation.layout import Column

#: Decimals to which `numbers.number` rounds, and above which power of ten it writes none.
_DECIMALS, _GREATEST = 9, 19
_LARGEST = 10**_GREATEST
#: Of these nearly every value is another one.
_RISING = (Category.SEQUENCE, Category.UPTIME, Category.COUNTER)
#: So many different values of a column are remembered.
_MOST = 4096

#: A column of values: its metric and its unit in the record ("" for text and codes).
Key = tuple[str, str]
#: The text of a value; None for what is not a number of a sensible size.
Make = Callable[[Any], str | None]
#: The same for the values of a column.
Texts = Callable[[Sequence[Any]], Sequence[str | None]]


class _Known(dict[Any, str | None]):
    """The texts of values that come again; nothing in the place of a missing one."""

    def __init__(self, make: Make) -> None:
        super().__init__({None: ""})
        self._make = make

    def __missing__(self, value: Any) -> str | None:
        text = self._make(value)
        if len(self) < _MOST:
            self[value] = text
        return text


def is_numbered(column: Column) -> bool:
    """Whether it holds whole numbers that have no unit: those by which a device numbers its reports and its starts."""
    return column.unit is None and column.category in (Category.SEQUENCE, Category.EPOCH)


def key_of(column: Column) -> Key:
    """The column of values in which a column of a layout stands."""
    return column.metric, "1" if is_numbered(column) else column.unit or ""


def texts_of(column: Column) -> Texts:
    """What gives the texts of a column as they stand in the file; none for one whose unit is not known."""
    if column.fault is not None:
        return lambda values: [None if value is not None else "" for value in values]
    unscaled = _whole if is_numbered(column) else _as_sent
    make = scaled_by(column.factor) if column.factor is not None else unscaled
    if column.category in _RISING and (column.factor == 1 or is_numbered(column)):
        return lambda values: [
            str(value) if type(value) is int and -_LARGEST < value < _LARGEST else _or_empty(value, make)
            for value in values
        ]
    known = _Known(make)
    return lambda values: [known[value] for value in values]


def seconds_texts(times: Sequence[int]) -> list[str]:
    """Times of a session in seconds, of microseconds."""
    return [
        f"{t_us // 1_000_000}.{t_us % 1_000_000:06d}".rstrip("0").rstrip(".") if t_us >= 0 else decimal_text(t_us, 6)
        for t_us in times
    ]


def _or_empty(value: Any, make: Make) -> str | None:
    return "" if value is None else make(value)


def scaled_by(factor: Decimal) -> Make:
    """What writes a value times this factor."""
    places = max(0, -int(factor.as_tuple().exponent))
    if places > _DECIMALS:
        return lambda value: _slowly(value, factor)
    each, greatest = int(factor.scaleb(places)), 10 ** (_GREATEST + places)

    def make(value: Any) -> str | None:
        if type(value) is int and -greatest < (product := value * each) < greatest:
            return decimal_text(product, places)
        return _slowly(value, factor)

    return make


def decimal_text(value: int, places: int) -> str:
    """A whole number with its last `places` digits behind the point, without zeros at the end."""
    if not places:
        return str(value)
    digits = str(abs(value)).zfill(places + 1)
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def _slowly(value: Any, factor: Decimal) -> str | None:
    try:
        resolved = Decimal(value) * factor
    except InvalidOperation:
        return None
    return number(resolved) if is_writable(resolved) else None


def _whole(value: Any) -> str | None:
    try:
        return str(int(value)) if isinstance(value, int | str) else None
    except ValueError:
        return None


def _as_sent(value: Any) -> str:
    return quoted(cell_text(value if isinstance(value, str | int) else str(value)))
