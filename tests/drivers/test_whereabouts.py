"""A device is found again by its adapter, under whatever name; what may be somebody else's is never taken."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.chunk import ChunkKind, Fault, what_failed
from devicelog.errors import PortError
from devicelog.link import link as link_module
from devicelog.link import whereabouts
from devicelog.link.adapter import Adapter
from devicelog.link.whereabouts import PortNotTakenError, Whereabouts
from devicelog_drivers.reference_mesogun import DRIVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.drivers.conftest import RunningLink

FTDI = {"vid": 0x0403, "pid": 0x6001, "serial_number": "A1", "location": "1-1.2"}
#: The system notes to a tick (1 to 10 ms) when a terminal was made; no recording's terminal is gone so soon (s).
_TICKS = 0.05
CH340 = {"vid": 0x1A86, "pid": 0x7523, "serial_number": None, "location": "1-1.2"}


class Plugged:
    """What is plugged in, as pyserial would list it; `shows` changes it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._infos: list[Any] = []
        monkeypatch.setattr(whereabouts, "list_ports", lambda: self._infos)

    def shows(self, **adapters: dict[str, Any]) -> None:
        self._infos = [SimpleNamespace(device=f"/dev/{name}", **info) for name, info in adapters.items()]

    def shows_at(self, name: str, info: dict[str, Any]) -> None:
        self._infos = [SimpleNamespace(device=name, **info)]


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Plugged:
    return Plugged(monkeypatch)


def opened(url: str = "/dev/ttyUSB0", *, can_ask: bool = True) -> Whereabouts:
    where = Whereabouts(url, can_ask=can_ask)
    where.remember()
    return where


def test_an_adapter_with_a_serial_number_is_found_under_another_name_and_in_another_socket(plugged: Plugged) -> None:
    plugged.shows(ttyUSB0=FTDI)
    where = opened()

    plugged.shows(ttyUSB1={**FTDI, "location": "2-4"}, ttyUSB0={**FTDI, "serial_number": "B2"})

    assert where.find() == "/dev/ttyUSB1"


def test_an_adapter_without_a_serial_number_is_found_in_its_socket(plugged: Plugged) -> None:
    plugged.shows(ttyUSB0=CH340, ttyUSB1={**CH340, "location": "1-1.3"})
    where = opened()

    plugged.shows(ttyUSB0={**CH340, "location": "1-1.3"}, ttyUSB2=CH340)

    assert where.find() == "/dev/ttyUSB2"


def test_an_adapter_without_a_serial_number_in_another_socket_is_not_taken(plugged: Plugged) -> None:
    plugged.shows(ttyUSB0=CH340)
    where = opened()

    plugged.shows(ttyUSB0={**CH340, "location": "1-1.3"})

    with pytest.raises(
        PortNotTakenError, match=r"/dev/ttyUSB0 is not taken: .* looks the same, and nothing tells whose"
    ):
        where.find()


def test_adapters_that_share_a_serial_number_are_told_apart_by_their_sockets(plugged: Plugged) -> None:
    twin = {**FTDI, "serial_number": "0001"}
    plugged.shows(ttyUSB0=twin, ttyUSB1={**twin, "location": "1-1.3"})
    where = opened()

    plugged.shows(ttyUSB0={**twin, "location": "1-1.3"})

    with pytest.raises(PortNotTakenError):
        where.find()


def test_one_channel_of_an_adapter_is_not_another(plugged: Plugged) -> None:
    first = {**FTDI, "location": "1-1.2:1.0"}
    second = {**FTDI, "location": "1-1.2:1.1"}
    plugged.shows(ttyUSB0=first, ttyUSB1=second)
    where = opened()

    plugged.shows(ttyUSB0=second, ttyUSB1=first)

    assert where.find() == "/dev/ttyUSB1"


def test_another_adapter_under_the_same_name_is_not_taken(plugged: Plugged) -> None:
    plugged.shows(ttyUSB0=FTDI)
    where = opened()

    plugged.shows(ttyUSB0={**CH340, "location": "1-1.4"})

    with pytest.raises(PortNotTakenError, match=r"is another; expected the adapter 0403:6001 with serial number A1"):
        where.find()


def test_another_device_in_the_same_socket_is_taken_and_asked_who_it_is(plugged: Plugged) -> None:
    plugged.shows(ttyUSB0=FTDI)
    where = opened()

    plugged.shows(ttyUSB1={**FTDI, "serial_number": "B2"})

    assert where.find() == "/dev/ttyUSB1"


