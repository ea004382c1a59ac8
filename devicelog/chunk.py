"""What enters a recorder: stamped pieces of the life of a link. All entries of a session come from its chunks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChunkKind(StrEnum):
    RECEIVED = "received"
    """Bytes of one read."""
    SENT = "sent"
    """Bytes of one declared query, as they left the host."""
    OPENED = "opened"
    """The port was opened; data: its name."""
    LOST = "lost"
    """The port went away or could not be opened; data: why, in words."""
    QUIET = "quiet"
    """Nothing arrived up to this moment. Kept only if an entry came of it."""
    ACT = "act"
    """Something a person or the program did; data: one JSON object with the entry's kind and content."""
    ENDED = "ended"
    """The session was ended; data: why, in words."""


#: The link number of what does not come from a link.
NO_LINK = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece, with the host's stamps (nanoseconds since boot; since 1970 in UTC) taken when it happened."""

    link: int
    kind: ChunkKind
    boot_ns: int
    wall_ns: int
    data: bytes = b""
