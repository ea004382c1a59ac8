"""Text in a drawing: escaped, and how wide it is at most, for it is placed where no font can be asked."""

from __future__ import annotations

import unicodedata

#: Widths in parts of the size: those of DejaVu Sans, rounded up, the widest of the fonts below; and what has them.
_WIDTHS = (
    (0.34, " .,:;'|/\\ijlIJ·\u00a0"),
    (0.42, "()[]!ft-rt²"),
    (0.56, '"*_?sz`–c'),
    (0.65, "abdeghknopquvxy0123456789$LPFTYESZµπ{}"),
    (0.79, "ABCDGHKNOQRUVX&Ω"),
    (0.85, "#+<=>^~w↑↓−×≥≤"),
    (1.0, "mMW@%…—"),
)
_PARTS = {char: part for part, chars in _WIDTHS for char in chars}
#: Of any other letter.
_OTHER = 1.1
#: By how much bold is wider.
_BOLD = 1.18

#: What is drawn in: the reader's own font without one from elsewhere; on paper the one that typst brings.
FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', Arial, 'Libertinus Serif', sans-serif"
SIZE = 12


def width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """How wide a text is at most."""
    return sum(map(_part, text)) * size * (_BOLD if bold else 1)


def _part(char: str) -> float:
    part = _PARTS.get(char)
    if part is None:
        base = unicodedata.normalize("NFD", char)[0]
        part = 0.0 if unicodedata.combining(base) else _PARTS.get(base, _OTHER)
    return part


def cut(text: str, room: float, size: float = SIZE, *, bold: bool = False) -> str:
    """As much of a text as there is room for, with an ellipsis in the place of the rest; empty if there is none."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(f"{text}…", size, bold=bold) > room:
        text = text[:-1]
    return f"{text.rstrip()}…" if text else ""


def wrapped(text: str, room: float, size: float = SIZE, *, most: int = 4, bold: bool = False) -> list[str]:
    """A text as lines that have room, so many at most; a word, and the rest of the last line, are cut to it."""
    lines: list[str] = []
    words = text.split()
    for at, word in enumerate(words):
        longer = f"{lines[-1]} {word}" if lines else word
        if not lines or width(longer, size, bold=bold) > room:
            if len(lines) == most:
                lines[-1] = cut(" ".join([lines[-1], *words[at:]]), room, size, bold=bold)
                break
            lines.append(cut(word, room, size, bold=bold))
        else:
            lines[-1] = longer
    return [line for line in lines if line]


def escaped(text: str) -> str:
    """Text as XML takes it; what XML cannot hold is a question mark."""
    allowed = "".join(char if char.isprintable() else "?" for char in text)
    return allowed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def coordinate(value: float) -> str:
    """A place in a drawing, to a tenth, written in one way only."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
