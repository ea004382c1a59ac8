"""Zones on the body map as a page shows them: drawings whose zones can be pressed, and what there is to choose from.

Both are worked out where they are shown, and are the same as long as the zone in use is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from markupsafe import Markup

from devicelog.bodymap.drawing import drawings_of, drawn
from devicelog.bodymap.names import name_of
from devicelog.bodymap.zones import load

if TYPE_CHECKING:
    from devicelog.bodymap.zones import BodyMap
    from devicelog.bodymap.zones import Zone as Place
    from devicelog.steps.keys import Zone
    from devicelog.web.live.seen import Seen

_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class InUse:
    """The zone in use, as it was stated (None: none is)."""

    zone: str | None
    seen: Seen = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its name on the body map; "" if no zone is in use."""
        zone = self.zone
        return name_of(zone, self.seen.record.places.get(zone)) if zone is not None else ""

    @property
    def code(self) -> str:
        """Its code among those that are offered; "" if no zone is in use."""
        zone, body_map = self.zone, self.seen.running.during.body_map
        codes = [one.code for one in self.seen.zones]
        if zone is None or zone in codes or body_map is None:
            return zone or ""
        return next((code for code in codes if body_map.canonical(code) == body_map.canonical(zone)), zone)

    @property
    def excluded(self) -> str:
        """Why it must not be treated; "" if nothing is against it."""
        code = self.code
        return next((one.excluded for one in self.seen.zones if one.code == code), "")

    @property
    def place(self) -> Place | None:
        """It on the body map."""
        body_map = self.seen.running.during.body_map
        return body_map.find(self.zone) if body_map is not None and self.zone is not None else None

    def picture(self) -> Markup:
        """The drawing on which it is seen best, marked; nothing where there is none."""
        body_map, place = self.seen.running.during.body_map, self.place
        if body_map is None or place is None:
            return Markup("")
        found = drawings_of(body_map, place)
        return _drawn(body_map.version, found[0], place.code, _excluded(self.seen)) if found else Markup("")


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to choose from, while a zone is in use."""

    zone: str | None
    seen: Seen = field(compare=False, repr=False)

    @property
    def used(self) -> str:
        """The code of the zone in use."""
        return InUse(self.zone, self.seen).code

    @property
    def planned(self) -> list[tuple[Zone, str, str]]:
        """Planned zones with their names, and the ids of their buttons."""
        return self._named(self.seen.zones[: self.seen.planned])

    @property
    def others(self) -> list[tuple[Zone, str, str]]:
        """All others."""
        return self._named(self.seen.zones[self.seen.planned :])

    def _named(self, zones: tuple[Zone, ...]) -> list[tuple[Zone, str, str]]:
        ids = self._ids()
        names = (name_of(zone.code, None) if zone.name == zone.code else zone.name for zone in zones)
        return [(zone, name, ids[zone.code]) for zone, name in zip(zones, names, strict=True)]

    def _ids(self) -> dict[str, str]:
        """By its code: a drawing knows a zone by that of the map, also where it was planned by another name of it."""
        body_map, found = self.seen.running.during.body_map, dict[str, str]()
        for zone in self.seen.zones:
            id_ = f"zone-{body_map.canonical(zone.code) if body_map is not None else zone.code}"
            found[zone.code] = id_ if id_ not in found.values() else f"zone-{zone.code}"
        return found

    def pictures(self) -> list[tuple[str, Markup]]:
        """All drawings with their titles: first those on which the zone in use or a planned one is seen."""
        during, place = self.seen.running.during, InUse(self.zone, self.seen).place
        if during.body_map is None:
            return []
        wanted = [place, *map(during.body_map.find, during.planned)]
        first = [name for one in wanted if one is not None for name in drawings_of(during.body_map, one)[:1]]
        return [
            self._picture(during.body_map, name, place) for name in dict.fromkeys([*first, *during.body_map.drawings])
        ]

    def _picture(self, body_map: BodyMap, name: str, place: Place | None) -> tuple[str, Markup]:
        """One drawing; the zone in use is named where it is on it, so that the others stay as they were."""
        is_on_it = place is not None and any(name in one.drawings for one in body_map.inside(place))
        code = place.code if place is not None and is_on_it else ""
        return body_map.drawings[name], _drawn(body_map.version, name, code, _excluded(self.seen))


def _excluded(seen: Seen) -> tuple[str, ...]:
    return tuple(zone.code for zone in seen.zones if zone.excluded)


@lru_cache(maxsize=64)
def _drawn(version: str, name: str, chosen: str, excluded: tuple[str, ...]) -> Markup:
    """A drawing for a page: a zone names the button that chooses it, instead of an id that would stand there twice."""
    body_map = load(version)
    zones = [body_map.zones[chosen]] if chosen else []
    against = [found for code in excluded if (found := body_map.find(code)) is not None]
    root = ElementTree.fromstring(drawn(name, body_map, chosen=zones, excluded=against))  # noqa: S314 - our own files
    for element in root.iter(f"{_SVG}path"):
        code = element.attrib.pop("id", None)
        if code is not None:
            element.attrib["data-press"] = f"zone-{code}"
    for element in [one for one in root if one.tag in (f"{_SVG}title", f"{_SVG}desc")]:
        root.remove(element)
    for gone in ("role", "aria-labelledby"):
        root.attrib.pop(gone, None)
    root.attrib |= {"aria-hidden": "true", "focusable": "false", "class": "bodymap"}
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704 - a drawing of our own
