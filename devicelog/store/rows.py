"""The rows on a page of a database, found without its tree: https://sqlite.org/fileformat2.html, sections 1.6 and 2.

Each row is taken by the shape of its columns, so that neither the schema nor the pages above it need be readable.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from devicelog.store.pages import USABLE

_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR = 0x0D, 0x0A, 0x02
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Values = tuple[Any, ...]
#: Gives the data of a page by its number, None if it cannot be read.
PageReader = Callable[[int], bytes | None]

#: What the columns of each table hold; None stands for the key that the row is stored under.
SHAPES: dict[str, tuple[type | None, ...]] = {
    "entry": (None, bytes, bytes),
    "chunk": (None, int, int, int, int, int, bytes),
    "seal": (None, int, bytes, bytes),
    "approval": (None, bytes, bytes),
    "session": (None, str, str, str, str),
    "subject": (str, bytes, bytes),
}
_HASH, _SIGNATURE = 32, 64


def rows_on(page: bytes, number: int, read: PageReader) -> Iterator[tuple[str, Values]]:
    """Table and values of each row that begins on a page, its key in place; a row that cannot be read is left out."""
    begin = 100 if number == 1 else 0
    kind = page[begin]
    if kind not in (_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR):
        return
    cells = struct.unpack(">H", page[begin + 3 : begin + 5])[0]
    pointers = begin + (12 if kind == _INDEX_INTERIOR else 8)
    for at in range(pointers, pointers + 2 * cells, 2):
        try:
            offset = struct.unpack(">H", page[at : at + 2])[0]
            found = _row(page, kind, offset + (4 if kind == _INDEX_INTERIOR else 0), read)
        except (IndexError, struct.error, ValueError):
            continue
        if found is not None:
            yield found


def _row(page: bytes, kind: int, offset: int, read: PageReader) -> tuple[str, Values] | None:
    size, offset = _varint(page, offset)
    key = None
    if kind == _TABLE_LEAF:
        key, offset = _varint(page, offset)
        key -= (key >> 63) << 64
    values = _values(_payload(page, size, offset, kind == _TABLE_LEAF, read))
    if key is not None and values[:1] == (None,):
        values = (key, *values[1:])
    table = _table(values, has_key=key is not None)
    return (table, values) if table is not None else None


def _table(values: Values, *, has_key: bool) -> str | None:
    """Which table a row is of: signatures and hashes tell those apart that look the same."""
    for table, shape in SHAPES.items():
        if len(shape) != len(values) or (shape[0] is None) != has_key:
            continue
        if any(type(value) is not (column or int) for value, column in zip(values, shape, strict=True)):
            continue
        if table == "entry" and len(values[2]) != _HASH:
            continue
        if table in ("approval", "seal") and len(values[-1]) != _SIGNATURE:
            continue
        return table
    return None


def _payload(page: bytes, size: int, offset: int, leaf: bool, read: PageReader) -> bytes:
    """A row's record, gathered from the pages that it overflows to; ValueError if one of them cannot be read."""
    greatest = USABLE - 35 if leaf else (USABLE - 12) * 64 // 255 - 23
    if size <= greatest:
        return page[offset : offset + size]
    least = (USABLE - 12) * 32 // 255 - 23
    here = least + (size - least) % (USABLE - 4)
    here = here if here <= greatest else least
    found = bytearray(page[offset : offset + here])
    following = struct.unpack(">I", page[offset + here : offset + here + 4])[0]
    while len(found) < size:
        more = read(following) if following else None
        if more is None:
            raise ValueError("a page of the row cannot be read")
        following = struct.unpack(">I", more[:4])[0]
        found += more[4 : 4 + min(size - len(found), USABLE - 4)]
    return bytes(found)


def _values(record: bytes) -> Values:
    """The columns of a record."""
    length, at = _varint(record, 0)
    offset, values = length, []
    while at < length:
        kind, at = _varint(record, at)
        value, offset = _value(record, kind, offset)
        values.append(value)
    if offset != len(record):
        raise ValueError("a record ends elsewhere than its header says")
    return tuple(values)


def _value(record: bytes, kind: int, offset: int) -> tuple[Any, int]:
    if kind == 0:
        return None, offset
    if kind in (8, 9):
        return kind - 8, offset
    if kind in _INTEGERS:
        end = offset + _INTEGERS[kind]
        return int.from_bytes(record[offset:end], "big", signed=True), end
    if kind >= 12:
        end = offset + (kind - 12) // 2
        data = record[offset:end]
        return (data if kind % 2 == 0 else data.decode("utf-8")), end
    raise ValueError("a column of a kind that no table here has")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of 1 to 9 bytes and where it ends; IndexError if the data ends before."""
    value = 0
    for used in range(8):
        byte = data[at + used]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + used + 1
    return value << 8 | data[at + 8], at + 9
