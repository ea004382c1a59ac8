"""Numbers and text in bytes, in any order of bytes and words: what registers and variables of a device hold.

The four orders are named after a number of 32 bits whose bytes are A (highest) to D. A float is told as the shortest
decimal that stands for just these bits, so that 0.1 in 32 bits is 0.1 and not 0.100000001490116.
"""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from enum import StrEnum

#: What was found on the wire, before it means anything: None is "nothing there".
Raw = int | Decimal | str | None


class WrongValueError(ValueError):
    """Bytes or text that hold no such value; says why in a few words."""


class Order(StrEnum):
    """How the bytes of a value stand on the wire."""

    ABCD = "ABCD"
    CDAB = "CDAB"
    BADC = "BADC"
    DCBA = "DCBA"


class Binary(StrEnum):
    """What bytes may hold."""

    U8 = "u8"
    I8 = "i8"
    U16 = "u16"
    I16 = "i16"
    U32 = "u32"
    I32 = "i32"
    U64 = "u64"
    I64 = "i64"
    F32 = "f32"
    F64 = "f64"
    BCD16 = "bcd16"
    BCD32 = "bcd32"
    BCD64 = "bcd64"
    TEXT = "text"

    @property
    def size(self) -> int:
        """How many bytes it takes; 0 for text, of which any even number may be there."""
        return _SIZES[self]

    @property
    def wraps_at(self) -> int | None:
        """Where what counts up in it is 0 again; None for a float and for text."""
        match self[0]:
            case "u" | "i":
                return 1 << self.size * 8 - (self[0] == "i")
            case "b":
                return int(10 ** (self.size * 2))
            case _:
                return None


_SIZES = {kind: int(kind.lstrip("uifbcd") or 0) // 8 if kind is not Binary.TEXT else 0 for kind in Binary}


def number(kind: Binary, data: bytes, order: Order) -> Raw:
    """The number or text in these bytes; raises WrongValueError.

    A float that is no number is the word "nan", "inf" or "-inf".
    """
    if order is not Order.ABCD:
        data = ordered(data, order)
    match kind[0]:
        case "u" | "i":
            return int.from_bytes(data, "big", signed=kind[0] == "i")
        case "f":
            return _decimal(data)
        case "b":
            digits = data.hex()
            if not digits.isdecimal():
                raise WrongValueError(f"{digits} holds a digit that is none")
            return int(digits)
        case _:
            return _text(data)


def ordered(data: bytes, order: Order) -> bytes:
    """The bytes with the highest first; a single byte has no order."""
    if order in (Order.BADC, Order.DCBA) and len(data) % 2 == 0:
        data = b"".join(data[place : place + 2][::-1] for place in range(0, len(data), 2))
    if order in (Order.CDAB, Order.DCBA) and len(data) % 2 == 0:
        data = b"".join(data[place : place + 2] for place in range(len(data) - 2, -1, -2))
    return data


def _decimal(data: bytes) -> Decimal | str:
    form = ">f" if len(data) == 4 else ">d"
    (value,) = struct.unpack(form, data)
    if not math.isfinite(value):
        return str(value)
    if form == ">d":
        return Decimal(repr(value))
    for digits in range(6, 10):
        text = f"{value:.{digits}g}"
        if struct.pack(form, float(text)) == data:
            break
    return Decimal(text)


def _text(data: bytes) -> str:
    """ASCII, filled up at its end with NULs or blanks."""
    text = data.rstrip(b"\0 ")
    if any(not 0x20 <= byte < 0x7F for byte in text):
        raise WrongValueError(f"{data!r} is no text")
    return text.decode("ascii").lstrip()
