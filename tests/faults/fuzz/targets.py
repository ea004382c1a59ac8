"""What is fuzzed: each takes any bytes and may refuse them in a sentence; whatever else it raises is a crash."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from devicelog import registry
from devicelog.errors import DevicelogError
from devicelog.simulator import SimulatedDevice
from tests.faults.damaged_frames import clean_frames
from tests.faults.suites import driver_of
from tests.profile.profiles import PROFILES

#: Files are written where that costs nothing, if there is such a place.
_MEMORY = Path("/dev/shm")
_SOME = 40
#: A target with a fault that fuzzing must find.
PLANTED = "planted"
#: A simulated device remembers what it sent; it is begun anew after so many tries.
_LIFE = 500


@dataclass(frozen=True, slots=True)
class Target:
    """One reader of foreign bytes: what it begins with, and one try."""

    name: str
    corpus: tuple[bytes, ...]
    one: Callable[[bytes], None]


def target(name: str) -> Target:
    """The target of that name: a driver, or one of those below."""
    if name in ("faults", "scenario"):
        return _tables(name)
    if name == PLANTED:
        return Target(name, (b"a whole frame",), _raise_at_a_high_byte)
    others = {"log-query": _queries, "protocol": _protocols, "profile": _profiles, "export": _exports}
    return others[name]() if name in others else _decoder(name)


def _decoder(name: str) -> Target:
    """A driver's decoder, which raises nothing, whatever the bytes and their pieces."""
    new = driver_of(name).decoder

    def one(data: bytes) -> None:
        decoder = new()
        cut = data[0] % len(data) if data else 0
        decoder.feed(data[:cut])
        decoder.feed(data[cut:])
        decoder.end()

    frames = clean_frames(name)
    return Target(name, tuple(frames[:: max(1, len(frames) // _SOME)]), one)


def _queries() -> Target:
    """What a host may send to a simulated device, and anything else."""
    starts = [plugin.value.start for plugin in registry.simulators().values() if plugin.value]
    devices: list[SimulatedDevice] = []
    tries = count()

    def one(data: bytes) -> None:
        if next(tries) % _LIFE == 0:
            devices[:] = [start(1, None) for start in starts]
            for device in devices:
                device.advance(30.0)
        for device in devices:
            device.answer(data)
            device.answer(b"\r\n")

    return Target("log-query", (b"ID?\r\n", b"CAP?\r\n", b"LOG? 1,20\r\n", b"LOG? 5,2,1\r\n", b"LOG? 9,9,9\r\n"), one)


def _protocols() -> Target:
    """The text of a treatment protocol file."""
    from devicelog.treatment.protocol_file import parse, shipped

    def one(data: bytes) -> None:
        with suppress(DevicelogError, UnicodeDecodeError):
            parse(data.decode("utf-8"), where="the file")

    return Target("protocol", tuple(path.read_bytes() for path in shipped().values()), one)


def _profiles() -> Target:
    """The text of a device profile; one that is sound is a driver, and reads."""

    def one(data: bytes) -> None:
        with suppress(UnicodeDecodeError):
            driver, problems = registry.check_profile(data.decode("utf-8"), "the file")
            assert (driver is None) == bool(problems)
            if driver is not None:
                driver.decoder().feed(data)

    return Target("profile", tuple(path.read_bytes() for path in PROFILES.values()), one)


def _tables(name: str) -> Target:
    """A file of faults or a scenario of a simulator."""
    from devicelog_simulators.faults import read_faults

    file = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.exists() else None)) / f"{name}.toml"
    scenarios = [
        (simulator.start, path)
        for plugin in registry.simulators().values()
        if (simulator := plugin.value) is not None
        for path in islice(simulator.scenarios.values(), 2)
    ]

    def one(data: bytes) -> None:
        file.write_bytes(data)
        if name == "faults":
            with suppress(DevicelogError):
                read_faults(file)
            return
        for start in {start for start, _ in scenarios}:
            with suppress(DevicelogError):
                start(1, file).advance(1.0)

    corpus = (_FAULTS,) if name == "faults" else tuple(path.read_bytes() for _, path in scenarios)
    return Target(name, corpus, one)


def _exports() -> Target:
    """One file of an export, changed and listed as it is now; the first byte chooses the file."""
    from tests.faults.fuzz.foreign_export import ForeignExport

    foreign = ForeignExport(Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.exists() else None)))
    return Target("export", foreign.corpus, foreign.check)


def _raise_at_a_high_byte(data: bytes) -> None:
    assert max(data, default=0) < 0xF0, "a high byte"


_FAULTS = b"""
[[faults]]
kind = "drop"
at = "12 s"
count = 2

[[faults]]
kind = "noise"
at = "21 s"
bytes = 40
inside = true
content = "zeros"

[[faults]]
kind = "wrap"
at = "44 s"
field = "seq"

[[faults]]
kind = "wrong_device"
at = "50 s"
serial = "SN-OTHER"
"""
