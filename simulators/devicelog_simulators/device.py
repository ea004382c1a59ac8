"""A simulated DLR1 device: a virtual clock, numbering, heartbeats, identity and answers around one model's course."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from devicelog_simulators.dlr1 import INTERVAL, LINE_RATE, WRAP, Identity, Inbox, Memory, Message, frame, log_range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: The device names itself this often, in ms; DLR1 asks for 30 s at the latest.
IDENTITY_EVERY = 20_000
_NEVER = 1 << 62
#: So many bytes of an answer from memory are sent at once; live frames go on between the rest, at the line's rate.
AT_ONCE = 2_048


@dataclass(frozen=True, slots=True)
class Moment:
    """What the scenario lets happen at a time in ms: a state to be in, and then messages."""

    at: int
    state: str
    act: Callable[[], Sequence[Message]] = tuple


class Model(Protocol):
    """What one model of device adds to the common part."""

    #: Counters of the device's life, by field name.
    totals: dict[str, int]

    @property
    def identity(self) -> Identity:
        """Who it is."""

    def settings(self) -> Message:
        """The settings in force, as `CFG`."""

    def course(self) -> Iterator[Moment]:
        """The scenario, in order of time."""

    def forget_session(self) -> None:
        """Set the counters of the session to zero."""


class Device:
    """Implements `devicelog.simulator.SimulatedDevice`, and all that fault scripts ask of one."""

    def __init__(self, model: Model, *, boot: int) -> None:
        self._model = model
        self._identity = model.identity
        self._memory = Memory(self._identity.memory)
        self._inbox = Inbox()
        self._course = model.course()
        self._next = next(self._course, None)
        self.unknown: list[bytes] = []
        self._answers: deque[bytes] = deque()
        self._room = 0.0
        self._clock_ns = 0
        self._boot = boot
        self._power_on(at=0)

    @property
    def finished(self) -> bool:
        """True once the scenario has nothing more to send by itself, and every answer is given."""
        return self._next is None and not self._answers

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what the device sent in that time, live frames first."""
        self._clock_ns += round(seconds * 1e9)
        now = self._now
        sent = []
        while (due := self._due()) <= now:
            sent.append(self._send(due))
        live = b"".join(sent)
        return live + self._remember(seconds * LINE_RATE - len(live))

    def _remember(self, room: float) -> bytes:
        """As much of the answers from memory as the line has room for."""
        self._room = self._room + room if self._answers else 0.0
        sent = []
        while self._answers and self._room >= len(self._answers[0]):
            sent.append(self._answers.popleft())
            self._room -= len(sent[-1])
        return b"".join(sent)

    def answer(self, request: bytes) -> bytes:
        """The answers to the queries that these bytes complete; anything else is ignored."""
        return b"".join(self._reply(line) for line in self._inbox.take(request))

    # For fault scripts: what no scenario does to a device.

    @property
    def counters(self) -> frozenset[str]:
        """The counters that `bring_near_wrap` knows."""
        return frozenset({"seq", "uptime", *self._model.totals})

    def reboot(self) -> None:
        """Power-on in the middle of things: the next boot, numbers from 0, session counters zero."""
        self._boot = (self._boot + 1) % WRAP
        self._model.forget_session()
        self._power_on(at=self._now)

    def bring_near_wrap(self, counter: str, distance: int) -> None:
        """Let the counter's next value be `distance` below its wrap."""
        if counter == "seq":
            self._seq = WRAP - distance
        elif counter == "uptime":
            self._uptime_zero = self._now - (WRAP - distance)
        else:
            self._model.totals[counter] = WRAP - distance - 1

    def step_clock(self, milliseconds: int) -> None:
        """Let the uptime jump, not below 0."""
        self._uptime_zero = min(self._uptime_zero - milliseconds, self._now)

    def become(self, serial: str) -> None:
        """Another device of the same model takes the place of this one."""
        self._identity = replace(self._identity, serial=serial)
        self._memory = Memory(self._identity.memory)
        self.reboot()

    @property
    def _now(self) -> int:
        return self._clock_ns // 1_000_000

    def _power_on(self, *, at: int) -> None:
        self._seq = 0
        self._answers.clear()
        self._uptime_zero = at
        self._state = "I"
        self._greeted = False
        self._identity_due = at
        self._heartbeat_due = at

    def _due(self) -> int:
        if self._next is None:
            return _NEVER
        return min(self._identity_due, self._next.at, self._heartbeat_due)

    def _send(self, at: int) -> bytes:
        """The frames of the one thing that is due: identity first, a heartbeat only for want of anything else."""
        if self._identity_due <= at:
            return self._introduce(at)
        if self._next is not None and self._next.at <= at:
            moment, self._next = self._next, next(self._course, None)
            return self._live(moment)
        return self._heartbeat(at)

    def _introduce(self, at: int) -> bytes:
        self._identity_due = at + IDENTITY_EVERY
        known = self._identity.frame() + self._number(at, self._model.settings())
        if self._greeted:
            return known
        self._greeted = True
        return known + self._heartbeat(at)

    def _live(self, moment: Moment) -> bytes:
        entered = b""
        if moment.state != self._state:
            self._state = moment.state
            entered = self._heartbeat(moment.at)
        return entered + b"".join(self._number(moment.at, message) for message in moment.act())

    def _heartbeat(self, at: int) -> bytes:
        return self._number(at, Message("HB", (self._state, 0)))

    def _number(self, at: int, message: Message) -> bytes:
        seq = self._seq
        fields = (message.kind, seq, (at - self._uptime_zero) % WRAP, self._boot, *message.fields)
        self._memory.keep(self._boot, seq, fields)
        self._seq = (seq + 1) % WRAP
        self._heartbeat_due = at + INTERVAL
        return frame("DLR1", *fields)

    def _reply(self, line: bytes) -> bytes:
        if line == b"ID?":
            return self._identity.frame() + self._number(self._now, self._model.settings())
        if line == b"CAP?":
            return self._identity.capabilities()
        asked = log_range(line)
        if asked is None:
            self.unknown.append(line)
            return b""
        first, last, boot = asked
        self._answers += self._memory.recall(first, last, self._boot if boot is None else boot)
        return self._remember(AT_ONCE)
