"""What a person names on the command line: a device on its port, a treatment protocol, a person, an area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog import registry
from devicelog.driver import Driver
from devicelog.errors import BadInputError
from devicelog.link.serial_port import closed_port
from devicelog.observation.layout import NANO
from devicelog.problems import odd_in
from devicelog.treatment.protocol import TreatmentProtocol
from devicelog.units import quantity

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.store.approvals import Approval

#: The `--protocol` that records without limits.
NO_PROTOCOL = "none"
#: Where people type: the keyboard of a command, a page of the station. URLs that may be given without their `://`.
_KEYBOARD, _PAGE = "keyboard", "page"
#: What each name that a person gives may look like.
_EXAMPLES = {"subject": "P-0017", "practitioner": "Dr A. Example", "zone": "forehead"}
_EXAMPLES |= {"device": "reference-mesogun@/dev/ttyUSB0", "person who approves": "Dr A. Example, physician"}
_EXAMPLES |= {"role": "medical director", "person who withdraws": "Dr A. Example", "version": "1"}
_EXAMPLES |= {"title": "Mesotherapy of the face, as we do it", "person who derives": "Dr A. Example"}
_EXAMPLES |= {"model of the device": "Maker Board 3"}
_EXAMPLES |= {
    "person": "Dr A. Example",
    "person who imports": "Dr A. Example",
    "person who accepts": "Dr A. Example",
    "role": "physician",
    "registration": "GMC 1234567",
    "text": "asked again by telephone, all is well",
    "reason": "one digit was misread",
    "lot": "A1234",
    "product": "Hyaluron 1 %",
}
#: What is said in words, and is no name.
_WORDS = ("reason", "text")


def parse_device(text: str) -> tuple[Driver, str, str]:
    """`DRIVER@URL` as driver, its package and the URL; raises BadInputError or UnknownNameError."""
    name, at, url = parted(named(text, "device"))
    if not at or not name or not url:
        raise BadInputError(f"{text!r} is not a device; expected DRIVER@URL, such as reference-mesogun@/dev/ttyUSB0.")
    driver, package = driver_named(name)
    where = url.partition("://")[0]
    if where in (_KEYBOARD, _PAGE):
        url = f"{where}://{url.partition('://')[2]}"
        if not driver.is_typed:
            found = f"the driver {name} reads what a device sends, and a {where} is no device"
            raise BadInputError(f"{found}; give its port, or the driver manual for what is typed.")
    elif driver.is_typed and url.partition("?")[0] != f"sim://{driver.name}":
        found = f"the driver {name} reads what a person types, and nobody types at {url}"
        expected = f"{name}@{_KEYBOARD}, {name}@{_PAGE} at a station, or {name}@sim://{driver.name} to try it"
        raise BadInputError(f"{found}; expected {expected}.")
    for port in ports_of(driver, url):
        closed_port(port, driver)
    return driver, package, url


def is_on_page(url: str) -> bool:
    """Whether people type on a page of the station what is read there."""
    return url.startswith(f"{_PAGE}://")


def names_device(text: str) -> bool:
    """Whether it is meant as `DRIVER@URL`, and not as a port alone, whose name may hold an `@`, too."""
    name, at, _ = parted(text)
    return bool(at) and (name.endswith(registry.PROFILE) or not any(mark in name for mark in "/\\:"))


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


def find_protocol(name: str, store: Path | None = None) -> TreatmentProtocol | None:
    """The treatment protocol of that id or file; None for "none".

    An id that was approved in the store of that folder is the approved version, also where devicelog ships an example
    of the same id. `ID+OVERLAY` applies one of its overlays, such as `noneedle-ionto-dc-face+IT`.
    Raises UnknownNameError with the ids that exist, ProtocolFileError for a file that cannot be trusted.
    """
    if name == NO_PROTOCOL:
        return None
    from devicelog.treatment.protocol_file import find

    return find(name, {id_: text for id_, one in approved_here(store).items() if (text := one.text) is not None})


def approved_here(store: Path | None) -> dict[str, Approval]:
    """The approval in force of each id in the store of that folder; none if there is no store yet."""
    from devicelog.store.approvals import in_force

    return in_force(approvals_in(store))


def approvals_in(store: Path | None) -> list[Approval]:
    """Every approval in the store of that folder, those taken back among them; none if there is no store yet."""
    if store is None or not (store / "store.json").exists():
        return []
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        return reader.approved()


def named(text: str, what: str) -> str:
    """A name as a person gave it, without blanks around it; raises BadInputError for what a record cannot show."""
    name = text.strip()
    if not name and what in _WORDS:
        raise BadInputError(f"found an empty {what}; expected it in words, such as {_EXAMPLES[what]!r}.")
    if not name:
        raise BadInputError(f"the {what} has no name; found an empty text, expected one such as {_EXAMPLES[what]!r}.")
    if odd_in(name) is not None:
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
