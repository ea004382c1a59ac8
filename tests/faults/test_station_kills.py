"""A station killed in the middle of what is asked of it, and accounts after a power cut: small runs of their tools."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.faults.accounts_cut import explore
from tests.faults.killed_stations import kill_stations

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Warm


@pytest.mark.skipif(not hasattr(os, "fork"), reason="stations are forked from a warm process")
def test_a_station_that_is_killed_in_the_middle_of_an_act_has_done_what_it_said(tmp_path: Path, warm: Warm) -> None:
    counts = kill_stations(tmp_path / "kills", 1, acts=("state", "person", "end"), warm=warm)
    assert counts.problems == []
    assert counts.holds
    assert counts.kills == 3
    assert counts.acknowledged > 0


def test_nothing_that_was_done_to_the_accounts_is_lost_by_a_power_cut_or_a_sync_that_fails() -> None:
    figures = explore(8)
    assert (figures.faults, figures.refused) == ([], 0)
    assert figures.done > 20
    failed = explore(4, fail_syncs=range(14, 16))
    assert failed.faults == []
    assert failed.refused > 0


def test_the_power_cuts_find_a_disk_that_lies() -> None:
    assert explore(8, lies=True).faults != []
