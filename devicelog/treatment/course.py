"""The limits of a course, held against the earlier sessions of the same subject when a session is opened.

    Past (earlier sessions) ──▶ assess(protocol, past, started, zone) ──▶ CourseFindings
                                                                          ├── findings: each soft or hard, a sentence
                                                                          └── content: the `course` statement

A course is counted over the protocol's family, so that another protocol of it does not begin a new one. Days are days
of the clinic's calendar, each session's by its own local time: on Monday at nine it is seven days since last Monday at
five, and a change to summer time takes no day away. Where the protocol says when a top-up is due, so long a pause ends
a course; where it says nothing, all earlier sessions of the family count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from devicelog.numbers import some
from devicelog.treatment.citation import amount_text, bracketed, citation, cited
from devicelog.treatment.past import Past, local
from devicelog.treatment.protocol import Channel, Direction, Limit, Scope, Severity, TopUp, TreatmentProtocol
from devicelog.units import plain


class Phase(StrEnum):
    """Where in its course a session stands."""

    FIRST = "first"  # no earlier session of the family
    COURSE = "course"
    TOP_UP = "top-up"
    NEW_COURSE = "new course"  # later than a top-up would have been due


@dataclass(frozen=True, slots=True)
class CourseFinding:
    """A limit of the course that this session does not keep: `value` is beyond `bound`, both in the limit's unit."""

    limit: Limit
    severity: Severity
    value: Decimal
    bound: Decimal
    sentence: str
    protocol: TreatmentProtocol

    @property
    def of(self) -> str:
        """What an override of it is of, and what its alarm is about: "course:interval"."""
        return f"course:{self.limit.channel}"

    @property
    def alarm(self) -> dict[str, Any]:
        """The content of its alarm: `act(stamp, Kind.ALARM, **finding.alarm)`."""
        return {
            "about": self.of,
            "priority": self.limit.priority(self.severity).value,
            "latching": self.limit.latches(self.severity),
            "text": self.sentence,
            "limit": self.limit.number,
            "name": self.limit.name,
            "severity": self.severity.value,
            "value": plain(self.value),
            "bound": plain(self.bound),
            "unit": self.limit.unit,
            **cited(self.protocol, self.limit, self.severity),
        }

    def override(self, reason: Any, by: str) -> dict[str, Any]:
        """The content of an override of it; `reason` is text of a person, sealed where it has to be."""
        return {"of": self.of, "reason": reason, "by": by}


@dataclass(frozen=True, slots=True)
class CourseFindings:
    """What the earlier sessions mean for the one that is opened.

    `earlier` are those of the same course, oldest first; `before` counts those of the family in courses before it,
    `unassigned` those that had no treatment protocol and count in no course. `last` is the newest of the family.
    """

    family: str
    phase: Phase
    earlier: tuple[Past, ...]
    before: int
    unassigned: int
    last: Past | None
    days: int | None
    findings: tuple[CourseFinding, ...]
    protocol: TreatmentProtocol

    @property
    def number(self) -> int:
        """Which session of its course this one is, from 1."""
        return len(self.earlier) + 1

    @property
    def hard(self) -> tuple[CourseFinding, ...]:
        """The findings that need an override before the session can be opened."""
        return tuple(one for one in self.findings if one.severity is Severity.HARD)

    @property
    def alarms(self) -> list[dict[str, Any]]:
        """The contents of the alarms, one for each finding."""
        return [one.alarm for one in self.findings]

    def content(self, by: str | None = None) -> dict[str, Any]:
        """The content of the `course` statement."""
        return {
            "family": self.family,
            "earlier": len(self.earlier),
            "last": self.last.session if self.last is not None else None,
            "days": self.days,
            "phase": self.phase.value,
            "before": self.before,
            "unassigned": self.unassigned,
            **({"by": by} if by is not None else {}),
        }

    @property
    def sentence(self) -> str:
        """Where in the course this session stands, for people."""
        said = f"session {self.number} of the course {self.family}"
        if self.last is None:
            said = f"{said}, the first one"
        else:
            said = f"{said}, {some(self.days or 0, 'day')} after session {self.last.session}"
        top_up = self.protocol.top_up
        if self.phase in (Phase.TOP_UP, Phase.NEW_COURSE) and top_up is not None:
            due = f"{plain(top_up.after)} to {amount_text(top_up.until, 'day')} {bracketed(top_up.source)}"
            what = "a top-up" if self.phase is Phase.TOP_UP else "later than a top-up"
            said = f"{said}: {what}, due after {due}"
        if self.unassigned:
            sessions = some(self.unassigned, "earlier session")
            said = f"{said}; {sessions} without a treatment protocol not counted"
        return said


