"""What was stated before the ports of a recording are opened, as the acts that a session begins with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.ledger.sealed import seal_fields
from devicelog.products.alarms import put_in_use
from devicelog.recorder.act import act
from devicelog.steps.said import products, syringes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devicelog.chunk import Chunk
    from devicelog.clock import Stamp
    from devicelog.problems import Location
    from devicelog.steps.draft import Draft
    from devicelog.steps.opening import Opening, Setting, Stop
    from devicelog.store.writer import Writer

#: Why every step is skipped where nobody was asked; the program says it, so it is not sealed.
UNASKED = "recorded without a plan; nobody was asked"


@dataclass(frozen=True, slots=True)
class Stated:
    """What was stated; `stops` keep the session from being recorded, `asked` says when each place was answered."""

    draft: Draft
    opening: Opening
    setting: Setting
    start: Stamp
    stops: tuple[Stop, ...] = ()
    asked: Mapping[Location, Stamp] = field(default_factory=dict)

    def chunks(self, writer: Writer, subject: str) -> list[Chunk]:
        """The acts, in order, their free texts sealed; those of a session that is refused end with `refused`."""
        seal = partial(writer.seal_text, subject)
        made = []
        for stamp, kind, content in self._acts():
            is_ours = kind is Kind.SKIPPED and content["reason"] == UNASKED
            made.append(act(stamp, kind, **(content if is_ours else seal_fields(kind, content, seal))))
        return made

    def _acts(self) -> Iterator[tuple[Stamp, Any, Mapping[str, Any]]]:
        last = self.start
        for said in self.opening.said:
            stamp = self._stamp(said.loc)
            last = stamp if stamp.boot_ns > last.boot_ns else last
            yield last, said.kind, said.content
        if self.stops:
            because = list(dict.fromkeys(stop.of for stop in self.stops))
            yield last, Kind.REFUSED, {"because": because, "by": self.setting.practitioner}
            return
        for alarm in self.setting.course.alarms if self.setting.course is not None else ():
            yield last, Kind.ALARM, alarm
        for kind, content in self._first_syringe():
            yield last, kind, content

    def _stamp(self, loc: Location) -> Stamp:
        """When this was answered; of a plan, when the session began."""
        found = (self.asked[loc[:n]] for n in range(len(loc), 0, -1) if loc[:n] in self.asked)
        return next(found, self.start)

    def _first_syringe(self) -> list[tuple[Any, dict[str, Any]]]:
        prepared = syringes(self.draft, self.setting.practitioner)
        if not prepared:
            return []
        taken = products(self.draft, self.setting.practitioner)
        today, recalls = self.setting.today, self.setting.recalls
        return put_in_use(prepared[0], None, taken, today, recalls, self.overridden, "chosen at the start")

    @property
    def electrode_area(self) -> str | None:
        """The contact area where the device does not state it: as given, or that of the only electrode."""
        areas = [one.area for one in self.draft.consumables if one.area is not None]
        given = self.draft.session.electrode_area
        return given if given is not None else areas[0] if len(areas) == 1 else None

    @property
    def overridden(self) -> frozenset[str]:
        """What was overridden, as an override says it."""
        return frozenset(stop.of for stop in self.opening.overridden)
