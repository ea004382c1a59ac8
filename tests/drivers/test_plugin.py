"""The fixtures that driver authors get, used as they would use them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from devicelog import registry
from devicelog.chunk import ChunkKind
from devicelog.driver import Effect, Query
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.testing.running import RunningDevice
from devicelog.testing.simulated import silence
from devicelog_drivers import kds_legato, reference_mesogun, reference_noneedle

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.simulator import SimulatedDevice
    from devicelog.testing.faults import Faults
    from devicelog.testing.plugin import RecordSession, SimulateDevice

pytest_plugins = ["pytester"]
needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")
GUN = registry.simulator("reference-mesogun")
MESOGUN, NONEEDLE = reference_mesogun.DRIVER, reference_noneedle.DRIVER


def test_a_simulated_session_is_recorded_on_a_virtual_clock(recorder: RecordSession) -> None:
    device = registry.simulator("reference-mesogun").start(1, None)

    session = recorder(MESOGUN, device, protocol="meso-face-gun-intradermal", zones=["L", "F", "R"])

    assert session.record.tally.session.triggers == 100
    assert session.record.tally.session.volume_ml == 2
    assert session.record.missing_things() == []
    assert session.record.simulated
    assert [entry.number for entry in session.entries] == list(range(1, len(session.entries) + 1))


def test_the_same_device_gives_the_same_entries(recorder: RecordSession) -> None:
    first, second = (recorder(NONEEDLE, registry.simulator("reference-noneedle").start(7, None)) for _ in range(2))

    assert first.entries[1:] == second.entries[1:]


def test_a_time_limit_ends_a_virtual_session_in_the_middle(recorder: RecordSession) -> None:
    device = registry.simulator("reference-mesogun").start(1, None)

    session = recorder(MESOGUN, device, seconds=60)

    assert session.record.ended == "the simulation was over"
    assert 0 < session.record.tally.session.triggers < 100


@pytest.mark.parametrize("socket", [False, True], ids=["pseudo-terminal", "socket"])
def test_a_running_simulator_is_recorded_through_a_real_port(
    recorder: RecordSession, simulated_device: SimulateDevice, *, socket: bool
) -> None:
    device = simulated_device("reference-mesogun", socket=socket)

    session = recorder(MESOGUN, device)

    assert session.record.tally.session.volume_ml == 2
    assert session.record.ended == "the devices fell silent"
    assert len(session.of("device_bound")) == 1
    assert device.heard == b"".join(session.sent)


def test_a_polled_device_is_recorded_until_its_scenario_is_over(
    recorder: RecordSession, simulated_device: SimulateDevice
) -> None:
    device = simulated_device("kds-legato", speed=60)

    session = recorder("kds-legato", device)

    assert session.record.ended == "the devices fell silent"
    assert session.sent[0] == b"@version\r\n"
    assert b"".join(session.sent).startswith(device.heard)


SHORT = """
simulator = "kds-legato"
title = "Five seconds"

[[steps]]
do = "infuse"
rate = "60 mL/h"
for = "5 s"
"""


@needs_pty
def test_a_device_that_is_asked_seldom_is_not_taken_for_silent(
    recorder: RecordSession, simulated_device: SimulateDevice, tmp_path: Path
) -> None:
    scenario = tmp_path / "short.toml"
    scenario.write_text(SHORT, encoding="utf-8")
    volume = Query(b"@ivolume\r\n", Effect.NONE, "volume infused", every=2.0)
    seldom = replace(kds_legato.DRIVER, queries=(volume,))

    session = recorder(seldom, simulated_device("kds-legato", scenario=scenario, speed=1))

    assert len(session.sent) >= 3
    assert session.record.ended == "the devices fell silent"


def test_silence_is_twice_what_a_device_that_is_well_may_be_silent_for() -> None:
    running = RunningDevice("gun", GUN.start(1, None), speed=2.0)
    slow, asked = replace(MESOGUN, expected_interval=30.0), kds_legato.DRIVER

    assert silence(replace(MESOGUN, expected_interval=None), "/dev/ttyUSB0") == 1
    assert silence(slow, "/dev/ttyUSB0") == 60
    assert silence(asked, "/dev/ttyUSB0") == 2 * max(query.every or 0 for query in asked.queries)
    assert silence(slow, running) == 30
    assert silence(slow, replace(running, speed=None)) == 1
    assert silence(asked, running) is None


def test_verdicts_are_those_of_what_was_given_in_order(recorder: RecordSession) -> None:
    scenario = registry.simulator("reference-mesogun").scenarios["face-limits"]
    device = registry.simulator("reference-mesogun").start(1, scenario)

    session = recorder(MESOGUN, device, protocol="meso-face-gun-intradermal", zones=["L", "F", "R"])

    assert {"within", "exceeded"} <= set(session.verdicts)
    assert len(session.verdicts) == session.record.observations["injection"]


# -- faults ----------------------------------------------------------------------------------------------------


def test_each_fault_is_seen_in_the_record(
    recorder: RecordSession, simulated_device: SimulateDevice, fault: Faults
) -> None:
    struck = [
        fault.split(frame=5),
        fault.drop(frame=20, count=2),
        fault.duplicate(frame=30),
        fault.flip(frame=40),
        fault.noise(frame=50, count=200),
        fault.noise(frame=60, inside=True),
        fault.silence(at=80, lasting=10),
        fault.unplug(at=100, lasting=3),
        fault.reset(at=120),
        fault.wrong_device("SIM-OTHER", at=140),
    ]
    device = simulated_device(MESOGUN.name, faults=struck)

    session = recorder(MESOGUN, device)

    assert device.unstruck == []
    assert len(session.of("bad_frame")) >= 3
    assert len(session.record.gaps) >= 2
    serials = [one["serial"] for one in session.record.devices[1].identities]
    assert serials == ["SIM-MG-0001", "SIM-OTHER"]


def test_faults_strike_the_replies_of_a_device_that_is_polled(
    recorder: RecordSession, simulated_device: SimulateDevice, fault: Faults
) -> None:
    struck = [fault.drop(frame=2), fault.late(frame=4, by=16), fault.flip(frame=6, bit=7)]
    device = simulated_device("kds-legato", speed=20, faults=struck)

    session = recorder("kds-legato", device, seconds=4)

    assert device.unstruck == []
    assert session.sent[1] == session.sent[2], "what got no answer is asked again"
    assert b"\x8a" in b"".join(chunk.data for chunk in session.chunks if chunk.kind is ChunkKind.RECEIVED)


def test_a_fault_that_never_strikes_fails_its_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(simulated_device, recorder, fault):
            device = simulated_device("reference-mesogun", faults=[fault.flip(frame=2), fault.flip(frame=100_000)])
            recorder("reference-mesogun", device)
        """
    )

    done = pytester.runpytest_subprocess()

    done.assert_outcomes(passed=1, errors=1)
    done.stdout.fnmatch_lines(["*fault 2 of *faults-1.toml never struck reference-mesogun*"])


