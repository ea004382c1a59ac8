"""When a device's own log was written, by the session's clock: the device's clock held against the host's.

Each answer to "what time is it" is a mark: between asking and answer the device's clock stood where it said. No clock
is set and no time is rewritten; what was said stays beside what it means here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from devicelog.driver.logbook import DeviceClock


@dataclass(frozen=True, slots=True)
class ClockMark:
    """The device's clock said `said` at `moment` of the session, give or take `uncertain` (microseconds).

    `read` is that in the form of ISO 8601, without a zone because the device has none. `device` is that in microseconds
    since 1970 as the device counts them; `at` is the byte of the answer.
    """

    said: str
    moment: int
    uncertain: int
    device: int
    at: int
    read: str

    @property
    def offset(self) -> int:
        return self.device - self.moment

    def disagrees(self, other: ClockMark) -> bool:
        """Whether the device's clock cannot have run evenly from one to the other."""
        return abs(self.offset - other.offset) > self.uncertain + other.uncertain

    def content(self, link: int) -> dict[str, Any]:
        """As an entry holds it."""
        moment = {"moment": self.moment, "uncertain": self.uncertain}
        return {"link": link, "at": self.at, "said": self.said, "read": self.read, **moment}


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment of the session, give or take `uncertain` (microseconds)."""

    moment: int
    uncertain: int

    @property
    def earliest(self) -> int:
        return self.moment - self.uncertain

    @property
    def latest(self) -> int:
        return self.moment + self.uncertain


class Dating:
    """The marks of one device's clock, oldest first."""

    def __init__(self, clock: DeviceClock) -> None:
        self._clock = clock
        self._half = round(clock.resolution * 500_000)
        self._asked_us: int | None = None
        self._marks: list[ClockMark] = []

    @property
    def last(self) -> ClockMark | None:
        return self._marks[-1] if self._marks else None

    def pause(self) -> None:
        """The line is gone: what was asked is not answered any more."""
        self._asked_us = None

    def sent(self, request: bytes, now_us: int) -> None:
        """A query left the host; if one before it was not answered, the answer may be to that one."""
        if request == self._clock.request and self._asked_us is None:
            self._asked_us = now_us

    def heard(self, said: str, at: int, now_us: int) -> ClockMark | None:
        """The device's clock was told; None if nobody asked, or if it is no time."""
        asked, self._asked_us = self._asked_us, None
        device = self._clock.moment(said)
        if asked is None or device is None:
            return None
        uncertain = self._half + (now_us - asked + 1) // 2
        return self.add(self._mark(said, (asked + now_us) // 2, uncertain, device, at))

    def add(self, mark: ClockMark) -> ClockMark:
        """Take one more."""
        self._marks.append(mark)
        return mark

    def recall(self, content: dict[str, Any]) -> None:
        """Take one that an entry holds."""
        device = self._clock.moment(content["said"])
        if device is not None:
            moment, uncertain = content["moment"], content["uncertain"]
            self.add(self._mark(content["said"], moment, uncertain, device, content["at"]))

    def _mark(self, said: str, moment: int, uncertain: int, device: int, at: int) -> ClockMark:
        read = datetime.fromtimestamp(device // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return ClockMark(said, moment, uncertain, device + self._half, at, read)

    def date(self, written: str) -> Dated | None:
        """When something was written that the device dated; None if that cannot be told.

        Between two marks that do not agree it may have been any time between what they say.
        """
        device = self._clock.moment(written)
        if device is None or not self._marks:
            return None
        device += self._half
        near = list(self._near(device))
        moments = [device - mark.offset for mark in near]
        low, high = min(moments), max(moments)
        uncertain = max(mark.uncertain for mark in near) + self._half + (high - low + 1) // 2
        return Dated((low + high) // 2, uncertain)

    def _near(self, device: int) -> Iterator[ClockMark]:
        """The marks before and behind what the device's clock said, wherever it passed there."""
        first, last = self._marks[0], self._marks[-1]
        between = [pair for pair in pairwise(self._marks) if pair[0].device <= device <= pair[1].device]
        for pair in between:
            yield from pair
        if not between:
            yield min((first, last), key=lambda mark: abs(mark.device - device))
