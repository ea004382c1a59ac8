"""What is stated before the ports of a recording are opened: by a plan, by asking, or that nobody was asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devicelog.chunk import Chunk
    from devicelog.clock import Stamp
    from devicelog.problems import Location
    from devicelog.screening.rule import Rules
    from devicelog.steps.draft import Draft
    from devicelog.steps.opening import Opening, Setting, Stop
    from devicelog.store.writer import Writer
    from devicelog.treatment.protocol import TreatmentProtocol

#: Why every step is skipped where nobody was asked; the program says it, so it is not sealed.
UNASKED = "recorded without a plan; nobody was asked"

#: What a recording cannot do without, and the option that gives it.
_NEEDED = {"devices": "--device", "protocol": "--protocol", "subject": "--subject", "practitioner": "--practitioner"}


@dataclass(frozen=True, slots=True)
class Words:
    """What the command line gave for the opening; `no_ask` is the reason for which nobody is asked."""

    plan: Path | None
    no_ask: str | None
    given: Mapping[str, Any]

    @property
    def asks(self) -> bool:
        """Whether somebody at a terminal is asked step by step."""
        from devicelog.keyboard import is_attended

        return self.plan is None and self.no_ask is None and sys.stderr.isatty() and is_attended()


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
        from functools import partial

        from devicelog.ledger import Kind
        from devicelog.recorder.act import act
        from devicelog.sealed import seal_fields

        seal = partial(writer.seal_text, subject)
        made = []
        for stamp, kind, content in self._acts():
            is_ours = kind is Kind.SKIPPED and content["reason"] == UNASKED
            made.append(act(stamp, kind, **(content if is_ours else seal_fields(kind, content, seal))))
        return made

    def _acts(self) -> Iterator[tuple[Stamp, Any, Mapping[str, Any]]]:
        from devicelog.ledger import Kind

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
        from devicelog.products.alarms import put_in_use
        from devicelog.steps.said import products, syringes

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


# -- what is given ---------------------------------------------------------------------------------------------


def draft_of(words: Words) -> Draft:
    """What a plan and the command line say together; the command line wins, and that is said.

    Raises PlanFileError, and click's UsageError for what a recording cannot do without.
    """
    from devicelog.steps.draft import Draft

    draft = _planned(words, words.plan) if words.plan is not None else Draft()
    draft, notes = draft.with_session(**words.given)
    for note in notes:
        say(f"note: {note}")
    session = draft.session.model_dump()
    for name, option in _NEEDED.items():
        if session[name] is None or session[name] == []:
            more = f" {words.plan} has none, either." if words.plan is not None else ""
            raise click.UsageError(f"Missing option '{option}'.{more}")
    return draft


def _planned(words: Words, plan: Path) -> Draft:
    from devicelog import clock
    from devicelog.steps.plan_file import load

    given = words.given.get("screening")
    whole = words.no_ask is None
    return load(plan, lambda named: rules_of(given or named), today(clock.now()), whole=whole)


def rules_of(named: str | None) -> Rules:
    """The questions of the clinic's own file, or those that come with devicelog; raises ScreeningFileError."""
    from devicelog.screening.rules import load

    return load(Path(named) if named is not None else None)


def protocol_name(draft: Draft) -> str:
    """The treatment protocol as `--protocol` takes it."""
    session = draft.session
    return f"{session.protocol}+{session.overlay}" if session.overlay is not None else str(session.protocol)


def today(start: Stamp) -> Any:
    """The day at the clinic."""
    from devicelog import clock
    from devicelog.treatment.past import local

    return local(datetime.fromtimestamp(start.wall_ns // 1_000_000_000, UTC), clock.local_zone()).date()


def setting_of(
    writer: Writer, words: Words, draft: Draft, protocol: TreatmentProtocol | None, start: Stamp, *, simulated: bool
) -> Setting:
    """What the draft is held against; nothing is written for it. Where nobody is asked there are no rules."""
    from devicelog.bodymap.zones import load as body_map
    from devicelog.steps.opening import Setting
    from devicelog.store.recalls import recalls

    return Setting(
        practitioner=str(draft.session.practitioner),
        rules=rules_of(draft.session.screening) if words.asks or words.plan is not None else None,
        today=today(start),
        protocol=protocol,
        course=_course(writer, draft, protocol, start, simulated=simulated),
        body_map=body_map(),
        recalls=recalls(writer),
        born=_born(writer, str(draft.session.subject)),
    )


def _born(writer: Writer, reference: str) -> date | None:
    """The subject's birth date, if it is known."""
    subject = writer.subject(reference)
    person = writer.person(subject) if subject is not None else None
    return person.born if person is not None else None


def _course(writer: Writer, draft: Draft, protocol: TreatmentProtocol | None, start: Stamp, *, simulated: bool) -> Any:
    """Where in its course the session stands; None without a protocol."""
    from devicelog import clock
    from devicelog.search.earlier import earlier
    from devicelog.treatment.course import assess

    if protocol is None:
        return None
    past = earlier(writer, writer.subject_ids(str(draft.session.subject)), protocol.family)
    moment = datetime.fromtimestamp(start.wall_ns // 1_000_000_000, UTC)
    return assess(protocol, past, moment, clock.local_zone(), simulated=simulated)


# -- what is stated --------------------------------------------------------------------------------------------


def stated(words: Words, draft: Draft, setting: Setting, start: Stamp) -> Stated | None:
    """What the steps before the devices come to; None if whoever was asked does not want to begin.

    Raises BadInputError for steps out of order and for what cannot be, NotNowError if asking is broken off.
    """
    from devicelog.errors import BadInputError
    from devicelog.steps.opening import opening
    from devicelog.steps.said import PlaceError

    if words.asks:
        return _asked(draft, setting, start)
    is_unasked = words.plan is None
    draft = _skipping(draft, setting, words.no_ask if words.no_ask is not None else UNASKED if is_unasked else None)
    try:
        found = opening(draft, setting)
    except PlaceError as error:
        place = f"{words.plan}, " if words.plan is not None else ""
        raise BadInputError(f"{place}{' '.join(map(str, error.loc))}: {error}") from None
    for shown in found.shown:
        say(f"note: {shown}")
    return Stated(draft, found, setting, start, () if is_unasked else found.stops)


def _skipping(draft: Draft, setting: Setting, reason: str | None) -> Draft:
    """The draft with what it says nothing of skipped, for this reason."""
    from devicelog.naming import named
    from devicelog.steps.opening import missing
    from devicelog.steps.plan_schema import SkipTable

    if reason is None:
        return draft
    why = named(reason, "reason")
    skips = (SkipTable(step=step, reason=why) for step in missing(draft, setting))
    return replace(draft, skips=(*draft.skips, *skips))


def _asked(draft: Draft, setting: Setting, start: Stamp) -> Stated | None:
    from devicelog.steps.asking import Asking
    from devicelog.steps.interview import interview
    from devicelog.steps.opening import opening
    from devicelog.terminal.asking import ask

    asking = Asking(lambda: interview(draft, setting))
    if not ask(asking, lambda answered: opening(answered, setting), setting.practitioner):
        return None
    found = opening(asking.result, setting)
    return Stated(asking.result, found, setting, start, found.stops, asking.stamps)
