"""How far long work is: a fragment that every page of the administration can show, and its stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from devicelog.accounts.permission import Permission
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.live import messages

pages = Gate()

#: Between two looks (s); every so many it is asked whether the visitor is still one.
_LOOK, _WHO = 0.5, 4


@pages.get("/administration/chore/stream", needs=Permission.RUN_DOCTOR, counts=False)
def stream(asked: Asked) -> Response:
    """What is at work, until it is over; then the page is loaded anew."""
    back = asked.request.query_params.get("back", "")
    known = back if back in {"backups", "doctor", "outbox"} else ""
    return StreamingResponse(_follow(asked, f"/administration/{known}".rstrip("/")), media_type="text/event-stream")


async def _follow(asked: Inquiry, back: str) -> AsyncIterator[bytes]:
    looks = 0
    while (chore := asked.web.station.chores.current) is not None:
        looks += 1
        if looks % _WHO == 0 and not await asyncio.to_thread(_still_may, asked):
            break
        made = asked.web.renderer.text(asked.visitor.language, "administration/chore.html", chore=chore)
        yield messages.swap([("chore", made)])
        await asyncio.sleep(_LOOK)
    yield messages.leave(back)  # or, from there, to where somebody is let in


def _still_may(asked: Inquiry) -> bool:
    return asked.web.visitor(asked.request, counts=False).may(Permission.RUN_DOCTOR)
