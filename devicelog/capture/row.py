"""The lines of a capture file: a header, then one row for each thing that happened; docs/captures.md has the format."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, Self

import msgspec

from devicelog.chunk import Chunk, ChunkKind
from devicelog.clock import Stamp
from devicelog.driver import SerialSettings
from devicelog.link.serial_port import LineErrors

#: What a capture file names itself; a reader knows it by that, whatever the file is called.
FORMAT: Final = "devicelog capture"
VERSION: Final = 1


class Happened(StrEnum):
    """What a row is about: what a chunk can be (`ChunkKind`), but for what only a session knows, and counts."""

    RECEIVED = "received"
    SENT = "sent"
    OPENED = "opened"
    LOST = "lost"
    FAULT = "fault"
    COUNTED = "counted"
    """Errors that the port has counted since it was opened; `port_errors` says how many of each."""
    ENDED = "ended"


class CapturedLink(msgspec.Struct, frozen=True, kw_only=True):
    """One line that was listened to. `port` is the kind of its URL, never the URL: a file may go to strangers."""

    link: int
    port: str
    baudrate: int
    format: str
    dtr: bool
    rts: bool

    @classmethod
    def of(cls, link: int, port: str, settings: SerialSettings) -> Self:
        """A line as it is set."""
        return cls(
            link=link,
            port=port,
            baudrate=settings.baudrate,
            format=f"{settings.bytesize}{settings.parity}{settings.stopbits:g}",
            dtr=settings.dtr,
            rts=settings.rts,
        )


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line. `begun` and `boot_ns` are one moment, on the wall clock in UTC and on the boot-time clock."""

    format: Literal["devicelog capture"] = FORMAT
    version: Literal[1] = VERSION
    software: str
    begun: str
    boot_ns: int
    links: tuple[CapturedLink, ...]
    origin: str | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened `t_us` microseconds after the beginning; `link` 0 is the capture itself.

    `hex` holds bytes (received, sent), `text` words (all others), `port_errors` what was counted.
    """

    t_us: int
    link: int
    kind: Happened
    hex: str | None = None
    text: str | None = None
    port_errors: LineErrors | None = None

    @property
    def data(self) -> bytes:
        """The bytes of a row; ValueError if they are not written in hex."""
        return bytes.fromhex(self.hex or "")

    @classmethod
    def of(cls, chunk: Chunk, begun: Stamp) -> Self | None:
        """The row of a chunk; None for one that says only that nothing came."""
        t_us = max(0, (chunk.boot_ns - begun.boot_ns) // 1000)
        if chunk.kind in (ChunkKind.RECEIVED, ChunkKind.SENT):
            return cls(t_us=t_us, link=chunk.link, kind=Happened(chunk.kind), hex=chunk.data.hex(" ").upper())
        if chunk.kind in (ChunkKind.QUIET, ChunkKind.ACT):
            return None
        text = chunk.data.decode("utf-8", "replace")
        if chunk.kind is ChunkKind.OPENED:
            text = ""  # the name of a port is nobody's business
        return cls(t_us=t_us, link=chunk.link, kind=Happened(chunk.kind), text=text or None)

    def chunk(self, begun: Stamp) -> Chunk | None:
        """The chunk that a recorder would have been given; None for what is not one."""
        at = Stamp(begun.boot_ns + self.t_us * 1000, begun.wall_ns + self.t_us * 1000)
        if self.kind is Happened.COUNTED:
            return None
        if self.kind in (Happened.RECEIVED, Happened.SENT):
            return Chunk(self.link, ChunkKind(self.kind), at.boot_ns, at.wall_ns, self.data)
        text = "capture" if self.kind is Happened.OPENED else self.text or ""
        return Chunk(self.link, ChunkKind(self.kind), at.boot_ns, at.wall_ns, text.encode())
