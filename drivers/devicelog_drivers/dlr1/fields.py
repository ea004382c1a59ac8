"""Fields of DLR1 frames: bytes to whole numbers, texts and "no value", checked against their ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from devicelog.driver import Metric, Value

#: The greatest length of a frame, from `$` to LF.
MAX_LINE = 160
TEXT = rb"[A-Za-z0-9._\-/|]{1,32}"
_is_text = re.compile(TEXT).fullmatch
_is_number = re.compile(rb"0|-?[1-9][0-9]*").fullmatch
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
            if _is_text(text) is None:
                raise ImpossibleFrameError(f"{self.metric.name} is {_shown(text)}, expected text")
            return text.decode("ascii")
        if _is_number(text) is None or not self.low <= int(text) <= self.high:
            expected = f"a whole number from {self.low} to {self.high}"
            raise ImpossibleFrameError(f"{self.metric.name} is {_shown(text)}, expected {expected}")
        return int(text)


class FrameReader:
    """Reads the positional fields of one frame type into values in the same order."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = tuple(fields)

    def read(self, text: bytes) -> tuple[Value, ...]:
        """The values of a frame, from the bytes after its type; raises ImpossibleFrameError."""
        found = text.split(b",")
        if len(found) < len(self._fields):
            raise ImpossibleFrameError(f"{len(found)} fields, expected {len(self._fields)}")
        return tuple([field.value(item) for field, item in zip(self._fields, found, strict=False)])


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
