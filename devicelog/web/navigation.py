"""The places that every page leads to, and who sees which."""

from __future__ import annotations

from dataclasses import dataclass

from devicelog.accounts.permission import Permission
from devicelog.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its path, the name of its text, who sees it, and the paths of other pages that belong to it."""

    path: str
    name: str
    needs: tuple[Permission, ...]
    also: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether a page is one of this place."""
        return any(path == own or path.startswith(f"{own}/") for own in (self.path, *self.also))


PLACES = (
    Place("/live", "place-live", (Permission.WATCH_LIVE,)),
    Place("/open", "place-open", (Permission.RECORD,)),
    Place("/sessions", "place-sessions", (Permission.READ_SESSIONS,), ("/people", "/lots", "/follow-ups")),
    Place("/devices", "place-devices", (Permission.SEE_DEVICES,)),
    Place("/administration", "place-administration", (Permission.MANAGE_PEOPLE,)),
)


def places_for(visitor: Visitor) -> list[Place]:
    """Where a visitor may go."""
    return [place for place in PLACES if any(map(visitor.may, place.needs))]
