"""Where a bound device is now: by its adapter first, then by its USB socket; somebody else's port is not taken."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.acts.binding import Binding
from devicelog.attach.seat import adapter_of, bound_at, seat_of, seats
from devicelog.errors import BadInputError, PortError
from devicelog.link.adapter import Adapter
from devicelog.link.whereabouts import PortNotTakenError, real_name

if TYPE_CHECKING:
    from collections.abc import Mapping

FTDI = Adapter("0403:6001", "A1", "1-1.2", "")
OTHER_FTDI = Adapter("0403:6001", "B2", "1-1.3", "")
CH340 = Adapter("1A86:7523", None, "1-1.2", "")
TWIN = Adapter("1A86:7523", None, "1-1.3", "")


def moved(adapter: Adapter, socket: str) -> Adapter:
    return Adapter(adapter.usb, adapter.serial_number, socket, adapter.channel)


def bound(adapter: Adapter | None = FTDI, *, number: int = 1, serial: str = "SN1", **more: Any) -> Binding:
    alone = more.pop("alone", adapter is not None and adapter.serial_number is not None)
    port = more.pop("port", "/dev/ttyUSB0")
    return Binding("gun", port, "Ann", number=number, model="MG", serial=serial, adapter=adapter, alone=alone, **more)


def refused(binding: Binding, here: Mapping[str, Adapter], *others: Binding) -> str:
    """The sentence with which no port is given."""
    with pytest.raises(PortNotTakenError) as told:
        seat_of(binding, [binding, *others], here)
    return str(told.value)


@pytest.mark.parametrize("socket", ["1-1.2", "2-4"])
def test_an_adapter_with_a_serial_number_is_found_under_any_name_in_any_socket(socket: str) -> None:
    here = {"/dev/ttyUSB0": OTHER_FTDI, "/dev/ttyUSB7": moved(FTDI, socket)}

    assert seat_of(bound(), [], here) == "/dev/ttyUSB7"


@pytest.mark.parametrize(("before", "after"), [("COM3", "COM8"), ("/dev/cu.usbserial-A1", "/dev/cu.usbserial-1420")])
def test_the_names_of_other_systems_are_hints_too(before: str, after: str) -> None:
    assert seat_of(bound(port=before), [], {after: FTDI}) == after


def test_two_adapters_that_look_the_same_are_told_apart_by_their_sockets() -> None:
    one, other = bound(CH340), bound(TWIN, number=2, serial="SN2", port="/dev/ttyUSB1")
    exchanged = {"/dev/ttyUSB0": TWIN, "/dev/ttyUSB1": CH340}

    assert seats([one, other], exchanged) == {1: "/dev/ttyUSB1", 2: "/dev/ttyUSB0"}


def test_an_adapter_without_a_serial_number_in_another_socket_is_not_taken() -> None:
    told = refused(bound(CH340), {"/dev/ttyUSB0": moved(CH340, "2-4")})

    assert "looks the same, and nothing tells whose it is" in told
    assert "devicelog bind" in told


def test_two_adapters_with_the_same_serial_number_are_told_apart_by_their_sockets() -> None:
    twin = moved(FTDI, "2-4")

    assert seat_of(bound(alone=False), [], {"/dev/ttyUSB0": twin, "/dev/ttyUSB1": FTDI}) == "/dev/ttyUSB1"
    refused(bound(alone=False), {"/dev/ttyUSB0": twin})


def test_a_new_adapter_in_the_socket_is_taken_if_the_device_can_say_who_it_is() -> None:
    here = {"/dev/ttyUSB0": moved(OTHER_FTDI, "1-1.2")}

    assert seat_of(bound(), [], here) == "/dev/ttyUSB0"
    refused(bound(serial=""), here)


def test_an_adapter_that_another_device_is_bound_to_is_not_taken_for_its_socket() -> None:
    owner = bound(OTHER_FTDI, number=2, serial="SN2")

    assert "the adapter of gun#SN2" in refused(bound(), {"/dev/ttyUSB0": moved(OTHER_FTDI, "1-1.2")}, owner)


def test_an_adapter_that_is_not_plugged_in_is_said() -> None:
    with pytest.raises(PortError, match=r"gun#SN1 is bound to the adapter 0403:6001 .* not plugged in") as told:
        seat_of(bound(), [], {"/dev/ttyUSB1": TWIN})
    assert not isinstance(told.value, PortNotTakenError)


def test_a_port_on_no_usb_adapter_is_known_by_its_name_until_an_adapter_has_that_name() -> None:
    binding = bound(None, port="/dev/ttyS0")

    assert seat_of(binding, [], {"/dev/ttyUSB0": FTDI}) == "/dev/ttyS0"
    assert "what is there now is the adapter 0403:6001" in refused(binding, {"/dev/ttyS0": FTDI})


def test_a_port_belongs_to_the_binding_whose_adapter_is_on_it_now() -> None:
    one, other = bound(), bound(OTHER_FTDI, number=2, serial="SN2", port="/dev/ttyUSB1")
    exchanged = {"/dev/ttyUSB0": OTHER_FTDI, "/dev/ttyUSB1": FTDI, "/dev/ttyUSB2": CH340}

    assert bound_at("/dev/ttyUSB0", [one, other], exchanged) is other
    assert bound_at("/dev/ttyUSB2", [one, other], exchanged) is None


def test_an_adapter_of_which_nothing_but_the_make_is_known_cannot_be_bound() -> None:
    with pytest.raises(BadInputError, match="could not be found again"):
        adapter_of("COM3", {real_name("COM3"): Adapter("1A86:7523", None, None, "")})


@pytest.mark.parametrize("url", ["socket://127.0.0.1:7000", "sim://reference-mesogun", "/dev/ttyS0"])
def test_what_is_on_no_usb_adapter_has_none(url: str) -> None:
    assert adapter_of(url, {"/dev/ttyUSB0": FTDI}) == (None, False)


@pytest.mark.parametrize(("name", "real"), [("COM10", "COM10"), ("com10", "COM10"), ("socket://a:1", "socket://a:1")])
def test_a_port_of_windows_is_no_file_of_the_working_folder(
    monkeypatch: pytest.MonkeyPatch, name: str, real: str
) -> None:
    monkeypatch.setattr(os, "name", "nt")

    assert real_name(name) == real
