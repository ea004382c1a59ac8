"""DLR1 as a device writes it: frames, identity, and the memory behind `LOG?` (docs/wire-format.md)."""

from __future__ import annotations

import binascii
import re
from collections import OrderedDict
from dataclasses import dataclass

#: Counters of 32 bits begin again at 0 when they reach this.
WRAP = 2**32
#: From `$` to LF inclusive.
LONGEST_FRAME = 160
#: Bytes that the line carries in a second (115,200 baud, 8N1).
LINE_RATE = 11_520
#: Longest time between two numbered frames, in ms.
INTERVAL = 1000

Field = int | str | None

_FRAME = re.compile(rb"\$DLR1,([A-Z0-9]+)(?:,[ -#%-)+-~]*)?\*[0-9A-F]{4}\r\n")

#: The positional fields of the numbered frames, after the frame's type.
NUMBERS = ("seq", "uptime", "boot")
FIELDS = {
    "INJ": (*NUMBERS, "triggers_session", "triggers_total", "dose", "extension", "vacuum", "mode", "fault"),
    "EP": (
        *NUMBERS,
        "current_set",
        "current_measured",
        "voltage",
        "frequency",
        "pulse_width",
        "impedance",
        "state",
        "fault",
    ),
    "CFG": NUMBERS,
    "HB": (*NUMBERS, "state", "fault"),
    "EOS": (*NUMBERS, "count", "total", "fault", "kind"),
}


def frame(*fields: Field) -> bytes:
    """A frame with these fields; None is "no value"."""
    body = ",".join("" if field is None else str(field) for field in fields)
    crc = binascii.crc_hqx(body.encode("ascii"), 0xFFFF)
    sealed = f"${body}*{crc:04X}\r\n".encode("ascii")
    if len(sealed) > LONGEST_FRAME:
        raise ValueError(f"{body!r} makes a frame of {len(sealed)} bytes; DLR1 allows {LONGEST_FRAME}.")
    return sealed


def frame_type(sent: bytes) -> str | None:
    """The type of a whole frame, or None if these bytes are not one."""
    found = _FRAME.fullmatch(sent)
    return found[1].decode("ascii") if found else None


def with_field(sent: bytes, name: str, value: Field) -> bytes | None:
    """The same frame with another value in one field and a right CRC, or None if it has no such field."""
    kind = frame_type(sent)
    if kind not in FIELDS or name not in FIELDS[kind]:
        return None
    fields: list[Field] = [*sent[1 : sent.rindex(b"*")].decode("ascii").split(",")]
    place = 2 + FIELDS[kind].index(name)
    if place >= len(fields):
        return None
    fields[place] = value
    return frame(*fields)


@dataclass(frozen=True, slots=True)
class Message:
    """The content of a numbered frame, before its numbers are known."""

    kind: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the device says it is; always marked as simulated."""

    model: str
    serial: str
    firmware: str
    sends: str
    memory: int

    def frame(self) -> bytes:
        """The `ID` frame."""
        named = (f"cap={self.sends}", f"log={self.memory}", "ver=1", "sim=1")
        return frame("DLR1", "ID", self.model, self.serial, self.firmware, *named)

    def capabilities(self) -> bytes:
        """The `CAP` frame."""
        types = f"types=ID|CFG|HB|{self.sends}|EOS"
        return frame("DLR1", "CAP", types, f"interval={INTERVAL}", f"log={self.memory}")


class Memory:
    """The last numbered frames of a device, kept through resets."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._bodies: OrderedDict[tuple[int, int], tuple[Field, ...]] = OrderedDict()

    def keep(self, boot: int, seq: int, fields: tuple[Field, ...]) -> None:
        """Remember what was sent after `DLR1,`; the oldest frame makes room."""
        self._bodies.pop((boot, seq), None)
        self._bodies[boot, seq] = fields
        if len(self._bodies) > self._size:
            self._bodies.popitem(last=False)

    def recall(self, first: int, last: int, boot: int) -> list[bytes]:
        """The frames of the answer to `LOG? first,last,boot`, oldest first, `LOGE` last."""
        held = {seq: fields for (of_boot, seq), fields in self._bodies.items() if of_boot == boot}
        asked = [fields for seq, fields in held.items() if _between(first, seq, last)]
        frames = [frame("DLR1", "LOG", *fields) for fields in asked]
        end = frame("DLR1", "LOGE", first, last, boot, len(asked), next(iter(held), None))
        return [*frames, end]


def _between(first: int, seq: int, last: int) -> bool:
    return first <= seq <= last if first <= last else seq >= first or seq <= last


class Inbox:
    """Collects what the host sends until a line is whole; what is too long for a query is dropped."""

    LONGEST_LINE = 64

    def __init__(self) -> None:
        self._held = b""

    def take(self, data: bytes) -> list[bytes]:
        """The lines that these bytes complete, without CR LF."""
        *lines, rest = (self._held + data).split(b"\r\n")
        self._held = rest[-self.LONGEST_LINE :]
        return [line for line in lines if len(line) < self.LONGEST_LINE]


def log_range(line: bytes) -> tuple[int, int, int | None] | None:
    """What `LOG? from,to[,boot]` asks for, or None if the line is not that query."""
    found = re.fullmatch(rb"LOG\? (\d{1,10}),(\d{1,10})(?:,(\d{1,10}))?", line)
    if not found:
        return None
    numbers = [int(number) for number in found.groups() if number is not None]
    if max(numbers) >= WRAP:
        return None
    first, last, *boot = numbers
    return first, last, boot[0] if boot else None
