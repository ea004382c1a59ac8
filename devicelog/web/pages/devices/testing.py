"""Test readings of one device: its port is opened when somebody asks, for a while, and nothing is recorded."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from devicelog.accounts.permission import Permission
from devicelog.errors import DevicelogError
from devicelog.station.trial import LONGEST, Trial
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.devices import choice as choosing

pages = Gate()

#: Between two looks at what came (s); every so many looks it is asked whether the visitor is still one.
_LOOK, _WHO = 0.25, 8


@pages.get("/devices/test", needs=Permission.TRAIN)
def choose(asked: Asked) -> Response:
    """Which port and which driver; and when both are chosen, what must be said before it is opened."""
    return _choose(asked, 200)


def _choose(asked: Inquiry, status: int) -> Response:
    return choosing.page(asked, "devices/test.html", status, longest=int(LONGEST))


@pages.post("/devices/test", needs=Permission.TRAIN)
def begin(asked: Asked) -> Response:
    """Open the port."""
    station, person = asked.web.station, asked.visitor.person
    assert person is not None
    try:
        chosen = choosing.chosen(asked, choosing.wished(asked))
        trial = Trial(secrets.token_hex(8), chosen, person.id, choosing.allowed(asked))
        station.trials.begin(trial, lambda: choosing.refuse_ports_in_use(station, chosen))
    except DevicelogError as error:
        asked.form.refuse("port", error)
        return _choose(asked, 400)
    return asked.go(f"/devices/test/{trial.id}")


@pages.get("/devices/test/{id_}", needs=Permission.TRAIN)
def readings(id_: str, asked: Asked) -> Response:
    """What comes."""
    trial = _trial(asked, id_)
    trial.seen()
    return asked.page("devices/readings.html", trial=trial, shown=trial.shown, longest=int(LONGEST))


@pages.get("/devices/test/{id_}/stream", needs=Permission.TRAIN, counts=False)
def stream(id_: str, asked: Asked) -> Response:
    """What comes, as it comes; when the page is left, the port is closed."""
    return StreamingResponse(_follow(asked, _trial(asked, id_)), media_type="text/event-stream")


@pages.post("/devices/test/{id_}/end", needs=Permission.TRAIN)
def end(id_: str, asked: Asked) -> Response:
    """Close the port."""
    trial = _trial(asked, id_)
    trial.end()
    return asked.go(f"/devices/test/{trial.id}")


def _trial(asked: Inquiry, id_: str) -> Trial:
    """A trial of the visitor's own; of another one nobody is told."""
    trial = asked.web.station.trials.get(id_)
    if trial is None or asked.visitor.person is None or trial.by != asked.visitor.person.id:
        raise HTTPException(404)
    return trial


async def _follow(asked: Inquiry, trial: Trial) -> AsyncIterator[str]:
    """Fragments of the page as the readings change."""
    before, looks = "", 0
    try:
        while not trial.is_over:
            looks += 1
            if looks % _WHO == 0 and not await asyncio.to_thread(_still_may, asked):
                break
            trial.seen()
            made = _fragment(asked, trial)
            yield _event("swap", json.dumps([["trial", made]])) if made != before else _event("beat", "")
            before = made
            await asyncio.sleep(_LOOK)
        yield _event("leave", asked.request.url.path.removesuffix("/stream"))
    finally:
        trial.left()


def _fragment(asked: Inquiry, trial: Trial) -> str:
    return asked.web.renderer.text(
        asked.visitor.language, "devices/trial.html", trial=trial, shown=trial.shown, longest=int(LONGEST)
    )


def _still_may(asked: Inquiry) -> bool:
    return asked.web.visitor(asked.request, counts=False).may(Permission.TRAIN)


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
