"""A cell of a CSV file: plain numbers, texts that no spreadsheet takes for a formula, quotes where RFC 4180 wants them.

A text that a spreadsheet would compute gets an apostrophe in front (OWASP, "CSV Injection"). So does one that begins
with apostrophes and goes on so, and hence nothing is lost: who takes one apostrophe off again has the text. Control
characters, which many readers stop at, stand as their pictures (U+2400 and the next ones).
"""

from __future__ import annotations

import re
from decimal import Decimal

from devicelog.numbers import number

#: What a cell is made of; None is a missing value.
Cell = str | int | Decimal | bool | None

#: How a text begins that spreadsheets compute, the full-width signs of East Asian ones among them.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
#: What makes quotes necessary.
_SPECIAL = re.compile('[",\r\n]')
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}


def cell_text(cell: Cell) -> str:
    """A cell as a reader of the file sees it. Numbers stay numbers; only texts are guarded, and nothing stays empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return guarded(cell)
    return number(cell)


def guarded(text: str) -> str:
    """A text that no spreadsheet computes, without control characters but tab and line ends."""
    if _CONTROLS.search(text) is not None:
        text = text.translate({code: _PICTURES[code] for code in map(ord, _CONTROLS.findall(text))})
    return f"'{text}" if _FORMULA.match(text) is not None else text


def unguarded(text: str) -> str:
    """The text that was guarded; its control characters are still pictures."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) is not None else text


def quoted(text: str) -> str:
    """A cell's text as it stands in the file."""
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) is not None else text
