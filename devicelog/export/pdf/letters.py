"""Letters: what would steer a reader is taken out, what reads from the right is set apart, what no font has is shown.

PDF/A takes no letter without a shape, and typst refuses one by an error that names it. So the engine itself says what
is missing, of the fonts that it really uses; each such letter is then printed as □, and the page says which they were.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

#: What stands for a letter that no font has.
BOX = "□"
#: What stands for a character that would steer a reader.
_STEERS = "�"
#: Joiners that scripts need, and marks of direction; they have no shape.
_KEPT = "\u200b\u200c\u200d\u200e\u200f\ufe0e\ufe0f"
#: So many missing letters are named one by one.
_MOST = 12
#: A word without a place to break is given one after so many characters.
_RUN = re.compile(r"\S{40,}")
_BREAK = 30

_NEW_LINE = re.compile(r"\s*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])\s*")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
    "(?:[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff\u200c-\u200f '’-]*"
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff])?"
)
_REFUSED = re.compile(r'the text `?"((?:[^"\\]|\\.)*)"`? could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


def clean(text: str) -> str:
    """A text in one line, without what steers a reader; what reads from the right is set apart."""
    line = _NEW_LINE.sub(" / ", text.strip())
    plain = "".join(map(_plain, unicodedata.normalize("NFC", line)))
    is_all = _RIGHT_TO_LEFT.fullmatch(plain) is not None
    isolated = plain if is_all else _RIGHT_TO_LEFT.sub("\u2068\\g<0>\u2069", plain)
    return _RUN.sub(lambda run: "\u200b".join(_pieces(run[0])), isolated)


def cleaned(value: Any, absent: Collection[str] = ()) -> Any:
    """Plain data of dataclasses, lists and texts with every text clean, and with □ for each letter of `absent`."""
    if isinstance(value, str):
        return without(clean(value), absent)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: cleaned(getattr(value, field.name), absent) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: cleaned(inside, absent) for name, inside in value.items()}
    if isinstance(value, Sequence):
        return [cleaned(inside, absent) for inside in value]
    return value


def without(text: str, absent: Collection[str]) -> str:
    """A text with □ for each of these letters."""
    return "".join(BOX if char in absent else char for char in text) if absent else text


def refused(diagnostic: str) -> set[str]:
    """The letters that typst had no shape for, as its error names them; none if it is about anything else."""
    found: set[str] = set()
    for said in _REFUSED.findall(diagnostic):
        text = _ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else one[2], said)
        found |= {char for char in text if not char.isascii()} or set(text)
    return found


def said_missing(absent: Collection[str]) -> str:
    """The sentence for the top of the page."""
    named = [f"U+{ord(char):04X}" for char in sorted(absent)]
    more = f" and {len(named) - _MOST} more" if len(named) > _MOST else ""
    what = "1 letter has" if len(named) == 1 else f"{len(named)} letters have"
    return (
        f"LETTERS MISSING: {what} no shape in the fonts at hand and stand as {BOX} on these pages "
        f"({', '.join(named[:_MOST])}{more}); the text is whole in session.json"
    )


def _plain(char: str) -> str:
    if char.isprintable() or char in _KEPT:
        return char
    return " " if char.isspace() else _STEERS


def _pieces(run: str) -> list[str]:
    return [run[at : at + _BREAK] for at in range(0, len(run), _BREAK)]
