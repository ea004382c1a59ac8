"""The sessions of the reference no-needle unit."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from devicelog_simulators.reference_noneedle import SIMULATOR, start

if TYPE_CHECKING:
    from pathlib import Path

Reader = Callable[[bytes], list[Any]]


def _samples(frames: list[Any]) -> list[tuple[int, int]]:
    return [(f.uptime, int(f.fields[4])) for f in frames if f.kind == "EP"]


def test_time_and_charge_at_the_end_are_what_the_samples_imply(read: Reader) -> None:
    frames = read(start(1, None).advance(3600))

    steps = [(before, after, later - since) for (since, before), (later, after) in pairwise(_samples(frames))]
    flowing = sum(time for before, after, time in steps if before or after)
    charge = sum((before + after) * time for before, after, time in steps) // 2_000

    assert (str(flowing), str(charge), "0", "EP") == frames[-1].fields[3:]


def test_thirty_minutes_of_current_with_a_lost_contact_and_a_dry_minute(read: Reader) -> None:
    samples = [f for f in read(start(1, None).advance(3600)) if f.kind == "EP"]

    stretches = [(state, len(list(rows))) for state, rows in groupby(samples, key=lambda f: f.fields[9])]

    assert samples[-1].uptime - samples[0].uptime == 1_800_000
    assert [state for state, _ in stretches] == ["U", "R", "C", "U", "R", "L", "R", "D", "I"]
    assert ("C", 8 * 4) in stretches
    assert ("L", 60 * 4) in stretches


def test_without_contact_nothing_flows_and_there_is_no_impedance(read: Reader) -> None:
    lost = [f.fields for f in read(start(1, None).advance(3600)) if f.kind == "EP" and f.fields[9] == "C"]

    assert {("1500", "0", "")} == {(fields[3], fields[4], fields[8]) for fields in lost}


def test_a_dry_electrode_lets_less_flow_than_was_set_and_says_so(read: Reader) -> None:
    limited = [f.fields for f in read(start(1, None).advance(3600)) if f.kind == "EP" and f.fields[9] == "L"]

    assert all(int(fields[4]) < int(fields[3]) and fields[10] == "2" for fields in limited)


def test_the_limits_scenario_goes_beyond_4_milliamperes_for_some_seconds_on_3_square_centimetres(read: Reader) -> None:
    frames = read(start(1, SIMULATOR.scenarios["current-limits"]).advance(600))

    beyond = [time for time, current in _samples(frames) if current > 4_000]

    assert max(current for _, current in _samples(frames)) == 4_200
    assert 5_000 < beyond[-1] - beyond[0] < 10_000
    assert all("area=300" in f.fields for f in frames if f.kind == "CFG")


def test_a_pause_stops_the_current_and_is_told_at_both_ends(tmp_path: Path, read: Reader) -> None:
    scenario = tmp_path / "pause.toml"
    scenario.write_text(
        """
        simulator = "reference-noneedle"
        title = "a pause"
        steps = [
            { do = "ramp", to = "1 mA", for = "4 s" },
            { do = "pause", for = "10 s" },
            { do = "run", for = "4 s" },
        ]
        """,
        encoding="utf-8",
    )

    frames = read(start(1, scenario).advance(60))

    assert {"0"} == {f.fields[4] for f in frames if f.kind == "EP" and f.fields[9] == "P"}
    assert [(f.uptime, f.fields[3]) for f in frames if f.kind == "HB"][-3:-1] == [(4_000, "P"), (14_000, "R")]
    assert not [f for f in frames if f.kind == "EOS"], "a device that is switched off sends no EOS"


def test_a_unit_that_does_not_measure_sends_no_value_and_no_charge(tmp_path: Path, read: Reader) -> None:
    scenario = tmp_path / "unmeasured.toml"
    scenario.write_text(
        """
        simulator = "reference-noneedle"
        title = "set only"
        device.measures = false
        steps = [{ do = "ramp", to = "1 mA", for = "4 s" }, { do = "run", for = "4 s" }, { do = "end" }]
        """,
        encoding="utf-8",
    )

    frames = read(start(1, scenario).advance(60))

    assert {""} == {f.fields[4] for f in frames if f.kind == "EP"}
    assert frames[-1].fields[4] == ""
