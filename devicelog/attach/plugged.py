"""What is plugged in: every port with its make, what is bound there and was last recorded; none is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devicelog import registry
from devicelog.attach.seat import seats
from devicelog.errors import DevicelogError, StoreFormatError
from devicelog.link.ports import Port, ports
from devicelog.link.whereabouts import adapters
from devicelog.store.bindings import known_in
from devicelog.store.reader import Reader, SessionRow
from devicelog.stored import readable, record_of

#: What was recorded is looked up in so many sessions, the last ones, and in so many of the first entries of each.
_SESSIONS, _BEGINNING = 50, 64


@dataclass(frozen=True, slots=True)
class Plugged:
    """The ports of this computer; `missing` says why bound devices have none now, `notes` what could not be read."""

    ports: tuple[Port, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def doubles(self) -> frozenset[str]:
        """Serial numbers that two ports share, so that they tell nothing."""
        counted = Counter(port.serial_number for port in self.ports if port.serial_number)
        return frozenset(number for number, count in counted.items() if count > 1)


def plugged(store: Path) -> Plugged:
    """What is plugged in, by the system's list and what the store in a folder knows."""
    bound, missing = _bound(store)
    notes: list[str] = []
    found = ports(bound, _recorded(store, notes), hints_by_usb())
    return Plugged(tuple(found), tuple(missing), tuple(notes))


def hints_by_usb() -> dict[str, tuple[str, ...]]:
    """The installed drivers by the USB ids of their devices."""
    found: dict[str, tuple[str, ...]] = {}
    for name, plugin in registry.drivers().items():
        for usb in plugin.value.recognition.usb if plugin.value is not None else ():
            found[usb] = (*found.get(usb, ()), name)
    return found


def _bound(store: Path) -> tuple[Mapping[str, str], list[str]]:
    """Which device is bound to which port, and why bound devices have none now."""
    try:
        known = known_in(store)
    except DevicelogError:
        return {}, []  # said by who looks for what was recorded
    now = seats(known, adapters())
    bound = {port: one.name for one in known if isinstance(port := now[one.number], str)}
    return bound, [str(why) for why in now.values() if not isinstance(why, str)]


def _recorded(store: Path, notes: list[str]) -> dict[str, str]:
    """Which device was last recorded at which port; what of it cannot be read is noted."""
    recorded: dict[str, str] = {}
    if not (store / "store.json").exists():
        return recorded
    try:
        with Reader.open(store) as reader:
            for row in reader.sessions()[-_SESSIONS:]:
                recorded |= _recorded_in(reader, row, notes)
    except DevicelogError as error:
        notes.append(f"what is bound and was recorded is not known: {error}")
    return recorded


def _recorded_in(reader: Reader, row: SessionRow, notes: list[str]) -> dict[str, str]:
    """The devices of one session by their ports; none if its beginning is damaged."""
    try:
        devices = record_of(reader, row, first=_BEGINNING).devices.values()
        with readable("the plan", row):
            return {
                str(device.plan["url"]): f"{device.plan['driver']}, serial number {device.serial}"
                for device in devices
                if device.identities
            }
    except StoreFormatError as error:
        notes.append(str(error))
        return {}
