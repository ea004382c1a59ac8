"""What an invented device does to a patient: injections, a flow or a current, for simulators whose wire format is free.

Quantities are whole numbers of the base units below; a scenario names them and says in which steps they are sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Literal

from devicelog.errors import UnitError
from devicelog.units import plain, quantity
from devicelog_simulators.apparatus_steps import Current, Event, Flow, Idle, Shots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from devicelog_simulators.apparatus_steps import ApparatusSettings, Step

#: Quantities without a unit, and of the others the unit and how many base units make one.
_UNITS: dict[str, tuple[str, int]] = {
    "dose_set": ("mL", 1_000_000),
    "volume_session": ("mL", 1_000_000),
    "volume_remaining": ("mL", 1_000_000),
    "volume_purged": ("mL", 1_000_000),
    "needle_extension": ("mm", 1_000),
    "vacuum": ("kPa", 1_000),
    "rate": ("mL/h", 1_000),
    "current_set": ("mA", 1_000),
    "current_measured": ("mA", 1_000),
    "voltage": ("V", 1_000),
    "resistance": ("ohm", 1),
    "uptime": ("s", 1_000),
}
Quantity = Literal[
    "shots_session", "shots_total", "dose_set", "volume_session", "volume_remaining", "volume_purged",
    "needle_extension", "vacuum", "rate", "current_set", "current_measured", "voltage", "resistance", "uptime",
    "boot", "mode", "fault", "running",
]  # fmt: skip


def size_of(text: str, name: str) -> Decimal:
    """How many base units of `name` a written quantity is ("0.001 mL" of a volume: 1000); ValueError if it is none."""
    unit, per_unit = _UNITS.get(name, ("", 1))
    try:
        size = quantity(text, unit) * per_unit if unit else Decimal(text)
    except (UnitError, ArithmeticError) as error:
        raise ValueError(str(error) if unit else f"expected a number, because {name!r} has no unit") from None
    if size <= 0:
        raise ValueError(f"expected more than 0, not {text!r}")
    return size


@dataclass(frozen=True, slots=True)
class Given:
    """What was really given since the beginning, whatever the device's counters say: shots, and volumes in nL."""

    shots: int
    volume: int
    purged: int


@dataclass(frozen=True, slots=True)
class _Moment:
    at: int
    act: Callable[[], None]


class Apparatus:
    """Plays the steps of a scenario on a virtual clock in ms."""

    def __init__(self, settings: ApparatusSettings, steps: Sequence[Step], seed: int) -> None:
        self._settings = settings
        self._random = Random(f"apparatus {seed}")  # noqa: S311
        self._clock_ns = 0
        self._ran_to = 0
        self._started_at = 0
        self._boot = settings.boot
        self._total_offset = settings.shots_total
        self._shots = self._injected = self._flowed = self._purged = 0
        self._session_zero = (0, 0, 0)
        self._shown: dict[str, int] = {}
        self._course = self._play(steps)
        self._next = next(self._course, None)

    @property
    def now(self) -> int:
        """Virtual time in ms; while a step begins, the time of that."""
        return self._ran_to

    @property
    def is_over(self) -> bool:
        """Whether every step is done."""
        return self._next is None

    @property
    def given(self) -> Given:
        return Given(self._shots, self._injected + self._flowed // 3_600, self._purged)

    @property
    def next_at(self) -> int | None:
        """When something happens next (ms); None if every step is done."""
        return None if self._next is None else self._next.at

    def advance(self, seconds: float) -> int:
        """Let virtual time pass; returns the time it is."""
        self._clock_ns += round(seconds * 1e9)
        until = self._clock_ns // 1_000_000
        self.run_until(until)
        return until

    def run_until(self, until: int) -> None:
        """Let everything happen that is due at a time (ms) or before."""
        while self._next is not None and self._next.at <= until:
            self._run_to(self._next.at)
            self._next.act()
            self._next = next(self._course, None)
        self._run_to(until)

    def value(self, name: Quantity) -> int:
        """What the device takes this quantity to be, in its base unit."""
        shots, volume, purged = self._session_zero
        given = self.given
        counted = {
            "shots_session": given.shots - shots,
            "shots_total": self._total_offset + given.shots,
            "volume_session": given.volume - volume,
            "volume_purged": given.purged - purged,
            "volume_remaining": max(self._settings.syringe - given.volume - given.purged, 0),
            "uptime": self.now - self._started_at,
            "boot": self._boot,
        }
        return counted[name] if name in counted else self._shown.get(name, 0)

    # What a fault script can do to it.

    def reboot(self) -> None:
        """The power is lost: the counters of the session and the uptime begin again."""
        self._boot += 1
        self._started_at = self.now
        self.clear()

    def clear(self) -> None:
        """The operator begins a new session at the device."""
        given = self.given
        self._session_zero = (given.shots, given.volume, given.purged)

    def set_total(self, shots: int) -> None:
        """Let the lifetime counter jump to this value."""
        self._total_offset = shots - self._shots

    def step_clock(self, milliseconds: int) -> None:
        """Let the uptime jump, not below 0."""
        self._started_at = min(self._started_at - milliseconds, self.now)

    def _run_to(self, at: int) -> None:
        self._flowed += self._shown.get("rate", 0) * (at - self._ran_to)
        self._ran_to = at

    def _play(self, steps: Sequence[Step]) -> Iterator[_Moment]:
        at = 0
        for step in steps:
            match step:
                case Shots():
                    for _ in range(step.count):
                        yield _Moment(at, partial(self._shoot, step))
                        at += max(step.every + self._jitter(step.every_jitter), 1)
                case Event():
                    yield _Moment(at, self.reboot if step.do == "reset" else self.clear)
                case _:
                    yield _Moment(at, partial(self._show, step))
                    at += step.lasting
        yield _Moment(at, self._rest)

    def _shoot(self, step: Shots) -> None:
        if step.do == "purge":
            self._purged += step.dose
        else:
            self._shots += 1
            self._injected += step.dose
        self._shown = {
            "dose_set": step.dose,
            "needle_extension": max(step.extension + self._jitter(step.extension_jitter), 0),
            "vacuum": step.vacuum,
            "mode": step.mode,
            "fault": step.fault,
            "running": 1,
        }

    def _show(self, step: Idle | Flow | Current) -> None:
        kept = {name: self._shown.get(name, 0) for name in ("dose_set", "needle_extension", "mode")}
        self._shown = kept | {"fault": step.fault, "running": int(step.do != "idle")}
        if isinstance(step, Flow):
            self._shown["rate"] = step.rate
        if isinstance(step, Current):
            measured = step.current if step.measured is None else step.measured
            self._shown |= {"current_set": step.current, "current_measured": measured, "resistance": step.resistance}
            self._shown["voltage"] = measured * step.resistance // 1_000

    def _rest(self) -> None:
        self._shown |= {"rate": 0, "running": 0, "current_set": 0, "current_measured": 0, "voltage": 0}

    def _jitter(self, most: int) -> int:
        return self._random.randint(-most, most) if most else 0


def told(given: Given) -> dict[str, str]:
    """What was given, for people."""
    return {
        "shots": str(given.shots),
        "volume": f"{plain(Decimal(given.volume) / 1_000_000)} mL",
        "purged": f"{plain(Decimal(given.purged) / 1_000_000)} mL",
    }
