"""Somebody at a keyboard: a line grows, is said back at Enter, and counts at the second Enter. Keys in, lines out.

What cannot be read is told at once, and handed on as it was typed, so that the record keeps it; it counts nothing.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

_ENTER, _BACKSPACE, _CLEAR = "\r\n", "\x7f\x08", "\x15\x1b"
#: What arrow and function keys send.
FUNCTION_KEY = re.compile(rb"\x1b[\[O][0-9;]*[A-Za-z~]")


@dataclass(frozen=True, slots=True)
class SaidBack:
    """A line in other words, or in one sentence why it cannot be read."""

    text: str
    readable: bool


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a typist sees: the line, what was made of it, and whether Enter makes it count now."""

    line: str = ""
    said: SaidBack | None = None
    waits: bool = False


class Aside(Protocol):
    """Takes lines that are not the driver's: those that begin with `ASIDE`."""

    @property
    def in_use(self) -> bool:
        """Whether such a line is begun."""

    def open(self) -> None:
        """Such a line begins."""

    def key(self, key: str) -> None:
        """One key of it."""


#: A line that begins with this is not for the driver.
ASIDE = ":"


class Typist:
    """Edits one line. `say_back` puts a line into other words; `prompt` may be read by any thread."""

    def __init__(self, say_back: Callable[[str], SaidBack | None], aside: Aside | None = None) -> None:
        self.prompt = Prompt()
        self._say_back = say_back
        self._aside = aside
        self._characters = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def press(self, data: bytes) -> bytes:
        """Take keys; the lines that they make count, each with its end."""
        lines = (self._key(key) for key in self._characters.decode(FUNCTION_KEY.sub(b"", data)))
        return b"".join(f"{line}\n".encode() for line in lines if line is not None)

    def _key(self, key: str) -> str | None:
        if self._aside is not None and self._aside.in_use:
            self._aside.key(key)
            return None
        if self._aside is not None and key == ASIDE and not self.prompt.line:
            self._aside.open()
            return None
        if key in _ENTER:
            return self._enter()
        line = self.prompt.line
        if key in _CLEAR:
            self.prompt = Prompt()
        elif key in _BACKSPACE:
            self.prompt = Prompt(line[:-1])
        elif key.isprintable():
            self.prompt = Prompt(line + key)
        return None

    def _enter(self) -> str | None:
        prompt = self.prompt
        if prompt.waits:
            self.prompt = Prompt(said=prompt.said)
            return prompt.line
        if not prompt.line.strip() or (prompt.said is not None and not prompt.said.readable):
            return None
        said = self._say_back(prompt.line)
        if said is None:
            self.prompt = Prompt()
            return None
        self.prompt = Prompt(prompt.line, said, waits=said.readable)
        return None if said.readable else prompt.line
