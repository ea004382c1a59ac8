"""What is odd about a treatment protocol that can be read: findings that forbid its use, and notes for its author."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from devicelog.bodymap.zones import load
from devicelog.treatment.protocol import Channel, Limit, Scope, Severity, TreatmentProtocol
from devicelog.treatment.strictness import looser_overlays


class Findings(NamedTuple):
    """Whole sentences: `faults` must be mended, `notes` are worth a look."""

    faults: list[str]
    notes: list[str]


def examine(protocol: TreatmentProtocol, where: str) -> Findings:
    """What is odd about a protocol."""
    faults = [*looser_overlays(protocol), *_strange_zones(protocol)]
    notes = [*_uncited(protocol), *_course(protocol), *_unused_sources(protocol)]
    return Findings([f"{where}: {said}" for said in faults], [f"{where}: {said}" for said in notes])


def _strange_zones(protocol: TreatmentProtocol) -> Iterator[str]:
    body = load()
    for zone in protocol.excluded_zones:
        if body.find(zone) is None:
            yield f"excluded zone {zone!r} is not on the body map, and so would never be treated as excluded."


def _every_limit(protocol: TreatmentProtocol) -> Iterator[tuple[str, Limit]]:
    yield from ((limit.name, limit) for limit in protocol.limits)
    for overlay in protocol.overlays:
        yield from ((f"overlay {overlay.name}, {limit.name}", limit) for limit in overlay.limits)


def _uncited(protocol: TreatmentProtocol) -> Iterator[str]:
    for name, limit in _every_limit(protocol):
        for severity, value, source in (
            (Severity.SOFT, limit.soft, limit.soft_source),
            (Severity.HARD, limit.hard, limit.hard_source),
        ):
            if value is not None and source is None:
                yield f"{name}: the {severity} value has no source."


def _course(protocol: TreatmentProtocol) -> Iterator[str]:
    held = {limit.channel for limit in protocol.limits if limit.scope is Scope.COURSE and not limit.documented}
    if Channel.INTERVAL not in held:
        yield "no course limit on the interval between two sessions: it is not checked."
    if Channel.SESSION_COUNT not in held:
        yield "no course limit on the number of sessions: it is not checked."


def _unused_sources(protocol: TreatmentProtocol) -> Iterator[str]:
    """Sources that nothing cites; a note may still name one."""
    cited = {
        source.key
        for _, limit in _every_limit(protocol)
        for source in (limit.soft_source, limit.hard_source)
        if source is not None
    }
    if protocol.top_up is not None and protocol.top_up.source is not None:
        cited.add(protocol.top_up.source.key)
    body = protocol.text.rpartition("[sources]")[0]
    for key in protocol.sources:
        if key not in cited and key not in body:
            yield f"the source {key} is cited by nothing."
