"""The replies of the Gemini's shell: where one begins and ends, whatever the pieces.

A reply is lines of text, often with the command itself as the first one, and a prompt: a colon at the beginning of a
line. Nothing else marks its end, and nothing checks it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from devicelog.driver import BadFrame

#: Lines that begin with a query: the device echoes what it was sent.
_ECHO = re.compile(r"(?:version|sn|time|status|stat|isprog|sddir(?: \S+)?|sdsend(?: \S+)?)")
_PROMPT = re.compile(rb"(?:\A|\n):")
_FOREIGN = re.compile(rb"[^\t\r\n -~]")
_BLANK = b"\r\n"
#: A reply is no longer than this; a run log has a line for each value and some for each pulse.
_MOST = 32 * 1024
#: So many bytes of what is no reply are told at once.
_PIECE = 256


@dataclass(frozen=True, slots=True)
class Reply:
    """The lines of a reply without its echo, and the command that it echoes ("": none); it ends at byte `at`."""

    command: str
    lines: tuple[str, ...]
    at: int


class Framer:
    """Bytes in, replies and bad frames out."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0
        self._looked = 0
        self._why = ""
        self._broken_line = False

    def feed(self, data: bytes) -> list[Reply | BadFrame]:
        """What these bytes complete."""
        self._rest += data
        found: list[Reply | BadFrame] = []
        while (event := self._lost() if self._why else self._reply()) is not None:
            found.append(event)
        return found

    def end(self) -> list[BadFrame]:
        """The unfinished rest."""
        why = self._why or "the reply was not finished"
        rest = self._take(len(self._rest))
        self._why, self._broken_line = "", False
        return [BadFrame(rest, why, self._at)] if rest else []

    def _take(self, length: int) -> bytes:
        raw, self._rest = self._rest[:length], self._rest[length:]
        self._at += length
        self._looked = 0
        return raw

    def _reply(self) -> Reply | BadFrame | None:
        """The next reply, if it is there; what comes between two of them is passed over."""
        if self._looked == 0:
            self._take(len(self._rest) - len(self._rest.lstrip(_BLANK)))
        prompt = _PROMPT.search(self._rest, max(0, self._looked - 1))
        until = prompt.end() if prompt is not None else len(self._rest)
        foreign = _FOREIGN.search(self._rest, self._looked, until)
        if foreign is not None or until > _MOST:
            too_long = foreign is None or foreign.start() >= _MOST
            self._why = "no reply: too long" if too_long else "no reply: a character that none has"
            return self._lost()
        self._looked = until
        return _read(self._take(until), self._at) if prompt is not None else None

    def _lost(self) -> BadFrame | None:
        """A piece of what is no reply: all up to the next prompt is not."""
        if self._broken_line and self._rest[:1] == b":":
            return self._found_again(1)
        prompt = self._rest.find(b"\n:")
        if 0 <= prompt <= _PIECE - 2:
            return self._found_again(prompt + 2)
        if len(self._rest) < _PIECE:
            return None
        raw = self._take(_PIECE)
        self._broken_line = raw.endswith(b"\n")
        return BadFrame(raw, self._why, self._at)

    def _found_again(self, length: int) -> BadFrame:
        raw, why = self._take(length), self._why
        self._why, self._broken_line = "", False
        return BadFrame(raw, why, self._at)


def _read(raw: bytes, at: int) -> Reply:
    lines = [line.rstrip() for line in raw[:-1].decode("ascii").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    echo = lines[0].strip() if lines else ""
    if _ECHO.fullmatch(echo) is None:
        return Reply("", tuple(lines), at)
    return Reply(echo, tuple(lines[1:]), at)