def assess(
    protocol: TreatmentProtocol, past: Iterable[Past], started: datetime, zone: str, *, simulated: bool = False
) -> CourseFindings:
    """The course limits of a protocol against the earlier sessions of a subject, of all its ids.

    `started` is aware, `zone` the clinic's offset then ("+01:00"); `simulated`: today's session is, so that simulated
    ones count, too. The order of `past` does not matter.
    """
    counting = sorted((one for one in past if one.counts(simulated=simulated)), key=lambda one: one.started)
    of_family = [one for one in counting if one.family == protocol.family]
    today = local(started, zone).date()
    earlier = _course(of_family, today, protocol.top_up)
    last = of_family[-1] if of_family else None
    days = (today - last.day).days if last is not None else None
    return CourseFindings(
        family=protocol.family,
        phase=_phase(earlier, days, protocol.top_up),
        earlier=earlier,
        before=len(of_family) - len(earlier),
        unassigned=sum(one.family is None for one in counting),
        last=last,
        days=days,
        findings=tuple(_findings(protocol, earlier, last, days)),
        protocol=protocol,
    )


def _course(of_family: Sequence[Past], today: date, top_up: TopUp | None) -> tuple[Past, ...]:
    """The sessions of the course that today's belongs to: back to the first pause after which a top-up is due."""
    found: list[Past] = []
    day = today
    for one in reversed(of_family):
        if top_up is not None and (day - one.day).days >= top_up.after:
            break
        found.append(one)
        day = one.day
    return tuple(reversed(found))


def _phase(earlier: Sequence[Past], days: int | None, top_up: TopUp | None) -> Phase:
    if days is None:
        return Phase.FIRST
    if earlier or top_up is None:
        return Phase.COURSE
    return Phase.TOP_UP if days <= top_up.until else Phase.NEW_COURSE


def _findings(
    protocol: TreatmentProtocol, earlier: Sequence[Past], last: Past | None, days: int | None
) -> Iterator[CourseFinding]:
    for limit in protocol.limits:
        if limit.scope is not Scope.COURSE or limit.documented:
            continue
        if limit.channel is Channel.INTERVAL and last is not None and days is not None:
            value, said = Decimal(days), _interval_said(last, days)
        elif limit.channel is Channel.SESSION_COUNT:
            value, said = Decimal(len(earlier) + 1), f"this is session {len(earlier) + 1} of the course"
        else:
            continue
        severity = _breached(limit, value)
        if severity is not None:
            yield _finding(protocol, limit, severity, value, said)


def _interval_said(last: Past, days: int) -> str:
    if days < 0:
        return f"session {last.session} is dated {some(-days, 'day')} after today"
    return f"it is {some(days, 'day')} since session {last.session}"


def _breached(limit: Limit, value: Decimal) -> Severity | None:
    """Whether a value is beyond the hard or the soft value of a limit; one that is at it is within."""
    sign = -1 if limit.direction is Direction.MIN else 1
    for severity, bound in ((Severity.HARD, limit.hard), (Severity.SOFT, limit.soft)):
        if bound is not None and value * sign > bound * sign + limit.tolerance:
            return severity
    return None


def _finding(protocol: TreatmentProtocol, limit: Limit, severity: Severity, value: Decimal, said: str) -> CourseFinding:
    bound = limit.hard if severity is Severity.HARD else limit.soft
    assert bound is not None
    side = "below" if limit.direction is Direction.MIN else "above"
    source = bracketed(citation(limit, severity))
    of = f"of {protocol.name} {protocol.version} for the family {protocol.family}"
    sentence = f"{said}, {side} the {severity} limit of {amount_text(bound, limit.unit)} {source} {of}"
    return CourseFinding(limit, severity, value, bound, sentence, protocol)
