"""The bytes of bad frames, for people who look for what is wrong with a line: entries say only where they were."""

from __future__ import annotations

from collections.abc import Mapping

from devicelog.ledger import Entry, Kind

#: Of what one link sent, so many bytes are kept to show what a bad frame was (bytes).
_KEPT = 1 << 20


class Stream:
    """The last bytes of a link; counts all."""

    def __init__(self) -> None:
        self._start = 0
        self._data = bytearray()

    @property
    def count(self) -> int:
        """How many came."""
        return self._start + len(self._data)

    def take(self, data: bytes) -> None:
        """Add what came."""
        self._data += data
        if len(self._data) > 2 * _KEPT:
            self._start += len(self._data) - _KEPT
            del self._data[:-_KEPT]

    def piece(self, end: int, length: int) -> bytes:
        """So many bytes up to that place in the stream; what was let go is missing."""
        start = max(0, end - length - self._start)
        return bytes(self._data[start : max(0, end - self._start)])


def bad_bytes(entry: Entry, streams: Mapping[int, Stream]) -> bytes:
    """The bytes of a bad frame; b"" for any other entry."""
    if entry.kind != Kind.BAD_FRAME:
        return b""
    content = entry.content
    return streams[content["link"]].piece(content["at"], content["length"])
