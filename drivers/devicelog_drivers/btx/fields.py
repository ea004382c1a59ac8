"""The fields of a run log, in either of its two layouts: lines with a colon, or tables with tabs.

A field is a name, what was written, and the unit token that stands behind the value (`2300 V`) or in the head of its
column (`Voltage (V)`). Nothing is converted, and what is not understood is a field all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

_LINE = re.compile(r"([^:]{1,60}):\s*(.*)")
_HEAD = re.compile(r"(.*?)\s*\(([^()]{1,16})\)")
_NUMBER = re.compile(r"(-?[0-9]{1,12})(\.[0-9]{1,12})?\s*([^\s0-9.,]\S{0,15})?")
_PULSE = re.compile(r"pulse [0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Field:
    """`name` in small letters, as written otherwise; `token` is that of a column's head ("" for none)."""

    name: str
    text: str
    token: str = ""

    def number(self) -> tuple[int | Decimal, str] | None:
        """The value and its unit token; None for what is no number."""
        match = _NUMBER.fullmatch(self.text)
        if match is None or (match[3] and self.token):
            return None
        value = Decimal(match[1] + match[2]) if match[2] else int(match[1])
        return value, match[3] or self.token


def fields(text: str) -> Iterator[Field]:
    """The fields of a log, in order."""
    lines = [line for line in text.split("\n") if line.strip()]
    while lines:
        line = lines.pop(0)
        if "\t" not in line:
            match = _LINE.fullmatch(line.strip())
            yield Field(_name(match[1]), match[2].strip()) if match is not None else Field("", line.strip())
        elif ":" in line:
            yield from _inline(_cells(line))
        else:
            yield from _table([_field_head(cell) for cell in _cells(line)], lines)


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in line.split("\t")]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _name(written: str) -> str:
    return " ".join(written.lower().split())


def _field_head(cell: str) -> tuple[str, str]:
    """Name and unit token of a column."""
    match = _HEAD.fullmatch(cell)
    return (_name(match[1]), match[2]) if match is not None else (_name(cell), "")


def _table(heads: list[tuple[str, str]], lines: list[str]) -> Iterator[Field]:
    """The rows below a head: one, or one for each pulse; they are taken from the lines."""
    rows = 0
    while lines and "\t" in lines[0]:
        cells = _cells(lines[0])
        is_pulse = _PULSE.fullmatch(_name(cells[0])) is not None
        if (rows and not is_pulse) or not cells[0]:
            break
        lines.pop(0)
        rows += 1
        yield from _row(heads[1:], cells[1:], f"{_name(cells[0])} ") if is_pulse else _row(heads, cells, "")
        if not is_pulse:
            break


def _row(heads: list[tuple[str, str]], cells: list[str], prefix: str) -> Iterator[Field]:
    for head, cell in zip_longest(heads, cells):
        if head is None:
            yield Field("status message", cell)  # the only cell that has no head
        elif cell:
            yield Field(prefix + head[0], cell, head[1])


def _inline(cells: list[str]) -> Iterator[Field]:
    """Names and values in one line, each name with a colon: `PrePulse:`, `External Load (Ohms):`, `5000`."""
    group = ""
    while cells:
        cell = cells.pop(0)
        if not cell.endswith(":"):
            yield Field("", cell)
        elif not cells or cells[0].endswith(":"):
            group = _name(cell[:-1]) + " "
        else:
            name, token = _field_head(cell[:-1])
            yield Field(group + name, cells.pop(0), token)
