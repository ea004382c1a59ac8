"""The clock of a session: microseconds since it was opened, by the host's boot-time clock, which counts sleep.

That clock begins anew when the host is restarted. A recording that goes on then goes on behind its last moment.
"""

from __future__ import annotations

from typing import Any

from devicelog import clock
from devicelog.chunk import Chunk
from devicelog.ledger.resumption import By, Resumption


class SessionClock:
    """Where the moments of the host stand in a session. `last` is the last one seen, in the host's run `boot_id`."""

    def __init__(self, start: clock.Stamp, boot_id: str) -> None:
        self.last = start
        self.boot_id = boot_id
        self._base_ns = start.boot_ns
        self._offset_ns = start.wall_ns // 1000 * 1000 - start.boot_ns  # as the first entry states it

    def moment(self, chunk: Chunk) -> int:
        """When a chunk was, in microseconds of the session."""
        if chunk.boot_ns > self.last.boot_ns:
            self.last = clock.Stamp(chunk.boot_ns, chunk.wall_ns)
        return (chunk.boot_ns - self._base_ns) // 1000

    def boot_ns(self, t_us: int) -> int:
        """When a moment of the session was, by the boot-time clock of the host as it runs now."""
        return self._base_ns + t_us * 1000

    def step(self, chunk: Chunk) -> dict[str, Any] | None:
        """By how much the wall clock was set since it was stated last, as an entry holds it; None: it was not."""
        offset = chunk.wall_ns - chunk.boot_ns
        step = offset - self._offset_ns
        if abs(step) <= clock.STEP_NS:
            return None
        self._offset_ns = offset
        return {"wall": clock.utc(chunk.wall_ns), "boot_ns": chunk.boot_ns, "step_ms": step // 1_000_000}

    def go_on(self, resumption: Resumption, t_us: int) -> int:
        """Go on behind the moment `t_us` after a stop: the moment at which the recording goes on."""
        at = resumption.at
        self.last, self.boot_id = at, resumption.boot_id
        if resumption.by is By.BOOT:
            return max(t_us, (at.boot_ns - self._base_ns) // 1000)
        t_us += resumption.away_us
        self._base_ns = at.boot_ns - t_us * 1000
        self._offset_ns = at.wall_ns - at.boot_ns  # as the entry states it, which is in microseconds
        return t_us
