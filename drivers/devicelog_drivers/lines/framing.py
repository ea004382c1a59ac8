"""Where a line begins and ends, and whether it is whole; bytes in, lines and bad frames out, whatever the pieces."""

from __future__ import annotations

from dataclasses import dataclass

from devicelog.driver import BadFrame
from devicelog_drivers.checks import Check
from devicelog_drivers.lines.tables import LineTable

#: So many bytes outside a line are told at once.
_NOISE = 256


@dataclass(frozen=True, slots=True)
class Line:
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
        size = self.check.size
        begun, check = line[: len(line) - size], line[len(line) - size :]
        if len(line) < len(self.begins) + size or not begun.endswith(self.separator):
            return None
        if self.check.of(self._covered(begun)) != check:
            return None
        return begun[len(self.begins) : len(begun) - len(self.separator)]

    def _covered(self, begun: bytes) -> bytes:
        """The bytes that the check is of."""
        first = 0 if self.covers in ("with_begin", "all") else len(self.begins)
        last = len(begun) - (0 if self.covers in ("with_separator", "all") else len(self.separator))
        return begun[first:last]

    def first_end(self, data: bytes, start: int) -> tuple[int, int] | None:
        """Where the first end stands, and how long it is."""
        found = [(place, -len(end)) for end in self.ends if (place := data.find(end, start)) >= 0]
        if not found:
            return None
        place, length = min(found)
        return place, -length


class Framer:
    """One link."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._rest = b""
        self._at = 0

    def feed(self, data: bytes) -> list[Line | BadFrame]:
        """What these bytes complete."""
        self._rest += data
        found: list[Line | BadFrame] = []
        while (event := self._first()) is not None:
            found.append(event)
        return found

    def end(self) -> list[BadFrame]:
        """The unfinished rest."""
        rest = self._take(len(self._rest))
        return [BadFrame(rest, "the line was not finished", self._at)] if rest else []

    def _take(self, length: int) -> bytes:
        raw, self._rest = self._rest[:length], self._rest[length:]
        self._at += length
        return raw

    def _bad(self, length: int, reason: str) -> BadFrame:
        return BadFrame(self._take(length), reason, self._at)

    def _first(self) -> Line | BadFrame | None:
        """What stands at the beginning; None if more bytes are needed to tell."""
        form = self._form
        while passed := next((each for each in (*form.prompts, *form.ends) if self._rest.startswith(each)), b""):
            self._take(len(passed))
        if not self._rest or any(prompt.startswith(self._rest) for prompt in form.prompts):
            return None
        if not self._rest.startswith(form.begins):
            return None if form.begins.startswith(self._rest) else self._outside()
        return self._line()

    def _outside(self) -> BadFrame | None:
        """Bytes before a line begins."""
        begins = self._form.begins
        place = self._rest.find(begins, 1, _NOISE + len(begins))
        if place < 0 and len(self._rest) < _NOISE + len(begins):
            return None
        return self._bad(min(place if place > 0 else _NOISE, _NOISE), "bytes outside a line")

    def _line(self) -> Line | BadFrame | None:
        """A line, or why there is none. A check of any bytes may hold an end: then one behind it is tried, too."""
        form, rest = self._form, self._rest
        first = form.first_end(rest, len(form.begins))
        if first is None or first[0] > form.longest:
            return self._bad(self._length(form.longest), "the line is too long") if len(rest) > form.longest else None
        last = first[0] + (form.check.size if form.check.is_binary else 0)
        found: tuple[int, int] | None = first
        while found is not None and found[0] <= last:
            body = form.body(rest[: found[0]])
            if body is not None:
                return self._said(body, sum(found))
            found = form.first_end(rest, found[0] + 1)
        if found is None and form.check.is_binary and len(rest) < last + max(map(len, form.ends)):
            return None
        return self._bad(self._length(sum(first)), "the check of the line does not match")

    def _said(self, body: bytes, length: int) -> Line | BadFrame:
        if any(not (0x20 <= byte < 0x7F or byte == 0x09) for byte in body):
            return self._bad(self._length(length), "the line holds a character that is no text")
        raw = self._take(length)
        return Line(body.decode("ascii"), raw, self._at)

    def _length(self, most: int) -> int:
        """How much of a bad line is given up: up to where the next one may begin."""
        begins = self._form.begins
        again = self._rest.find(begins, 1, most) if begins else -1
        return again if again > 0 else most
