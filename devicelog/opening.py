"""From what a user asks for to the plan of a session; every name is looked up before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import category

from devicelog import __version__, clock, registry
from devicelog.driver import Driver, Effect
from devicelog.errors import BadInputError
from devicelog.layout import NANO
from devicelog.plan import Bound, Plan, links_of
from devicelog.recording import new_session_id
from devicelog.serial_port import closed_port
from devicelog.store.folder import Folder
from devicelog.store.history import last_digest
from devicelog.store.writer import Writer
from devicelog.treatment.protocol import TreatmentProtocol
from devicelog.units import quantity

#: The `--protocol` that records without limits.
NO_PROTOCOL = "none"
#: The URL of the keyboard, which may be given without its `://`.
_KEYBOARD = "keyboard"
#: What each name that a person gives may look like.
_EXAMPLES = {"subject": "P-0017", "practitioner": "Dr A. Example", "zone": "forehead"}
_EXAMPLES |= {"device": "reference-mesogun@/dev/ttyUSB0", "person who approves": "Dr A. Example, physician"}
_EXAMPLES |= {"model of the device": "Maker Board 3"}
_EXAMPLES |= {
    "person": "Dr A. Example",
    "person who imports": "Dr A. Example",
    "person who accepts": "Dr A. Example",
    "reason": "the driver misread the depth",
}
#: Unicode categories that stand in no name: control characters, and bytes of the command line that are no UTF-8.
_UNPRINTABLE = {"Cc", "Cs"}


def parse_device(text: str) -> tuple[Driver, str, str]:
    """`DRIVER@URL` as driver, its package and the URL; raises BadInputError or UnknownNameError."""
    name, at, url = parted(named(text, "device"))
    if not at or not name or not url:
        raise BadInputError(f"{text!r} is not a device; expected DRIVER@URL, such as reference-mesogun@/dev/ttyUSB0.")
    driver, package = driver_named(name)
    if url == _KEYBOARD or url.startswith(f"{_KEYBOARD}://"):
        url = f"{_KEYBOARD}://{url.partition('://')[2]}"
        if not driver.is_typed:
            found = f"the driver {name} reads what a device sends, and a keyboard is no device"
            raise BadInputError(f"{found}; give its port, or the driver manual for what is typed.")
    for port in ports_of(driver, url):
        closed_port(port, driver)
    return driver, package, url


def driver_named(name: str) -> tuple[Driver, str]:
    """The driver of that name, or of a device profile at that path, and its package.

    Raises UnknownNameError, ProfileFileError or BadInputError.
    """
    driver = registry.driver(name)
    return driver, registry.package_of(driver)


def parted(device: str) -> tuple[str, str, str]:
    """Driver, `@` and URL; the path of a profile may hold an `@` of its own."""
    path, at, url = device.partition(f"{registry.PROFILE}@")
    return (path + registry.PROFILE, "@", url) if at else device.partition("@")


def ports_of(driver: Driver, url: str) -> list[str]:
    """The port of each line of a device: one, or `URL+URL` in the order of the driver's directions.

    Raises BadInputError for more ports than directions, and for an empty one.
    """
    ports = url.split("+") if driver.directions else [url]
    if len(ports) > max(1, len(driver.directions)) or not all(ports):
        names = "+".join(f"{direction.name.upper()}_PORT" for direction in driver.directions)
        raise BadInputError(f"{url!r} is not one port for each line of {driver.name}; expected {driver.name}@{names}.")
    return ports


def find_protocol(name: str) -> TreatmentProtocol | None:
    """The treatment protocol of that id or file; None for "none"."""
    if name == NO_PROTOCOL:
        return None
    from devicelog.treatment.protocol_file import find

    return find(name)


def named(text: str, what: str) -> str:
    """A name as a person gave it, without blanks around it; raises BadInputError for what a record cannot show."""
    name = text.strip()
    if not name:
        raise BadInputError(f"the {what} has no name; found an empty text, expected one such as {_EXAMPLES[what]!r}.")
    if any(category(character) in _UNPRINTABLE for character in name):
        raise BadInputError(f"the {what} {name!a} holds bytes that are no text; expected letters and digits.")
    return name


def settings(*, electrode_area: str | None) -> dict[str, int]:
    """What the devices cannot state themselves, in billionths of the record's unit."""
    if electrode_area is None:
        return {}
    area = quantity(electrode_area, "cm**2")
    if area <= 0:
        raise BadInputError(f"an electrode area of {electrode_area!r} cannot be; expected more than zero.")
    return {"electrode_area": int(area * NANO)}


def plan_session(
    store: Writer,
    *,
    devices: Sequence[tuple[Driver, str, str]],
    protocol: TreatmentProtocol | None,
    subject: str,
    practitioner: str,
    zones: Sequence[str],
    settings: dict[str, int],
    start: clock.Stamp,
    allowed: frozenset[Effect] = frozenset(),
) -> Plan:
    """The plan of a session that begins now; a subject never seen before gets a random id.

    `allowed` are the effects on a device that its queries may have besides those that no one is asked about.
    """
    return Plan(
        session=new_session_id(start),
        subject=store.subject_for(subject),
        practitioner=practitioner,
        protocol=_protocol_content(store, protocol) if protocol is not None else None,
        devices=tuple(_bound(devices, allowed)),
        software=f"devicelog {__version__}",
        host=_host(store.folder),
        zones=tuple(zones),
        settings=settings,
    )


def _bound(devices: Sequence[tuple[Driver, str, str]], allowed: frozenset[Effect]) -> Iterator[Bound]:
    """A link for each line of each device, numbered from 1."""
    number = 0
    for driver, package, url in devices:
        effects = allowed & {query.effect for query in driver.queries}
        ports = {number + place: port for place, port in enumerate(ports_of(driver, url), start=1)}
        yield from links_of(driver, package, ports, effects)
        number += len(ports)


def _host(folder: Folder) -> dict[str, Any]:
    """Where the session is recorded; `history` holds what was restored or salvaged before to its place."""
    host = {"boot_id": clock.boot_id(), "zone": clock.local_zone(), "installation": folder.id}
    history = last_digest(folder)
    return host | ({"history": history} if history is not None else {})


def _protocol_content(store: Writer, protocol: TreatmentProtocol) -> dict[str, Any]:
    approval = store.approval(protocol.sha256)
    return {
        "id": protocol.id,
        "version": protocol.version,
        "title": protocol.title,
        "status": protocol.status.value,
        "sha256": protocol.sha256,
        "text": protocol.text,
        "approved": {"by": approval["by"], "at": approval["at"]} if approval is not None else None,
    }
