"""Sixteen full lines at once in one session on two cores: share of a core, latency, what is lost."""

from __future__ import annotations

from bench.figures.paced import HEAD, RATE, add_latency_targets, row_of
from bench.peers import DEVICELOG
from bench.run import Load, measure_peer
from bench.table import Section

LINES = 16
_SECONDS, _QUICK_SECONDS = 60, 8


def measure(quick: bool) -> Section:
    """One recorder with sixteen devices, beside the one feeder of all of them."""
    seconds = _QUICK_SECONDS if quick else _SECONDS
    section = Section(
        f"Lines: {LINES} of {RATE} readings/s each for {seconds} s, recorder and feeder on two cores", HEAD
    )
    run = measure_peer(DEVICELOG, Load(RATE * seconds, RATE, lines=LINES, pinned=False))
    if isinstance(run, str):
        section.missing("devicelog", run)
        return section
    row, section.data["devicelog"] = row_of("devicelog", run, run.share)
    section.rows.append(row)
    section.target("percent of two cores", found=run.share * 100, most=200)
    add_latency_targets(section, run)
    return section