def test_another_device_that_cannot_be_asked_who_it_is_is_not_taken(plugged: Plugged) -> None:
    plugged.shows(ttyUSB0=FTDI)
    where = opened(can_ask=False)

    plugged.shows(ttyUSB0={**FTDI, "serial_number": "B2"})

    with pytest.raises(PortNotTakenError):
        where.find()


def test_nothing_plugged_in_is_just_not_there(plugged: Plugged) -> None:
    plugged.shows(ttyUSB0=FTDI)
    where = opened()

    plugged.shows()

    with pytest.raises(PortError, match="is not there") as told:
        where.find()
    assert not isinstance(told.value, PortNotTakenError)


@pytest.mark.parametrize("url", ["/dev/ttyS0", "socket://127.0.0.1:7000", "sim://reference-mesogun"])
def test_a_port_that_is_on_no_usb_adapter_is_known_by_its_name(plugged: Plugged, url: str) -> None:
    plugged.shows(ttyUSB0=FTDI)
    where = opened(url)

    plugged.shows(ttyUSB1=FTDI)

    assert where.find() == url


@pytest.mark.skipif(not Path("/dev/pts").is_dir(), reason="this machine has no /dev/pts")
def test_a_pseudo_terminal_that_is_gone_is_not_mixed_up_with_the_next_of_that_number(plugged: Plugged) -> None:
    master, slave = os.openpty()
    name = os.ttyname(slave)
    where = opened(name)
    assert where.find() == name

    time.sleep(_TICKS)
    os.close(slave)
    os.close(master)
    others: list[int] = []
    while not Path(name).exists() and len(others) < 40:
        others += os.openpty()

    with pytest.raises(PortError, match="is gone"):
        where.find()
    for descriptor in others:
        os.close(descriptor)


def test_a_link_to_the_port_keeps_its_name(plugged: Plugged, tmp_path: Path) -> None:
    link = tmp_path / "by-id"
    link.symlink_to("/dev/ttyUSB0")
    plugged.shows(ttyUSB0=FTDI)
    where = opened(str(link))

    link.unlink()
    link.symlink_to("/dev/ttyUSB1")
    plugged.shows(ttyUSB1=FTDI)

    assert where.find() == str(link)


# -- on a real line ----------------------------------------------------------------------------------------------


class Pty:
    """A pty that stands in for the port of a USB adapter."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        self.name = os.ttyname(slave)
        os.close(slave)


needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")


@needs_pty
def test_a_link_goes_on_under_the_new_name(start: Callable[..., RunningLink], plugged: Plugged) -> None:
    first, second = Pty(), Pty()
    plugged.shows_at(first.name, FTDI)
    reading = start(first.name)
    reading.until_opened()

    plugged.shows()
    os.close(first.master)
    reading.until_lost()
    plugged.shows_at(second.name, FTDI)
    reading.until_opened(2)
    os.write(second.master, b"still there")
    reading.until_received(11)

    assert reading.of(ChunkKind.OPENED) == [first.name.encode(), second.name.encode()]
    reading.stop()
    os.close(second.master)


@needs_pty
def test_a_link_that_finds_somebody_else_s_port_says_so_once_and_opens_nothing(
    start: Callable[..., RunningLink], plugged: Plugged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "BACK_OFF", (0.01, 0.01))
    first, second = Pty(), Pty()
    plugged.shows_at(first.name, CH340)
    reading = start(first.name, DRIVER)
    reading.until_opened()

    plugged.shows_at(second.name, {**CH340, "location": "9-9"})
    os.close(first.master)
    reading.until(lambda reading: bool(reading.of(ChunkKind.FAULT)))
    quiet = len(reading.of(ChunkKind.QUIET))
    reading.until(lambda reading: len(reading.of(ChunkKind.QUIET)) >= quiet + 5)

    [said] = [what_failed(chunk) for chunk in reading.chunks if chunk.kind is ChunkKind.FAULT]
    assert said[0] == Fault.PORT_NOT_TAKEN
    assert len(reading.of(ChunkKind.OPENED)) == 1
    os.close(second.master)


def test_a_port_that_was_never_opened_here_is_found_by_the_adapter_that_is_known_of_it(plugged: Plugged) -> None:
    plugged.shows(ttyUSB0={**FTDI, "serial_number": "B2", "location": "2-4"}, ttyUSB1=FTDI)
    adapter = Adapter.at("0403:6001", "A1", "1-1.2")

    where = Whereabouts("/dev/ttyUSB0", can_ask=True, adapter=adapter, alone=True)

    assert where.find() == "/dev/ttyUSB1"
    where.remember()  # what is known is not forgotten for what happens to have the name
    assert where.find() == "/dev/ttyUSB1"
