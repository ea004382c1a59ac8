"""The only reader of clocks: host wall time in UTC and the boot-time clock, which counts sleep."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

#: A wall clock that moves by more than this against the boot-time clock was stepped.
STEP_NS = 500_000_000

# Counts sleep; Linux only. Elsewhere the monotonic clock stands in, which may stop while the computer sleeps.
_BOOT_CLOCK = getattr(time, "CLOCK_BOOTTIME", None)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One moment on both clocks, in nanoseconds: since the host's boot, and since 1970 in UTC."""

    boot_ns: int
    wall_ns: int


def boot_ns() -> int:
    """Nanoseconds since the host was started, sleep included where the system can tell."""
    return time.clock_gettime_ns(_BOOT_CLOCK) if _BOOT_CLOCK is not None else time.monotonic_ns()


def now() -> Stamp:
    """The present moment on both clocks."""
    return Stamp(boot_ns(), time.time_ns())


def boot_id() -> str:
    """What names this run of the host, so that boot times of two runs are never compared."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return _PROCESS_BOOT_ID


#: Begins what stands for the id where the system does not name its runs: it is that of this process alone.
NO_BOOT_ID = "process-"
_PROCESS_BOOT_ID = f"{NO_BOOT_ID}{uuid4()}"


def utc(wall_ns: int) -> str:
    """A wall time as RFC 3339 text in UTC, to the microsecond."""
    moment = datetime.fromtimestamp(wall_ns // 1_000_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{wall_ns % 1_000_000_000 // 1000:06d}Z"


def wall_ns(text: str) -> int:
    """The wall time that `utc` wrote; ValueError for any other text."""
    moment = datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1000


def told(text: str) -> str:
    """A time that `utc` wrote, for people: date and time to the minute, local here; as it is if it is no time."""
    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return text


def local_zone() -> str:
    """The offset of local time from UTC now, as people write it ("+01:00")."""
    offset = f"{datetime.now().astimezone():%z}"
    return f"{offset[:3]}:{offset[3:5]}"


def counts_sleep() -> bool:
    """Whether the boot-time clock goes on while the computer sleeps."""
    return _BOOT_CLOCK is not None
