"""Which port and which driver a page means, and what must be said before that port is opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response

from devicelog import registry
from devicelog.accounts.permission import Permission
from devicelog.attach.choice import Choice, contradictions, parse_choice, unlikely_ports
from devicelog.attach.seat import seats
from devicelog.driver import Driver, Effect, Query
from devicelog.errors import BadInputError, NotNowError, UnknownNameError
from devicelog.link.ports import Port, ports
from devicelog.link.whereabouts import adapters, real_name
from devicelog.naming import ports_of
from devicelog.station.station import Station
from devicelog.store.bindings import known_in
from devicelog.web.inquiry import Inquiry

#: Device profiles in this folder of a store can be chosen like drivers.
PROFILES = "profiles"
#: Nobody allows from a page what destroys at the device what it reads: nothing here is kept.
_NEVER = frozenset({Effect.NONE, Effect.DESTRUCTIVE_READ})
#: What may be named from a page; other kinds of URL write files, or open what is no line.
_NAMEABLE = ("/dev/", "COM", "socket://", "rfc2217://", "sim://")


@dataclass(frozen=True, slots=True)
class Wish:
    """A port and a driver as a form names them; empty: not chosen yet."""

    port: str
    driver: str

    @property
    def is_whole(self) -> bool:
        return bool(self.port and self.driver)


@dataclass(frozen=True, slots=True)
class Cautions:
    """What is said before a port is opened; `sent` goes to the device by itself, `asked` only if somebody allows it."""

    choice: Choice
    sent: tuple[Query, ...]
    asked: tuple[Query, ...]
    doubts: tuple[str, ...]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What may be allowed."""
        return tuple(dict.fromkeys(query.effect for query in self.asked if query.effect not in _NEVER))


@dataclass(frozen=True, slots=True)
class Offered:
    """The drivers to choose from, by name and label, and the ports."""

    drivers: tuple[tuple[str, str], ...]
    plugged: tuple[Port, ...]
    seats: tuple[str, ...]

    @property
    def ports(self) -> dict[str, str]:
        """Every port that is plugged in, or where a bound device is, and what it is."""
        return dict.fromkeys(self.seats, "") | {port.url: port.make for port in self.plugged}


def offered(store: Path) -> Offered:
    """What can be chosen from."""
    known = known_in(store)
    found = {name: name for name, plugin in registry.drivers().items() if _reads_a_port(plugin.value)}
    found |= {str(path): path.name for path in sorted((store / PROFILES).glob(f"*{registry.PROFILE}"))}
    found |= {one.driver: one.driver for one in known if one.driver not in found}
    now = seats(known, adapters())
    return Offered(
        tuple(found.items()), tuple(ports({}, {})), tuple(one for one in now.values() if isinstance(one, str))
    )


def _reads_a_port(driver: Driver | None) -> bool:
    return driver is not None and not driver.is_typed


def wished(asked: Inquiry) -> Wish:
    """What the address or the form names."""
    query = asked.request.query_params
    names = ("port", "driver")
    port, driver = (asked.form.text(name) or query.get(name, "").strip()[:500] for name in names)
    return Wish(port, driver)


def chosen(asked: Inquiry, wish: Wish) -> Choice:
    """The device that is meant; raises BadInputError for what is not to be chosen, or cannot be used.

    Whoever does not manage devices chooses among the ports of this computer; who does may name any other.
    """
    there = offered(asked.web.store)
    if wish.driver not in dict(there.drivers):
        raise UnknownNameError("driver", wish.driver, dict(there.drivers))
    if wish.port not in there.ports:
        if not asked.visitor.may(Permission.MANAGE_DEVICES):
            raise BadInputError(f"{wish.port} is not plugged in; choose one of the ports of this computer.")
        if not all(one.startswith(_NAMEABLE) and ".." not in one for one in wish.port.split("+")):
            expected = "a port such as /dev/ttyUSB0 or COM3, or one of socket://, rfc2217://, sim://"
            raise BadInputError(f"found the port {wish.port!r}, expected {expected}.")
    return parse_choice(f"{wish.driver}@{wish.port}")


def cautions(asked: Inquiry, choice: Choice) -> Cautions:
    """What must be said before its port is opened."""
    queries = [query for query in choice.driver.queries if query.on_open or query.every is not None]
    doubts = [*unlikely_ports([choice]), *contradictions([choice], known_in(asked.web.store))]
    return Cautions(
        choice,
        tuple(query for query in queries if query.effect is Effect.NONE),
        tuple(query for query in queries if query.effect is not Effect.NONE),
        tuple(doubts),
    )


def page(asked: Inquiry, template: str, status: int, **more: object) -> Response:
    """The page on which port and driver are chosen; when both are, with what must be said before the port is opened."""
    wish, said = wished(asked), None
    if wish.is_whole:
        with asked.form.at("port"):
            said = cautions(asked, chosen(asked, wish))
    status = status if asked.form.is_sound else 400
    return asked.page(template, status, wish=wish, said=said, offered=offered(asked.web.store), **more)


def allowed(asked: Inquiry) -> frozenset[Effect]:
    """The effects that were ticked."""
    known = {effect.value: effect for effect in Effect if effect not in _NEVER}
    return frozenset(known[name] for name in asked.form.all("allow") if name in known)


def refuse_ports_in_use(station: Station, choice: Choice) -> None:
    """Raise NotNowError for a port that the session in progress has."""
    running = station.current
    if running is None:
        return
    taken = {real_name(url) for device in running.plan.devices for url in ports_of(device.driver, device.url)}
    for url in ports_of(choice.driver, choice.url):
        if real_name(url) in taken:
            raise NotNowError(f"{url} belongs to the session that is being recorded; try again when it has ended.")
