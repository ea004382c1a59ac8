"""Zones that must not be treated: by the treatment protocol, or by the body map for the modality of the protocol.

A zone is meant by its code, by another name of it, or by a zone around it. One condition is one alarm: the zone in use.
"""

from __future__ import annotations

from devicelog.bodymap.zones import BodyMap, Zone
from devicelog.driver import Priority
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.protocol import TreatmentProtocol

#: What stands between the areas of a treatment protocol: "thigh/buttock/abdomen".
_BETWEEN = "/"


class Exclusions:
    """What holds the zone in use against the treatment protocol and the body map; looks only when a zone is entered."""

    def __init__(self, protocol: TreatmentProtocol | None, body_map: BodyMap | None, alarms: AlarmBook) -> None:
        self._protocol = protocol
        self._map = body_map
        self._alarms = alarms

    def leave(self, zone: str | None) -> None:
        """The zone is not in use any more."""
        self._alarms.end(("zone", zone))

    def enter(self, zone: str | None) -> None:
        """A zone is in use: an alarm if it is excluded, or if nobody can tell, or if the protocol is not for it."""
        if zone is None or self._protocol is None:
            return
        why = excluded(self._protocol, self._map, zone)
        if why is not None:
            self._alarms.begin(("zone", zone), Priority.HIGH, why, latching=True, zone=zone)
        elif (doubt := doubtful(self._protocol, self._map, zone)) is not None:
            self._alarms.begin(("zone", zone), Priority.LOW, doubt, zone=zone)


def excluded(protocol: TreatmentProtocol, body_map: BodyMap | None, zone: str) -> str | None:
    """Why a zone must not be treated by a protocol, with the source, as a sentence; None if nothing is against it."""
    reasons = []
    by = _excluding(protocol, body_map, zone)
    if by is not None:
        named = f" ({by})" if by != zone else ""
        reasons.append(f"by the treatment protocol {protocol.id}{named}")
    place = body_map.find(zone) if body_map is not None else None
    if body_map is not None and place is not None:
        found = body_map.exclusions(place, protocol.modality)
        reasons += [f"for {protocol.modality}: {body_map.cited(exclusion)}" for exclusion in found]
    return f"the zone {zone} is excluded {' and '.join(reasons)}" if reasons else None


def _excluding(protocol: TreatmentProtocol, body_map: BodyMap | None, zone: str) -> str | None:
    """The word of a protocol that excludes a zone: the same text, or a name of the zone or of one around it."""
    if zone in protocol.excluded_zones:
        return zone
    place = body_map.find(zone) if body_map is not None else None
    if body_map is None or place is None:
        return None
    around = {place.code for place in body_map.around(place)}
    return next((word for word in protocol.excluded_zones if body_map.canonical(word) in around), None)


def doubtful(protocol: TreatmentProtocol, body_map: BodyMap | None, zone: str) -> str | None:
    """What else must be said of a zone that is not excluded, as a sentence; None if nothing."""
    if body_map is None:
        return None
    place = body_map.find(zone)
    if place is None:
        if not protocol.excluded_zones and not body_map.excludes(protocol.modality):
            return None
        return f"the zone {zone} is not on the body map: nobody can tell whether it is excluded for {protocol.modality}"
    areas = areas_of(protocol, body_map)
    if (holds := _holding(protocol, body_map, place)) is not None and place not in areas:
        return f"the zone {zone} holds one that must not be treated: {holds}"
    if not areas or any(_overlap(body_map, place, area) for area in areas):
        return None
    return f"the zone {zone} is outside the area of the treatment protocol {protocol.id}: {protocol.area}"


def _holding(protocol: TreatmentProtocol, body_map: BodyMap, place: Zone) -> str | None:
    """Why something that lies in a zone must not be treated; None if nothing does."""
    found = (excluded(protocol, body_map, inner.code) for inner in body_map.inside(place))
    return next((why for why in found if why is not None), None)


def areas_of(protocol: TreatmentProtocol, body_map: BodyMap) -> list[Zone]:
    """The area of a protocol as zones of the map; none if its text says anything else, because that is not guessed."""
    found = [body_map.find(word) for word in protocol.area.split(_BETWEEN)]
    areas = [area for area in found if area is not None]
    return areas if len(areas) == len(found) else []


def _overlap(body_map: BodyMap, place: Zone, area: Zone) -> bool:
    """Whether one of two zones lies in the other."""
    return area in body_map.around(place) or place in body_map.around(area)
