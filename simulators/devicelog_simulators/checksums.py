"""Checksums of published wire formats, computed bit by bit (check values over "123456789" in brackets)."""

from __future__ import annotations

from binascii import crc_hqx


def modbus(data: bytes) -> int:
    """CRC-16/MODBUS (0x4B37), sent low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def xmodem(data: bytes) -> int:
    """CRC-16/XMODEM (0x31C3)."""
    return crc_hqx(data, 0)


def ccitt_false(data: bytes) -> int:
    """CRC-16/CCITT-FALSE (0x29B1)."""
    return crc_hqx(data, 0xFFFF)


def crc8(data: bytes) -> int:
    """CRC-8 with polynomial 0x07 and nothing before it (0xF4)."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
    return crc


def sum8_complement(data: bytes) -> int:
    """0xFF less the sum of all bytes (0x22)."""
    return 0xFF - (sum(data) & 0xFF)
