"""The terminal's live view of a capture: the last rows in hex and text, the guess below. It never harms the capture."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import deque
from typing import TYPE_CHECKING, Self

import click
from rich.console import Group
from rich.live import Live
from rich.text import Text

from devicelog import clock
from devicelog.capture.overview import LIVE_WINDOW, Overview
from devicelog.numbers import some
from devicelog.terminal.amounts import since_start
from devicelog.terminal.capture import guess_lines, row_lines, setting
from devicelog.terminal.held_output import HeldOutput
from devicelog.terminal.screen import console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from devicelog.capture.file import CaptureWriter
    from devicelog.capture.row import Row

#: The screen is drawn at most so often, and the guess is made anew at most so often (ns).
_EVERY_NS, _GUESS_EVERY_NS = 250_000_000, 1_000_000_000
#: More lines than any terminal has are not kept.
_MOST_LINES = 400


class LiveCapture:
    """Shows the rows of a capture that runs. Give it each row once it is in the file; call `refresh` now and then.

    On a terminal it draws the last rows above the guess; elsewhere it prints the rows, one below the other.
    """

    def __init__(self, writer: CaptureWriter) -> None:
        self.overview = Overview(writer.header, LIVE_WINDOW)
        self._path = writer.path
        self._begun_ns = writer.begun.boot_ns
        self._console = console()
        self._draws = self._console.is_terminal and not self._console.is_dumb_terminal
        self._live = Live(console=self._console, auto_refresh=False, transient=True, redirect_stderr=False)
        self._held = HeldOutput()
        self._lines: deque[Text] = deque(maxlen=_MOST_LINES)
        self._guess: list[Text] = []
        self._guess_ns = self._shown_ns = 0
        self._failed = False

    def __enter__(self) -> Self:
        if self._draws:
            self._live.start()
            self._held.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._live.stop()
        with contextlib.suppress(OSError):
            self._held.end()

    def show(self, row: Row) -> None:
        """Add a row."""
        self.overview.take(row)
        if self._failed:
            return
        with self._apart():
            lines = list(row_lines(row))
            self._lines.extend(lines)
            if not self._draws:
                for line in lines:
                    self._console.print(line, soft_wrap=True)

    def refresh(self) -> None:
        """Let people see the capture as it stands, unless that was done a moment ago."""
        now = clock.boot_ns()
        if self._failed or now - self._shown_ns < _EVERY_NS:
            return
        self._shown_ns = now
        with self._apart():
            if not self._draws:
                self._console.file.flush()
                return
            if now - self._guess_ns >= _GUESS_EVERY_NS:
                self._guess, self._guess_ns = list(guess_lines(self.overview)), now
            self._live.update(Group(*self._page(now)), refresh=True)

    def _page(self, now: int) -> Iterator[Text]:
        """As many of the last rows as there is room for, between the head and the guess."""
        size = self._console.size
        room = max(1, size.height - len(self._guess) - len(self.overview.links) - 4)
        lasted = since_start((now - self._begun_ns) // 1000)
        head = f" ● CAPTURE  {lasted}  {some(self.overview.received, 'byte')} in {self._path}; Ctrl-C ends it"
        yield _fitted(Text(head, style="reverse"), size.width)
        for link in self.overview.header.links:
            yield _fitted(Text(f" link {link.link}  {setting(link)}", style="dim"), size.width)
        yield Text("")
        last = list(self._lines)[-room:]
        yield from (_fitted(line, size.width) for line in last)
        yield from [Text("")] * (room - len(last) + 1)
        yield from (_fitted(line, size.width) for line in self._guess)

    @contextlib.contextmanager
    def _apart(self) -> Iterator[None]:
        """Whatever befalls the view (nobody reads it any more, a fault of its own), the capture goes on without it."""
        try:
            yield
        except Exception as error:
            self._failed = True
            self.__exit__(None, None, None)
            if isinstance(error, BrokenPipeError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            with contextlib.suppress(OSError):
                click.echo("the view of the capture failed and is switched off; the capture goes on", err=True)


def _fitted(line: Text, width: int) -> Text:
    """A line cut to the width of the screen."""
    shown = line.copy()
    shown.truncate(width, overflow="ellipsis")
    return shown
