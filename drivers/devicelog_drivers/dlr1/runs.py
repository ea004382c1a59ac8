"""Runs of frames of one type with nothing odd between or in them, read at one go: what a busy device sends.

The fields of a whole run are read by one JSON decoder call with types and ranges built in, which costs a quarter of
reading frame by frame. A run never judges: what it does not recognise it leaves to the decoder, which finds the fault
to blame.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Callable, Sequence
from itertools import accumulate, repeat, takewhile
from string import ascii_letters, digits
from typing import Annotated, Any

from msgspec import DecodeError, Meta, ValidationError
from msgspec.json import Decoder

from devicelog.driver import Event, Reading
from devicelog_drivers.dlr1.fields import MAX_LINE, TEXT, Field

_END = b"\r\n"
#: At most so many bytes are read at one go.
_FAR = 4096
#: `*` and the CRC.
_CHECK = 5
#: The most that a frame may hold from its `$` to its `*`.
_LONGEST = MAX_LINE - _CHECK - len(_END)
#: All that the fields of a run may hold; JSON takes no leading zero, but a zero with a sign.
_PLAIN = (digits + ascii_letters + ",-._/|").encode()
_SIGNED_ZERO = b",-0"
#: A field with nothing in it; two of them may share a comma.
_NO_VALUE = ((b",,", b",null,"), (b",,", b",null,"), (b",]", b",null]"))


class FrameRun:
    """Frames of one type, numbers around a text, that follow one another; `report` names the report by the text."""

    def __init__(self, kind: bytes, fields: Sequence[Field], report: Callable[[str], str]) -> None:
        self._start = b"$DLR1,%b," % kind
        self._crc = crc_hqx(self._start[1:], 0xFFFF)
        self._place = [field.is_text for field in fields].index(True)
        self._decode = Decoder(type=list[tuple[tuple(map(_type, fields))]]).decode  # type: ignore[misc]
        self._report = report
        self._reach = _FAR
        self._word: bytes | None = None

    def read(self, buffer: bytes, start: int, before: int) -> tuple[list[Event], int, int]:
        """The events of the frames from `start` on, where they end, and from where on another run may be looked for.

        `before` bytes came before the buffer.
        """
        events: list[Event] = []
        around = len(self._start) + _CHECK + len(_END)
        while buffer.startswith(self._start, start):
            fields = self._only(buffer, start) or self._sound(buffer[start : start + self._reach])
            values = self._values(fields) if fields else []
            self._reach = min(2 * self._reach, _FAR) if values else MAX_LINE
            if not values:
                return events, start, start + sum(map(len, fields)) + len(fields) * around
            report = self._report(values[0][self._place])
            ends = accumulate([len(text) + around for text in fields], initial=before + start)
            next(ends)
            events += [Reading(report, value, end) for value, end in zip(values, ends, strict=True)]
            start = events[-1].at - before
        return events, start, start

    def _only(self, buffer: bytes, start: int) -> list[bytes]:
        """The fields of the frame that is all there is from `start` on, if its check is right: half the work."""
        if buffer.find(_END, start) + len(_END) != len(buffer):
            return []
        fields = buffer[start + len(self._start) : -_CHECK - len(_END)]
        return [fields] if buffer.endswith(b"*%04X\r\n" % crc_hqx(fields, self._crc)) else []

    def _sound(self, piece: bytes) -> list[bytes]:
        """The fields of the frames that a piece begins with, as long as they are whole and their check is right."""
        *frames, last = piece[len(self._start) :].split(_END + self._start)
        if _END in last:
            frames.append(last[: last.index(_END)])
        fields = [frame[:-_CHECK] for frame in frames]
        found = [frame[-_CHECK:] for frame in frames]
        right = b"*%04X" * len(fields) % tuple(map(crc_hqx, fields, repeat(self._crc)))
        if b"".join(found) == right:
            return fields
        self._reach = MAX_LINE  # where one is odd, the next ones may be
        return list(takewhile(lambda text: b"*%04X" % crc_hqx(text, self._crc) == found.pop(0), fields))

    def _values(self, fields: list[bytes]) -> list[tuple[Any, ...]]:
        """The values of the frames if all are plain and have the first one's text, else nothing."""
        word = (fields[0].split(b",") + [b""] * self._place)[self._place]
        if not self._is_text(word) or b"".join(fields).translate(None, _PLAIN):
            return []
        rows = b"[[%b]]" % b"],[".join(fields).replace(b",%b," % word, b',"%b",' % word)
        if _SIGNED_ZERO in rows or max(map(len, fields)) > _LONGEST - len(self._start):
            return []
        for empty, null in _NO_VALUE if b",," in rows or b",]" in rows else ():
            rows = rows.replace(empty, null)
        try:
            values: list[tuple[Any, ...]] = self._decode(rows)
        except (ValidationError, DecodeError):
            return []
        return values if len(values) == len(fields) else []

    def _is_text(self, word: bytes) -> bool:
        """Whether a field may hold this; it is mostly what the last one held."""
        if word != self._word and re.fullmatch(TEXT, word) is None:
            return False
        self._word = word
        return True


def _type(field: Field) -> Any:
    if field.high is None:
        return str
    number = Annotated[int, Meta(ge=field.low, le=field.high)]
    return number if field.needed else number | None
