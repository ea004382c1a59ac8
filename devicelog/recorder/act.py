"""What a person or the program itself did in a session, in its place among the bytes of the devices."""

from __future__ import annotations

from typing import Any

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import Kind, encode


def act(stamp: clock.Stamp, kind: Kind, **content: Any) -> Chunk:
    """Something a person did, as a chunk: `act(now, Kind.NOTE, text="…")`."""
    return Chunk(NO_LINK, ChunkKind.ACT, stamp.boot_ns, stamp.wall_ns, encode({"kind": kind.value, **content}))
