"""Another day for processes of their own: their clocks say that so much time has passed (story.py)."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace

#: The environment variable with two numbers: what is added to the wall clock and to the boot-time clock (ns).
SHIFT = "CLOCKS_SHIFTED_BY"


def come() -> None:
    """Shift the clocks of this process, which is devicelog from now on, and be in UTC."""
    from devicelog import clock

    os.environ["TZ"] = "UTC"
    time.tzset()
    wall_ns, boot_ns = map(int, os.environ[SHIFT].split())
    shifted = SimpleNamespace(
        CLOCK_BOOTTIME=time.CLOCK_BOOTTIME,
        time_ns=lambda: time.time_ns() + wall_ns,
        clock_gettime_ns=lambda which: time.clock_gettime_ns(which) + boot_ns,
        monotonic_ns=lambda: time.monotonic_ns() + boot_ns,
    )
    setattr(clock, "time", shifted)  # noqa: B010
