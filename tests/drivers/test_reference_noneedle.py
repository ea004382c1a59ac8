"""The reference no-needle unit: the conformance suite, and what it makes of a whole session."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from devicelog.driver import Identity, Reading, Recalled
from devicelog.testing.capture import decode
from devicelog.testing.conformance import DriverConformance
from devicelog_drivers.reference_noneedle import DRIVER

CAPTURE = Path(__file__).parents[1] / "captures" / "reference-noneedle.bin"


class TestReferenceNoneedle(DriverConformance):
    driver = DRIVER
    capture = CAPTURE
    simulator = "reference-noneedle"


def readings(report: str) -> list[dict[str, Any]]:
    """Values by metric, of all live readings of a kind in the capture."""
    names = [metric.name for metric in DRIVER.report(report).metrics]
    return [
        dict(zip(names, event.values, strict=True))
        for event in decode(DRIVER.decoder(), [CAPTURE.read_bytes()])
        if type(event) is Reading and event.report == report and not event.from_memory
    ]


def test_a_whole_session_gives_no_bad_frame() -> None:
    assert {type(event) for event in decode(DRIVER.decoder(), [CAPTURE.read_bytes()])} == {Reading, Identity, Recalled}


def test_set_and_measured_are_two_metrics() -> None:
    limited = [sample for sample in readings("current") if sample["state"] == "L"]

    assert limited
    assert all(sample["current_measured"] < sample["current_set"] == 1_500 for sample in limited)


def test_without_contact_the_impedance_is_no_value_and_the_current_is_zero() -> None:
    lost = [sample for sample in readings("current") if sample["state"] == "C"]

    assert [(sample["impedance"], sample["current_measured"]) for sample in lost] == [(None, 0)] * 4


def test_during_a_ramp_the_samples_hold_the_current_of_the_moment_and_the_settings_its_end() -> None:
    ramp = [sample["current_set"] for sample in readings("current") if sample["state"] == "U"]
    last = readings("settings")[-1]

    assert ramp == sorted(ramp)
    assert ramp[0] == 0
    assert ramp[-1] < last["current_set"] == 1_500
    assert (last["current_basis"], last["waveform"], last["electrode_area"]) == ("dc", "dc", 1_200)


def test_the_device_s_totals_are_those_of_its_samples() -> None:
    (totals,) = readings("totals")
    steps = [
        (before["current_measured"] + after["current_measured"], after["uptime"] - before["uptime"])
        for before, after in pairwise(readings("current"))
    ]

    assert totals["charge"] == sum(twice * ms for twice, ms in steps) // 2_000
    assert totals["current_time"] == sum(ms for twice, ms in steps if twice)
