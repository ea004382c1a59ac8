"""A simulated device to which the faults of a script happen."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from devicelog.errors import BadInputError
from devicelog.simulator import Exchangeable, Framed, Restartable
from devicelog_simulators.bad_frames import can_strike, noise, spoil
from devicelog_simulators.dlr1 import frame_type
from devicelog_simulators.faults import (
    ClockStep,
    DeviceFault,
    Drop,
    Fault,
    FrameFault,
    Late,
    Noise,
    Reset,
    Silence,
    Split,
    Unplug,
    Wrap,
    WrongDevice,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from devicelog.simulator import SimulatedDevice

#: Virtual time goes in steps of this many ms; faults strike on them.
TICK = 10
#: Frames that a device does not send by itself; a fault strikes them only if it names them.
_ANSWERS = ("LOG", "LOGE")
_LINES = re.compile(rb"[^\n]*\n|[^\n]+")
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e]*")


@runtime_checkable
class Counting(Protocol):
    """A device whose counters can be brought near their wrap."""

    @property
    def counters(self) -> frozenset[str]: ...
    def bring_near_wrap(self, counter: str, distance: int) -> None: ...


@runtime_checkable
class Clocked(Protocol):
    """A device whose own clock can jump."""

    def step_clock(self, milliseconds: int) -> None: ...


#: What a simulated device must have for a fault of the device itself, and its method.
_NEEDS: dict[type, tuple[type, str]] = {
    Reset: (Restartable, "reboot"),
    WrongDevice: (Exchangeable, "become"),
    Wrap: (Counting, "bring_near_wrap"),
    ClockStep: (Clocked, "step_clock"),
}


@dataclass(slots=True)
class Armed:
    """A fault that waits for its moment."""

    fault: Fault
    left: int
    seen: int = 0

    @property
    def needs_frame(self) -> bool:
        """Whether it strikes a frame, and not simply a time."""
        fault = self.fault
        if fault.at is None or fault.type is not None:
            return True
        return fault.inside if isinstance(fault, Noise) else isinstance(fault, FrameFault)

    def due_by(self, now: int) -> bool:
        """Whether its time has come, apart from any frame."""
        return self.left > 0 and self.fault.at is not None and self.fault.at <= now

    def strikes(self, sent: bytes, kind: str | None, now: int) -> bool:
        """Whether it strikes this frame; counts the frame."""
        fault = self.fault
        if fault.type is None and kind in _ANSWERS:
            return False
        if self.left == 0 or (fault.type is not None and fault.type != kind):
            return False
        if isinstance(fault, FrameFault) and not can_strike(fault, sent):
            return False
        self.seen += 1
        if not (self.due_by(now) or (fault.frame is not None and self.seen >= fault.frame)):
            return False
        self.left -= 1
        return True


class FaultyDevice:
    """Implements `SimulatedDevice` around another; `plugged` tells a transport when the line is away."""

    def __init__(self, device: SimulatedDevice, faults: Sequence[Fault], seed: int) -> None:
        self._device = device
        self._cut = device.cut if isinstance(device, Framed) else _frames
        self._kind = device.kind if isinstance(device, Framed) else frame_type
        self._random = Random(f"faults {seed}")  # noqa: S311
        self._armed = [Armed(fault, fault.count if isinstance(fault, Drop) else 1) for fault in faults]
        timed = [armed for armed in self._armed if not armed.needs_frame]
        self._timed = deque(sorted(timed, key=lambda armed: armed.fault.at or 0))
        self._clock_ns = 0
        self._tick = 0
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._mute_until = self._away_until = 0
        self._next_serial: str | None = None

    @property
    def plugged(self) -> bool:
        """False while the line is away."""
        return self._tick * TICK >= self._away_until

    @property
    def finished(self) -> bool:
        """True once the scenario has nothing more to send and the line is back."""
        return self._device.finished and self.plugged and not self._waiting

    @property
    def truth(self) -> dict[str, str]:
        """What the device has really given and heard, if it keeps that."""
        return dict(getattr(self._device, "truth", {}))

    @property
    def unknown(self) -> list[bytes]:
        """The requests that the device does not know, if it keeps them."""
        return list(getattr(self._device, "unknown", []))

    def advance(self, seconds: float) -> bytes:
        """Let virtual time pass and return what arrived in that time."""
        self._clock_ns += round(seconds * 1e9)
        arrived = bytearray()
        while self._tick * TICK * 1_000_000 <= self._clock_ns:
            self._pass_tick(self._tick * TICK)
            arrived += self._arrived(self._tick * TICK)
            self._tick += 1
        return bytes(arrived)

    @property
    def unstruck(self) -> list[int]:
        """The numbers of the faults, from 1 as in their script, whose moment has not come."""
        return [number for number, armed in enumerate(self._armed, 1) if armed.left]

    def answer(self, request: bytes) -> bytes:
        """What of the device's answer arrives at once; nothing while it is mute or away, and never inside a frame."""
        now = self._tick * TICK
        reply = self._device.answer(request) if now >= max(self._mute_until, self._away_until) else b""
        for sent in self._replies(reply):
            self._carry(sent, now)
        return self._arrived(now)

    def _replies(self, reply: bytes) -> list[bytes]:
        """The frames of a reply: one, unless it consists of frames that say of what type they are."""
        frames = self._cut(reply) if reply else []
        return frames if all(self._kind(sent) is not None for sent in frames) else [reply]

    def _arrived(self, now: int) -> bytes:
        arrived = bytearray()
        while self._waiting and self._waiting[0][0] <= now:
            arrived += self._waiting.popleft()[1]
        return bytes(arrived)

    def _pass_tick(self, now: int) -> None:
        if self._next_serial is not None and now >= self._away_until:
            cast("Exchangeable", self._device).become(self._next_serial)
            self._next_serial = None
        while self._timed and self._timed[0].due_by(now):
            self._strike_alone(self._timed.popleft(), now)
        for sent in self._cut(self._device.advance(TICK / 1_000 if self._tick else 0)):
            self._carry(sent, now)

    def _strike_alone(self, armed: Armed, now: int) -> None:
        armed.left = 0
        if isinstance(armed.fault, Noise):
            self._deliver(noise(armed.fault, self._random), now)
        elif not isinstance(armed.fault, FrameFault):
            self._strike_device(armed.fault, now)

    def _strike_device(self, fault: DeviceFault | Silence | Unplug, now: int) -> None:
        device: Any = self._device  # `with_faults` has seen that it has what the fault needs
        match fault:
            case Silence():
                self._mute_until = now + fault.lasting
            case Unplug():
                self._unplug(now + fault.lasting)
            case WrongDevice():
                self._unplug(now + fault.lasting)
                self._next_serial = fault.serial
            case Reset():
                device.reboot()
            case Wrap():
                device.bring_near_wrap(fault.field, fault.distance)
            case ClockStep():
                device.step_clock(fault.by)

    def _unplug(self, until: int) -> None:
        self._away_until = max(self._away_until, until)
        self._waiting = deque(held for held in self._waiting if held[0] <= self._tick * TICK)

    def _carry(self, sent: bytes, now: int) -> None:
        """Take one frame over the line, past every fault that waits for it."""
        if now < max(self._mute_until, self._away_until):
            return
        struck = [armed.fault for armed in self._armed if armed.strikes(sent, self._kind(sent), now)]
        pieces, pause, late = [sent], 0, 0
        for fault in struck:
            if isinstance(fault, FrameFault):
                pieces = [part for piece in pieces for part in spoil(fault, piece, self._random)]
            if isinstance(fault, Split):
                pause = fault.pause
            if isinstance(fault, Late):
                late += fault.by
        for number, piece in enumerate(pieces):
            self._deliver(piece, now + late, pause if number else 0)
        for fault in struck:
            if not isinstance(fault, FrameFault):
                self._strike_device(fault, now)

    def _deliver(self, data: bytes, now: int, pause: int = 0) -> None:
        if now < self._away_until:
            return
        last = self._waiting[-1][0] if self._waiting else now
        self._waiting.append((max(last, now) + pause, data))


def _frames(sent: bytes) -> list[bytes]:
    """The frames of a device that does not say: lines of text, else all that it sent at one moment."""
    if _TEXT.fullmatch(sent) is not None:
        return _LINES.findall(sent)
    return [sent]


def with_faults(device: SimulatedDevice, faults: Sequence[Fault], *, seed: int, path: Path) -> FaultyDevice:
    """The device with these faults to come; BadInputError if it cannot have one of them."""
    for number, fault in enumerate(faults, 1):
        if not isinstance(fault, DeviceFault):
            continue
        needs, method = _NEEDS[type(fault)]
        if not isinstance(device, needs):
            raise BadInputError(
                f"{path}: fault {number}, field 'kind': found {fault.kind!r}; this simulator has no such fault, "
                f"because its device has no method {method!r}."
            )
        if isinstance(fault, Wrap) and isinstance(device, Counting) and fault.field not in device.counters:
            known = ", ".join(sorted(device.counters))
            raise BadInputError(
                f"{path}: fault {number}, field 'field': found {fault.field!r}; expected one of {known}."
            )
    return FaultyDevice(device, faults, seed)
