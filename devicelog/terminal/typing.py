"""Typing beside the live view: the line at the foot of the screen, and what was made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.terminal.keys import typed_line
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from devicelog.keyboard.typist import Prompt


def prompt_lines(prompt: Prompt, width: int) -> list[Text]:
    """The line that is typed, and below it what it means or why it cannot be read."""
    line = typed_line(" type ▸ ", prompt.line, width)
    said = prompt.said
    if said is None:
        below = Text(" Enter says back what it means; Esc clears the line", style="dim")
    elif not said.readable:
        below = Text(f" {clean(said.text)}", style="bold red")
    elif prompt.waits:
        below = Text(f" {clean(said.text)}  ", style="bold yellow")
        below = Text.assemble((" ENTER KEEPS: ", "bold black on yellow"), below, ("Esc drops", "dim"))
    else:
        below = Text(f" kept: {clean(said.text)}", style="green")
    for row in (line, below):
        row.no_wrap = True
        row.truncate(width, overflow="ellipsis")
    return [line, below]
