"""Where a recording stopped and went on: a program that was killed, a computer without power; and what clocks told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devicelog import clock
from devicelog.ledger.resumption import By
from devicelog.record.views import WallClock


@dataclass(frozen=True, slots=True)
class Stop:
    """Nobody listened between two moments of the session (microseconds).

    `by` is the clock that tells how long that was; `lasted_us` is None if none does, and `at_least_us` then what is
    certain: for how long the computer had been running again. None where that is not known either. `software` went on.
    """

    since_us: int
    until_us: int
    by: By
    lasted_us: int | None
    software: str
    at_least_us: int | None = None

    @property
    def text(self) -> str:
        """How long it was and how that is known: "12.5 s by the boot clock"."""
        if self.lasted_us is None:
            unknown = "nobody knows how long: the wall clock went back while the computer was off"
            if self.at_least_us is None:
                return unknown
            return f"{unknown}; at least {self.at_least_us / 1_000_000:.1f} s, since the computer was started again"
        return f"{self.lasted_us / 1_000_000:.1f} s by the {self.by}"


class Stops:
    """The stops of a session in their order; keeps its clock of the wall right behind each of them."""

    def __init__(self, wall: WallClock) -> None:
        self.all: list[Stop] = []
        self._wall = wall
        self._base_ns = 0

    def begin(self, at: dict[str, Any], t_us: int) -> None:
        """The session was opened."""
        self._wall.add(t_us, at["wall"])
        self._base_ns = at.get("boot_ns", 0) - t_us * 1000

    def take(self, content: dict[str, Any], t_us: int) -> None:
        """It went on; the host may be another run of itself since, and its clocks count from here."""
        by = By(content["by"])
        self._wall.add(t_us, content["wall"])
        self._base_ns = content.get("boot_ns", 0) - t_us * 1000
        away, least = (None, _since_start(content)) if by is By.NONE else (content["away"], None)
        self.all.append(Stop(content["since"], t_us, by, away, content["software"], least))

    def moment(self, boot_ns: int) -> int:
        """The moment of the session at a boot time of the host in its present run."""
        return (boot_ns - self._base_ns) // 1000


def _since_start(content: dict[str, Any]) -> int | None:
    """For how long the host had been running when it went on (microseconds); None where no run of it has a name."""
    if str(content.get("boot_id", "")).startswith(clock.NO_BOOT_ID):
        return None
    boot_ns = content.get("boot_ns")
    return boot_ns // 1000 if boot_ns is not None else None
