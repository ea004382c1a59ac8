"""A power cut of everything that a station keeps at once: a small run of its tool."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.faults.stations_cut import explore

if TYPE_CHECKING:
    from tests.end_to_end.running import Warm


@pytest.mark.skipif(not hasattr(os, "fork"), reason="stations are forked from a warm process")
def test_a_station_whose_power_was_cut_starts_and_has_what_was_answered_as_done(warm: Warm) -> None:
    figures = explore(1, warm=warm)
    assert figures.faults == []
    assert figures.done > 5
    assert figures.acknowledged > 20
    assert figures.changes > 500
