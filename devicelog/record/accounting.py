"""Every second of a session accounted for: data, idle, read back, or a gap with its cause; pieces that tile it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

#: Why a device whose port is open was not heard, before it ever was.
NOT_YET = "the device was not heard yet"
#: The first cause of a session, and what it is called once somebody took time to state its steps.
NOT_OPEN = "the port was not open yet"
STATING = "the steps before were stated; the port was not open yet"


class State(StrEnum):
    DATA = "data"
    """The device was heard, and did not say that it was idle."""
    IDLE = "idle"
    """The device said that it is not in use (ready, paused, at the end of a treatment), or a person types for it."""
    RECALLED = "recalled"
    """It was not heard, for a cause; all its reports of that time were read back from its memory."""
    GAP = "gap"
    """Its data is missing, for a cause."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a session (microseconds) in one state; `cause` and `gap` (its number) if it was not heard."""

    since_us: int
    until_us: int
    state: State
    cause: str | None = None
    gap: int | None = None

    @property
    def lasted_us(self) -> int:
        return self.until_us - self.since_us


@dataclass(slots=True)
class _Turn:
    since_us: int
    state: State
    cause: str | None
    gap: int | None


class Account:
    """The time of one link. It begins at 0 with a port that is not open yet; each turn lasts to the next."""

    def __init__(self) -> None:
        self._turns = [_Turn(0, State.GAP, NOT_OPEN, None)]
        self._recalled: set[int] = set()
        self._opened = False
        self._unheard_since: int | None = None
        self._evident_us = 0
        self._idle = False
        self._in_gap = False

    def stated(self) -> None:
        """Somebody took time to state something of the session; a port that is open knows nothing of it."""
        if not self._opened and self._turns[-1].cause == NOT_OPEN:
            self._turns[-1].cause = STATING

    def opened(self, t_us: int, evident_us: int) -> None:
        """The port is open for the first time; later it is a gap that says when the device was away.

        A device that is heard within `evident_us` was there all the time.
        """
        if not self._opened:
            self._opened = True
            self._unheard_since, self._evident_us = t_us, evident_us
            if not self._in_gap:
                self._turn(t_us, State.GAP, NOT_YET)

    def heard(self, t_us: int) -> None:
        """Something readable came, or nothing has to."""
        since, self._unheard_since = self._unheard_since, None
        if since is not None and not self._in_gap:
            self._go_on(since if t_us - since <= self._evident_us else t_us)

    def idle(self, t_us: int, *, idle: bool) -> None:
        """What the device said of itself."""
        if idle is self._idle:
            return
        self._idle = idle
        if not self._in_gap and self._unheard_since is None:
            self._go_on(t_us)

    def gap(self, since_us: int, cause: str, number: int) -> None:
        """The device was not heard since then."""
        self._in_gap = True
        self._turn(since_us, State.GAP, cause, number)

    def gap_closed(self, t_us: int) -> None:
        """The device is heard again."""
        self._in_gap, self._unheard_since = False, None
        self._go_on(t_us)

    def recalled(self, gap: int) -> None:
        """All that a gap lacked was read back."""
        self._recalled.add(gap)

    def _go_on(self, t_us: int) -> None:
        self._turn(t_us, State.IDLE if self._idle else State.DATA)

    def _turn(self, since_us: int, state: State, cause: str | None = None, gap: int | None = None) -> None:
        since_us = max(since_us, self._turns[-1].since_us)
        if since_us == self._turns[-1].since_us:
            self._turns.pop()
        turn = _Turn(since_us, state, cause, gap)
        if not self._turns or replace(self._turns[-1], since_us=since_us) != turn:
            self._turns.append(turn)

    def pieces(self, until_us: int) -> Iterator[Piece]:
        """The pieces of the session up to a moment: without a hole, without an overlap, in order."""
        ends = [turn.since_us for turn in self._turns[1:]] + [until_us]
        for turn, end in zip(self._turns, ends, strict=True):
            if turn.since_us < end:
                state = State.RECALLED if turn.gap in self._recalled else turn.state
                yield Piece(turn.since_us, end, state, turn.cause, turn.gap)

    def seconds(self, until_us: int) -> dict[State, int]:
        """Microseconds by state; their sum is the whole session."""
        found = dict.fromkeys(State, 0)
        for piece in self.pieces(until_us):
            found[piece.state] += piece.lasted_us
        return found

    def causes(self, until_us: int) -> dict[str, int]:
        """Microseconds of the gaps by cause."""
        found: dict[str, int] = {}
        for piece in self.pieces(until_us):
            if piece.state is State.GAP and piece.cause is not None:
                found[piece.cause] = found.get(piece.cause, 0) + piece.lasted_us
        return found
