"""Real small runs, each in processes of its own; how fast they are is not asserted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import bench.run
from bench.interpreters import NotAvailableError
from bench.long_session import measured
from bench.peers import DEVICELOG, LIMIT, PEERS
from bench.run import Load, measure_peer, run

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")


def test_devicelog_keeps_a_flood() -> None:
    found = run(PEERS[DEVICELOG], Load(2_000))
    assert (found.kept, found.asked, found.latencies) == (2_000, 2_000, [])
    assert found.wall_s > 0
    assert found.cpu_s > 0
    assert found.disk_bytes > 65
    assert found.commits > 0


def test_latencies_are_those_of_every_reading_of_every_line() -> None:
    found = run(PEERS[DEVICELOG], Load(30, 300, lines=2))
    assert found.kept == found.asked == len(found.latencies) == 60
    assert found.latencies[0] > 0
    assert found.latencies == sorted(found.latencies)


@pytest.mark.parametrize("name", ["csv", "csv-readline", "sqlite-pint", LIMIT])
def test_the_peers_keep_all_readings(name: str) -> None:
    found = run(PEERS[name], Load(100), group=7)
    assert found.kept == 100
    assert found.disk > 0


def test_a_peer_that_cannot_run_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def foreign() -> Path:
        raise NotAvailableError("bench/.venv could not be made: no network")

    monkeypatch.setattr(bench.run, "foreign", foreign)
    assert measure_peer("qcodes", Load(1)) == "bench/.venv could not be made: no network"


def test_a_peer_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.run, "_SHIPPED", "no-such-protocol")
    assert "no-such-protocol" in str(measure_peer(DEVICELOG, Load(1)))


def test_the_memory_of_a_long_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path))
    found = list(measured(tmp_path, 4 / 60))
    assert [minutes for minutes, _ in found] == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]
    assert all(resident > 1_000_000 for _, resident in found)
