"""Frames of a DWIN DGUS display bus: `5A A5 | length | command | data | check`, most significant byte first.

Sources: Marlin (lcd/extui/dgus/DGUSDisplay.cpp), dwinhmi/DWIN_DGUS_HMI; for the clone TGUS
blog.csdn.net/TDO_Andy/article/details/125871154. The length counts from the command to the end.
"""

from __future__ import annotations

from typing import Literal

from devicelog_simulators.checksums import modbus, xmodem

HEAD = b"\x5a\xa5"
WRITE, READ = 0x82, 0x83
#: Over command and data: CRC-16/MODBUS with its low byte first (DWIN), CRC-16/XMODEM with its high byte first (TGUS).
Check = Literal["none", "modbus", "xmodem"]


def frame(command: int, data: bytes, check: Check) -> bytes:
    """One frame."""
    body = bytes([command]) + data
    if check == "modbus":
        body += modbus(body).to_bytes(2, "little")
    if check == "xmodem":
        body += xmodem(body).to_bytes(2, "big")
    return HEAD + bytes([len(body)]) + body


def write(address: int, data: bytes) -> bytes:
    """The data of a command that writes variables."""
    return address.to_bytes(2, "big") + data


def words(address: int, *values: int) -> bytes:
    """The data of an upload or a reply: an address, how many words, the words."""
    return address.to_bytes(2, "big") + bytes([len(values)]) + b"".join(value.to_bytes(2, "big") for value in values)


def cut(sent: bytes) -> list[bytes]:
    """Whole frames, one after the other, as the simulator has made them."""
    frames = []
    while sent:
        end = sent[2] + 3
        frames.append(sent[:end])
        sent = sent[end:]
    return frames
