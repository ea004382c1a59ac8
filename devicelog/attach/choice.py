"""Which devices a person means: DRIVER@URL names a port, DRIVER or DRIVER#SERIAL one that was bound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devicelog.acts.binding import Binding, Bindings
from devicelog.attach.seat import bound_at, seats
from devicelog.driver import Driver
from devicelog.errors import BadInputError, PortError
from devicelog.link.adapter import Adapter
from devicelog.link.serial_port import closed_port
from devicelog.link.whereabouts import adapters, real_name
from devicelog.naming import driver_named, named, parse_device, parted, ports_of
from devicelog.store.bindings import known_in


@dataclass(frozen=True, slots=True)
class Choice:
    """A device to be read; `name` is its driver's name, or the full path of a device profile.

    `binding` is the one by which its port was found (None: the port was named).
    """

    name: str
    driver: Driver
    package: str
    url: str
    binding: Binding | None = None

    @property
    def device(self) -> tuple[Driver, str, str]:
        return self.driver, self.package, self.url


def find_devices(texts: Sequence[str], store: Path) -> list[Choice]:
    """What is meant, each with a port of its own; bound ones are looked up in the store of that folder.

    Raises BadInputError or UnknownNameError for what cannot be meant, PortError if a bound device is not there, or what
    is there may be somebody else's. Opens no port.
    """
    bound = any("@" not in text for text in texts)
    known, here = (known_in(store), adapters()) if bound else (Bindings(), {})
    choices = [_chosen(text, known, here) for text in texts]
    urls = [url for choice in choices for url in ports_of(choice.driver, choice.url)]
    ports = [real_name(url) for url in urls]
    for url, port in zip(urls, ports, strict=True):
        if ports.count(port) > 1:
            raise BadInputError(f"the port {url} is given twice; each device needs a port of its own.")
    return choices


def numbers_of(choices: Iterable[Choice]) -> dict[str, int]:
    """The numbers of the bindings by which ports were found, by URL."""
    return {choice.url: choice.binding.number for choice in choices if choice.binding is not None}


def parse_choice(text: str) -> Choice:
    """`DRIVER@URL`; raises BadInputError or UnknownNameError."""
    driver, package, url = parse_device(text)
    return Choice(_full(parted(text.strip())[0]), driver, package, url)


def _chosen(text: str, known: Bindings, here: Mapping[str, Adapter]) -> Choice:
    if parted(text)[1]:
        return parse_choice(text)
    name, _, serial = named(text, "device").partition("#")
    driver, package = driver_named(name)
    name = _full(name)
    found = known.of(name, serial or None)
    if not found:
        raise _not_bound(text, known.of(name))
    binding, url = _seated(found, known, here)
    check_profile(binding, driver)
    closed_port(url, driver)
    return Choice(name, driver, package, url, binding)


def _not_bound(text: str, others: Iterable[Binding]) -> BadInputError:
    bound = ", ".join(one.name for one in others)
    found = f"{text!r} is bound to no port" + (f"; bound are {bound}" if bound else "")
    once = "bind it once with `devicelog bind DRIVER@URL`"
    return BadInputError(f"{found}; expected DRIVER@URL, such as reference-mesogun@/dev/ttyUSB0, or {once}.")


def _seated(found: Sequence[Binding], known: Bindings, here: Mapping[str, Adapter]) -> tuple[Binding, str]:
    """The one of several bindings that is plugged in, and its port."""
    ports = seats(known, here)
    there = [(binding, port) for binding in found if isinstance(port := ports[binding.number], str)]
    if len(there) == 1:
        return there[0]
    if there:
        names = " and ".join(binding.name for binding, _ in there)
        raise BadInputError(f"{len(there)} bound devices are meant by {found[0].driver!r}: {names}; name one of them.")
    if len(found) > 1:
        names = " and ".join(binding.name for binding in found)
        raise PortError(f"none of {names} is where it was bound; plug one in, and see `devicelog bindings`.")
    error = ports[found[0].number]
    assert isinstance(error, PortError)
    raise error


def binding_named(text: str, known: Bindings) -> Binding:
    """The binding of that name (DRIVER#SERIAL or DRIVER@PORT), or of a driver's only one; raises BadInputError."""
    exact = [one for one in known if one.name == text]
    name, _, serial = text.partition("#")
    found = exact or known.of(_full(name), serial or None)
    if len(found) == 1:
        return found[0]
    bound = ", ".join(one.name for one in known) or "nothing"
    what = f"{text!r} means {len(found)} bindings" if found else f"{text!r} is not bound"
    raise BadInputError(f"{what}; bound: {bound}.")


def contradictions(choices: Iterable[Choice], known: Bindings) -> Iterator[str]:
    """Named ports that belong to the device of another driver, in words."""
    here = adapters() if len(known) else {}
    for choice in choices:
        owner = bound_at(choice.url, known, here) if choice.binding is None else None
        if owner is not None and owner.driver != choice.name:
            yield f"{choice.url} is bound to {owner.name}, and is read with {choice.name} because you named it"


def unlikely_ports(choices: Iterable[Choice]) -> Iterator[str]:
    """Ports whose USB ids are not those that a driver expects, in words: a hint, and never more than that."""
    hinted = [choice for choice in choices if choice.driver.recognition.usb]
    here = adapters() if hinted else {}
    for choice in hinted:
        for url in ports_of(choice.driver, choice.url):
            adapter = here.get(real_name(url))
            doubt = choice.driver.recognition.doubts_port(adapter.usb if adapter is not None else None)
            if doubt is not None:
                yield f"{choice.driver.name} {doubt}; another adapter may be meant, and who the device is counts"


def check_profile(binding: Binding, driver: Driver) -> None:
    """Refuse a device profile that is not the one that its device was bound with; raises BadInputError."""
    if binding.profile != profile_digest(binding.driver, driver):
        found = f"{binding.driver} has changed since {binding.name} was bound with it"
        raise BadInputError(f"{found}; check it, and bind the device again with `devicelog bind --replace`.")


def profile_digest(name: str, driver: Driver) -> str | None:
    """SHA-256 of the device profile that a driver was made of; None if the name is that of an installed driver."""
    return driver.profile.sha256 if driver.profile is not None and name.endswith(".toml") else None


def _full(name: str) -> str:
    """The name of a driver, or the full path of a device profile."""
    return str(Path(name).absolute()) if name.endswith(".toml") else name
