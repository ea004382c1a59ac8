"""Where a conformance suite's bytes come from besides a file: a simulated device, or a real one on its port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.capture.listening import Listening
from devicelog.chunk import ChunkKind
from devicelog.errors import BadInputError
from devicelog.testing.simulated import play
from devicelog.testing.talk import Sent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from devicelog.driver import Driver
    from devicelog.simulator import SimulatedDevice
    from devicelog.testing.talk import Pieces

#: A device is listened to for so many seconds if nobody says otherwise.
SECONDS = 20.0


def from_simulator(driver: Driver, device: SimulatedDevice, seconds: float = 60.0) -> Pieces:
    """What a simulated device sends in so many virtual seconds, asked as the driver's link would ask it."""
    told = [chunk for chunk in play(driver, device, seconds) if chunk.kind in (ChunkKind.RECEIVED, ChunkKind.SENT)]
    return [chunk.data if chunk.kind is ChunkKind.RECEIVED else Sent(chunk.data) for chunk in told]


def from_hardware(driver: Driver, url: str, path: Path, seconds: float = SECONDS) -> Path:
    """A capture of a real device in a new file, asked as `devicelog record` would ask it: only what goes unasked.

    Raises PortError, or BadInputError if the file is there or the URL is none.
    """
    listening = Listening([(url, driver)], path, origin=f"conformance suite of {driver.name}, a device on its port")
    with listening.opened() as writer:
        listening.run(writer, seconds, show=lambda _: None, idle=lambda: None)
    return path


def named_devices(texts: Sequence[str]) -> Mapping[str, str]:
    """The port of each driver, from `DRIVER@URL`; raises BadInputError for what is not that."""
    found = {}
    for text in texts:
        name, at, url = text.partition("@")
        if not (name and at and url):
            raise BadInputError(f"{text!r} is no device; expected DRIVER@URL, such as my-gun@/dev/ttyUSB0.")
        found[name] = url
    return found
