"""Text in a drawing: escaped, and about how wide it is, for it is placed where no font can be asked."""

from __future__ import annotations

#: Widths of characters of a plain sans-serif font in parts of its size, a bit on the wide side; any other is wide.
_NARROW, _USUAL, _WIDE = 0.34, 0.6, 0.95
_NARROWS = frozenset("ijltfrI.,:;'|!()[] ")
_WIDES = frozenset("mwMW@%")

#: What is drawn in, without a font from elsewhere.
FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif"
SIZE = 12


def width(text: str, size: float = SIZE) -> float:
    """About how wide a text is."""
    return sum(map(_part, text)) * size


def _part(char: str) -> float:
    if char in _NARROWS:
        return _NARROW
    return _WIDE if char in _WIDES or ord(char) > 0x2FFF else _USUAL


def cut(text: str, room: float, size: float = SIZE) -> str:
    """As much of a text as there is room for, with an ellipsis in the place of the rest; empty if there is none."""
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…" if text else ""


def escaped(text: str) -> str:
    """Text as XML takes it; what XML cannot hold is a question mark."""
    allowed = "".join(char if char.isprintable() else "?" for char in text)
    return allowed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def coordinate(value: float) -> str:
    """A place in a drawing, to a tenth, written in one way only."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
