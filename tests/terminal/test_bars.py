"""Bars of doses beside their limits."""

from __future__ import annotations

from devicelog.terminal.device import bar
from tests.live.doses import AT_LEAST, UNKNOWN


def test_a_bar_never_shows_an_unknown_dose_as_0_or_a_lower_bound_as_exact() -> None:
    assert "cannot be evaluated: no trigger came with a volume" in bar(UNKNOWN, 80).plain
    assert "≥ 0.5 of 2 mL" in bar(AT_LEAST, 80).plain
