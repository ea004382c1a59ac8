"""The ledgers as they grow: server-sent events, one for each entry once it is durable, none lost and none twice.

    id: 20261122-101500-1a2b/17
    event: entry
    data: {"entry": 17, ...}

Whoever lost the connection sends the last id (Last-Event-ID, which browsers and libraries do by themselves) and goes on
behind it, also into the sessions that began meanwhile. Entries are read from the store: a slow reader holds up nobody,
and nothing is queued for it. While nothing comes, a comment says that the station is there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec
from fastapi import Header
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from devicelog import clock
from devicelog.accounts.permission import Permission
from devicelog.errors import DevicelogError
from devicelog.web.api.caller import row_of
from devicelog.web.api.gate import Api, Called
from devicelog.web.api.held import Page
from devicelog.web.api.problem import ProblemError, Unusable

if TYPE_CHECKING:
    from devicelog.store.reader import Reader, SessionRow
    from devicelog.web.api.caller import Caller

api = Api("live")

#: So often a comment is sent (s), and the token looked at again while entries come (s).
HEARTBEAT, LOOK_AGAIN = 10.0, 1.0
#: Between two readings for one stream (s): what comes in this time goes together.
_TOGETHER = 0.05
#: So many entries are read at a time.
_PIECE = 500
_ID = re.compile(r"([A-Za-z0-9._-]{1,64})/([0-9]{1,10})")
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stream is: behind an entry of a session; None: no session has begun."""

    session: str | None
    after: int = 0


_LastId = Annotated[str | None, Header(alias="Last-Event-ID", description="The id of the last event that came.")]


@api.get(
    "/api/v1/stream",
    needs=Permission.WATCH_LIVE,
    may=(429,),
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events `entry`, whose data is one; `end` when the token or the station ends.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def stream(caller: Called, last: _LastId = None) -> Response:
    """The session in progress from its first entry on, or behind the last one that came; then those that follow."""
    place = await run_in_threadpool(_begin, caller, last)
    caller.hall.feed.must_have_room()
    return StreamingResponse(_events(caller, place), media_type="text/event-stream", headers=_HEADERS)


def _begin(caller: Caller, last: str | None) -> Place:
    with caller.reading() as reader:
        if last:
            known = _ID.fullmatch(last)
            row = row_of(reader, known[1]) if known is not None else None
            if known is None or row is None:
                raise Unusable(["Last-Event-ID: found no entry of this station, expected SESSION/ENTRY; leave it out"])
            return Place(row.id, int(known[2]))
        newest = reader.newest()
    if newest is None:
        return Place(None)
    return Place(newest.id, 0) if newest.state == "running" else Place(newest.id, _EVERYTHING)


#: Behind all entries that a session has.
_EVERYTHING = 2**31


async def _events(caller: Caller, place: Place) -> AsyncIterator[bytes]:
    """Until the token holds no more or the station ends; the reader may go at any time."""
    try:
        with caller.hall.feed.one_more():
            yield b"retry: 1000\n\n"
            async for event in _followed(caller, place):
                yield event
    except (DevicelogError, ProblemError) as error:
        yield _end(str(error))


async def _followed(caller: Caller, place: Place) -> AsyncIterator[bytes]:
    feed, looked, said = caller.hall.feed, clock.boot_ns(), clock.boot_ns()
    while True:
        count = feed.count
        if clock.boot_ns() - looked >= LOOK_AGAIN * 1e9:
            looked = clock.boot_ns()
            if not await run_in_threadpool(caller.still_holds):
                yield _end("the token ran out or was revoked")
                return
        if feed.is_closed:
            yield _end("the station is ending; come back")
            return
        page, place = await run_in_threadpool(_next, caller, place)
        if page is not None:
            said = clock.boot_ns()
            yield b"".join(map(_event, page.entries))
            if not page.more:
                await asyncio.sleep(_TOGETHER)
            continue
        if clock.boot_ns() - said >= HEARTBEAT * 1e9:
            said = clock.boot_ns()
            yield b": here\n\n"
        await feed.news(count, LOOK_AGAIN)


def _next(caller: Caller, place: Place) -> tuple[Page | None, Place]:
    """What follows a place, and the place behind it."""
    with caller.reading() as reader:
        row = row_of(reader, place.session) if place.session is not None else None
        if row is None:
            first = reader.newest()
            return None, Place(first.id) if first is not None else place
        page = _read(caller, reader, row, place.after)
        if page is not None and page.entries:
            return page, Place(row.id, page.last)
        following = next(reader.sessions_behind(row.number), None) if row.state != "running" else None
        return None, Place(following.id) if following is not None else place


def _read(caller: Caller, reader: Reader, row: SessionRow, after: int) -> Page | None:
    last = reader.last_line(row.number)
    if last is None or last.number <= after:
        return None
    caller.seen(reader, "live", row, each=False)
    return caller.hall.readings.read(reader, row, after, _PIECE, opens=caller.may(Permission.READ_SESSIONS))


def _event(entry: dict[str, object]) -> bytes:
    return b"id: %b\nevent: entry\ndata: %b\n\n" % (str(entry["id"]).encode(), _encode(entry))


def _end(why: str) -> bytes:
    return b"event: end\ndata: %b\n\n" % _encode({"why": why})
