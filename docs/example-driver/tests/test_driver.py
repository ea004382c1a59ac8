"""The driver of the SD-10 keeps the promises of every driver, and reads what an SD-10 sends."""

from __future__ import annotations

from decimal import Decimal

import pytest
from devicelog.driver import BadFrame, Reading
from devicelog.testing.conformance import DriverConformance
from devicelog.testing.plugin import RecordSession

from example_dispenser.driver import DRIVER
from example_dispenser.simulator import DOSES, SIMULATOR, line

#: Written by hand from the README, its examples among them; a real driver has bytes of a real device here.
LINES = [
    b"ID=SD-10 SN=0042 FW=1.3*2D\r\n",
    b"S=ready*05\r\n",
    b"V=12.5 uL N=7*0E\r\n",
    line("V=0.013 mL N=8"),
    line("S=paused"),
    line("V=250 uL N=9"),
    line("S=empty"),
]


class TestDispenser(DriverConformance):
    driver = DRIVER
    capture = LINES
    integrity = "checksum"
    lost_after_noise = 1  # a line does not show its beginning


def test_a_dose_is_read_with_the_unit_that_it_was_sent_with() -> None:
    (dose,) = DRIVER.decoder().feed(line("V=12.5 uL N=7"))

    assert dose == Reading("dose", (7, Decimal("12.5")), 18, units=("", "uL"))


@pytest.mark.parametrize(
    "text", ["V=-1 uL N=7", "V=12,5 uL N=7", "V=12.5uL N=7", "V=1e3 uL N=7", "V=12.5 uL", "X=1", ""]
)
def test_what_no_sd_10_sends_is_a_bad_frame_however_right_its_check(text: str) -> None:
    (event,) = DRIVER.decoder().feed(line(text))

    assert type(event) is BadFrame


def test_a_simulated_session_becomes_a_record(devicelog_session: RecordSession) -> None:
    session = devicelog_session(DRIVER, SIMULATOR.start(1, None))

    assert session.record.observations["dose"] == DOSES
    assert session.record.simulated
    assert session.record.gaps == {}
    assert session.record.missing_things() == []
    assert session.of("bad_frame") == []
