"""Binding a device: ask it who it is, and keep that with the adapter and the place where it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from devicelog.acts.binding import Binding, Bindings, printable
from devicelog.attach.choice import Choice, profile_digest
from devicelog.attach.introduction import asking, meet
from devicelog.attach.seat import adapter_of, bound_at
from devicelog.driver import Effect, Identity
from devicelog.errors import BadInputError, StrangerError
from devicelog.link.adapter import Adapter
from devicelog.link.whereabouts import adapters
from devicelog.naming import ports_of
from devicelog.store import bindings as kept
from devicelog.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the binding, those that it replaced, and whether it `is_new` or was there already."""

    binding: Binding
    replaced: tuple[Binding, ...]
    is_new: bool


def check(choice: Choice, allowed: frozenset[Effect]) -> None:
    """Whether that device could be bound at all, before a store or a port is opened; raises BadInputError."""
    if choice.driver.is_typed:
        raise BadInputError(f"what is typed needs no binding; record with `--device {choice.driver.name}@keyboard`.")
    if len(ports_of(choice.driver, choice.url)) > 1:
        found = f"a device on two lines, such as {choice.driver.name}, does not say who it is"
        raise BadInputError(f"{found}, and cannot be bound; name its ports with each recording.")
    asking(choice.driver, allowed)
    adapter_of(choice.url, adapters())


@dataclass(frozen=True, slots=True)
class Met:
    """A device that was asked who it is, on the port where it was; `adapter` and `alone` are as a binding has them."""

    choice: Choice
    identity: Identity | None
    adapter: Adapter | None
    alone: bool

    def binding(self, by: str) -> Binding:
        """What binding it here says."""
        return Binding(
            self.choice.name,
            self.choice.url,
            by,
            adapter=self.adapter,
            alone=self.alone,
            profile=profile_digest(self.choice.name, self.choice.driver),
            **_said(self.identity),
        )

    def older(self, known: Bindings) -> tuple[Binding, ...]:
        """What binding it here would take the place of: what is bound to the port, and the device elsewhere."""
        there = bound_at(self.choice.url, known, adapters())
        return tuple(one for one in known if one is there or (self.identity is not None and one.is_of(self.identity)))


def bind_device(
    writer: Writer, choice: Choice, *, by: str, allowed: frozenset[Effect], seconds: float, replace: bool
) -> Outcome:
    """Bind the device on a named port. What is bound there, or the device elsewhere, is only replaced if asked.

    Raises BadInputError if it is bound otherwise, PortError, and StrangerError if nobody says anything on the port, or
    what the driver does not expect of its device.
    """
    there = bound_at(choice.url, kept.bindings(writer), adapters())
    if there is not None and there.driver != choice.name and not replace:
        raise _otherwise(choice.url, there)
    return keep(writer, met(choice, allowed, seconds), by=by, replace=replace)


def met(choice: Choice, allowed: frozenset[Effect], seconds: float) -> Met:
    """Ask the device on a named port who it is; no store is needed for that.

    Raises BadInputError, PortError, NotNowError if the driver fails, and StrangerError if nobody says anything on the
    port, or what the driver does not expect of its device.
    """
    adapter, alone = adapter_of(choice.url, adapters())
    identity = meet(choice.driver, choice.url, allowed, seconds)
    _recognise(choice, identity)
    return Met(choice, identity, adapter, alone)


def keep(writer: Writer, device: Met, *, by: str, replace: bool) -> Outcome:
    """Bind a device that was asked who it is; BadInputError if it is bound otherwise and that is not to be replaced."""
    new, older = device.binding(by), device.older(kept.bindings(writer))
    if len(older) == 1 and _is_same(older[0], new):
        return Outcome(older[0], (), is_new=False)
    if older and not replace:
        raise _otherwise(device.choice.url, *older)
    numbers = tuple(one.number for one in older)
    return Outcome(kept.bind(writer, msgspec.structs.replace(new, replaces=numbers)), older, is_new=True)


def _recognise(choice: Choice, identity: Identity | None) -> None:
    fault = choice.driver.recognition.fault(identity)
    if fault is not None:
        found = printable(f"the device on {choice.url} {fault}")
        raise StrangerError(f"{found}, by {choice.driver.name}; nothing was bound: check device and driver.")


def _said(identity: Identity | None) -> dict[str, Any]:
    if identity is None:
        return {}
    names = ("model", "serial", "firmware", "simulated")
    return {name: getattr(identity, name) for name in names}


def _is_same(one: Binding, other: Binding) -> bool:
    """Whether both say the same of device and place."""
    return _essence(one) == _essence(other)


def _essence(binding: Binding) -> tuple[object, ...]:
    port = binding.port if binding.adapter is None else None
    said = (binding.driver, binding.profile, binding.model, binding.serial)
    return (*said, binding.adapter, binding.alone, port)


def _otherwise(url: str, *older: Binding) -> BadInputError:
    bound = " and ".join(f"{one.name} is bound to {one.place}" for one in older)
    found = f"{url} cannot be bound: {bound}"
    return BadInputError(f"{found}; `devicelog unbind` it, or add --replace to bind it anew.")
