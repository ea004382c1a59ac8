"""Fields of DLR1 frames: bytes to whole numbers, texts and "no value", checked against their ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from msgspec import DecodeError, Meta, ValidationError
from msgspec.json import Decoder

from devicelog.driver import Metric, Value

#: So many different words of a device are kept decoded.
_WORDS = 64

TEXT = rb"[A-Za-z0-9._\-/|]{1,32}"
#: What fields that are not known may hold.
ANYTHING = rb"[ -~]*"


class ImpossibleFrameError(Exception):
    """A frame whose check is right and whose content cannot be; the message says which field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One positional field: a whole number from `low` to `high`, or text if `high` is None; `needed`: never empty."""

    metric: Metric
    high: int | None = None
    low: int = 0
    unit: str = ""
    needed: bool = False

    @property
    def is_text(self) -> bool:
        return self.high is None

    def value(self, text: bytes) -> Value:
        """The value of this field's bytes, None if there are none; raises ImpossibleFrameError."""
        if not text:
            if self.needed:
                raise ImpossibleFrameError(f"{self.metric.name} is empty")
            return None
        if self.high is None:
            if re.fullmatch(TEXT, text) is None:
                raise ImpossibleFrameError(f"{self.metric.name} is {_shown(text)}, expected text")
            return text.decode("ascii")
        if re.fullmatch(rb"0|-?[1-9][0-9]*", text) is None or not self.low <= int(text) <= self.high:
            expected = f"a whole number from {self.low} to {self.high}"
            raise ImpossibleFrameError(f"{self.metric.name} is {_shown(text)}, expected {expected}")
        return int(text)


def ordered(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The order of a reading's values: the numbers of a frame, then its texts."""
    return tuple(sorted(fields, key=lambda field: field.is_text))


class FrameReader:
    """Reads the positional fields of one frame type into values in the order of `ordered(fields)`.

    A frame with all its numbers is read by one JSON decoder call with the ranges built in, which costs a fifth of
    `int()` field by field; any other frame is read field by field, which also finds the field to blame.
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = tuple(fields)
        self._order = sorted(range(len(fields)), key=lambda i: fields[i].is_text)
        texts = [i for i, field in enumerate(fields) if field.is_text]
        self._quick = len(texts) <= 1
        self._from_text = len(fields) - texts[0] if texts else 0
        ranges = tuple(Annotated[int, Meta(ge=f.low, le=f.high)] for f in fields if f.high is not None)
        self._numbers = Decoder(type=tuple[ranges]).decode  # type: ignore[valid-type]
        self._words: dict[bytes, str] = {}

    def read(self, text: bytes) -> tuple[Value, ...]:
        """The values of a frame, from the bytes after its type; raises ImpossibleFrameError."""
        # What JSON would read and this format does not: white space, and zero with a sign.
        if self._quick and b" " not in text and (b"-" not in text or b"-0" not in text):
            try:
                return self._read_at_once(text)
            except (ValidationError, DecodeError, KeyError, IndexError):
                pass
        return self._read_each(text)

    def _read_at_once(self, text: bytes) -> tuple[Value, ...]:
        if not self._from_text:
            numbers: tuple[int, ...] = self._numbers(b"[%b]" % text)
            return numbers
        parts = text.rsplit(b",", self._from_text)
        word = self._words[parts.pop(1)]
        return (*self._numbers(b"[%b]" % b",".join(parts)), word)

    def _read_each(self, text: bytes) -> tuple[Value, ...]:
        found = text.split(b",")
        if len(found) < len(self._fields):
            raise ImpossibleFrameError(f"{len(found)} fields, expected {len(self._fields)}")
        values = [field.value(item) for field, item in zip(self._fields, found, strict=False)]
        if len(self._words) < _WORDS:
            self._words |= {item: v for item, v in zip(found, values, strict=False) if isinstance(v, str)}
        return tuple([values[i] for i in self._order])


def _shown(text: bytes) -> str:
    return repr(text.decode("ascii", "replace"))


def check_characters(text: bytes) -> None:
    """Raise ImpossibleFrameError for bytes that no frame may hold."""
    if re.fullmatch(ANYTHING, text) is None:
        raise ImpossibleFrameError("a character that no frame may hold")


def named_fields(fields: bytes) -> dict[str, str]:
    """The `key=value` fields of a frame; raises ImpossibleFrameError for anything else or a key that stands twice."""
    check_characters(fields)
    named: dict[str, str] = {}
    for item in fields.decode("ascii").split(",") if fields else ():
        key, equals, value = item.partition("=")
        if not equals or not key:
            raise ImpossibleFrameError(f"{item!r} is not key=value")
        if key in named:
            raise ImpossibleFrameError(f"the key {key!r} stands twice")
        named[key] = value
    return named
