"""Sessions: those that are looked for, one whole, and how one stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.numbers import rfc3339
from devicelog.record import as_json
from devicelog.search import terms
from devicelog.search.finding import Search, listed
from devicelog.search.list_json import line_content
from devicelog.store.access import Access
from devicelog.store.projection import Wanted as Sought
from devicelog.stored import record_of
from devicelog.web.accesses import keep
from devicelog.web.api.body import described, reads
from devicelog.web.api.caller import row_of
from devicelog.web.api.gate import Api, Called
from devicelog.web.api.models import SessionLine, SessionList, SessionState
from devicelog.web.api.paths import SessionId
from devicelog.web.api.problem import Unusable

if TYPE_CHECKING:
    from devicelog.store.reader import Reader
    from devicelog.web.api.caller import Caller

api = Api("sessions")

_Word = Annotated[str, Field(min_length=1, max_length=200)]


_Moment = Annotated[
    str, Field(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$", max_length=40)
]


class Wanted(BaseModel):
    """Which sessions: those to which all of this applies. Moments are RFC 3339, or a day in UTC."""

    model_config = ConfigDict(extra="forbid")

    since: _Moment | None = None
    until: _Moment | None = None
    practitioner: _Word | None = None
    protocol: _Word | None = None
    device: _Word | None = None
    zone: _Word | None = None
    lot: _Word | None = None
    alarm: _Word | None = None
    signed: Literal["yes", "no"] | None = None
    after: _Word | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class WantedOf(Wanted):
    """The same, of one patient: by the clinic's own number, which stands in no address."""

    subject: _Word


class WantedIn(Wanted):
    """The same in an address, of one patient by the random id alone."""

    subject: Annotated[str, Field(pattern="^subject-[0-9a-f]{16}$")] | None = None


@api.get("/api/v1/sessions", needs=Permission.READ_SESSIONS, answers=SessionList)
def sessions(caller: Called, wanted: Annotated[WantedIn, Query()]) -> SessionList:
    """The sessions that are looked for, oldest first, page by page."""
    return _found(caller, wanted, wanted.subject)


@api.post(
    "/api/v1/sessions/search",
    needs=Permission.READ_SESSIONS,
    answers=SessionList,
    may=(413, 415),
    openapi_extra=described(WantedOf),
)
def search(caller: Called, wanted: Annotated[WantedOf, Depends(reads(WantedOf))]) -> SessionList:
    """The same of the patient with a number of the clinic's."""
    return _found(caller, wanted, wanted.subject)


@api.get(
    "/api/v1/sessions/{session}",
    needs=Permission.READ_SESSIONS,
    may=(404,),
    responses={
        200: {
            "description": "The record, as `show --json` and session.json have it.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Record"}}},
        }
    },
)
def session(caller: Called, session: SessionId) -> Response:
    """One session, whole, as far as it is durable; its free texts opened."""
    with caller.reading() as reader:
        row = caller.row(reader, session)
        caller.seen(reader, "session", row)
        content = as_json.content(record_of(reader, row))
    return Response(msgspec.json.encode(content, enc_hook=str), media_type="application/json")


@api.get("/api/v1/sessions/{session}/state", needs=Permission.READ_SESSIONS, answers=SessionState, may=(404,))
def state(caller: Called, session: SessionId) -> SessionState:
    """How a session stands; cheap, for whoever asks often."""
    running = caller.web.station.current
    is_ours = running is not None and running.session == session
    trouble = running.hub.unsafe if running is not None and is_ours else None
    with caller.reading() as reader:
        row = caller.row(reader, session)
        last = reader.last_line(row.number)
    return SessionState(
        session=row.id,
        state=row.state,
        entries=last.number if last is not None else 0,
        recording=is_ours,
        trouble=trouble,
    )


def _found(caller: Caller, wanted: Wanted, subject: str | None) -> SessionList:
    with caller.reading() as reader:
        subjects = reader.subject_ids(subject) if subject is not None else None
        if subjects == []:
            return SessionList(sessions=[], next=None, unread=[])
        begin = _behind(reader, wanted.after)
        since, until = _moment(wanted, "since"), _moment(wanted, "until")
        found = listed(reader, Search(list(_terms(wanted)), subjects, since, until))
        rows = [(row, line) for row, line in found.sessions if row.number > begin]
        page = rows[: wanted.limit]
        seen = tuple(dict.fromkeys([*(subjects or ()), *(row.subject for row, _ in page)]))
        if seen:
            keep(reader.folder, Access("sessions", caller.name, subjects=seen))
    return SessionList(
        sessions=[SessionLine(**line_content(row, line)) for row, line in page],
        next=page[-1][0].id if len(rows) > len(page) else None,
        unread=[row.id for row in found.unread],
    )


def _behind(reader: Reader, after: str | None) -> int:
    row = row_of(reader, after) if after is not None else None
    if row is None and after is not None:
        raise Unusable([f"after: there is no session {after!r}; give the `next` of the page before"])
    return row.number if row is not None else 0


def _terms(wanted: Wanted) -> Iterator[Sought]:
    for name, make in terms.BY.items():
        text = getattr(wanted, name, None)
        if text is not None:
            if not text.strip():
                raise Unusable([f"{name}: found nothing to look for; give a word"])
            yield make(text)
    if wanted.signed is not None:
        yield terms.by_signature(signed=wanted.signed == "yes")


def _moment(wanted: Wanted, name: str) -> str | None:
    """A moment as rows have it: RFC 3339 in UTC."""
    text = getattr(wanted, name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return rfc3339(found.astimezone(UTC))
    except (ValueError, OverflowError):
        raise Unusable([f"{name}: found {text!r}, expected a moment such as 2026-11-22T10:00:00Z, or a day"]) from None
