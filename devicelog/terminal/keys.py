"""The keys of a recording at the foot of the screen: a line of help, or what is typed and what can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from devicelog.steps.keys import KeyPrompt

#: At most so many lines of choices stand below a line that is typed.
_MOST_LINES = 3
_BETWEEN = " · "


def key_lines(prompt: KeyPrompt, width: int, *, aside: bool) -> list[Text]:
    """What is typed, and what can be chosen; while no key is in use what became of the last line, and the keys."""
    lines = _typed(prompt, width) if prompt.title else _idle(prompt, width, aside=aside)
    for line in lines:
        line.no_wrap = True
        line.truncate(width, overflow="ellipsis")
    return lines


def _idle(prompt: KeyPrompt, width: int, *, aside: bool) -> list[Text]:
    """Where lines belong to a driver, a line for the keys begins with a colon."""
    pause = "p resume" if prompt.paused else "p pause"
    keys = ["z zone", "s syringe", pause, "n note", "e event", "? keys", "Ctrl-C ends"]
    keys[0] = f": and then {keys[0]}" if aside else keys[0]
    return [*_said(prompt, width), *_folded(keys, width)]


def _typed(prompt: KeyPrompt, width: int) -> list[Text]:
    line = typed_line(f" {prompt.title} ▸ ", prompt.line, width)
    return [line, *(_said(prompt, width) or _folded([*(prompt.choices or ("Enter keeps",)), "Esc drops"], width))]


def _said(prompt: KeyPrompt, width: int) -> list[Text]:
    if not prompt.said:
        return []
    style = "bold red" if prompt.refused else "green"
    return [
        Text(f" {line}", style=style) for line in wrap(clean(prompt.said), width - 1, max_lines=2, placeholder=" …")
    ]


def _folded(words: Sequence[str], width: int) -> list[Text]:
    """Words side by side, in as many lines as they need; what is most at the end stays when there are too many."""
    lines = [""]
    for word in map(clean, words):
        longer = f"{lines[-1]}{_BETWEEN}{word}" if lines[-1] else word
        if len(longer) < width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    kept = lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], f"… · {lines[-1]}"]
    return [Text(f" {line}", style="dim") for line in kept]


def typed_line(head: str, line: str, width: int) -> Text:
    """A line that is being typed, with its end and the cursor; of a long one its beginning gives way."""
    said = Text(clean(line), style="bold")
    room = max(1, width - cell_len(head) - 1)
    if said.cell_len > room:
        tail = said.plain
        while cell_len(tail) > room - 1:
            tail = tail[1:]
        said = Text(f"…{tail}", style="bold")
    return Text.assemble((head, "bold"), said, (" ", "reverse"))
