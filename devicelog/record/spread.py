"""Least, mean and greatest of what was measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from devicelog.observation.layout import NANO


@dataclass(slots=True)
class Spread:
    """Least, mean and greatest of a metric; amounts in billionths of `unit`.

    `stated` counts values that a person stated for several at once, and may take back.
    """

    unit: str
    count: int = 0
    total: int = 0
    least: int = 0
    greatest: int = 0
    measured: int = 0
    stated: dict[int, int] = field(default_factory=dict)

    def add(self, value: int) -> None:
        if not self.measured:
            self.least = self.greatest = value
        elif value > self.greatest:
            self.greatest = value
        elif value < self.least:
            self.least = value
        self.measured += 1
        self.count += 1
        self.total += value

    def state(self, value: int, times: int) -> None:
        """Take a value that so many have; fewer than none: it is taken back."""
        self.count += times
        self.total += value * times
        self.stated[value] = self.stated.get(value, 0) + times
        if not self.stated[value]:
            del self.stated[value]

    @property
    def low(self) -> Decimal:
        return Decimal(min([*self.stated, *([self.least] if self.measured else [])], default=0)) / NANO

    @property
    def mean(self) -> Decimal:
        return Decimal(self.total) / self.count / NANO

    @property
    def high(self) -> Decimal:
        return Decimal(max([*self.stated, *([self.greatest] if self.measured else [])], default=0)) / NANO
