"""Doses beside their limits."""

from __future__ import annotations

from decimal import Decimal

from devicelog.terminal.meters import Meter
from devicelog.treatment.protocol import Channel


def test_a_limit_that_is_reached_is_not_yet_passed() -> None:
    def meter(value: str) -> str:
        return Meter(Channel.CHARGE_DOSE, "charge", Decimal(value), Decimal(40), Decimal(80), "mA*min").verdict

    assert [meter(value) for value in ("40", "40.01", "80", "80.01")] == ["within", "warning", "warning", "exceeded"]
