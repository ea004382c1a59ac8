"""Least, mean and greatest of what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from devicelog.layout import NANO


@dataclass(slots=True)
class Spread:
    """Least, mean and greatest of a metric; amounts in billionths of `unit`."""

    unit: str
    count: int = 0
    total: int = 0
    least: int = 0
    greatest: int = 0

    def add(self, value: int) -> None:
        if self.count == 0 or value < self.least:
            self.least = value
        if self.count == 0 or value > self.greatest:
            self.greatest = value
        self.count += 1
        self.total += value

    @property
    def low(self) -> Decimal:
        return Decimal(self.least) / NANO

    @property
    def mean(self) -> Decimal:
        return Decimal(self.total) / self.count / NANO

    @property
    def high(self) -> Decimal:
        return Decimal(self.greatest) / NANO
