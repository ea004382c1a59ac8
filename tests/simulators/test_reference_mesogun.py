"""The sessions of the reference meso-gun."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from devicelog_simulators.reference_mesogun import SIMULATOR, start

Reader = Callable[[bytes], list[Any]]


def test_a_face_session_is_100_points_and_exactly_2_millilitres(read: Reader) -> None:
    frames = read(start(1, None).advance(3600))

    shots = [f.fields for f in frames if f.kind == "INJ" and f.fields[8] != "P"]
    end = frames[-1].fields

    assert len(shots) == 100
    assert 2_000_000 == sum(int(shot[5]) for shot in shots) == int(end[4])
    assert [str(number) for number in range(1, 101)] == [shot[3] for shot in shots]
    assert (end[3], end[5], end[6]) == ("100", "0", "INJ")


def test_depths_and_pauses_between_shots_vary_a_little(read: Reader) -> None:
    shots = [f for f in read(start(5, None).advance(3600)) if f.kind == "INJ" and f.fields[8] == "N"]

    depths = {int(shot.fields[6]) for shot in shots}
    apart = [after.uptime - before.uptime for before, after in pairwise(shots)]

    assert 1_200 <= min(depths) < max(depths) <= 1_900
    assert all(2_000 <= time <= 3_000 for time in apart if time < 10_000)
    assert sum(time > 10_000 for time in apart) == 2


def test_purges_count_for_the_device_and_not_for_the_patient(read: Reader) -> None:
    injections = [f.fields for f in read(start(1, None).advance(3600)) if f.kind == "INJ"]

    assert [fields[3] for fields in injections[:3]] == ["0", "0", "1"]
    assert [fields[4] for fields in injections[:3]] == ["180218", "180219", "180220"]
    assert [fields[8] for fields in injections[:3]] == ["P", "P", "N"]


def test_the_limits_scenario_has_one_dose_and_two_depths_that_are_too_much(read: Reader) -> None:
    frames = read(start(1, SIMULATOR.scenarios["face-limits"]).advance(3600))

    shots = [f.fields for f in frames if f.kind == "INJ" and f.fields[8] == "N"]

    assert [shot[5] for shot in shots if int(shot[5]) > 50_000] == ["60000"]
    assert [shot[6] for shot in shots if int(shot[6]) > 2_000] == ["2500", "4100"]
    assert sum(int(shot[5]) for shot in shots) == int(frames[-1].fields[4])
