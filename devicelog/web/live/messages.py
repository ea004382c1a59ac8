"""The messages of the live stream, as bytes on the line (WHATWG HTML, 9.2, server-sent events)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from devicelog.clock import boot_ns

#: The browser opens a stream that broke off again after so long (ms).
_RETRY_MS = 500


def opened() -> bytes:
    """What a stream begins with."""
    return f"retry: {_RETRY_MS}\n\n".encode()


def nothing() -> bytes:
    """Keeps the line open, and says nothing: what is on screen becomes old."""
    return b":\n\n"


def swap(fragments: Sequence[tuple[str, str]]) -> bytes:
    """Put these in the place of the elements with their ids, all at once."""
    return _event("swap", json.dumps(fragments, ensure_ascii=False, separators=(",", ":")))


def beat(clock: str) -> bytes:
    """The station lives, and all that is on screen is as of this time; with the ms of its boot-time clock.

    By these a page sees that what it is told was long under way.
    """
    return _event("beat", f"{clock} {boot_ns() // 1_000_000}")


def leave(path: str) -> bytes:
    """Go to another page."""
    return _event("leave", path)


def _event(name: str, line: str) -> bytes:
    return f"event: {name}\ndata: {line}\n\n".encode()
