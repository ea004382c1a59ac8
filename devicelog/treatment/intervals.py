"""What was given between two answers of a device that is polled, or between two statements of a person: counts and
amounts with an interval, never a moment.

At nine triggers a second and one answer a second nobody knows when each trigger was. An answer holds running counters;
what was given is their difference to the answer before, and it lies somewhere in between. What a person states is such
a difference (`stated.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from devicelog.observation.counters import Change
from devicelog.observation.layout import NANO, Layout
from devicelog.units import plain

#: Under which names triggers and volume are given: as the difference of a counter, or as stated.
TRIGGERS = ("triggers_session", "triggers_given")
VOLUME = ("volume_session", "volume_given")

_WORDS = {
    Change.RESET: "began again at zero",
    Change.ANOMALY: "jumped",
    Change.LOST: "was cleared by a query whose reply is missing",
}


@dataclass(frozen=True, slots=True)
class Interval:
    """What was given, by metric in billionths of the record's unit: a lower bound for those that `odd` names.

    Times are microseconds of the session. A metric that jumped is not in `given`: nobody knows. It is there below zero
    if an answer that was believed turned out to be wrong: what it gave is taken back. `stated` is what a person said
    besides, of what he states.
    """

    since_us: int
    until_us: int
    given: Mapping[str, int] = field(default_factory=dict)
    odd: Mapping[str, Change] = field(default_factory=dict)
    stated: Statement | None = None

    @classmethod
    def nothing(cls, now_us: int) -> Self:
        """Nothing was given up to this moment."""
        return cls(now_us, now_us)

    @property
    def takes_back(self) -> bool:
        """Whether totals may be less behind it than before."""
        corrects = self.stated is not None and self.stated.instead_of is not None
        return corrects or any(amount < 0 for amount in self.given.values())

    @property
    def triggers(self) -> int:
        """How many triggers it adds; less than none where some were taken back."""
        return self._sum(TRIGGERS) // NANO

    @property
    def volume(self) -> int:
        """The volume that it adds, in billionths of a mL; less than none where some was taken back."""
        return self._sum(VOLUME)

    @property
    def without_volume(self) -> int:
        """How many more triggers there are of which no volume is known."""
        if self.stated is None:
            return 0
        before = self.stated.instead_of
        return self.stated.without_volume - (before.without_volume if before is not None else 0)

    def _sum(self, names: tuple[str, ...]) -> int:
        before = self.stated.instead_of.given if self.stated is not None and self.stated.instead_of is not None else {}
        return sum(self.given.get(name, 0) - before.get(name, 0) for name in names)

    def oddness(self) -> str:
        """What is not plain about it, in words."""
        return ", ".join(f"{metric} {_WORDS[change]}" for metric, change in self.odd.items())

    def content(self, layout: Layout) -> dict[str, Any]:
        """The interval as its entry holds it, amounts in the record's units."""
        odd = {"odd": {metric: change.value for metric, change in self.odd.items()}} if self.odd else {}
        named = {"layout": layout.number, "link": layout.link}
        times = {"since": self.since_us, "until": self.until_us}
        stated = self.stated.content() if self.stated is not None else {}
        return {**named, **times, "given": in_words(self.given), **odd, **stated}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """The interval that an entry holds."""
        odd = {metric: Change(change) for metric, change in content.get("odd", {}).items()}
        stated = Statement.from_content(content)
        return cls(content["since"], content["until"], from_words(content["given"]), odd, stated)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a person took back: what it said was given, with the depth and the volume of each."""

    given: Mapping[str, int]
    each: Mapping[str, int]
    without_volume: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person's statement says besides what was given; amounts in billionths of the record's units.

    `each` holds depth and volume of each trigger as they were stated before. `zone` is where it counts (None: in no
    zone). `without_volume` counts triggers without a volume, less those of which this statement gives the volume.
    """

    each: Mapping[str, int]
    zone: str | None
    without_volume: int = 0
    instead_of: Replaced | None = None

    def content(self) -> dict[str, Any]:
        """As the entry of the interval holds it."""
        content: dict[str, Any] = {"each": in_words(self.each), "zone": self.zone}
        content |= {"without_volume": self.without_volume} if self.without_volume else {}
        before = self.instead_of
        if before is not None:
            said = {"given": in_words(before.given), "each": in_words(before.each)}
            content["instead_of"] = {**said, "without_volume": before.without_volume}
        return content

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self | None:
        """What the entry of an interval holds; None if no person stated it."""
        if "each" not in content:
            return None
        before = content.get("instead_of")
        replaced = (
            Replaced(from_words(before["given"]), from_words(before["each"]), before["without_volume"])
            if before is not None
            else None
        )
        return cls(from_words(content["each"]), content["zone"], content.get("without_volume", 0), replaced)


def in_words(amounts: Mapping[str, int]) -> dict[str, str]:
    """Amounts in billionths as an entry holds them."""
    return {metric: plain(Decimal(amount) / NANO) for metric, amount in amounts.items()}


def from_words(amounts: Mapping[str, str]) -> dict[str, int]:
    """Amounts that an entry holds, in billionths."""
    return {metric: int(Decimal(amount) * NANO) for metric, amount in amounts.items()}
