"""What is wrong with a TOML file: one sentence a problem, with its line, what was found and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from unicodedata import category

#: Where something stands in a file: the names of tables and keys, and places in lists from 0.
Location = tuple[str | int, ...]

#: Unicode categories that stand in no name: control characters, and bytes of the command line that are no UTF-8.
_UNPRINTABLE = {"Cc", "Cs"}
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w.-]+)\s*=")
#: A list that goes on in the lines below, and the beginning of a table in it.
_OPEN_LIST = re.compile(r"[^#\"']*=\s*\[\s*(#.*)?")
_ITEM = re.compile(r"\s*\{")


@dataclass(slots=True)
class Problems:
    """What is wrong with a file, one sentence a problem, in the order of its lines."""

    where: str
    lines: Mapping[Location, int]
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, loc: Location, what: str) -> None:
        line = next((self.lines[loc[:n]] for n in range(len(loc), 0, -1) if loc[:n] in self.lines), 0)
        words = [str(part + 1) if isinstance(part, int) else part for part in loc]
        words[:1] = ["[line]"] if loc[:1] == ("line",) else words[:1]  # the table, and not the number of a line
        named = " ".join(word if re.fullmatch(r"[\w.-]+|\[line\]", word) else repr(word) for word in words)
        place = f"{self.where}, line {line}" if line else self.where
        place = f"{place}, {named}" if named else place
        self.found.append((line, sentence(f"{place}: {shortened(what, 600)}")))

    def sentences(self) -> list[str]:
        return [sentence for _line, sentence in sorted(self.found, key=lambda problem: problem[0])]


def shown(value: object) -> str:
    """A value of the file as a sentence can hold it."""
    if isinstance(value, dict | list | tuple):
        return "a table" if isinstance(value, dict) else "a list" if value else "an empty list"
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)  # which prints any number of digits
    text = repr(value) if isinstance(value, str) else str(value).lower()
    return shortened(text, 60)


def sentence(text: str) -> str:
    """Text with its full stop."""
    return text if text.endswith((".", "?")) else f"{text}."


def shortened(text: str, length: int) -> str:
    """Text of at most that many characters."""
    return text if len(text) <= length else f"{text[: length - 3]}..."


def odd_in(text: str, *, lines: bool = False) -> str | None:
    """The first character that a record cannot show, if there is one; `lines`: those between lines may be there."""
    return next((one for one in text if category(one) in _UNPRINTABLE and not (lines and one in "\n\t")), None)


def guess(word: object, known: Iterable[str]) -> str:
    """The known name that was probably meant."""
    names = list(known)
    spelt = (word[:60], word[:60].lower()) if isinstance(word, str) else ()
    close = next((found for one in spelt if (found := get_close_matches(one, names, n=1))), [])
    return f"; did you mean {close[0]!r}?" if close else ""


def line_numbers(text: str) -> dict[Location, int]:
    """The line of each table and key, and of each table in a list, by a scan that is good enough for a message."""
    lines: dict[Location, int] = {}
    counts: dict[Location, int] = {}
    table: Location = ()
    in_long_text = False
    in_list: Location | None = None
    items = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not in_long_text:
            if header := _HEADER.match(line):
                table = _table_of(header[2].split("."), header[1] == "[[", counts)
                lines.setdefault(table, number)
            elif key := _KEY.match(line):
                place = (*table, *key[1].split("."))
                lines.setdefault(place, number)
                in_list = place if _OPEN_LIST.fullmatch(line.rstrip()) else None
                items = 0
            elif in_list is not None and _ITEM.match(line):
                lines[(*in_list, items)] = number
                items += 1
        in_long_text ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return lines


def _table_of(parts: list[str], is_array: bool, counts: dict[Location, int]) -> Location:
    """Where a header stands: the third [[overlay.limit]] of the first [[overlay]] is ("overlay", 0, "limit", 2)."""
    table: Location = ()
    for part in parts[:-1]:
        table = (*table, part)
        table = (*table, counts[table] - 1) if table in counts else table
    table = (*table, parts[-1])
    if is_array:
        counts[table] = counts.get(table, 0) + 1
        table = (*table, counts[table] - 1)
    return table
