"""Zones that were corrected behind the end of a session: which reports belong elsewhere than was said at the time.

A report is named by its link and the place on the line where its frame ended, because numbers of entries are others in
each version of a session. A log that a device keeps by itself is one stretch, named by its SHA-256.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Stretch:
    """Reports of a link, from one place on the line to another, both included."""

    link: int
    first: int
    last: int

    def holds(self, link: int, at: int) -> bool:
        """Whether a report is one of them."""
        return link == self.link and self.first <= at <= self.last


@dataclass(frozen=True, slots=True)
class ZoneCorrection:
    """What an amendment puts into a zone: stretches of reports, and logs by their SHA-256."""

    amendment: int
    zone: str
    stretches: tuple[Stretch, ...]
    logs: frozenset[str] = frozenset()

    @classmethod
    def all_of(cls, amendment: Mapping[str, Any]) -> list[Self]:
        """Those that the content of an amendment holds."""
        return [
            cls(
                amendment["amendment"],
                zone["zone"],
                tuple(Stretch(one["link"], one["first"], one["last"]) for one in zone["ranges"]),
                frozenset(zone["logs"]),
            )
            for zone in amendment.get("zones", ())
        ]

    def is_behind(self, link: int, at: int) -> bool:
        """Whether a place on the line is behind all of its reports of a link."""
        return all(one.last < at for one in self.stretches if one.link == link)

    def content(self) -> dict[str, Any]:
        """As the amendment holds it, but for the numbers of the entries."""
        ranges = [{"link": one.link, "first": one.first, "last": one.last} for one in self.stretches]
        return {"zone": self.zone, "ranges": ranges, "logs": sorted(self.logs)}


class Corrections:
    """All corrections of a session's zones, the last one first; `at_pauses` says at which pauses a zone began then.

    Where the next planned zone began depended on what was given until then. That stays as it was: it is what happened.
    """

    def __init__(self, made: Sequence[ZoneCorrection], at_pauses: Sequence[bool]) -> None:
        self._made = tuple(reversed(made))
        self._at_pauses = iter(at_pauses)

    def of(self, link: int, at: int) -> ZoneCorrection | None:
        """That of a report; None if it stays where it was."""
        return next((made for made in self._made if any(one.holds(link, at) for one in made.stretches)), None)

    def of_log(self, digest: str) -> ZoneCorrection | None:
        """That of a log that a device keeps by itself."""
        return next((made for made in self._made if digest in made.logs), None)

    def next_pause(self) -> bool:
        """Whether a planned zone began at the next pause of a device."""
        return next(self._at_pauses, False)
