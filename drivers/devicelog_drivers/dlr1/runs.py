"""Runs of frames of one type with nothing odd between or in them, read at one go: what a busy device sends.

The numbers of a whole run are read by one JSON decoder call with the ranges built in, which costs a quarter of reading
frame by frame. A run never judges: what it does not recognise it leaves to the decoder, which finds the fault to blame.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Callable, Sequence
from typing import Annotated

from msgspec import DecodeError, Meta, ValidationError
from msgspec.json import Decoder

from devicelog.driver import Event, Reading
from devicelog_drivers.dlr1.fields import MAX_LINE, TEXT, Field

#: So many different words of a device are kept decoded.
_WORDS = 64


class FrameRun:
    """Frames of one type, numbers around a text, that follow one another; `report` names the report by the text."""

    def __init__(self, kind: bytes, fields: Sequence[Field], report: Callable[[str], str]) -> None:
        place = [field.is_text for field in fields].index(True)
        self._match = re.compile(_pattern(kind, fields[:place], fields[place + 1 :])).match
        ranges = tuple(Annotated[int, Meta(ge=f.low, le=f.high)] for f in fields if f.high is not None)
        self._numbers = Decoder(type=list[tuple[ranges]]).decode  # type: ignore[valid-type]
        self._report = report
        self._words: dict[bytes, tuple[str, str]] = {}

    def read(self, buffer: bytes, start: int, before: int) -> tuple[list[Event], int, bool]:
        """The events of the frames from `start` on, where they end, and whether to try again behind the next frame.

        `before` bytes were received before the buffer.
        """
        found, ends = [], []
        match, at = self._match, start
        while (frame := match(buffer, at)) is not None:
            body, head, word, tail, check = frame.groups()
            if crc_hqx(body, 0xFFFF) != int(check, 16) or frame.end() - at > MAX_LINE:
                break
            at = frame.end()
            found.append((b"%b,%b" % (head, tail), word))
            ends.append(before + at)
        try:
            values = self._numbers(b"[[" + b"],[".join([numbers for numbers, _ in found]) + b"]]") if found else []
        except (ValidationError, DecodeError):
            return [], start, False
        events: list[Event] = []
        for numbers, (_, text), end in zip(values, found, ends, strict=True):
            report, word = self._words.get(text) or self._learn(text)
            events.append(Reading(report, (*numbers, word), end))
        return events, at, True

    def _learn(self, text: bytes) -> tuple[str, str]:
        """A text and the report that it names, kept for the next time."""
        word = text.decode("ascii")
        if len(self._words) < _WORDS:
            self._words[text] = self._report(word), word
        return self._report(word), word


def _pattern(kind: bytes, head: Sequence[Field], tail: Sequence[Field]) -> bytes:
    """body, numbers before the text, text, numbers behind it, check."""
    numbers = [rb",".join(_number(field) for field in fields) for fields in (head, tail)]
    return rb"\$(DLR1,%b,(%b),(%b),(%b))\*([0-9A-F]{4})\r\n" % (kind, numbers[0], TEXT, numbers[1])


def _number(field: Field) -> bytes:
    """Digits; JSON refuses a leading zero, and would take a zero with a sign."""
    return rb"(?:-(?=[1-9]))?[0-9]{1,13}" if field.low < 0 else rb"[0-9]{1,13}"
