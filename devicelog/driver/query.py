"""What may be sent to a device, what that does to it, and how its port is set."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

_PRINTABLE = frozenset([*range(0x20, 0x7F), *b"\t\r\n"])


class Effect(StrEnum):
    """What a query does to the device besides being answered."""

    NONE = "none"
    CLEARS_ALARM = "clears_alarm"
    DESTRUCTIVE_READ = "destructive_read"
    OPENS_SESSION = "opens_session"


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How the port is set. DTR and RTS stay low on open unless a device is known to need them."""

    baudrate: int = 115_200
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    dtr: bool = False
    rts: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Bytes that may be sent to the device, and what they do to it. `#` in `request` stands for a decimal number.

    `every` is the time in seconds from one to the next while the line is open (None: it is not sent by itself).
    `dialect` names a way in which the device may speak; if nothing comes back in one, the next one is tried.
    `is_literal`: a `#` stands for itself, as in binary requests. `timeout` and `retries` are its own, in the place of
    those of `Polling`. `clears` are the metrics that answering it sets to zero at the device, and that the decoder adds
    up: where no sound reply comes, what was given is a lower bound.
    """

    request: bytes
    effect: Effect
    purpose: str
    on_open: bool = False
    every: float | None = None
    dialect: str = ""
    is_literal: bool = False
    clears: tuple[str, ...] = ()
    timeout: float | None = None
    retries: int | None = None

    @property
    def has_numbers(self) -> bool:
        """Whether something must be put in the place of a `#` before it can be sent."""
        return b"#" in self.request and not self.is_literal

    @property
    def hex(self) -> str:
        """Its bytes in hexadecimal."""
        return self.request.hex(" ").upper()

    @property
    def text(self) -> str | None:
        """Its bytes as characters; None if some are none."""
        return self.request.decode("ascii") if _PRINTABLE.issuperset(self.request) else None

    @property
    def pattern(self) -> bytes:
        """The regular expression that matches this query and nothing else."""
        return re.escape(self.request).replace(rb"\#", rb"[0-9]{1,10}")

    def allows(self, data: bytes) -> bool:
        """Whether `data` is this query."""
        return data == self.request if not self.has_numbers else re.fullmatch(self.pattern, data) is not None


class Asked(StrEnum):
    """What a number in a query of the device's memory stands for."""

    FIRST = "first"
    LAST = "last"
    COUNT = "count"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Memory:
    """How a device is asked for reports that were missed: a declared query without effect, and what its `#` stand for.

    At most `page` reports are asked for at once. Without an answer for `timeout` seconds the query is sent again, so
    many `retries` in a row, and then no more.
    """

    query: Query
    numbers: tuple[Asked, ...]
    page: int = 200
    timeout: float = 2.0
    retries: int = 3

    def request(self, first: int, last: int, count: int, epoch: int | None) -> bytes:
        """The bytes that ask for `count` reports, from `first` to `last` of an epoch."""
        known = {Asked.FIRST: first, Asked.LAST: last, Asked.COUNT: count, Asked.EPOCH: epoch or 0}
        text = self.query.request
        for number in self.numbers:
            text = text.replace(b"#", b"%d" % known[number], 1)
        return text


@dataclass(frozen=True, slots=True)
class Polling:
    """How queries are put to a device that answers one at a time.

    A reply is over when one of the byte strings `ends` has come, when `is_whole(request, came)` says so of what came
    behind a query, or after `timeout` seconds. A query to which not one byte came back is sent again, `retries` times.
    `is_displaced(request, came)` says that something else came in the place of the reply, an alarm for one: then, too,
    the query is sent again at once. `pause` is the least time from the end of a reply to the next query. `inter_byte`:
    a reply that has begun is over as well when nothing more came for so long (None: only after `timeout`).
    """

    ends: tuple[bytes, ...] = ()
    timeout: float = 0.5
    retries: int = 1
    pause: float = 0.02
    is_whole: Callable[[bytes, bytes], bool] | None = None
    is_displaced: Callable[[bytes, bytes], bool] | None = None
    inter_byte: float | None = None
