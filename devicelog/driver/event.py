"""What a decoder makes of bytes."""

from __future__ import annotations

import msgspec

from devicelog.driver.logbook import DeviceTime, Listing, LogFile
from devicelog.driver.metric import Value


# What flows is a msgspec.Struct: made six times faster than a frozen dataclass, and this is the hot path.
class Reading(msgspec.Struct, frozen=True, gc=False):
    """One report of a device, values as sent. `at` is the number of bytes received up to its last byte.

    `units` is None where the report fixes the tokens; `from_memory` marks what was read back from the device's memory.
    """

    report: str
    values: tuple[Value, ...]
    at: int
    units: tuple[str, ...] | None = None
    from_memory: bool = False


class BadFrame(msgspec.Struct, frozen=True):
    """Bytes that are not a frame, kept as what they are: `raw` ends at byte `at`."""

    raw: bytes
    reason: str
    at: int


class Identity(msgspec.Struct, frozen=True):
    """Who the device says it is; `memory`: how many reports it remembers (0: none, None: it does not say)."""

    model: str
    serial: str
    firmware: str
    at: int
    simulated: bool = False
    more: dict[str, str] = {}
    memory: int | None = None


class Recalled(msgspec.Struct, frozen=True):
    """The end of an answer from the device's memory: what was asked for, and how many reports were `sent`.

    `oldest` is the sequence of the oldest report of that epoch that it still holds; None: it holds none of it.
    """

    first: int
    last: int
    epoch: int | None
    sent: int
    oldest: int | None
    at: int


Event = Reading | BadFrame | Identity | Recalled | Listing | LogFile | DeviceTime
