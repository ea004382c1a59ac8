"""A scenario file that cannot be used is refused in one sentence that says where and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.errors import BadInputError
from devicelog_simulators import reference_mesogun, reference_noneedle

if TYPE_CHECKING:
    from pathlib import Path

GOOD = 'simulator = "reference-mesogun"\ntitle = "t"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps = [", "is not a TOML file"),
        (GOOD, "field 'steps': found nothing; expected a value"),
        (GOOD + "steps = []\n", "field 'steps'"),
        (GOOD + 'steps = [{ do = "dance" }]\n', "step 1: found {'do': 'dance'}; expected 'do' = one of 'idle'"),
        (GOOD + 'steps = [{ do = "idle", for = "5" }]\n', "step 1, field 'for': found '5'; '5' has no unit"),
        (GOOD + 'steps = [{ do = "idle", for = "5 mL" }]\n', "step 1, field 'for': found '5 mL'; '5 mL' has the wrong"),
        (GOOD + "steps = [{ do = 'idle', for = 5 }]\n", "found 5; expected a quantity as text"),
        (GOOD + 'steps = [{ do = "end", fast = 1 }]\n', "step 1, field 'fast': found 1; no field of this name"),
        (GOOD + 'device.needles = 0\nsteps = [{ do = "end" }]\n', "field 'device.needles': found 0; expected greater"),
        (GOOD.replace("gun", "pistol") + 'steps = [{ do = "end" }]\n', "expected 'reference-mesogun'"),
    ],
)
def test_a_bad_scenario_is_named_with_file_field_found_and_expected(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadInputError) as refused:
        reference_mesogun.start(1, path)

    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_a_scenario_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"absent\.toml cannot be read"):
        reference_mesogun.start(1, tmp_path / "absent.toml")


def test_the_scenario_of_another_simulator_is_refused() -> None:
    face = reference_mesogun.SIMULATOR.scenarios["face"]

    with pytest.raises(BadInputError, match="found 'reference-mesogun'; expected 'reference-noneedle'"):
        reference_noneedle.start(1, face)
