"""The replies of KD Scientific Legato and Harvard Elite pumps: where one begins and ends, whatever the pieces.

A reply is a line feed, lines that end in CR LF, and a prompt: `:` idle, `>` infusing, `<` withdrawing, `*` stalled,
`T*` target reached, with the pump's address of two digits before it unless that is 0. XON behind it is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from devicelog.driver import BadFrame

_PROMPT = rb"([:><*]|T\*)"
_LINE = rb"[ -~]{1,80}\r\n"
_REPLY = re.compile(rb"\n(?:%b|((?:%b){1,24}?)([0-9]{2})?%b)" % (_PROMPT, _LINE, _PROMPT))
#: What may still become a reply.
_BEGUN = re.compile(rb"\n(?:%b){0,24}[ -~]{0,80}\r?" % _LINE)
_SILENT = b"\x11\x13"
#: So many bytes outside a reply are told at once.
_NOISE = 256


@dataclass(frozen=True, slots=True)
class Reply:
    """The lines of a reply, its prompt and the address before it ("" for 0); it ends at byte `at`."""

    lines: tuple[str, ...]
    prompt: str
    address: str
    raw: bytes
    at: int


class Framer:
    """Bytes in, replies and bad frames out."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0

    def feed(self, data: bytes) -> list[Reply | BadFrame]:
        """What these bytes complete."""
        self._rest += data
        found: list[Reply | BadFrame] = []
        while self._rest:
            if self._rest[0] in _SILENT:
                self._take(1)
                continue
            event = self._reply() if self._rest[0] == ord("\n") else self._outside()
            if event is None:
                break
            found.append(event)
        return found

    def end(self) -> list[BadFrame]:
        """The unfinished rest."""
        rest = self._take(len(self._rest))
        return [BadFrame(rest, "the reply was not finished", self._at)] if rest else []

    def _take(self, length: int) -> bytes:
        raw, self._rest = self._rest[:length], self._rest[length:]
        self._at += length
        return raw

    def _reply(self) -> Reply | BadFrame | None:
        match = _REPLY.match(self._rest)
        if match is not None:
            raw = self._take(match.end())
            lines = (match[2] or b"").decode("ascii").split("\r\n")[:-1]
            prompt = (match[1] or match[4]).decode("ascii")
            return Reply(tuple(lines), prompt, (match[3] or b"").decode("ascii"), raw, self._at)
        begun = _BEGUN.match(self._rest)
        assert begun is not None, "a line feed begins a reply"
        if begun.end() == len(self._rest):
            return None
        return BadFrame(self._take(begun.end()), "no reply: too long, or a character that none has", self._at)

    def _outside(self) -> BadFrame | None:
        ends = [place for byte in b"\n\x11\x13" if (place := self._rest.find(byte)) > 0]
        if not ends and len(self._rest) < _NOISE:
            return None
        return BadFrame(self._take(min([*ends, _NOISE])), "bytes outside a reply", self._at)
