"""The ledger of a session, by cursor: exactly its entries in their order, and nothing twice.

Free texts are opened for a token that may also read sessions, whose records show them; for any other they stay sealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from fastapi import Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from devicelog import clock
from devicelog.accounts.permission import Permission
from devicelog.web.api.gate import Api, Called
from devicelog.web.api.models import EntryList
from devicelog.web.api.paths import SessionId
from devicelog.web.api.problem import ProblemError

if TYPE_CHECKING:
    from devicelog.web.api.caller import Caller
    from devicelog.web.api.held import Page

api = Api("entries")

NDJSON = "application/x-ndjson"
#: The longest that an empty page waits for entries (s).
LONGEST_WAIT = 30
_MOST = 5000

_After = Annotated[int, Query(ge=0, le=2**31, description="The last entry that is known already.")]
_Limit = Annotated[int, Query(ge=1, le=_MOST)]
_Wait = Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait where nothing is new.")]

_encode = msgspec.json.Encoder().encode


@api.get(
    "/api/v1/sessions/{session}/entries",
    needs=Permission.READ_ENTRIES,
    answers=EntryList,
    may=(404, 429),
    responses={200: {"content": {NDJSON: {"schema": {"type": "string", "description": "One entry a line."}}}}},
)
async def entries(
    caller: Called, session: SessionId, after: _After = 0, limit: _Limit = 500, wait: _Wait = 0
) -> Response:
    """Entries behind `after`; with `wait` of a running session as soon as there are any."""
    page = await _waited(caller, session, (after, limit), wait) if wait else await _read(caller, session, after, limit)
    if NDJSON in caller.request.headers.get("accept", ""):
        return Response(b"".join(_encode(one) + b"\n" for one in page.entries), media_type=NDJSON)
    body = {
        "session": session,
        "state": page.row.state,
        "entries": page.entries,
        "after": page.last,
        "more": page.more,
    }
    return Response(_encode(body), media_type="application/json")


async def _waited(caller: Caller, session: str, of: tuple[int, int], seconds: int) -> Page:
    feed = caller.hall.feed
    until = clock.boot_ns() + seconds * 1_000_000_000
    with feed.one_more():
        while True:
            count = feed.count
            page = await _read(caller, session, *of)
            left = (until - clock.boot_ns()) / 1e9
            if page.entries or page.row.state != "running" or feed.is_closed or left <= 0:
                break
            await feed.news(count, left)
    if not await run_in_threadpool(caller.still_holds):
        raise ProblemError(401, "the token ran out or was revoked meanwhile.")
    return page


async def _read(caller: Caller, session: str, after: int, limit: int) -> Page:
    return await run_in_threadpool(read, caller, session, after, limit)


def read(caller: Caller, session: str, after: int, limit: int) -> Page:
    """A page of a session; a problem if there is none of that id."""
    with caller.reading() as reader:
        row = caller.row(reader, session)
        caller.seen(reader, "entries", row, each=False)
        opens = caller.may(Permission.READ_SESSIONS)
        return caller.hall.readings.read(reader, row, after, limit, opens=opens)
