"""Replies on their way from a device that is asked, and the lapses in which it does not answer as it should."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import Field

from devicelog_simulators.quantities import Duration, Milliseconds
from devicelog_simulators.toml_file import Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random


class Lapse(Table):
    """A while in which replies come late, in pieces, spoilt or not at all."""

    at: Annotated[Milliseconds, Field(ge=0)]
    lasting: Duration = Field(alias="for")
    late: Annotated[Milliseconds, Field(ge=0)] = 0
    mute: bool = False
    flip: bool = False
    split: Annotated[Milliseconds, Field(ge=0)] = 0


LapseT = TypeVar("LapseT", bound=Lapse)


def lapse_at(lapses: Sequence[LapseT], now: int) -> LapseT | None:
    """The lapse of this moment (ms); of two at once the one that is written first."""
    return next((lapse for lapse in lapses if lapse.at <= now < lapse.at + lapse.lasting), None)


class Outbox:
    """Replies on their way; a late one may be late by half as much again or half as much."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._waiting: deque[tuple[int, bytes]] = deque()

    def put(self, reply: bytes, now: int, late: int) -> bytes:
        """What goes out at once; a late reply waits, and so does what comes behind it."""
        if not late and not self._waiting:
            return reply
        due = now + (self._random.randint(late // 2, late + late // 2) if late else 0)
        self._wait(due, reply)
        return b""

    def send(self, reply: bytes, now: int, lapse: Lapse | None) -> bytes:
        """What of a reply goes out at once, in this lapse."""
        if lapse is None:
            return self.put(reply, now, 0)
        if lapse.mute or not reply:
            return b""
        whole = self._flipped(reply) if lapse.flip else reply
        if not lapse.split or len(whole) < 2:
            return self.put(whole, now, lapse.late)
        place = self._random.randrange(1, len(whole))
        sent = self.put(whole[:place], now, lapse.late)
        self._wait((self._waiting[-1][0] if self._waiting else now) + lapse.split, whole[place:])
        return sent

    def take(self, now: int) -> bytes:
        """The replies whose time has come."""
        taken = b""
        while self._waiting and self._waiting[0][0] <= now:
            taken += self._waiting.popleft()[1]
        return taken

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def _wait(self, due: int, reply: bytes) -> None:
        self._waiting.append((max(due, self._waiting[-1][0] if self._waiting else 0), reply))

    def _flipped(self, reply: bytes) -> bytes:
        bit = self._random.randrange(len(reply) * 8)
        return (int.from_bytes(reply, "little") ^ 1 << bit).to_bytes(len(reply), "little")
