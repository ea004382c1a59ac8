"""A computer in a folder: /sys, /proc, /run and /etc as a real one has them, for `devicelog doctor` to look at."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog.doctor import Finding, System, examine
from devicelog.link.ports import Port
from devicelog.store.reader import Reader
from devicelog.testing.simulated import record_session
from devicelog.witness import places
from devicelog.witness.keeper import catch_up
from devicelog_drivers import reference_mesogun
from devicelog_simulators import reference_mesogun as gun_simulator

if TYPE_CHECKING:
    from collections.abc import Callable

_GB = 1_000_000_000


@dataclass
class Computer:
    """Files below `root`; `free` of `total` bytes of its disk. As it is made, nothing on it spoils a recording."""

    root: Path
    store: Path
    platform: str = "linux"
    free: int = 100 * _GB
    total: int = 500 * _GB
    sqlite: tuple[int, ...] = (3, 54, 1)
    ports: list[Port] = field(default_factory=list)
    _count: int = 0

    def file(self, path: str, text: str = "") -> Path:
        """Write a file of this computer."""
        file = self.root / path.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def link(self, path: str, to: str) -> None:
        file = self.root / path.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(to)

    def process(self, name: str) -> None:
        """Let a program run."""
        self._count += 1
        self.file(f"/proc/{100 + self._count}/comm", f"{name}\n")

    def adapter(
        self,
        product: str = "0403:6001",
        serial: str | None = "FT1",
        *,
        latency: int | None = 1,
        power: str = "on",
        marked: bool = True,
        mode: int = 0o660,
    ) -> str:
        """Plug in a USB serial adapter, as the kernel and udev show it; the name of its port."""
        self._count += 1
        number, name = self._count, f"ttyUSB{self._count}"
        usb = f"/sys/devices/pci0000:00/usb1/1-{number}"
        vendor, chip = product.split(":")
        self.file(f"{usb}/idVendor", f"{vendor}\n")
        self.file(f"{usb}/idProduct", f"{chip}\n")
        self.file(f"{usb}/dev", f"189:{number}\n")
        self.file(f"{usb}/power/control", f"{power}\n")
        if serial is not None:
            self.file(f"{usb}/serial", f"{serial}\n")
        tty = f"{usb}/1-{number}:1.0/{name}/tty/{name}"
        self.file(f"{tty}/dev", f"188:{number}\n")
        self.link(f"{tty}/device", f"../../../{name}")
        self.link(f"/sys/class/tty/{name}", f"../../{tty.removeprefix('/sys/')}")
        if latency is not None:
            self.file(f"/sys/bus/usb-serial/devices/{name}/latency_timer", f"{latency}\n")
        notes = ["E:ID_BUS=usb", *(["E:ID_MM_DEVICE_IGNORE=1"] if marked else [])]
        self.file(f"/run/udev/data/c188:{number}", "\n".join(notes) + "\n")
        self.file(f"/dev/{name}").chmod(mode)
        self.ports.append(Port(f"/dev/{name}", "FTDI", serial, product.upper(), f"1-{number}", None, None))
        return f"/dev/{name}"

    def findings(self, about: str | None = None) -> list[Finding]:
        """What the doctor finds that is not good, about one thing or all."""
        system = System(
            self.root, self.platform, tuple(self.ports), self.sqlite, room=lambda _: (self.free, self.total)
        )
        found = examine(system, self.store)
        assert all(bool(finding.mend) == (finding.grade != "good") for finding in found)
        return [one for one in found if one.grade != "good" and about in {None, one.about}]


@pytest.fixture
def computer(tmp_path: Path, sound_store: Path) -> Computer:
    """A computer on which nothing spoils a recording: one adapter, a clock that is kept right, no sleep."""
    computer = Computer(tmp_path / "computer", sound_store)
    computer.adapter()
    computer.process("systemd")
    computer.file("/run/systemd/timesync/synchronized")
    computer.file("/proc/self/mounts", "/dev/sda1 / ext4 rw 0 0\n")
    return computer


@pytest.fixture
def sound_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a session, its keys elsewhere, and a witness of it elsewhere again."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys-of" / "keys"))
    store = tmp_path / "data" / "store"
    device = gun_simulator.SIMULATOR.start(1, gun_simulator.SIMULATOR.scenarios["face"])
    record_session(reference_mesogun.DRIVER, device, store, protocol="none", seconds=5)
    with Reader.open(store) as reader:
        places.add(reader.folder, tmp_path / "stick")
        catch_up(reader)
    return store


@pytest.fixture
def keys() -> Callable[[], Path]:
    """Where the keys are: the folder of the one store."""

    def folder() -> Path:
        [found] = Path(os.environ["DEVICELOG_KEYS"]).iterdir()
        return found

    return folder
