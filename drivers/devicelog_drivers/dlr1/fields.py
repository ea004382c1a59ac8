"""Fields of DLR1 frames: bytes to whole numbers, texts and "no value", checked against their ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Annotated

from msgspec import DecodeError, Meta, ValidationError
from msgspec.json import Decoder

from devicelog.driver import Metric, Value

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
        runs = _runs(fields)
        self._match = re.compile(rb",".join(_RUN_OF[is_text] for is_text in runs) + rb"(?:,%b)?" % ANYTHING).fullmatch
        self._pick = itemgetter(*(i for i, is_text in enumerate(runs) if not is_text))
        self._as_json = b"[" + b",".join([b"%b"] * runs.count(False)) + b"]"
        self._texts = [i for i, is_text in enumerate(runs) if is_text]
        ranges = tuple(Annotated[int, Meta(ge=f.low, le=f.high)] for f in fields if f.high is not None)
        self._numbers = Decoder(type=tuple[ranges]).decode  # type: ignore[valid-type]
        self._words = _Words()

    def read(self, text: bytes) -> tuple[Value, ...]:
        """The values of a frame, from the bytes after its type; raises ImpossibleFrameError."""
        match = self._match(text)
        if match is None or b"-0" in text:
            return self._read_each(text)
        found = match.groups()
        try:
            numbers = self._numbers(self._as_json % self._pick(found))
        except (ValidationError, DecodeError):
            return self._read_each(text)
        return (*numbers, *[self._words[found[i]] for i in self._texts])

    def _read_each(self, text: bytes) -> tuple[Value, ...]:
        check_characters(text)
        found = text.split(b",")
        if len(found) < len(self._fields):
            raise ImpossibleFrameError(f"{len(found)} fields, expected {len(self._fields)}")
        values = [field.value(item) for field, item in zip(self._fields, found, strict=False)]
        return tuple([values[i] for i in self._order])


#: A run of number fields, and one text field. What a run holds in detail the JSON decoder checks.
_RUN_OF = {False: rb"([-0-9,]+)", True: rb"(%b)" % TEXT}


def _runs(fields: Sequence[Field]) -> list[bool]:
    """Whether each group is text: neighbouring numbers are one group, each text is its own."""
    runs: list[bool] = []
    for field in fields:
        if field.is_text or not runs or runs[-1]:
            runs.append(field.is_text)
    return runs


class _Words(dict[bytes, str]):
    """Text fields already decoded: the codes of a device are few."""

    def __missing__(self, text: bytes) -> str:
        word = text.decode("ascii")
        if len(self) < 64:
            self[text] = word
        return word


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
