"""How long the records of each person are to be kept, and which need not be any more; only reported, never deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from devicelog.acts.retention import RETENTION_SET, Rule, is_minor, rule_of
from devicelog.errors import BadInputError
from devicelog.ledger import LEDGER_ERRORS, decode
from devicelog.store.again import again_if_changed
from devicelog.store.database import transaction
from devicelog.store.people import Known, find
from devicelog.store.reader import Reader
from devicelog.store.sealing import append_act
from devicelog.subject import Subject

if TYPE_CHECKING:
    from devicelog.store.writer import Writer

#: A rule beyond these is taken for a slip.
_MOST_YEARS, _MOST_AGE = 100, 100


@dataclass(frozen=True, slots=True)
class Kept:
    """The records of one person: when the last entry was made, and until when they are to be kept.

    `minor` is null where no birth date is known: the person is taken for an adult then.
    """

    subject: Known
    sessions: int
    last: date
    until: date
    minor: bool | None


def rule(reader: Reader) -> Rule:
    """The rule that is in force."""
    return rule_of(reader.signed_acts(RETENTION_SET))


@again_if_changed
def set_rule(writer: Writer, years: int, minor_until: int, *, by: str) -> None:
    """Write an act that says how long records are to be kept; BadInputError for what cannot be meant."""
    if not 0 <= years <= _MOST_YEARS or not 0 <= minor_until <= _MOST_AGE:
        found = f"found {years} years from the last entry, of minors until {minor_until}"
        raise BadInputError(f"{found}; expected years from 0 to {_MOST_YEARS} and an age from 0 to {_MOST_AGE}.")
    with transaction(writer.folder, writer.connection):
        append_act(writer, RETENTION_SET, years=years, minor_until=minor_until, by=by)


def kept(reader: Reader) -> Iterator[Kept]:
    """The records of every person who has any; a person of several ids once."""
    now, lasts, counts, found = rule(reader), last_entries(reader), _counts(reader), find(reader, "")
    people = {subject.id: subject.person for subject in found}
    for subject in found:
        if subject.id == subject.merged[0]:
            made = _kept(subject, [people.get(id_) for id_ in subject.merged], now, lasts, counts)
            if made is not None:
                yield made


def kept_of(reader: Reader, subject: Known) -> Kept | None:
    """The records of one person; None if there are none."""
    people = [reader.person(id_) for id_ in subject.merged]
    return _kept(subject, people, rule(reader), last_entries(reader), _counts(reader))


def _kept(
    subject: Known, people: Iterable[Subject | None], now: Rule, lasts: Mapping[str, date], counts: Counter[str]
) -> Kept | None:
    """Where birth dates of merged subjects differ, the one that keeps longest counts."""
    days = [lasts[id_] for id_ in subject.merged if id_ in lasts]
    if not days:
        return None
    last = max(days)
    born = [person.born for person in people if person is not None and person.born is not None]
    until = max([now.until(last, None), *(now.until(last, day) for day in born)])
    minor = any(is_minor(last, day) for day in born) if born else None
    return Kept(subject, sum(counts[id_] for id_ in subject.merged), last, until, minor)


def last_entries(reader: Reader) -> dict[str, date]:
    """The day (UTC) of the last entry of each subject that has sessions, as the seal behind it says."""
    rows = reader.sessions()
    subjects = {row.number: row.subject for row in rows}
    days = {row.subject: date.fromisoformat(row.started[:10]) for row in rows if row.started}
    for session, body in reader.last_seals():
        with suppress(*LEDGER_ERRORS):  # a seal that is damaged says nothing; `verify` does
            subject, day = subjects[session], date.fromisoformat(decode(body)["wall"][:10])
            days[subject] = max(day, days.get(subject, day))
    return days


def _counts(reader: Reader) -> Counter[str]:
    """How many sessions each subject has."""
    return Counter(row.subject for row in reader.sessions())
