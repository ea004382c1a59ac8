"""The reference meso-gun: the conformance suite, and what it makes of a whole session."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from devicelog.driver import Identity, Reading, Recalled
from devicelog.testing.capture import decode
from devicelog.testing.conformance import DriverConformance
from devicelog_drivers.reference_mesogun import DRIVER

CAPTURE = Path(__file__).parents[1] / "captures" / "reference-mesogun.bin"


class TestReferenceMesogun(DriverConformance):
    driver = DRIVER
    capture = CAPTURE
    simulator = "reference-mesogun"


def readings(report: str, *, from_memory: bool = False) -> list[dict[str, Any]]:
    """Values by metric, of all readings of a kind in the capture."""
    names = [metric.name for metric in DRIVER.report(report).metrics]
    return [
        dict(zip(names, event.values, strict=True))
        for event in decode(DRIVER.decoder(), [CAPTURE.read_bytes()])
        if type(event) is Reading and event.report == report and event.from_memory == from_memory
    ]


def test_a_whole_session_gives_each_trigger_once_and_no_bad_frame() -> None:
    events = decode(DRIVER.decoder(), [CAPTURE.read_bytes()])

    assert {type(event) for event in events} == {Reading, Identity, Recalled}
    assert [reading["triggers_session"] for reading in readings("injection")] == list(range(1, 13))
    assert [reading["volume"] for reading in readings("injection")] == [20_000] * 8 + [10_000] * 4


def test_a_purge_is_no_injection() -> None:
    purges = readings("purge")

    assert [(purge["volume"], purge["triggers_session"]) for purge in purges] == [(100_000, 0)] * 2
    assert all(reading["mode"] != "P" for reading in readings("injection"))


def test_the_device_s_totals_are_those_of_its_triggers() -> None:
    (totals,) = readings("totals")

    assert totals["triggers_session"] == len(readings("injection"))
    assert totals["volume_session"] == sum(reading["volume"] for reading in readings("injection"))


def test_the_numbers_run_on_through_all_kinds_of_frame() -> None:
    live = [
        event.values[0]
        for event in decode(DRIVER.decoder(), [CAPTURE.read_bytes()])
        if type(event) is Reading and not event.from_memory
    ]

    assert live == list(range(len(live)))


def test_a_counter_goes_over_its_wrap() -> None:
    totals = [reading["triggers_total"] for reading in readings("purge") + readings("injection")]
    (modulus,) = {metric.modulus for metric in DRIVER.report("injection").metrics if metric.name == "triggers_total"}

    assert modulus is not None
    assert 0 in totals
    assert all((later - earlier) % modulus == 1 for earlier, later in pairwise(totals))


def test_what_comes_from_memory_is_marked_and_the_same_as_what_was_live() -> None:
    again = readings("injection", from_memory=True)

    assert not again or all(reading in readings("injection") for reading in again)
    assert all(reading in readings("purge") for reading in readings("purge", from_memory=True))
    assert len(readings("purge", from_memory=True)) == 2


def test_a_simulator_says_so() -> None:
    identities = {
        (event.serial, event.simulated)
        for event in decode(DRIVER.decoder(), [CAPTURE.read_bytes()])
        if type(event) is Identity
    }

    assert identities == {("SIM-MG-0001", True)}
