"""The driver of the SD-10 keeps the promises of every driver, and reads what an SD-10 sends."""

from __future__ import annotations

from pathlib import Path

import pytest
from devicelog.driver import BadFrame
from devicelog.testing.conformance import DriverConformance
from devicelog.testing.vectors import frames

from example_dispenser.driver import DRIVER
from example_dispenser.simulator import SIMULATOR, line

#: Frames with their meanings, written by hand. A real driver has what a real device has sent in a capture beside it.
VECTORS = Path(__file__).parent / "vectors.json"


class TestPromises(DriverConformance):
    driver = DRIVER
    capture = frames(VECTORS)
    vectors = VECTORS
    simulator = SIMULATOR
    integrity = "checksum"
    lost_after_noise = 1  # a line does not show its beginning


@pytest.mark.parametrize(
    "text", ["V=-1 uL N=7", "V=12,5 uL N=7", "V=12.5uL N=7", "V=1e3 uL N=7", "V=12.5 uL", "X=1", ""]
)
def test_what_no_sd_10_sends_is_a_bad_frame_however_right_its_check(text: str) -> None:
    (event,) = DRIVER.decoder().feed(line(text))

    assert type(event) is BadFrame
