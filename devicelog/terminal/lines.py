"""Prints what is made of lines and tables, without blanks at the ends of lines where nobody looks at a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from devicelog.terminal.screen import console

if TYPE_CHECKING:
    from rich.console import RenderableType


def print_lines(parts: Iterable[RenderableType]) -> None:
    """Print each part below the one before."""
    screen = console()
    with screen.capture() as capture:
        for part in parts:
            screen.print(part)
    lines = (line if screen.is_terminal else line.rstrip() for line in capture.get().splitlines())
    screen.file.write("".join(f"{line}\n" for line in lines))
    screen.file.flush()
