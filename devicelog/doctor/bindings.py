"""Bound devices whose adapter is not there, or not where it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from devicelog.acts.binding import Binding
from devicelog.attach.choice import check_profile
from devicelog.attach.seat import seats
from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System
from devicelog.errors import DevicelogError, ProfileFileError
from devicelog.link.adapter import Adapter
from devicelog.naming import driver_named
from devicelog.store.bindings import known_in


def bindings(system: System, path: Path) -> Iterator[Finding]:
    """Whether a recording would find each bound device; whether it is the right one, only its serial number says."""
    try:
        known = known_in(path)
    except DevicelogError:
        return  # said by the check of the store
    here = {port.url: Adapter.at(port.usb, port.serial_number, port.location) for port in system.ports if port.usb}
    now = seats(known, here)
    faults = [str(why) for why in now.values() if not isinstance(why, str)]
    faults += [fault for one in known if (fault := _profile_fault(one)) is not None]
    for fault in faults:
        found, _, mend = fault.removesuffix(".").rpartition("; ")
        yield Finding("binding", Grade.CARE, found, mend)
    if len(known) and not faults:
        yield Finding("binding", Grade.GOOD, f"{', '.join(one.name for one in known)}: where they were bound")


def _profile_fault(binding: Binding) -> str | None:
    """What is wrong with the device profile that a device was bound with; None if nothing is, or there is none."""
    if binding.profile is None:
        return None
    try:
        check_profile(binding, driver_named(binding.driver)[0])
    except ProfileFileError as error:
        return f"{binding.name} cannot be recorded: {str(error).rstrip('.')}; mend that, and bind the device again"
    except DevicelogError as error:
        return str(error)
    return None
