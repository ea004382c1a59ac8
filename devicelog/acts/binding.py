"""Which device belongs to which adapter: acts in the chain of seals, folded; pure (docs/binding.md).

A device is bound by the serial number that it says over the wire, and by the adapter and the USB socket where it was
when a person bound it. One that tells no serial number is bound by these alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from devicelog.driver import Identity
from devicelog.ledger import Seal
from devicelog.link.adapter import Adapter

#: What the act of binding a device is called.
DEVICE_BOUND = "device_bound"
#: What the act of taking a binding back is called.
DEVICE_UNBOUND = "device_unbound"


class Binding(msgspec.Struct, frozen=True):
    """A device and where it belongs, as its act says it; `number` is that of the act in the chain of seals.

    `driver` is a name, or the path of a device profile whose SHA-256 is `profile`. `port` is what it was called when it
    was bound, which is a hint only if there is an `adapter`; `alone`: no other adapter with its numbers was there.
    """

    driver: str
    port: str
    by: str
    number: int = msgspec.field(name="seal", default=0)
    wall: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    simulated: bool = False
    adapter: Adapter | None = None
    alone: bool = False
    profile: str | None = None
    replaces: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """How a person names it: DRIVER#SERIAL, or DRIVER@PORT if it tells no serial number."""
        return printable(f"{self.driver}#{self.serial}" if self.serial else f"{self.driver}@{self.port}")

    @property
    def place(self) -> str:
        """Where it belongs, in words."""
        return printable(f"the {self.adapter}" if self.adapter is not None else f"the port {self.port}")

    @property
    def who(self) -> str:
        """The device in its own words, as far as it said any."""
        return told(self)

    @property
    def words(self) -> str:
        """Model, serial number and firmware as the device said them, and whether it is simulated."""
        said = " ".join(word for word in (self.model, self.serial, self.firmware) if word)
        lacks = "" if self.serial else ", without a serial number"
        simulated = ", SIMULATED" if self.simulated else ""
        return printable(f"{said or 'one that does not say who it is'}{lacks}{simulated}")

    @property
    def caveat(self) -> str | None:
        """What must be said of one that rests on less than a serial number over the wire; None if it does not."""
        if self.serial:
            return None
        by = "its adapter" if self.alone else "its USB socket"
        by = by if self.adapter is not None else f"the name of the port {self.port}"
        return f"it tells no serial number and is bound by {by} alone: another device there would be taken for it"

    def is_of(self, identity: Identity) -> bool:
        """Whether this is that device, by model and serial number."""
        return bool(self.serial) and (self.model, self.serial) == (identity.model, identity.serial)

    def is_contradicted_by(self, identity: Identity) -> bool:
        """Whether a device that says this of itself is another one; of one without a serial number, another model."""
        if self.serial:
            return (self.model, self.serial) != (identity.model, identity.serial)
        return bool(self.model) and self.model != identity.model

    def content(self) -> dict[str, Any]:
        """What the act says besides its place in the chain."""
        own = msgspec.to_builtins(self)
        return {name: value for name, value in own.items() if name not in ("seal", "wall")}


def told(device: Identity | Binding) -> str:
    """Model and serial number, as a device said them, in a sentence for people."""
    if not device.serial:
        return printable(f"{device.model or 'a device that does not say who it is,'} without a serial number")
    return printable(f"{device.model} {device.serial}")


def printable(text: str) -> str:
    """A device's words without what would write over a terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


class Taken(msgspec.Struct, frozen=True):
    """The act that took a binding back."""

    number: int = msgspec.field(name="seal")
    wall: str
    by: str
    binding: int


class _Act(msgspec.Struct, frozen=True):
    act: str


class Bindings:
    """All bindings of an installation, those that hold and those that were taken back or replaced.

    `acts` are acts of the installation that its keys have signed, in order; one that cannot be read says nothing here.
    """

    def __init__(self, acts: Iterable[Seal] = ()) -> None:
        self._holding: dict[int, Binding] = {}
        self.past: list[tuple[Binding, Taken | Binding]] = []
        """Each with the act that ended it."""
        for act in acts:
            self._take(act.body)

    def __iter__(self) -> Iterator[Binding]:
        return iter(self._holding.values())

    def __len__(self) -> int:
        return len(self._holding)

    def of(self, driver: str, serial: str | None = None) -> list[Binding]:
        """Those of a driver, or of one serial number of its devices."""
        return [one for one in self if one.driver == driver and serial in (None, one.serial)]

    def _take(self, body: bytes) -> None:
        try:
            act = msgspec.json.decode(body, type=_Act).act
            if act == DEVICE_BOUND:
                self._bind(msgspec.json.decode(body, type=Binding))
            elif act == DEVICE_UNBOUND:
                taken = msgspec.json.decode(body, type=Taken)
                self._end(taken.binding, taken)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return

    def _bind(self, binding: Binding) -> None:
        for number in binding.replaces:
            self._end(number, binding)
        self._holding[binding.number] = binding

    def _end(self, number: int, by: Taken | Binding) -> None:
        binding = self._holding.pop(number, None)
        if binding is not None:
            self.past.append((binding, by))
