"""Whether the station is well, for whatever watches over it: from this computer, or with any token. Nothing of a
patient, and nothing that tells more than whether it holds.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from devicelog.errors import DevicelogError
from devicelog.store.folder import LEAST_ROOM
from devicelog.web.api.gate import Api, Called
from devicelog.web.api.models import Check, Health
from devicelog.web.gate import Open

if TYPE_CHECKING:
    from devicelog.web.context import Web

api = Api("health")

_UNWELL = {
    503: {
        "description": "It is not.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}},
    }
}


def _anybody_here(_: Web) -> bool:
    return True


@api.get("/health/live", needs=Open.KNOWN, here=_anybody_here, answers=Health, responses=_UNWELL)
def live(caller: Called) -> Response:
    """Whether the process is alive: the thread that writes, and whoever answers this."""
    return _answer({"desk": _desk(caller.web)})


@api.get("/health/ready", needs=Open.KNOWN, here=_anybody_here, answers=Health, responses=_UNWELL)
def ready(caller: Called) -> Response:
    """Whether a session can be recorded: it lives, the store can be read and written, and the disk has room."""
    return _answer(dict(_checks(caller.web)))


def _answer(checks: dict[str, Check]) -> Response:
    holds = all(check.holds for check in checks.values())
    body = Health(status="well" if holds else "unwell", checks=checks)
    return JSONResponse(body.model_dump(), 200 if holds else 503)


def _checks(web: Web) -> Iterator[tuple[str, Check]]:
    yield "desk", _desk(web)
    running = web.station.current
    unsafe = running.hub.unsafe if running is not None else web.station.desk.unsafe
    yield "writing", Check(holds=unsafe is None, why=unsafe)
    try:
        with web.reading() as reader:
            reader.seal_count()
        yield "store", Check(holds=True, why=None)
    except DevicelogError:
        yield "store", Check(holds=False, why="the store cannot be read; run `devicelog doctor`.")
    free = shutil.disk_usage(web.store).free
    low = None if free >= LEAST_ROOM else "the disk is nearly full, and no recording is begun; make room."
    yield "disk", Check(holds=low is None, why=low)


def _desk(web: Web) -> Check:
    alive = web.station.desk.is_alive
    return Check(holds=alive, why=None if alive else "the thread that writes has ended; start the station again.")
