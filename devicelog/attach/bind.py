"""Binding a device: ask it who it is, and keep that with the adapter and the place where it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from devicelog.attach.choice import Choice, profile_digest
from devicelog.attach.introduction import asking, meet
from devicelog.attach.seat import adapter_of, bound_at
from devicelog.binding import Binding, Bindings, printable
from devicelog.driver import Effect, Identity
from devicelog.errors import BadInputError, StrangerError
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


def bind_device(
    writer: Writer, choice: Choice, *, by: str, allowed: frozenset[Effect], seconds: float, replace: bool
) -> Outcome:
    """Bind the device on a named port. What is bound there, or the device elsewhere, is only replaced if asked.

    Raises BadInputError if it is bound otherwise, PortError, and StrangerError if nobody says anything on the port, or
    what the driver does not expect of its device.
    """
    known, here = kept.bindings(writer), adapters()
    adapter, alone = adapter_of(choice.url, here)
    there = bound_at(choice.url, known, here)
    if there is not None and there.driver != choice.name and not replace:
        raise _otherwise(choice.url, there)
    identity = meet(choice.driver, choice.url, allowed, seconds)
    _recognise(choice, identity)
    new = Binding(
        choice.name,
        choice.url,
        by,
        adapter=adapter,
        alone=alone,
        profile=profile_digest(choice.name, choice.driver),
        **_said(identity),
    )
    older = _older(known, there, identity)
    if len(older) == 1 and _is_same(older[0], new):
        return Outcome(older[0], (), is_new=False)
    if older and not replace:
        raise _otherwise(choice.url, *older)
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


def _older(known: Bindings, there: Binding | None, identity: Identity | None) -> tuple[Binding, ...]:
    """What a new binding of this port, or of this device, would take the place of."""
    return tuple(one for one in known if one is there or (identity is not None and one.is_of(identity)))


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
