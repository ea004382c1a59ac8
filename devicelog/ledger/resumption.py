"""A recording that goes on behind a stop of its program: for how long nobody listened, and which clock tells that.

The boot-time clock tells it while the host is the same run of the host. After a restart of the host only the wall clock
can, which may have been set back meanwhile: then nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger.ledger import Kind, decode, encode

#: The cause of what is missing from that time.
NOT_RUNNING = "the recorder was not running"
#: The same where no clock tells how long that was.
NOT_RUNNING_FOR = "the recorder was not running, nobody knows for how long"

#: What an act that says so has in it; no other act is read for it.
_NAME = Kind.RECORDING_RESUMED.value.encode()


class By(StrEnum):
    """The clock by which the time in between is known."""

    BOOT = "boot clock"
    WALL = "wall clock"
    """The host was restarted."""
    NONE = "no clock"
    """The host was restarted, and its wall clock went back: nobody knows."""


@dataclass(frozen=True, slots=True)
class Resumption:
    """That a recording goes on at `at`, in the run of the host that `boot_id` names, with that `software`.

    `away_us` is for how long nobody listened, in microseconds, since the last moment that is kept; 0 if nobody knows.
    """

    at: clock.Stamp
    boot_id: str
    by: By
    away_us: int
    software: str

    @classmethod
    def after(cls, last: clock.Stamp, last_boot_id: str, at: clock.Stamp, boot_id: str, software: str) -> Self:
        """The one that goes on behind the `last` moment that is kept."""
        if boot_id == last_boot_id and at.boot_ns >= last.boot_ns:
            return cls(at, boot_id, By.BOOT, (at.boot_ns - last.boot_ns) // 1000, software)
        away_ns = at.wall_ns - last.wall_ns
        return cls(at, boot_id, By.WALL if away_ns >= 0 else By.NONE, max(0, away_ns) // 1000, software)

    @property
    def cause(self) -> str:
        """Why data is missing, in the words of a gap."""
        return NOT_RUNNING_FOR if self.by is By.NONE else NOT_RUNNING

    def content(self) -> dict[str, Any]:
        """As the entry holds it."""
        return {
            "wall": clock.utc(self.at.wall_ns),
            "boot_ns": self.at.boot_ns,
            "boot_id": self.boot_id,
            "by": self.by.value,
            "away": self.away_us,
            "software": self.software,
        }

    def chunk(self) -> Chunk:
        """As it takes its place among the bytes."""
        data = encode({"kind": Kind.RECORDING_RESUMED.value, **self.content()})
        return Chunk(NO_LINK, ChunkKind.ACT, self.at.boot_ns, self.at.wall_ns, data)

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """The one that an entry, or the act that it came of, holds."""
        at = clock.Stamp(content["boot_ns"], clock.wall_ns(content["wall"]))
        return cls(at, content["boot_id"], By(content["by"]), content["away"], content["software"])

    @classmethod
    def of(cls, chunk: Chunk) -> Self | None:
        """The one that a chunk holds; None for any other chunk."""
        if chunk.kind is not ChunkKind.ACT or _NAME not in chunk.data:
            return None
        act = decode(chunk.data)
        return cls.from_content(act) if act["kind"] == Kind.RECORDING_RESUMED else None
