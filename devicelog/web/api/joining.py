"""The API into the application: its endpoints, what they share, and its errors."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi.concurrency import run_in_threadpool

from devicelog.delivery.courier import Courier
from devicelog.web.api import (
    beginning,
    described,
    devices,
    entries,
    exports,
    health,
    metrics,
    sessions,
    stream,
    webhooks,
)
from devicelog.web.api.exporting import Exports
from devicelog.web.api.feed import Feed
from devicelog.web.api.hall import Hall
from devicelog.web.api.held import Readings
from devicelog.web.api.keys import Keys
from devicelog.web.api.problem import ProblemError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from devicelog.web.context import Web

_APIS = (
    sessions.api,
    entries.api,
    stream.api,
    beginning.api,
    exports.api,
    devices.api,
    webhooks.api,
    health.api,
    metrics.api,
    described.api,
)


def join(app: FastAPI, web: Web) -> None:
    """Put it into an application, which then follows the station for as long as it is served."""
    station = web.station
    courier = Courier(station.store, station.desk.do, secrets.SystemRandom().random)
    hall = Hall(Feed(station), Readings(), Keys(), Exports(station.store), courier)
    app.state.hall = hall
    web.forgetting.append(hall.exports.forget)
    for api in _APIS:
        api.join(app)
    app.add_exception_handler(ProblemError, _answered)
    before = app.router.lifespan_context

    @asynccontextmanager
    async def following(served: FastAPI) -> AsyncIterator[None]:
        async with before(served):
            hall.feed.open()
            courier.start()
            yield
            hall.feed.close()
            await run_in_threadpool(_ended, hall)

    app.router.lifespan_context = following


def close(app: FastAPI) -> None:
    """Let whoever waits for entries go; called when the station begins to end, on the event loop."""
    hall: Hall = app.state.hall
    hall.feed.close()


def _ended(hall: Hall) -> None:
    """Wait for what is at work for others, before the desk ends."""
    hall.courier.close()
    hall.exports.close()


def _answered(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return error.response()
