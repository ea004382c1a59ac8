"""What switches a port or the computer off in the middle of a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from devicelog.doctor.adapters import adapters
from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System, read

#: What systemd does when nobody says otherwise (logind.conf).
_BY_DEFAULT = {"HandleLidSwitch": "suspend", "HandleLidSwitchExternalPower": "", "IdleAction": "ignore"}
_HARMLESS = frozenset({"ignore", "lock"})
_MASK = "systemctl mask sleep.target suspend.target hibernate.target hybrid-sleep.target"
_TARGETS = ("sleep.target", "suspend.target")


def usb(system: System, _: Path) -> Iterator[Finding]:
    """An adapter that is suspended when idle may lose the first bytes after it."""
    for adapter in adapters(system):
        if adapter.usb is not None and read(adapter.usb / "power" / "control") == "auto":
            control = f"/sys/{adapter.usb.relative_to(system.at('/sys').resolve())}/power/control"
            found = f"{adapter.port} may be suspended when it is idle"
            mend = f"write on to {control}, and install deploy/70-devicelog.rules, which does so at every start"
            yield Finding("USB power", Grade.CARE, found, mend)


def sleep(system: System, _: Path) -> Iterator[Finding]:
    """A computer that sleeps records nothing; the gap is noticed afterwards."""
    if not system.is_linux:
        return
    if not system.read("/sys/power/state"):
        yield Finding("sleep", Grade.GOOD, "this computer cannot sleep")
    elif all(_is_masked(system, target) for target in _TARGETS):
        yield Finding("sleep", Grade.GOOD, "it is switched off")
    elif causes := list(_causes(system)):
        yield Finding("sleep", Grade.CARE, f"the computer sleeps {' and '.join(causes)}", f"switch it off: {_MASK}")
    else:
        found = "nothing in the system's settings makes it sleep; what the desktop does when idle cannot be seen here"
        yield Finding("sleep", Grade.UNCHECKED, found, f"look into the desktop's power settings, or: {_MASK}")


def _causes(system: System) -> Iterator[str]:
    """When logind lets the computer sleep."""
    said = _BY_DEFAULT | dict(system.settings("systemd/logind.conf"))
    lid = {said["HandleLidSwitch"], said["HandleLidSwitchExternalPower"] or said["HandleLidSwitch"]}
    if any(system.at("/proc/acpi/button/lid").glob("*")) and not lid <= _HARMLESS:
        yield "when its lid is closed"
    if said["IdleAction"] not in _HARMLESS:
        yield "when nobody touches it"


def _is_masked(system: System, unit: str) -> bool:
    """Whether a unit is linked to nothing."""
    link = system.at(f"/etc/systemd/system/{unit}")
    return link.is_symlink() and str(link.readlink()) == "/dev/null"
