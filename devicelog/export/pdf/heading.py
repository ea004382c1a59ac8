"""The head of the first page: marks, who was treated, by whom, when, and against which limits."""

from __future__ import annotations

from dataclasses import dataclass

from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.numbers import number
from devicelog.record import facts
from devicelog.record.caveats import marks
from devicelog.record.course import course_content, course_text
from devicelog.record.record import Record
from devicelog.record.steps import refused_because
from devicelog.treatment.protocol import Channel
from devicelog.treatment.protocol_file import limits_kept

#: What stands for what is not known of a person, and for what was left out of a copy for others.
_UNKNOWN, _LEFT_OUT = "not known or erased", "left out"
_UNSTATED = "not stated"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above all sections, and of that what stands on every page (`whose`, `session`, `stamp`)."""

    place: str
    title: str
    whose: str
    session: str
    stamp: str
    marks: list[str]
    facts: list[tuple[str, str]]


def heading(session: ExportedSession) -> Heading:
    """The head of a session's pages."""
    record = session.record
    opened = record.statements.last(Kind.OPENED)
    said = opened.now if opened is not None else {}
    found = _marks(record)
    return Heading(
        place=str(said.get("place") or ""),
        title="Record of a treatment session",
        whose=_whose(session),
        session=record.session,
        stamp=", ".join(word for mark, word in _STAMPS.items() if mark in found),
        marks=list(found.values()),
        facts=[*_person(session), *_treated(record, said), *_course(record)],
    )


#: Marks that stand on every page.
_STAMPS = {
    "deidentified": "DE-IDENTIFIED",
    "simulated": "SIMULATED",
    "typed": "TYPED BY HAND",
    "running": "NOT FINISHED",
    "refused": "REFUSED",
}


def _is_deidentified(record: Record) -> bool:
    """Whether this is a copy without what names a person, a place or a device."""
    return bool(record.started.get("deidentified"))


def _marks(record: Record) -> dict[str, str]:
    """The marks of the record; that it is a copy in which much was left out is the first of them."""
    return marks(record)


def _whose(session: ExportedSession) -> str:
    """The subject in a line: as the clinic knows it, else by the random id alone."""
    source = session.source
    known = [
        source.name,
        f"born {source.birth_date}" if source.birth_date else None,
        f"no. {source.reference}" if source.reference else None,
    ]
    return ", ".join(one for one in known if one) or str(session.record.started["subject"])


def _person(session: ExportedSession) -> list[tuple[str, str]]:
    source = session.source
    lacking = _LEFT_OUT if _is_deidentified(session.record) else _UNKNOWN
    unknown = _UNSTATED if source.reference is not None else lacking
    return [
        ("Patient", source.name or unknown),
        ("Birth date", source.birth_date or unknown),
        ("Clinic's number", source.reference or lacking),
        ("Subject", str(session.record.started["subject"])),
    ]


def _treated(record: Record, said: dict[str, str]) -> list[tuple[str, str]]:
    refused = bool(refused_because(record))
    ended = f" ({record.ended})" if record.ended is not None else ""
    return [
        ("Session", f"{record.session}, {'REFUSED' if refused else record.state}{ended}"),
        ("Time", facts.times(record)),
        ("Practitioner", facts.practitioner(record)),
        ("Role, registration", _joined(said.get("role"), said.get("registration"))),
        *([("Supervisor", str(said["supervisor"]))] if said.get("supervisor") else []),
        ("Protocol", facts.protocol(record)),
    ]


def _joined(*words: str | None) -> str:
    return ", ".join(str(word) if word else _UNSTATED for word in words) if any(words) else _UNSTATED


def _course(record: Record) -> list[tuple[str, str]]:
    """Which session of the course this is, of how many if the treatment protocol says that."""
    course = course_content(record)
    if course is None:
        return [("Course", "not looked at when the session was opened")]
    most = [
        f"the treatment protocol has {number(limit.soft)}"
        for limit in limits_kept(record.protocol)
        if limit.channel is Channel.SESSION_COUNT and limit.soft is not None
    ]
    return [("Course", "; ".join([course_text(course), *most]))]
