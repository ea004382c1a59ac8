"""From which syringe each volume of a session came: worked out beside the totals, without a look at each injection.

What comes live was drawn from the syringe in use, so the difference of the running totals is enough, taken when another
syringe is put in use. What was counted at another time than it was given is booked by itself: what was read back from a
device's memory by the moment when it happened; what a polled device gave by its two answers; what a person stated by
the syringe in use when he stated it, and a correction where that counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.products.doses import Given, Origin
from devicelog.treatment.intervals import Interval

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.record.statements import Statement
    from devicelog.treatment.totals import Tally

#: Takes an entry: a record, its content, and its moment.
Handler = Callable[["Record", Any, int], None]
#: From no syringe that was stated.
_NONE: Origin = (None,)


@dataclass(slots=True)
class _Link:
    """Of a link that is typed or polled: where it counted last, and where its triggers without a volume came from."""

    last: Origin = _NONE
    without_volume: set[int | None] = field(default_factory=set)


class Doses:
    """What was given and purged from each syringe; volumes in billionths of a mL. Reading it changes nothing."""

    def __init__(self) -> None:
        self._changes: list[tuple[int, int]] = []
        self._given: dict[tuple[Origin, str | None], int] = {}
        self._purged: dict[Origin, int] = {}
        self._links: dict[int, _Link] = {}

    @property
    def in_use(self) -> int | None:
        """The syringe in use."""
        return self._changes[-1][1] if self._changes else None

    @property
    def changes(self) -> list[tuple[int, int]]:
        """When which syringe was put in use, in microseconds of the session."""
        return list(self._changes)

    def hear(self, tally: Tally, made: Statement) -> None:
        """Something was stated; a syringe that is put in use ends what was drawn from the one before."""
        if made.kind == Kind.SYRINGE_IN_USE:
            self._settle(tally)
            self._changes.append((made.t_us, made.content["syringe"]))

    def given(self, tally: Tally) -> list[Given]:
        """All volumes by origin and zone; they add up to the volume of the session."""
        now = dict(self._given)
        for zone, volume in self._live(tally).items():
            key = ((self.in_use,), zone)
            now[key] = now.get(key, 0) + volume
        return [Given(*key, volume) for key, volume in now.items() if volume]

    def purged(self, tally: Tally) -> dict[Origin, int]:
        """What was purged, by origin."""
        live = tally.session.purged - sum(self._purged.values())
        now = {**self._purged, (self.in_use,): self._purged.get((self.in_use,), 0) + live}
        return {origin: volume for origin, volume in now.items() if volume}

    def book(self, origin: Origin, zone: str | None, volume: int, purged: int) -> None:
        """What was counted just now, but not drawn just now."""
        self._given[origin, zone] = self._given.get((origin, zone), 0) + volume
        self._purged[origin] = self._purged.get(origin, 0) + purged

    def during(self, since_us: int, until_us: int) -> Origin:
        """The syringes that were in use from one moment to another."""
        found: set[int | None] = {number for at, number in self._changes if since_us < at <= until_us}
        found.add(next((number for at, number in reversed(self._changes) if at <= since_us), None))
        return tuple(sorted(found, key=lambda number: (number is not None, number or 0)))

    def of_interval(self, content: dict[str, Any]) -> Origin:
        """From where an interval came, which is what its link counted last from now on."""
        interval = Interval.from_content(content)
        link = self._links.setdefault(content["link"], _Link())
        if interval.stated is not None:
            link.last = self._of_statement(link, interval)
        elif interval.volume >= 0:
            link.last = self.during(interval.since_us, interval.until_us)
        return link.last

    def _of_statement(self, link: _Link, interval: Interval) -> Origin:
        corrects = interval.stated is not None and interval.stated.instead_of is not None
        origin = link.last if corrects else (self.in_use,)
        if interval.without_volume > 0:
            link.without_volume.update(origin)
        elif interval.without_volume < 0 and not corrects:  # the volume of triggers that had none, wherever they were
            found = link.without_volume.union(origin)
            link.without_volume.clear()
            return tuple(sorted(found, key=lambda number: (number is not None, number or 0)))
        return origin

    def _live(self, tally: Tally) -> dict[str | None, int]:
        """What was counted and is not booked yet, by zone."""
        totals: dict[str | None, int] = {zone: of.volume for zone, of in tally.zones.items()}
        totals[None] = tally.session.volume - sum(totals.values())
        for (_, zone), volume in self._given.items():
            totals[zone] = totals.get(zone, 0) - volume
        return totals

    def _settle(self, tally: Tally) -> None:
        """Book what came live for the syringe in use."""
        purged = tally.session.purged - sum(self._purged.values())
        for zone, volume in self._live(tally).items():
            self.book((self.in_use,), zone, volume, 0)
        self.book((self.in_use,), None, 0, purged)


def apart(handler: Handler) -> Handler:
    """A handler whose entries were not given at the moment at which they come: what it counts is booked by itself."""

    def take(record: Record, content: Any, t_us: int) -> None:
        session = record.tally.session
        volume, purged = session.volume, session.purged
        handler(record, content, t_us)
        origin, zone = _origin_and_zone(record, content, t_us)
        volume, purged = session.volume - volume, session.purged - purged
        if volume or purged:
            record.doses.book(origin, zone if zone in record.tally.zones else None, volume, purged)

    return take


def _origin_and_zone(record: Record, content: dict[str, Any], t_us: int) -> tuple[Origin, str | None]:
    doses = record.doses
    if "given" in content:
        stated = "each" in content
        return doses.of_interval(content), content["zone"] if stated else record.tally.zone
    happened, off = content.get("happened"), 0
    if "log" in content:
        off = next((log["uncertain"] or 0 for log in record.device_logs.logs if log["log"] == content["log"]), 0)
    span = (0, t_us) if happened is None else (happened - off, happened + off)
    return doses.during(*span), content.get("zone")
