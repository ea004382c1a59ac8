"""Where a line begins and ends, and whether it is whole; bytes in, lines and bad frames out, whatever the pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from devicelog.driver import BadFrame
from devicelog_drivers.checks import Check
from devicelog_drivers.lines.tables import LineTable

#: So many bytes outside a line are told at once.
_NOISE = 256
#: What is no text: neither printable nor a tabulator.
_NO_TEXT = re.compile(rb"[^\t\x20-\x7e]")

#: How many bytes are done with (0: more are needed), what they say, and else why they are no line.
_Found = tuple[int, bytes | None, str]
_MORE: _Found = (0, None, "")


class Line(msgspec.Struct, frozen=True, gc=False):
    """What a whole line says; `raw` ends at byte `at`."""

    text: str
    raw: bytes
    at: int


@dataclass(frozen=True, slots=True)
class Form:
    """How the lines of a device look."""

    begins: bytes
    ends: tuple[bytes, ...]
    prompts: tuple[bytes, ...]
    check: Check
    separator: bytes
    covers: str
    longest: int

    @classmethod
    def of(cls, table: LineTable) -> Form:
        """As a profile says it; its texts hold ASCII only."""
        return cls(
            table.begins.encode("ascii"),
            tuple(end.encode("ascii") for end in table.ends),
            tuple(sorted((prompt.encode("ascii") for prompt in table.prompts), key=len, reverse=True)),
            table.check,
            table.separator.encode("ascii"),
            table.covers,
            table.longest,
        )

    def framed(self, body: bytes) -> bytes:
        """A line that says this."""
        begun = self.begins + body + self.separator
        return begun + self.check.of(self._covered(begun)) + self.ends[0]

    def body(self, line: bytes) -> bytes | None:
        """What a line without its end says; None if its check does not match."""
        if self.is_plain:
            return line
        size = self.check.size
        begun, check = line[: len(line) - size], line[len(line) - size :]
        if len(line) < len(self.begins) + size or not begun.endswith(self.separator):
            return None
        if self.check.of(self._covered(begun)) != check:
            return None
        return begun[len(self.begins) : len(begun) - len(self.separator)]

    @property
    def is_plain(self) -> bool:
        """Whether a line says all that stands before its end."""
        return self.check is Check.NONE and not self.begins and not self.separator

    def _covered(self, begun: bytes) -> bytes:
        """The bytes that the check is of."""
        first = 0 if self.covers in ("with_begin", "all") else len(self.begins)
        last = len(begun) - (0 if self.covers in ("with_separator", "all") else len(self.separator))
        return begun[first:last]


class Framer:
    """One link."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._ends = _any_of(sorted(form.ends, key=len, reverse=True))
        self._nothing = re.compile(b"(?:" + _any_of([*form.prompts, *form.ends]).pattern + b")*")
        self._rest = b""
        self._at = 0
        self._cut = False

    def cut(self) -> None:
        """What stands unfinished is finished by no byte that comes from now on."""
        self._cut = True

    def feed(self, data: bytes) -> list[Line | BadFrame]:
        """What these bytes complete."""
        found: list[Line | BadFrame] = []
        if self._cut and data:
            found += self.end()
        rest = self._rest + data
        start = self._behind_nothing(rest, 0)
        while start < len(rest):
            length, body, reason = self._first(rest, start)
            if not length:
                break
            raw = rest[start : start + length]
            start += length
            at = self._at + start
            found.append(Line(body.decode("ascii"), raw, at) if body is not None else BadFrame(raw, reason, at))
            start = self._behind_nothing(rest, start)
        self._rest = rest[start:]
        self._at += start
        return found

    def end(self) -> list[BadFrame]:
        """The unfinished rest."""
        rest, self._rest, self._cut = self._rest, b"", False
        self._at += len(rest)
        return [BadFrame(rest, "the line was not finished", self._at)] if rest else []

    def _behind_nothing(self, rest: bytes, start: int) -> int:
        """Behind prompts and ends that stand where a line may begin."""
        passed = self._nothing.match(rest, start)
        return passed.end() if passed is not None else start

    def _first(self, rest: bytes, start: int) -> _Found:
        """What stands there."""
        begins, prompts = self._form.begins, self._form.prompts
        if prompts and any(prompt.startswith(rest[start : start + len(prompt)]) for prompt in prompts):
            return _MORE
        if not rest.startswith(begins, start):
            return _MORE if begins.startswith(rest[start : start + len(begins)]) else self._outside(rest, start)
        return self._line(rest, start)

    def _outside(self, rest: bytes, start: int) -> _Found:
        """Bytes before a line begins."""
        begins = self._form.begins
        place = rest.find(begins, start + 1, start + _NOISE + len(begins)) - start
        if place < 0 and len(rest) - start < _NOISE + len(begins):
            return _MORE
        return min(place if place > 0 else _NOISE, _NOISE), None, "bytes outside a line"

    def _line(self, rest: bytes, start: int) -> _Found:
        """A line, or why there is none. A check of any bytes may hold an end: then one behind it is tried, too."""
        form = self._form
        first = self._ends.search(rest, start + len(form.begins))
        if first is None or first.start() - start > form.longest:
            is_long = len(rest) - start > form.longest
            return (self._length(rest, start, form.longest), None, "the line is too long") if is_long else _MORE
        last = first.start() + (form.check.size if form.check.is_binary else 0)
        end: re.Match[bytes] | None = first
        while end is not None and end.start() <= last:
            body = form.body(rest[start : end.start()])
            if body is not None:
                return self._said(rest, start, body, end.end() - start)
            end = self._ends.search(rest, end.start() + 1)
        if end is None and form.check.is_binary and len(rest) < last + max(map(len, form.ends)):
            return _MORE
        return self._length(rest, start, first.end() - start), None, "the check of the line does not match"

    def _said(self, rest: bytes, start: int, body: bytes, length: int) -> _Found:
        if _NO_TEXT.search(body) is not None:
            return self._length(rest, start, length), None, "the line holds a character that is no text"
        return length, body, ""

    def _length(self, rest: bytes, start: int, most: int) -> int:
        """How much of a bad line is given up: up to where the next one may begin."""
        begins = self._form.begins
        again = rest.find(begins, start + 1, start + most) - start if begins else -1
        return again if again > 0 else most


def _any_of(texts: Sequence[bytes]) -> re.Pattern[bytes]:
    """The first of these texts that stands somewhere."""
    return re.compile(b"|".join(map(re.escape, texts)))