# -- what is asked wrongly is told in one sentence ---------------------------------------------------------------


def test_an_unknown_simulator_is_told_to_the_test_that_asked(simulated_device: SimulateDevice) -> None:
    with pytest.raises(UnknownNameError, match="no simulator is called 'reference-mesogum'; did you mean"):
        simulated_device("reference-mesogum")


def test_a_fault_that_the_device_cannot_have_is_told_with_what_it_lacks(
    simulated_device: SimulateDevice, fault: Faults
) -> None:
    with pytest.raises(BadInputError, match=r"fault 1, field 'kind': found 'reset'.*has no method 'reboot'"):
        simulated_device("kds-legato", faults=[fault.reset(at=1)])


MISUSES: list[tuple[Callable[[Any, Any, Any], object], str]] = [
    (lambda device, _, __: device(MESOGUN), "found Driver.*expected a Simulator value or the name"),
    (lambda device, _, __: device(GUN.start(1, None)), "a device that was started, which `recorder` takes as it is"),
    (
        lambda device, _, fault: device(GUN, faults=fault.flip(frame=1)),
        "found one fault, flip .frame 1.; expected a list",
    ),
    (lambda device, _, __: device(GUN, faults=["flip"]), "found 'flip' among the faults; expected what `fault` makes"),
    (lambda _, record, __: record(GUN, MESOGUN), "found Simulator.*as the driver; expected a Driver value"),
    (lambda device, record, __: record(MESOGUN, device), "as the device; expected simulated_device.SIMULATOR."),
    (lambda _, record, __: record("my-gun", GUN.start(1, None)), "no driver is called 'my-gun'"),
    (lambda _, record, __: record(MESOGUN, used()), "which is at its end; expected a device just started"),
    (lambda _, __, fault: fault.flip(), "fault.flip: found neither of `at` and `frame`; give one"),
    (lambda _, __, fault: fault.flip(at=1, frame=1), "fault.flip: found both of `at` and `frame`"),
    (lambda device, _, fault: device(GUN, faults=[fault.split(frame=1, pieces=1)]), "fault 1, field 'pieces'"),
]


def used() -> SimulatedDevice:
    device = GUN.start(1, None)
    device.advance(86_400)
    return device


@pytest.mark.parametrize(("misuse", "says"), MISUSES, ids=[says for _, says in MISUSES])
def test_a_fixture_that_is_misused_says_what_it_found_and_what_it_expected(
    misuse: Callable[[Any, Any, Any], object],
    says: str,
    simulated_device: SimulateDevice,
    recorder: RecordSession,
    fault: Faults,
) -> None:
    with pytest.raises(BadInputError, match=says) as told:
        misuse(simulated_device, recorder, fault)

    assert "\n" not in str(told.value)


def test_a_fault_of_an_unknown_name_lists_those_that_there_are(fault: Faults) -> None:
    with pytest.raises(
        AttributeError, match="no fault is called 'garbage'; expected one of split, late, drop, duplicate"
    ):
        _ = fault.garbage
