"""The doctor on the rest of the computer: adapters, programs that meddle, power, clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.doctor import Grade
from devicelog.link.ports import Port, fault

if TYPE_CHECKING:
    from tests.doctor.conftest import Computer

BRLTTY = 'ENV{{PRODUCT}}=="{product}/*", ENV{{BRLTTY_BRAILLE_DRIVER}}="bm", GOTO="brltty_usb_run"\n'
STATUS = (
    "Package: brlapi\nVersion: 9.9\n\nPackage: brltty\nStatus: install ok installed\nVersion: {}\nArchitecture: all\n"
)


# -- adapters ----------------------------------------------------------------------------------------------------


def test_two_adapters_without_serial_numbers_cannot_be_told_apart(computer: Computer) -> None:
    ports = [computer.adapter("1a86:7523", None, latency=None) for _ in range(2)]

    [found] = computer.findings("ports")

    assert found.grade is Grade.CARE
    assert all(port in found.found for port in ports)
    assert "1a86:7523" in found.found
    assert "without a serial number" in found.found


def test_adapters_that_differ_are_no_matter(computer: Computer) -> None:
    computer.adapter("1a86:7523", None, latency=None)
    computer.adapter("0403:6001", "FT2")

    assert computer.findings("ports") == []


def test_two_adapters_with_the_same_serial_number_are_named(computer: Computer) -> None:
    computer.adapter("10c4:ea60", "0001", latency=None)
    computer.adapter("10c4:ea60", "0001", latency=None)

    [found] = computer.findings("ports")

    assert "with the serial number 0001" in found.found


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_twins_are_seen_on_other_systems_too(computer: Computer, platform: str) -> None:
    computer.platform = platform
    computer.ports = [Port(name, "WCH", None, "1A86:7523", None, None, None) for name in ("COM3", "COM4")]

    [found] = computer.findings("ports")

    assert "COM3, COM4" in found.found


@pytest.mark.parametrize(("latency", "late"), [(16, True), (1, False), (2, False), (None, False)])
def test_an_adapter_that_keeps_bytes_back_is_care(computer: Computer, latency: int | None, *, late: bool) -> None:
    port = computer.adapter(latency=latency, serial="FT2")

    found = computer.findings("port")

    assert [one.grade for one in found] == [Grade.CARE] * late
    assert all(f"{port} keeps bytes back for 16 ms" in one.found for one in found)


@pytest.mark.parametrize(("power", "suspends"), [("auto", True), ("on", False)])
def test_an_adapter_that_may_be_suspended_is_care(computer: Computer, power: str, *, suspends: bool) -> None:
    computer.adapter(power=power, serial="FT2")

    found = computer.findings("USB power")

    assert [one.grade for one in found] == [Grade.CARE] * suspends
    assert all("/sys/devices/pci0000:00/usb1/1-" in one.mend for one in found)


def test_a_port_that_every_program_may_write_is_care(computer: Computer) -> None:
    port = computer.adapter(serial="FT2", mode=0o666)

    [found] = computer.findings("port")

    assert port in found.found


def test_a_port_that_cannot_be_used_has_its_mend(computer: Computer) -> None:
    computer.ports = [Port("/dev/ttyGONE", "maker", None, None, None, None, fault("/dev/ttyGONE"))]

    [found] = computer.findings("port")

    assert (found.found, found.grade) == ("/dev/ttyGONE: it is not there", Grade.CARE)


def test_no_port_at_all_is_care(computer: Computer) -> None:
    computer.ports = []

    assert [found.found for found in computer.findings("ports")] == ["no serial port is plugged in"]


# -- programs that meddle ----------------------------------------------------------------------------------------


def test_modemmanager_is_care_unless_every_adapter_is_marked(computer: Computer) -> None:
    computer.process("ModemManager")
    assert computer.findings("ModemManager") == []

    port = computer.adapter(serial="FT2", marked=False)

    [found] = computer.findings("ModemManager")
    assert found.grade is Grade.CARE
    assert port in found.found
    assert "/dev/ttyUSB1," not in found.found


def test_modemmanager_that_does_not_run_is_no_matter(computer: Computer) -> None:
    computer.adapter(serial="FT2", marked=False)

    assert computer.findings("ModemManager") == []


@pytest.mark.parametrize("product", ["1a86/7523", "10c4/ea60", "403/6001"])
def test_brltty_is_bad_where_it_takes_an_adapter_that_is_plugged_in(computer: Computer, product: str) -> None:
    vendor, chip = product.split("/")
    port = computer.adapter(f"{vendor:0>4}:{chip}", "S2", latency=None)
    computer.file("/usr/lib/udev/rules.d/85-brltty.rules", BRLTTY.format(product=product))

    [found] = computer.findings("brltty")

    assert found.grade is Grade.BAD
    assert port in found.found


def test_brltty_is_care_where_its_adapters_are_not_plugged_in(computer: Computer) -> None:
    computer.file("/usr/lib/udev/rules.d/90-brltty-device.rules", BRLTTY.format(product="1a86/7523"))

    assert [found.grade for found in computer.findings("brltty")] == [Grade.CARE]


@pytest.mark.parametrize(("version", "takes"), [("6.4-4ubuntu3", True), ("5:6.5-7", False), ("6.10-1", False)])
def test_brltty_asks_such_adapters_for_more_from_6_5_on(computer: Computer, version: str, *, takes: bool) -> None:
    computer.file("/usr/lib/udev/rules.d/85-brltty.rules", BRLTTY.format(product="1a86/7523"))
    computer.file("/var/lib/dpkg/status", STATUS.format(version))

    assert bool(computer.findings("brltty")) is takes


def test_rules_of_brltty_that_are_masked_or_commented_out_are_no_matter(computer: Computer) -> None:
    computer.file("/usr/lib/udev/rules.d/85-brltty.rules", BRLTTY.format(product="1a86/7523"))
    computer.link("/etc/udev/rules.d/85-brltty.rules", "/dev/null")
    computer.file("/usr/lib/udev/rules.d/90-brltty-device.rules", "# " + BRLTTY.format(product="1a86/7523"))

    assert computer.findings("brltty") == []


# -- sleep and clocks --------------------------------------------------------------------------------------------


def laptop(computer: Computer) -> None:
    """Let the computer be one that can sleep and has a lid."""
    computer.file("/sys/power/state", "freeze mem disk\n")
    computer.file("/proc/acpi/button/lid/LID0/state", "state: open\n")


def test_a_laptop_as_it_comes_sleeps_when_its_lid_is_closed(computer: Computer) -> None:
    laptop(computer)

    [found] = computer.findings("sleep")

    assert found.grade is Grade.CARE
    assert "when its lid is closed" in found.found


def test_a_laptop_that_is_told_not_to_sleep_leaves_the_desktop_to_be_looked_at(computer: Computer) -> None:
    laptop(computer)
    computer.file("/etc/systemd/logind.conf.d/lid.conf", "[Login]\nHandleLidSwitch=ignore\n# IdleAction=suspend\n")

    [found] = computer.findings("sleep")

    assert found.grade is Grade.UNCHECKED
    assert "cannot be seen here" in found.found


def test_the_last_drop_in_wins(computer: Computer) -> None:
    laptop(computer)
    computer.file("/etc/systemd/logind.conf", "[Login]\nHandleLidSwitch=ignore\n")
    computer.file("/usr/lib/systemd/logind.conf.d/10.conf", "[Login]\nIdleAction=ignore\n")
    computer.file("/etc/systemd/logind.conf.d/20.conf", "[Login]\nIdleAction=suspend\n")

    [found] = computer.findings("sleep")

    assert found.found == "the computer sleeps when nobody touches it"


def test_sleep_that_is_masked_is_good(computer: Computer) -> None:
    laptop(computer)
    for target in ("sleep.target", "suspend.target"):
        computer.link(f"/etc/systemd/system/{target}", "/dev/null")

    assert computer.findings("sleep") == []


@pytest.mark.parametrize("keeper", ["chronyd", "ntpd"])
def test_a_clock_that_nothing_keeps_right_is_care(computer: Computer, keeper: str) -> None:
    (computer.root / "run/systemd/timesync/synchronized").unlink()
    assert [found.grade for found in computer.findings("wall clock")] == [Grade.CARE]

    computer.process(keeper)
    assert computer.findings("wall clock") == []


def test_a_time_service_that_has_reached_no_server_is_care(computer: Computer) -> None:
    (computer.root / "run/systemd/timesync/synchronized").unlink()
    computer.process("systemd-timesyncd"[:15])  # as the kernel cuts names

    [found] = computer.findings("wall clock")

    assert "has not reached a time server" in found.found


# -- other systems -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_what_cannot_be_checked_is_said_plainly(computer: Computer, platform: str) -> None:
    computer.platform = platform

    found = [one for one in computer.findings() if one.grade is Grade.UNCHECKED]

    assert {"sleep", "wall clock", "port"} <= {one.about for one in found}
    assert all("cannot be seen from here" in one.found for one in found)


def test_a_port_of_macos_that_waits_for_a_carrier_is_care(computer: Computer) -> None:
    computer.platform = "darwin"
    computer.ports = [Port("/dev/tty.usbserial-1", "FTDI", "FT1", "0403:6001", None, None, None)]

    assert "record at /dev/cu.usbserial-1" in [found.mend for found in computer.findings("port")]
