"""Asking at a terminal, line by line: a question, what may be answered to it, and at the end what was answered."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.text import Text

from devicelog import clock
from devicelog.errors import NotNowError
from devicelog.steps.explained import STEPS
from devicelog.steps.told import told
from devicelog.terminal.screen import clean, console

if TYPE_CHECKING:
    from rich.console import Console

    from devicelog.steps.asking import Asking
    from devicelog.steps.draft import Draft
    from devicelog.steps.opening import Opening
    from devicelog.steps.question import Question

_BACK, _KEEP, _EXPLAIN = "back", "keep all", "?"
_ABOUT = "Enter leaves a question unanswered · back: the question before · ?: explains · Ctrl-C: record nothing"
#: Said where something was answered before.
_AGAIN = "(Enter keeps it; -: unanswered; keep all: as before, up to a new question)"


def ask(asking: Asking, held: Callable[[Draft], Opening], practitioner: str) -> bool:
    """Ask until everything was answered and somebody says how to go on; whether the session is to be recorded or kept.

    `held` says what a draft comes to. Raises NotNowError if the questions are broken off.
    """
    screen = console(to_stderr=True)
    screen.print(Text(_ABOUT, style="dim"))
    step = ""
    while True:
        while asking.question is not None:
            if asking.question.step != step:
                step = asking.question.step
                screen.print(Text(f"\n── {step} ", style="bold"))
            _put(screen, asking, asking.question)
        going = _confirmed(screen, asking.result, held(asking.result), practitioner)
        if going is not None:
            return going
        asking.back()
        step = ""


def _put(screen: Console, asking: Asking, question: Question) -> None:
    """One question, until it is answered or gone back from."""
    for seen in question.before:
        screen.print(Text(f"  {clean(seen)}", style="bold yellow"))
    count = (f"{question.count}  ", "dim")
    hint = (f"  ({clean(question.hint)})" if question.hint else "", "dim")
    screen.print(Text.assemble("  ", count if question.count else "", clean(question.text), hint))
    before = asking.before
    if before is not None:
        screen.print(Text.assemble(f"  [{clean(before) or 'unanswered'}]", (f"  {_AGAIN}", "dim")))
    said = read_line(screen, "  ▸ ")
    if said.strip() == _EXPLAIN:
        _explain(screen, question)
        return
    if said.strip().lower() == _KEEP:
        asking.keep()
        return
    if said.strip().lower() == _BACK:
        if not asking.back():
            screen.print(Text("  this is the first question", style="dim"))
        return
    problem = asking.answer(said, clock.now())
    if problem is not None:
        screen.print(Text(f"  {clean(problem)}", style="bold red"))


def _explain(screen: Console, question: Question) -> None:
    about = (STEPS.get(question.step, ""), question.about or f"Expected: {question.hint}.")
    for line in (*filter(None, about), _ABOUT):
        screen.print(Text(f"  {clean(line)}", style="cyan"))


def _confirmed(screen: Console, draft: Draft, opening: Opening, practitioner: str) -> bool | None:
    """Whether to go on with what was answered; None: go back to the last question."""
    screen.print(Text("\n── summary ", style="bold"))
    for line in told(draft, practitioner):
        screen.print(Text(f"  {clean(line)}"))
    for line in opening.shown:
        screen.print(Text(f"  {clean(line)}", style="yellow"))
    for stop in opening.stops:
        screen.print(Text(f"  STOPS: {clean(stop.why)}", style="bold red"))
    question = "the session is refused; keep that? [Y/n/back]" if opening.is_refused else "begin? [Y/n/back]"
    while True:
        said = read_line(screen, f"  {question} ").strip().lower()
        if said in ("", "y", "yes"):
            return True
        if said in ("n", "no"):
            return False
        if said == _BACK:
            return None


def again() -> bool:
    """Whether to try once more to open the ports; what was answered is kept meanwhile."""
    screen = console(to_stderr=True)
    said = read_line(screen, "the answers are kept; try again? [Y/n] ").strip().lower()
    return said in ("", "y", "yes")


def read_line(screen: Console, prompt: str) -> str:
    """One line from the terminal; raises NotNowError if it is broken off."""
    screen.file.write(prompt if screen.encoding.startswith("utf") else prompt.replace("▸", ">"))
    screen.file.flush()
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        line = ""
    if not line:
        screen.file.write("\n")
        raise NotNowError("the questions were broken off, and nothing was recorded; begin again when it suits.")
    return line.rstrip("\r\n")
