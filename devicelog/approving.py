"""Approving a treatment protocol for a clinic and taking that back, and the folder of those that were derived here.

<store>/protocols/<id>-<version>.toml    what a station derived; one that was approved is kept in the store itself
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from devicelog import clock
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.naming import find_protocol
from devicelog.store.approvals import Act, Approval, in_force
from devicelog.store.files import make_folders
from devicelog.store.folder import disk_error
from devicelog.treatment.sanity import examine

if TYPE_CHECKING:
    from devicelog.store.writer import Writer
    from devicelog.treatment.protocol import TreatmentProtocol

_FOLDER = "protocols"
_FILE = re.compile(r"[a-z0-9][A-Za-z0-9._-]*\.toml")
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


def sound(name: str, store: Path) -> TreatmentProtocol:
    """A protocol that can be approved; raises BadInputError for one with a fault or under an overlay."""
    protocol = find_protocol(name, store)
    if protocol is None or protocol.overlay is not None:
        found = "none is no treatment protocol" if protocol is None else f"{name} is one under an overlay"
        raise BadInputError(f"{found}; approve the protocol itself, its overlays are approved with it.")
    faults = examine(protocol, name).faults
    if faults:
        raise BadInputError(f"{faults[0]} Mend the file before it is approved (`devicelog protocols check`).")
    return protocol


def approve(writer: Writer, protocol: TreatmentProtocol, *, by: str, role: str | None) -> Approval | None:
    """Approve this version by name, with its full text; the approval in whose place it comes, if there was one."""
    before = in_force(writer.approved()).get(protocol.id)
    writer.approve(
        {
            "approval": Act.APPROVED.value,
            "id": protocol.id,
            "version": protocol.version,
            "sha256": protocol.sha256,
            "text": protocol.text,
            "by": by,
            **({"role": role} if role is not None else {}),
            "at": clock.utc(clock.now().wall_ns),
        }
    )
    return before


class Withdrawn(NamedTuple):
    """What was taken back, and the approval of that id that counts now (None: no version is approved)."""

    taken: Approval
    now: Approval | None


def withdraw(
    writer: Writer, name: str, *, by: str, role: str | None, reason: str, version: str | None = None
) -> Withdrawn:
    """Take an approval back, that of a version or the one that counts; raises UnknownNameError if there is none."""
    found = _to_withdraw(writer.approved(), name, version)
    writer.approve(
        {
            "approval": Act.WITHDRAWN.value,
            "id": found.id,
            "version": found.version,
            "sha256": found.sha256,
            "by": by,
            **({"role": role} if role is not None else {}),
            "reason": reason,
            "at": clock.utc(clock.now().wall_ns),
        }
    )
    return Withdrawn(found, in_force(writer.approved()).get(name))


def _to_withdraw(approvals: list[Approval], name: str, version: str | None) -> Approval:
    standing = [one for one in approvals if one.withdrawn is None]
    found = [one for one in standing if one.id == name and version in {None, one.version}]
    if not found:
        what = "approved treatment protocol" if version is None else f"version {version!r} of an approved protocol"
        raise UnknownNameError(what, name, {one.id for one in standing})
    return found[-1]


def write_new(target: Path, text: str) -> None:
    """A new treatment protocol file; raises BadInputError if it cannot be one."""
    if target.suffix != ".toml":
        raise BadInputError(f"{target} is no name of a treatment protocol file; expected one that ends in .toml.")
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise BadInputError(f"{target} exists already; give another name, nothing was written.") from None
    except OSError as error:
        raise BadInputError(f"{target} cannot be written ({error.strerror}); give another place.") from None


# -- what was derived at a station ---------------------------------------------------------------------------------


def derived_in(store: Path) -> list[Path]:
    """The files of the treatment protocols that were derived at the station of a store."""
    return sorted(path for path in (store / _FOLDER).glob("*.toml") if _FILE.fullmatch(path.name))


def derived_file(store: Path, name: str) -> Path:
    """The file of that name; raises UnknownNameError if none was derived."""
    known = {path.name: path for path in derived_in(store)}
    if name not in known:
        raise UnknownNameError("derived treatment protocol", name, known)
    return known[name]


def keep_derived(store: Path, protocol: TreatmentProtocol) -> Path:
    """Keep a derived protocol in the station's folder; raises BadInputError if that version is there already."""
    faults = examine(protocol, protocol.id).faults
    if faults:
        raise BadInputError(faults[0])
    try:
        make_folders(store / _FOLDER)
    except OSError as error:
        raise disk_error(error, store) from None
    target = store / _FOLDER / f"{protocol.id}-{_ODD.sub('-', protocol.version)}.toml"
    write_new(target, protocol.text)
    return target
