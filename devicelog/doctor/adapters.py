"""USB serial adapters as the kernel shows them in /sys, and what of them spoils a recording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System, read

#: An adapter that keeps bytes back for longer than this is too late (ms).
_LONGEST_MS = 2
_RULES = "install deploy/70-devicelog.rules"


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter and its port. `product` is vendor:product; `usb` is its device's folder in /sys (None: unknown)."""

    port: str
    product: str
    serial: str | None
    usb: Path | None = None


def adapters(system: System) -> list[Adapter]:
    """All adapters of a computer."""
    if not system.is_linux:
        return [Adapter(p.url, p.usb.lower(), p.serial_number) for p in system.ports if p.usb is not None]
    found = (_adapter(tty) for tty in sorted(system.at("/sys/class/tty").glob("tty*")) if (tty / "device").exists())
    return [adapter for adapter in found if adapter is not None]


def _adapter(tty: Path) -> Adapter | None:
    """The adapter behind a tty, if it is one on USB."""
    usb = next((folder for folder in tty.resolve().parents if (folder / "idVendor").exists()), None)
    if usb is None:
        return None
    product = f"{read(usb / 'idVendor')}:{read(usb / 'idProduct')}"
    return Adapter(f"/dev/{tty.name}", product, read(usb / "serial") or None, usb)


def permissions(system: System, _: Path) -> Iterator[Finding]:
    """A port that everyone may write is one into which anything may write."""
    for adapter in adapters(system) if system.is_linux else ():
        try:
            mode = system.at(adapter.port).stat().st_mode
        except OSError:
            continue
        if mode & 0o002:
            found = f"every program of this computer may write into {adapter.port}"
            yield Finding("port", Grade.CARE, found, f"{_RULES}, which gives it to one group")


def twins(system: System, _: Path) -> Iterator[Finding]:
    """Two adapters that look the same exchange their names whenever they are plugged in in another order."""
    alike: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for adapter in adapters(system):
        alike[adapter.product, adapter.serial].append(adapter.port)
    for (product, serial), ports in alike.items():
        if len(ports) > 1 and not _is_one_device(system, ports):
            named = f"with the serial number {serial}" if serial else "without a serial number"
            found = f"{', '.join(ports)}: {len(ports)} adapters {product} {named} cannot be told apart"
            mend = "use adapters with serial numbers of their own, or name them by socket: /dev/serial/by-path"
            yield Finding("ports", Grade.CARE, found, mend)


def _is_one_device(system: System, ports: list[str]) -> bool:
    """Whether the ports belong to one USB device that has several."""
    devices = {adapter.usb for adapter in adapters(system) if adapter.port in ports}
    return None not in devices and len(devices) == 1


def latency(system: System, _: Path) -> Iterator[Finding]:
    """FTDI adapters keep bytes back for 16 ms unless told otherwise: then a stamp says when a heap of bytes came."""
    for adapter in adapters(system) if system.is_linux else ():
        timer = f"/sys/bus/usb-serial/devices/{Path(adapter.port).name}/latency_timer"
        value = system.read(timer) or ""
        if value.isdecimal() and int(value) > _LONGEST_MS:
            mend = f"write 1 to {timer}, and {_RULES}, which does so at every start"
            yield Finding("port", Grade.CARE, f"{adapter.port} keeps bytes back for {value} ms", mend)
