"""Whole sessions of the simulated SD-10, from its bytes to the record, with what can go wrong on the way."""

from __future__ import annotations

from decimal import Decimal

from devicelog.testing.faults import Faults
from devicelog.testing.plugin import RecordSession, SimulateDevice

from example_dispenser.driver import DRIVER
from example_dispenser.simulator import DOSES, SIMULATOR, start


def test_a_session_becomes_a_record(recorder: RecordSession) -> None:
    dispenser = start(1, None)

    session = recorder(DRIVER, dispenser)  # on a virtual clock

    assert Decimal(session.record.tally.session.volume).scaleb(-9) == dispenser.given  # mL, to the last digit
    assert session.record.observations["dose"] == DOSES
    assert session.record.gaps == {}
    assert session.record.missing_things() == []
    assert session.of("bad_frame") == []


def test_every_dose_arrives_over_a_real_line(simulated_device: SimulateDevice, recorder: RecordSession) -> None:
    device = simulated_device(SIMULATOR)

    session = recorder(DRIVER, device)

    assert session.record.tally.session.triggers == DOSES
    assert device.heard == b""


def test_a_flipped_bit_costs_its_frame_and_no_other(
    simulated_device: SimulateDevice, recorder: RecordSession, fault: Faults
) -> None:
    device = simulated_device(SIMULATOR, faults=[fault.flip(frame=4), fault.split(frame=7), fault.noise(frame=12)])

    session = recorder(DRIVER, device)

    assert len(session.of("bad_frame")) == 2
    assert session.record.observations["dose"] >= DOSES - 2


def test_an_unplugged_cable_is_a_gap_and_another_device_is_noticed(
    simulated_device: SimulateDevice, recorder: RecordSession, fault: Faults
) -> None:
    faults = [fault.unplug(at=10, lasting=3), fault.wrong_device("SIM-9999", at=30)]
    device = simulated_device(SIMULATOR, faults=faults)

    session = recorder(DRIVER, device)

    assert len(session.record.gaps) == 2
    assert [one["serial"] for one in session.record.devices[1].identities] == ["SIM-0001", "SIM-9999"]


def test_a_reset_does_not_lose_a_dose(simulated_device: SimulateDevice, recorder: RecordSession, fault: Faults) -> None:
    device = simulated_device(SIMULATOR, faults=[fault.reset(at=20)])

    assert recorder(DRIVER, device).record.observations["dose"] == DOSES
