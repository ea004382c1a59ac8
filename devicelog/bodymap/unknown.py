"""What is said at the start of zones that are not on the body map; they are taken as they were typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from devicelog.bodymap.zones import load


def unknown_zones(zones: Iterable[str]) -> Iterator[str]:
    """A sentence for each zone that the map does not have, with the codes that may have been meant."""
    body_map = load()
    for zone in dict.fromkeys(zones):
        if body_map.find(zone) is None:
            close = body_map.close_to(zone)
            guess = f"; did you mean {' or '.join(close)}?" if close else "; see `devicelog zones`"
            yield f"the zone {zone} is not on the body map, and is kept as typed{guess}"
