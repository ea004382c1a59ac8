"""TOML files that people write: their text and their tables, or one sentence about why there are none."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from devicelog.errors import BadInputError

MAX_BYTES = 256 * 1024

#: What tomllib says of a table that stands twice, and the key before a value.
_TWICE = re.compile(r"Cannot declare \((.*?),?\) twice")
_KEY = re.compile(r"\s*([^=#]+?)\s*=")
_UNQUOTED = re.compile(r"=\s*[+-]?\d[\d.]*\s*[A-Za-zµ%]")


def text_of(path: Path, what: str, error: type[BadInputError]) -> str:
    """The text of a file that is a `what`; raises `error` if it cannot be read."""
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file" if not path.exists() else "something else"
        raise error(f"{path}: found {found}, expected a {what} (.toml).")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as why:
        raise error(f"{path}: cannot be read ({why.strerror}), expected a readable file.") from None
    if len(data) > MAX_BYTES:
        raise error(f"{path}: found more than {MAX_BYTES} bytes, expected a {what}.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as why:
        line = data.count(b"\n", 0, why.start) + 1
        found = f"0x{data[why.start]:02x}"
        raise error(f"{path}, line {line}: found the byte {found}, expected UTF-8 text.") from None


def tables_of(text: str, where: str, error: type[BadInputError]) -> dict[str, Any]:
    """The tables of a text, fractions as exact decimals; raises `error` with the line if it is no TOML."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as why:
        message, _, rest = str(why).partition(" (at ")
        position = re.match(r"line (\d+)", rest)
        place = f"{where}, line {position[1]}" if position else f"{where}, at its end"
        line = text.split("\n")[int(position[1]) - 1] if position else ""
        if (again := _again(message, line)) is not None:
            raise error(f"{place}: found {again} again, expected it once.") from None
        hint = '; a quantity stands in quotes, such as "0.05 mL"' if _UNQUOTED.search(line) else ""
        raise error(f"{place}: found no TOML ({message}), expected lines of KEY = VALUE{hint}.") from None
    except (ValueError, ArithmeticError, RecursionError):
        raise error(f"{where}: found a number too long or lists too deep, expected neither.") from None


def _again(message: str, line: str) -> str | None:
    """The key or table that stands twice, if that is what is wrong."""
    if twice := _TWICE.match(message):
        return f"the table [{twice[1].replace(', ', '.').replace(chr(39), '')}]"
    key = _KEY.match(line) if message.startswith("Cannot overwrite") else None
    return f"the key {key[1]!r}" if key is not None else None
