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
    FAULT = "fault"
    """Something about the link failed on the host's side; data: what (`Fault`), a colon and why, in words."""
    FILE = "file"
    """A log of the device that a person brought; data: one line of JSON (`path`, `doubt`), and the file as it was."""


class Fault(StrEnum):
    """What can fail on the host's side of a link."""

    DRIVER_HUNG = "driver hung"
    """The driver did not come back; from here on it is asked no more, and a replay does not ask it either."""
    READER_FAILED = "reader failed"
    """The thread that reads the port died or hangs."""
    PORT_NOT_TAKEN = "port not taken"
    """A port is there that may be somebody else's."""


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


def fault(link: int, boot_ns: int, wall_ns: int, what: Fault, why: str) -> Chunk:
    """A chunk that says what failed."""
    return Chunk(link, ChunkKind.FAULT, boot_ns, wall_ns, f"{what}: {why}".encode())


def what_failed(chunk: Chunk) -> tuple[str, str]:
    """What a FAULT chunk says: what (a `Fault`, or one of a later version) and why."""
    what, _, why = chunk.data.decode("utf-8", "replace").partition(": ")
    return what, why


def is_fault(chunk: Chunk, what: Fault) -> bool:
    """Whether that failed."""
    return chunk.kind is ChunkKind.FAULT and what_failed(chunk)[0] == what
