"""Programs known to write into serial devices, or to take their adapters away (Linux)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from devicelog.doctor.adapters import Adapter, adapters
from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System, read

#: Adapters that brltty took for Braille displays by their chip alone before version 6.5: vendor/product.
_CHIPS = {"1a86/7523": "CH340", "10c4/ea60": "CP210x", "403/6001": "FTDI FT232"}
#: The first version that asks such a chip for more.
_CAREFUL = (6, 5)
_RULE_FOLDERS = ("/usr/lib/udev/rules.d", "/lib/udev/rules.d", "/run/udev/rules.d", "/etc/udev/rules.d")


def modem_manager(system: System, _: Path) -> Iterator[Finding]:
    """ModemManager sends AT commands to new ports, unless their adapters are marked."""
    if not system.is_linux or "ModemManager" not in system.processes():
        return
    present = adapters(system)
    marked = [adapter.port for adapter in present if _is_marked(system, adapter)]
    open_to_it = [adapter.port for adapter in present if adapter.port not in marked]
    if present and not open_to_it:
        yield Finding("ModemManager", Grade.GOOD, f"it is running, and told to leave {', '.join(marked)} alone")
        return
    found = f"it is running, and may send AT commands to {', '.join(open_to_it) or 'every new port'}"
    mend = "install deploy/70-devicelog.rules (ID_MM_DEVICE_IGNORE), or: systemctl mask --now ModemManager"
    yield Finding("ModemManager", Grade.CARE, found, mend)


def _is_marked(system: System, adapter: Adapter) -> bool:
    """Whether udev's notes on the port or its USB device tell ModemManager to ignore it."""
    assert adapter.usb is not None
    numbers = (system.read(f"/sys/class/tty/{Path(adapter.port).name}/dev"), read(adapter.usb / "dev"))
    notes = (system.read(f"/run/udev/data/c{number}") or "" for number in numbers if number)
    marks = {"E:ID_MM_DEVICE_IGNORE=1", "E:ID_MM_PORT_IGNORE=1"}
    return any(marks & set(note.splitlines()) for note in notes)


def brltty(system: System, _: Path) -> Iterator[Finding]:
    """brltty takes the adapter of a new port for a Braille display, and the port is gone half a second later."""
    version = _version(system)
    chips = sorted(_claimed(system)) if version is None or version < _CAREFUL else []
    if not chips:
        return
    present = {adapter.product: adapter.port for adapter in adapters(system)}
    hit = [port for product, port in present.items() if _short(product) in chips]
    named = f"brltty {'.'.join(map(str, version))}" if version is not None else "brltty"
    found = f"{named} takes adapters away ({', '.join(_CHIPS[chip] for chip in chips)})"
    found += f", and {', '.join(hit)} is one of them" if hit else ""
    mend = "upgrade it to 6.5, remove it, or mask its udev rules, as docs/deployment.md says"
    yield Finding("brltty", Grade.BAD if hit else Grade.CARE, found, mend)


def _claimed(system: System) -> set[str]:
    """The chips that the rules in force give to brltty; a rule file in /etc replaces one of the same name in /usr."""
    files = {file.name: file for folder in _RULE_FOLDERS for file in system.at(folder).glob("*brltty*.rules")}
    lines = (line.strip() for file in files.values() for line in (read(file) or "").splitlines())
    rules = [line for line in lines if not line.startswith("#")]
    return {chip for chip in _CHIPS if any(f'ENV{{PRODUCT}}=="{chip}/' in rule for rule in rules)}


def _version(system: System) -> tuple[int, ...] | None:
    """The version that is installed by Debian's list of packages; None where there is no such list or no brltty."""
    found = re.search(
        r"^Package: brltty$(?:\n(?!\n).*)*?\nVersion: (?:\d+:)?(\d+)\.(\d+)",
        system.read("/var/lib/dpkg/status") or "",
        re.MULTILINE,
    )
    return (int(found[1]), int(found[2])) if found is not None else None


def _short(product: str) -> str:
    """vendor:product as udev writes it: without leading zeros, with a slash."""
    return "/".join(number.lstrip("0") for number in product.split(":"))
