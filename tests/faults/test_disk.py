"""Power cuts, kills and failing calls at the disk itself: small runs of what `make torture` does in full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.failing import fail_at_calls
from tests.faults.kill import has_strace, kill_at_system_calls
from tests.faults.power_cut import Control, explore

REPOSITORY = Path(__file__).parents[2]


def test_nothing_acknowledged_is_lost_by_a_power_cut() -> None:
    figures = explore(160)
    assert figures.states == 160
    assert figures.acknowledged > 400
    assert figures.faults == []


def test_a_sync_that_failed_is_not_believed_the_second_time() -> None:
    for first in (9, 21):
        assert explore(40, fail_syncs=range(first, first + 2), seed=first).faults == []


@pytest.mark.parametrize(
    ("control", "fail_syncs"),
    [(Control.NORMAL, range(0)), (Control.LYING, range(0)), (Control.TRUSTING, range(16, 18))],
)
def test_the_power_cuts_find_a_store_that_loses(control: Control, fail_syncs: range) -> None:
    assert explore(40, control=control, fail_syncs=fail_syncs).faults != []


def test_nothing_acknowledged_is_lost_by_a_kill_at_any_call() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.kill", "--calls", "600", "--every", "40"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("15 kills")


@pytest.mark.skipif(not has_strace(), reason="strace, which kills at system calls, is missing or may not trace")
def test_nothing_acknowledged_is_lost_by_a_kill_at_a_system_call() -> None:
    figures = kill_at_system_calls([70], ["fdatasync"])
    assert figures.kills == 1
    assert figures.acknowledged > 0
    assert figures.faults == []


def test_a_disk_that_fails_loses_nothing_and_a_session_outlives_one_failure() -> None:
    figures = fail_at_calls([1, 9, 18, 19, 20, 34])
    assert figures.failures == 38
    assert figures.recovered >= 5
    assert figures.faults == []
