"""What a frame of the display bus says, and who says it: the content alone tells the speaker.

The board writes and asks, the display acknowledges, answers, and uploads what was touched. An answer and an upload have
the same form. Registers (80, 81, of the older mini DGUS), curves and double words are recognised and not decoded.
Source: Marlin, DGUSDisplay.cpp (write, acknowledgement, upload); dwinhmi, DWIN_DGUS_HMI (commands).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from devicelog_drivers.dgus.frames import ACKNOWLEDGED, WRITE_REGISTER, Frame


class Speaker(StrEnum):
    """Who speaks."""

    BOARD = "board"
    DISPLAY = "display"


class What(StrEnum):
    """What is said."""

    WRITE = "write"
    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    ANSWER = "answer or upload"
    UNDECODED = "not decoded"


@dataclass(frozen=True, slots=True)
class Message:
    """`speaker` None: the content does not tell. `address` None: it has none. `content` is what is written or told."""

    what: What
    speaker: Speaker | None
    address: int | None
    content: bytes


def message(frame: Frame) -> Message:
    """What a frame says."""
    data = frame.data
    address = int.from_bytes(data[:2], "big")
    match frame.command:
        case 0x82 if data == ACKNOWLEDGED:
            return Message(What.ACKNOWLEDGEMENT, Speaker.DISPLAY, None, b"")
        case 0x82:
            return Message(What.WRITE, Speaker.BOARD, address, data[2:])
        case 0x83 if len(data) == 3:
            return Message(What.QUESTION, Speaker.BOARD, address, data[2:])
        case 0x83:
            return Message(What.ANSWER, Speaker.DISPLAY, address, data[3:])
    writer = Speaker.BOARD if frame.command == WRITE_REGISTER else None
    return Message(What.UNDECODED, writer, None, bytes([frame.command]) + data)
