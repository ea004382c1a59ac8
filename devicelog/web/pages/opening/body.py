"""The body map on a page: our drawings with what is planned and what must not be treated, and zones to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from devicelog.bodymap.drawing import drawn
from devicelog.bodymap.zones import BodyMap, Zone
from devicelog.treatment.exclusions import doubtful, excluded
from devicelog.treatment.protocol import TreatmentProtocol

_ID = re.compile(r' id="([a-z_.]+)"')
#: Which drawings are shown for an area of the body.
_FACE, _BODY = ("face-front", "face-right", "face-left"), ("body-front", "body-back")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A planned zone: as it was chosen, its name, why it is excluded, and what else must be said of it."""

    text: str
    name: str
    excluded: str
    doubt: str


def chosen(zones: list[str], body_map: BodyMap, protocol: TreatmentProtocol | None) -> list[Chosen]:
    """The planned zones in their order."""
    made = []
    for text in zones:
        place = body_map.find(text)
        why = excluded(protocol, body_map, text) if protocol is not None else None
        doubt = doubtful(protocol, body_map, text) if protocol is not None and why is None else None
        made.append(Chosen(text, place.name if place is not None else text, why or "", doubt or ""))
    return made


def groups(body_map: BodyMap) -> list[tuple[str, list[Zone]]]:
    """All zones by the one of the outermost level that they lie in."""
    found: dict[str, list[Zone]] = {}
    for zone in body_map.zones.values():
        found.setdefault(zone.code.partition(".")[0], []).append(zone)
    return [(body_map.zones[code].name if code in body_map.zones else code, zones) for code, zones in found.items()]


def pictures(zones: list[str], body_map: BodyMap, protocol: TreatmentProtocol | None) -> list[tuple[str, str, Markup]]:
    """The drawings: name, title and SVG; a zone of it says its code in data-zone, so that a finger can choose it."""
    wanted = [place for text in zones if (place := body_map.find(text)) is not None]
    not_here = [
        zone for zone in body_map.zones.values() if protocol is not None and excluded(protocol, body_map, zone.code)
    ]
    made = []
    for name in sorted(body_map.drawings, key=lambda one: _rank(one, protocol)):
        svg = _ID.sub(r' data-zone="\1"', drawn(name, body_map, chosen=wanted, excluded=not_here))
        made.append((name, body_map.drawings[name], Markup(svg)))  # noqa: S704 - our own drawing
    return made


def _rank(name: str, protocol: TreatmentProtocol | None) -> tuple[bool, int]:
    """The drawing of the protocol's area first, and else in the order in which they are looked at."""
    order = [*_FACE, "scalp", *_BODY, "hands"]
    area = protocol.area if protocol is not None else "face"
    near = "scalp" if "scalp" in area else "face" if "face" in area or "submental" in area else "body"
    return not name.startswith(near), order.index(name) if name in order else len(order)
