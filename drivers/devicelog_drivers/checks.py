"""Checksums by the names that profiles of every engine use; each with the bytes that stand on the wire."""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Callable
from enum import StrEnum
from functools import reduce
from operator import xor

from fastcrc import crc8, crc16


class Check(StrEnum):
    """How a line or a frame shows that it is whole."""

    NONE = "none"
    XMODEM = "xmodem-be"
    CCITT_FALSE = "ccitt-false-hex"
    MODBUS = "modbus-le"
    CRC8 = "crc8-07"
    SUM8 = "sum8-complement-hex"
    XOR8 = "xor8-hex"

    @property
    def size(self) -> int:
        """How many bytes it takes on the wire."""
        return {"none": 0, "xmodem-be": 2, "ccitt-false-hex": 4, "modbus-le": 2, "crc8-07": 1}.get(self.value, 2)

    @property
    def is_binary(self) -> bool:
        """Whether its bytes may be any bytes, the end of a line among them."""
        return self in (Check.XMODEM, Check.MODBUS, Check.CRC8)

    def of(self, data: bytes) -> bytes:
        """The bytes that stand for these."""
        return _CHECKS[self](data)


_CHECKS: dict[Check, Callable[[bytes], bytes]] = {
    Check.NONE: lambda _: b"",
    Check.XMODEM: lambda data: crc_hqx(data, 0).to_bytes(2, "big"),
    Check.CCITT_FALSE: lambda data: b"%04X" % crc_hqx(data, 0xFFFF),
    Check.MODBUS: lambda data: crc16.modbus(data).to_bytes(2, "little"),
    Check.CRC8: lambda data: bytes([crc8.smbus(data)]),
    Check.SUM8: lambda data: b"%02X" % (0xFF - (sum(data) & 0xFF)),
    Check.XOR8: lambda data: b"%02X" % reduce(xor, data, 0),
}
