"""The console that people read: the same words on a modern terminal, on one without Unicode, and in a file."""

from __future__ import annotations

import codecs
import io
import os
import sys

from rich.console import Console

#: How wide the text is where nobody says (a pipe, a file).
_WIDTH = 110
_ERRORS = "devicelog.plain"

#: What stands for a character that a terminal cannot show; one for one, so that columns stay columns.
_PLAIN = str.maketrans(
    {"–": "-", "·": "*", "²": "2", "µ": "u", "×": "x", "≥": ">", "…": ".", "✓": "+", "✖": "X"}
    | {"▲": "^", "■": "#", "●": "*", "○": "o", "─": "-", "━": "-", "█": "#", "░": ".", "▒": ":", "┃": "|", "Δ": "d"}
)


def _replace(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    plain = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(char if char.isascii() else "?" for char in plain), error.end


codecs.register_error(_ERRORS, _replace)


def console(*, to_stderr: bool = False, width: int = _WIDTH) -> Console:
    """A console that takes text as it is: no markup, no guessed colours, and no character that it would fail on.

    `width` holds where there is no terminal that has one.
    """
    stream = sys.stderr if to_stderr else sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=_ERRORS)
    made = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = width
    return made


def clean(text: object) -> str:
    """Text from a device or a person without what would steer a terminal."""
    return "".join(char if char.isprintable() else "�" for char in str(text))
