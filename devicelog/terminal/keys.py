"""The keys of a recording at the foot of the screen: a line of help, or what is typed and what can be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from devicelog.steps.keys import KeyPrompt

_HELP = " z zone · s syringe · p pause · n note · e event · ? keys"
#: What is said where lines belong to a driver.
_HELP_ASIDE = " : and then z zone, s syringe, p pause, n note, e event, ? keys"


def key_lines(prompt: KeyPrompt, width: int, *, aside: bool) -> list[Text]:
    """Two lines: what is typed, and what can be chosen or became of it; one while no key is in use."""
    lines = [_idle(prompt, aside=aside)] if not prompt.title else _typed(prompt)
    for line in lines:
        line.no_wrap = True
        line.truncate(width, overflow="ellipsis")
    return lines


def _idle(prompt: KeyPrompt, *, aside: bool) -> Text:
    line = Text(_HELP_ASIDE if aside else _HELP, style="dim")
    return Text.assemble((f" {clean(prompt.said)} ", "green"), line) if prompt.said else line


def _typed(prompt: KeyPrompt) -> list[Text]:
    line = Text(f" {prompt.title} ▸ {clean(prompt.line)}", style="bold")
    line.append(" ", style="reverse")
    if prompt.said:
        below = Text(f" {clean(prompt.said)}", style="bold red" if prompt.refused else "green")
    else:
        below = Text(f" {clean(' · '.join(prompt.choices)) or 'Enter keeps'}; Esc drops", style="dim")
    return [line, below]
