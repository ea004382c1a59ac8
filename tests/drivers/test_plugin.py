"""The fixtures that driver authors get, used as they would use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog import registry
from devicelog.errors import UnknownNameError
from devicelog_drivers import reference_mesogun, reference_noneedle

if TYPE_CHECKING:
    from devicelog.testing.plugin import RecordSession, SimulatorPort

MESOGUN, NONEEDLE = reference_mesogun.DRIVER, reference_noneedle.DRIVER


def test_a_simulated_session_is_recorded_on_a_virtual_clock(devicelog_session: RecordSession) -> None:
    device = registry.simulator("reference-mesogun").start(1, None)

    session = devicelog_session(MESOGUN, device, protocol="meso-face-gun-intradermal", zones=["L", "F", "R"])

    assert session.record.tally.session.triggers == 100
    assert session.record.tally.session.volume_ml == 2
    assert session.record.missing_things() == []
    assert session.record.simulated
    assert [entry.number for entry in session.entries] == list(range(1, len(session.entries) + 1))


def test_the_same_device_gives_the_same_entries(devicelog_session: RecordSession) -> None:
    first, second = (
        devicelog_session(NONEEDLE, registry.simulator("reference-noneedle").start(7, None)) for _ in range(2)
    )

    assert first.entries[1:] == second.entries[1:]


def test_a_time_limit_ends_a_virtual_session_in_the_middle(devicelog_session: RecordSession) -> None:
    device = registry.simulator("reference-mesogun").start(1, None)

    session = devicelog_session(MESOGUN, device, seconds=60)

    assert session.record.ended == "the simulation was over"
    assert 0 < session.record.tally.session.triggers < 100


@pytest.mark.parametrize("socket", [False, True], ids=["pseudo-terminal", "socket"])
def test_a_served_simulator_is_recorded_through_a_real_port(
    devicelog_session: RecordSession, simulator_port: SimulatorPort, *, socket: bool
) -> None:
    url = simulator_port("reference-mesogun", socket=socket)

    session = devicelog_session(MESOGUN, url)

    assert session.record.tally.session.volume_ml == 2
    assert session.record.ended == "the devices fell silent"
    assert len(session.of("device_bound")) == 1


def test_an_unknown_simulator_is_told_to_the_test_that_asked(simulator_port: SimulatorPort) -> None:
    with pytest.raises(UnknownNameError, match="no simulator is called 'reference-mesogum'; did you mean"):
        simulator_port("reference-mesogum")
