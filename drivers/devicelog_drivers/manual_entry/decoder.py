"""The decoder of typed lines: UTF-8, a line an Enter; what cannot be read is a bad frame with its reason."""

from __future__ import annotations

from devicelog.driver import BadFrame, Event
from devicelog_drivers.manual_entry.lines import read_line
from devicelog_drivers.manual_entry.numbers import UnreadableError

#: Nobody types a longer line (bytes); the rest of it, up to its end, is not read either.
LONGEST = 200


class LineDecoder:
    """Lines are found by their ends alone; each is read for itself."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0
        self._in_long_line = False

    def feed(self, data: bytes) -> list[Event]:
        """What the lines say that these bytes complete."""
        self._rest += data
        found: list[Event] = []
        while self._rest:
            end = self._rest.find(b"\n", 0, LONGEST) + 1
            if not end and len(self._rest) < LONGEST:
                break
            found += self._line(end) if end else [self._too_long(LONGEST)]
        return found

    def end(self) -> list[Event]:
        """The unfinished rest as a bad frame: it was typed, and never entered."""
        rest, self._in_long_line = self._take(len(self._rest)), False
        return [BadFrame(rest, "the line was not finished with Enter", self._at)] if rest else []

    def _take(self, length: int) -> bytes:
        raw, self._rest = self._rest[:length], self._rest[length:]
        self._at += length
        return raw

    def _too_long(self, length: int) -> BadFrame:
        self._in_long_line = True
        return BadFrame(self._take(length), f"the line is longer than {LONGEST} characters", self._at)

    def _line(self, length: int) -> list[Event]:
        if self._in_long_line:
            bad, self._in_long_line = self._too_long(length), False
            return [bad]
        raw = self._take(length)
        try:
            text = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
            if not text.isprintable():
                raise UnreadableError("the line holds characters that nobody can see")
            return [*read_line(text, self._at)]
        except UnicodeDecodeError:
            return [BadFrame(raw, "the line is not UTF-8 text", self._at)]
        except UnreadableError as error:
            return [BadFrame(raw, str(error), self._at)]
