"""What a draft is held against: the rules, the day, the course so far, the body map, recalls; nothing is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from devicelog import clock
from devicelog.bodymap.zones import load as body_map
from devicelog.screening.rules import load as load_rules
from devicelog.search.earlier import earlier
from devicelog.steps.opening import Setting
from devicelog.store.recalls import recalls
from devicelog.treatment.course import assess
from devicelog.treatment.past import local

if TYPE_CHECKING:
    from devicelog.clock import Stamp
    from devicelog.screening.rule import Rules
    from devicelog.steps.draft import Draft
    from devicelog.store.reader import Reader
    from devicelog.treatment.course import CourseFindings
    from devicelog.treatment.protocol import TreatmentProtocol


def rules_of(named: str | None) -> Rules:
    """The questions of the clinic's own file, or those that come with devicelog; raises ScreeningFileError."""
    return load_rules(Path(named) if named is not None else None)


def today(start: Stamp) -> date:
    """The day at the clinic."""
    return local(_moment(start), clock.local_zone()).date()


def setting_of(
    reader: Reader,
    draft: Draft,
    protocol: TreatmentProtocol | None,
    start: Stamp,
    *,
    rules: Rules | None,
    simulated: bool,
) -> Setting:
    """The setting of a session of the draft's subject that begins now; a store that is being written can be read, too.

    Without `rules` nobody is asked. Raises StoreFormatError for a store that is damaged.
    """
    subject = str(draft.session.subject)
    return Setting(
        practitioner=str(draft.session.practitioner),
        rules=rules,
        today=today(start),
        protocol=protocol,
        course=_course(reader, subject, protocol, start, simulated=simulated),
        body_map=body_map(),
        recalls=recalls(reader),
        born=_born(reader, subject),
    )


def _born(reader: Reader, reference: str) -> date | None:
    """The subject's birth date, if it is known."""
    subject = reader.subject(reference)
    person = reader.person(subject) if subject is not None else None
    return person.born if person is not None else None


def _course(
    reader: Reader, reference: str, protocol: TreatmentProtocol | None, start: Stamp, *, simulated: bool
) -> CourseFindings | None:
    """Where in its course the session stands; None without a protocol."""
    if protocol is None:
        return None
    past = earlier(reader, reader.subject_ids(reference), protocol.family)
    return assess(protocol, past, _moment(start), clock.local_zone(), simulated=simulated)


def _moment(start: Stamp) -> datetime:
    return datetime.fromtimestamp(start.wall_ns // 1_000_000_000, UTC)
