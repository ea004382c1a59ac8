"""Doses beside their limits."""

from __future__ import annotations

from decimal import Decimal

from devicelog.record.caveats import Dose
from devicelog.terminal.device import bar
from devicelog.terminal.meters import Meter


def test_a_limit_that_is_reached_is_not_yet_passed() -> None:
    def meter(value: str) -> str:
        return Meter("charge", Dose(Decimal(value)), Decimal(40), Decimal(80), "mA*min").verdict

    assert [meter(value) for value in ("40", "40.01", "80", "80.01")] == ["within", "warning", "warning", "exceeded"]


def test_a_bar_never_shows_an_unknown_dose_as_0_or_a_lower_bound_as_exact() -> None:
    unknown = Meter("volume", Dose(None, why="no trigger came with a volume"), None, Decimal(2), "mL")
    bound = Meter("volume", Dose(Decimal("0.5"), at_least=True, why="1 report is missing"), None, Decimal(2), "mL")

    assert unknown.verdict == "not evaluable"
    assert "cannot be evaluated: no trigger came with a volume" in bar(unknown, 80).plain
    assert "≥ 0.5 of 2 mL" in bar(bound, 80).plain
