"""The console that people read: the same words on a modern terminal, on one without Unicode, and in a file."""

from __future__ import annotations

import io
import os
import sys

from rich.console import Console

from devicelog.terminal.plain import ERRORS, clean

__all__ = ["clean", "console"]

#: How wide the text is where nobody says (a pipe, a file).
_WIDTH = 110


def console(*, to_stderr: bool = False, width: int = _WIDTH) -> Console:
    """A console that takes text as it is: no markup, no guessed colours, and no character that it would fail on.

    `width` holds where there is no terminal that has one.
    """
    stream = sys.stderr if to_stderr else sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=ERRORS)
    made = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = width
    return made
