"""The sessions of one person over time: intervals, parameters, and a chart of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.chart.model import Axis, Chart, Panel, Point, Series
from devicelog.errors import BadInputError
from devicelog.record.amounts import unit_text, words
from devicelog.treatment.kept import protocol_of
from devicelog.treatment.past import Past, past_from
from devicelog.treatment.protocol import Channel, Scope

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.search.digest import Digest, Listed
    from devicelog.store.reader import SessionRow

#: What is drawn over the sessions, in this order; of the zones all together.
METRICS = (
    "injections",
    "volume",
    "mean depth",
    "volume per trigger",
    "charge",
    "mean current",
    "mean voltage",
    "duration",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One session of the course; `past` is None where what was given is not known, `days` since the one before."""

    row: SessionRow
    line: Listed
    digest: Digest | None
    past: Past | None
    days: int | None

    @property
    def day(self) -> date | None:
        return self.past.day if self.past is not None else None


@dataclass(frozen=True, slots=True)
class Next:
    """When the next session of a course may be: not before `hard`, as the protocol would have it not before `soft`."""

    family: str
    soft: date | None
    hard: date | None


def steps(sessions: Sequence[tuple[SessionRow, Listed]], digests: dict[int, Digest]) -> list[Step]:
    """The sessions in time, each with the days since the last one in which something was given."""
    found: list[Step] = []
    last: date | None = None
    for row, line in sessions:
        digest = digests.get(row.number)
        past = past_from(digest.past) if digest is not None and digest.past is not None else None
        days = (past.day - last).days if past is not None and last is not None else None
        found.append(Step(row, line, digest, past, days))
        if past is not None and past.treated:
            last = past.day
    return found


def metrics(found: Sequence[Step]) -> list[str]:
    """The parameters that any of the sessions has."""
    known = {name for step in found if step.past is not None for name in step.past.parameters.get(None, {})}
    return [name for name in METRICS if name in known]


def chart(found: Sequence[Step], title: str) -> Chart:
    """A panel for each parameter; a session for which one is not known leaves no point."""
    days = [step.day.toordinal() for step in found if step.day is not None]
    first, last = (min(days), max(days)) if days else (1, 2)
    return Chart(
        title=title,
        description="; ".join(_described(found)) or "nothing was given in any session",
        axis=Axis.DAYS,
        first=first - 1,
        last=last + 1,
        panels=list(_panels(found)),
        note="A lower bound is drawn as what is known; the table says which.",
    )


def _panels(found: Sequence[Step]) -> Iterator[Panel]:
    for name in metrics(found):
        points: list[Point] = []
        unit = ""
        for step in found:
            amount = step.past.parameters.get(None, {}).get(name) if step.past is not None else None
            if step.day is not None and amount is not None:
                unit = unit_text(amount.unit)
                points.append((step.day.toordinal(), float(amount.value)))
        yield Panel(words(name), unit, [Series(words(name), points)], height=100)


def _described(found: Sequence[Step]) -> Iterator[str]:
    for step in found:
        if step.past is None or not step.past.parameters.get(None):
            continue
        given = ", ".join(f"{name} {amount}" for name, amount in step.past.parameters[None].items())
        yield f"{step.past.day}: {given}"


def next_session(record: Record, on: date) -> Next | None:
    """When one may follow that of a day, by the interval that its protocol limits; None where it limits none."""
    kept = record.protocol
    if kept is None:
        return None
    try:
        protocol = protocol_of(kept, where="the session's treatment protocol")
    except (BadInputError, LookupError, TypeError):
        return None
    for limit in protocol.limits:
        if limit.scope is Scope.COURSE and limit.channel is Channel.INTERVAL and not limit.documented:
            return Next(protocol.family, _after(on, limit.soft), _after(on, limit.hard))
    return None


def _after(day: date, days: Decimal | None) -> date | None:
    return day + timedelta(days=int(days)) if days is not None else None
