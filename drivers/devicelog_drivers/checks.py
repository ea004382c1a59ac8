"""Checksums by the names that profiles of every engine use; each with the bytes that stand on the wire."""

from __future__ import annotations

from binascii import crc_hqx
from enum import StrEnum

from fastcrc import crc8, crc16


class Check(StrEnum):
    """How a line or a frame shows that it is whole."""

    NONE = "none"
    XMODEM = "xmodem-be"
    CCITT_FALSE = "ccitt-false-hex"
    MODBUS = "modbus-le"
    CRC8 = "crc8-07"
    SUM8 = "sum8-complement-hex"

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
        match self:
            case Check.NONE:
                return b""
            case Check.XMODEM:
                return crc_hqx(data, 0).to_bytes(2, "big")
            case Check.CCITT_FALSE:
                return b"%04X" % crc_hqx(data, 0xFFFF)
            case Check.MODBUS:
                return crc16.modbus(data).to_bytes(2, "little")
            case Check.CRC8:
                return bytes([crc8.smbus(data)])
            case Check.SUM8:
                return b"%02X" % (0xFF - (sum(data) & 0xFF))
