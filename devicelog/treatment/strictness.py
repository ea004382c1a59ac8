"""Whether one limit lets more pass than another of the same name: what an overlay may not, and a derivation says aloud.

A limit is looser if any value could pass it that the other would have warned of, or alarmed about; also if it waits or
tolerates more, forgets sooner, or is no longer held against anything. Citations have no part in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from devicelog.treatment.citation import amount_text
from devicelog.treatment.protocol import Direction, Limit, TreatmentProtocol


def loosened(base: Limit, other: Limit) -> Iterator[str]:
    """In which ways a limit is looser than the one whose place it takes, each as a part of a sentence."""
    if other.documented and not base.documented:
        yield "it is for the record only"
    first, now_first = _first(base), _first(other)
    if base.hard is not None and other.hard is None:
        yield f"it has no hard value, and {amount_text(base.hard, base.unit)} before"
    elif base.hard is not None and other.hard is not None and _beyond(other.hard, base.hard, base.direction):
        yield _moved("hard", base.hard, other.hard, base.unit)
    if first is not None and now_first is not None and _beyond(now_first, first, base.direction):
        if base.soft is None or other.soft is not None:
            if first != base.hard or now_first != other.hard:  # else said above
                yield _moved("soft", first, now_first, base.unit)
        else:
            yield f"it has no soft value, and {amount_text(base.soft, base.unit)} before"
    if other.tolerance > base.tolerance:
        yield _moved("tolerance", base.tolerance, other.tolerance, base.unit)
    if other.delay > base.delay:
        yield _moved("delay", base.delay, other.delay, "s")
    if base.latching and not other.latching and other.hard is not None:
        yield "its hard alarm latches no longer"


def _first(limit: Limit) -> Decimal | None:
    """The value at which a limit says something for the first time."""
    values = [value for value in (limit.soft, limit.hard) if value is not None]
    if not values:
        return None
    return min(values) if limit.direction is Direction.MAX else max(values)


def _beyond(value: Decimal, bound: Decimal, direction: Direction) -> bool:
    return value > bound if direction is Direction.MAX else value < bound


def _moved(what: str, before: Decimal, now: Decimal, unit: str) -> str:
    return f"its {what} value is {amount_text(now, unit)}, and {amount_text(before, unit)} before"


def looser_overlays(protocol: TreatmentProtocol) -> Iterator[str]:
    """What overlays of a file let pass that the file itself does not, one sentence each."""
    base = {limit.number: limit for limit in protocol.limits}
    for overlay in protocol.overlays:
        for limit in overlay.limits:
            for how in loosened(base[limit.number], limit):
                expected = "an overlay may only be stricter; derive a protocol of your own for the rest"
                yield f"overlay {overlay.name}, {limit.name}: {how}; {expected}."
