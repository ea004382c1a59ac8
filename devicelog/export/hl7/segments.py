"""Segments of HL7 v2: fields, components and subcomponents, with whatever would be taken for a separator escaped.

A text keeps every character: the five separators and the line break by the escapes that the standard names (v2.6,
chapter 2.7), every other control character as the hexadecimal digits of its UTF-8 form. So no text can end a segment,
or a frame of the lower layer that carries it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

ENCODING_CHARACTERS = "^~\\&"
#: What ends a segment.
END = "\r"

#: A component: a text, nothing, or its subcomponents.
Component = str | None | tuple[str | None, ...]
#: A field: a text, nothing, its components, or a list of repetitions.
Field = str | None | tuple[Component, ...] | Sequence["str | tuple[Component, ...] | None"]

_ESCAPES = {"|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\\": "\\E\\", "\n": "\\.br\\"}
#: Separators, and what some reader takes for the end of a line or of a frame.
_SPECIAL = re.compile("[|^&~\\\\\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: Two quotation marks alone mean "delete what you have".
_NULL = '""'


def escaped(text: str) -> str:
    """A text as a field, component or subcomponent holds it."""
    text = text.replace("\r\n", "\n")
    return _hexadecimal('"') * 2 if text == _NULL else _SPECIAL.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or _hexadecimal(match[0])


def _hexadecimal(text: str) -> str:
    return f"\\X{text.encode().hex().upper()}\\"


def segment(name: str, fields: Mapping[int, Field]) -> str:
    """A segment without its end, from its fields by their numbers in the standard."""
    last = max((number for number, field in fields.items() if _field(field)), default=0)
    return "|".join([name, *(_field(fields.get(number)) for number in range(1, last + 1))])


def header(fields: Mapping[int, Field]) -> str:
    """MSH, whose first two fields are the separators themselves."""
    return segment("MSH", {2: "ENCODING", **fields}).replace("MSH||ENCODING", f"MSH|{ENCODING_CHARACTERS}", 1)


def moment(at: datetime) -> str:
    """A time (UTC) with its zone, cut to a tenth of a millisecond: v2.6 has no more digits."""
    return f"{at:%Y%m%d%H%M%S}.{at.microsecond // 100:04}+0000"


def _field(field: Field) -> str:
    return "~".join(map(_repetition, field)) if isinstance(field, list) else _repetition(field)


def _repetition(value: object) -> str:
    return _joined("^", [_component(one) for one in value]) if isinstance(value, tuple) else _component(value)


def _component(value: object) -> str:
    return _joined("&", [_leaf(one) for one in value]) if isinstance(value, tuple) else _leaf(value)


def _leaf(value: object) -> str:
    return escaped(str(value)) if value is not None else ""


def _joined(separator: str, parts: Sequence[str]) -> str:
    """Parts without the empty ones at the end."""
    return separator.join(parts).rstrip(separator)
