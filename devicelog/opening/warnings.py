"""What must be known of a session when it begins: of its devices, its limits and its zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.bodymap.unknown import unknown_zones
from devicelog.driver import Effect
from devicelog.link.polls import UNASKED
from devicelog.treatment.kept import notes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.recorder.plan import Bound, Plan


def warnings(plan: Plan) -> Iterator[str]:
    """What must be said aloud at every start, a sentence each without its stop; the same one may come twice."""
    for device in plan.devices:
        if device.driver.is_typed:
            yield f"what is recorded of {device.driver.name} is typed by a person, and marked so everywhere"
        elif device.driver.verified_on is None:
            yield f"the driver {device.driver.name} has not been verified on any real device"
        if device.driver.caution:
            yield f"{device.driver.name} is {device.driver.caution}"
        if device.lacks:
            yield f"{device.driver.name} has {device.lacks}"
        yield from _effects(device)
    if plan.protocol is None:
        yield "no treatment protocol: nothing is checked"
    else:
        yield from notes(plan.protocol)
    yield from unknown_zones(plan.zones)


def _effects(device: Bound) -> Iterator[str]:
    """What the queries of a driver do to its device, and what it is not asked because of that."""
    effects = {query.effect for query in device.driver.queries if query.every is not None or query.on_open}
    for effect in sorted(effects - {Effect.NONE}):
        if effect in UNASKED | device.allowed:
            yield f"{device.driver.name} sends queries that have an effect on the device: {effect}"
        else:
            yield f"{device.driver.name} does not send its queries of effect {effect}; --allow {effect} does"
