"""What every part of a conformance suite stands on: the driver, its capture, and what its wire format promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import pytest
from hypothesis import HealthCheck, settings

from devicelog.driver import Driver
from devicelog.simulator import Simulator
from devicelog.testing.capture import Capture, Frame, Source, capture, read_capture

if TYPE_CHECKING:
    from pathlib import Path

#: So many frames of a capture are tried where all would take too long.
SAMPLE = 16
#: The same examples in every run: what passes once passes always.
ANY_CLASS = settings(
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=60,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.differing_executors],
)


class Suite:
    """What a driver's test names.

    `integrity` is what the wire format has against damage: a CRC, a plain checksum, or nothing.
    `lost_after_noise` is how many frames may go with the noise before them: 0 where a frame shows its own beginning.
    `link` is the line of the capture that this driver reads, where it has several.
    `vectors` is a file of single frames with their meanings. `simulator` stands in for the device on a real line: a
    value, the name of an installed one, or None.
    """

    driver: ClassVar[Driver]
    capture: ClassVar[Source]
    vectors: ClassVar[Path | None] = None
    simulator: ClassVar[Simulator | str | None] = None
    integrity: ClassVar[Literal["crc", "checksum", "none"]] = "crc"
    lost_after_noise: ClassVar[int] = 0
    link: ClassVar[int] = 1

    @property
    def captured(self) -> Capture:
        """The capture as the driver reads it."""
        return capture(self.driver.decoder, read_capture(self.capture, self.link))

    @property
    def clean(self) -> list[Frame]:
        """The frames of the capture that are read; a test that needs one says in a sentence that there is none."""
        if not self.captured.clean:
            pytest.fail("no frame of the capture is read; begin with the capture and the vectors", pytrace=False)
        return self.captured.clean
