"""The application: every page and the API behind one gate, and what is answered when something is refused."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from devicelog import __version__
from devicelog.errors import DevicelogError, NotNowError, StoreFormatError, UnknownNameError
from devicelog.web import pages
from devicelog.web.api import joining as api
from devicelog.web.api.problem import is_for_programs, not_understood, of_error, problem
from devicelog.web.context import Web, web_of
from devicelog.web.gate import Asked, Gate, Open, RefusedError, guarded
from devicelog.web.inquiry import Inquiry
from devicelog.web.live.broadcast import Broadcasts
from devicelog.web.render import Renderer
from devicelog.web.settings import Settings

if TYPE_CHECKING:
    from devicelog.accounts.accounts import Accounts
    from devicelog.station.station import Station

_STATIC = Path(__file__).with_name("static")
_FILES = {file.name: file for file in _STATIC.iterdir() if file.is_file()}
#: What they are; what a computer itself takes a script for may be something that no browser runs.
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
#: What a disk says that is full, failing or read-only, and a process that has too many files open.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE)
#: What is no fault of whoever asks.
_OURS = (NotNowError, StoreFormatError)
_log = structlog.get_logger()

static = Gate()


@static.get("/static/{name}", needs=Open.ANYBODY)
def static_file(name: str, asked: Asked) -> Response:
    """A file of ours, which the browser may keep: another content has another address."""
    file = _FILES.get(name)
    if file is None:
        raise HTTPException(404)
    keep = {"cache-control": "public, max-age=31536000, immutable"} if asked.request.url.query else {}
    return Response(file.read_bytes(), media_type=_KINDS[file.suffix], headers=keep)


def application(station: Station, accounts: Accounts, settings: Settings) -> FastAPI:
    """Everything that the station serves; RuntimeError if a route has no guard."""
    renderer = Renderer()
    broadcasts = Broadcasts(station, renderer)

    @asynccontextmanager
    async def following(_: FastAPI) -> AsyncIterator[None]:
        await broadcasts.open()
        yield
        broadcasts.close()

    app = FastAPI(
        title="devicelog", version=__version__, docs_url=None, redoc_url=None, openapi_url=None, lifespan=following
    )
    app.router.redirect_slashes = False  # a path that is not known is not known
    app.state.web = web = Web(station, accounts, settings, renderer, broadcasts)
    for gate in (static, *pages.GATES):
        gate.join(app)
    api.join(app, web)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(DevicelogError, _complained)
    app.add_exception_handler(HTTPException, _not_found)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(OSError, _no_file)
    app.add_exception_handler(Exception, _failed)
    app.state.guarded = guarded(app)
    return app


def _asked(request: Request) -> Inquiry:
    """The request as it passed the gate, or one of somebody unknown if it came to none."""
    asked: Inquiry | None = getattr(request.state, "asked", None)
    if asked is None:
        web = web_of(request)
        try:
            visitor = web.visitor(request)
        except DevicelogError:  # the accounts cannot be read: to a page that says so nobody is known
            visitor = web.nobody(request)
        asked = Inquiry(request, visitor, web)
    return asked


def _problem(request: Request, status: int, title: str, sentence: str = "") -> Response:
    if is_for_programs(request):
        return problem(status, sentence)
    asked = _asked(request)
    if request.headers.get("sec-fetch-mode", "navigate") != "navigate":  # a script shows it in its page
        return PlainTextResponse(f"{sentence or asked.t(title)}\n", status)
    return asked.page("problem.html", status=status, title=title, sentence=sentence)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return error.response or _problem(request, 403, error.title)


def _complained(request: Request, error: Exception) -> Response:
    """What was asked cannot be, or not now; the sentence says what to do."""
    if is_for_programs(request) and isinstance(error, DevicelogError):
        return of_error(error)
    status = 404 if isinstance(error, UnknownNameError) else 503 if isinstance(error, _OURS) else 400
    return _problem(request, status, "problem-not-now" if status == 503 else "problem-not-possible", str(error))


def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = {404: "problem-no-page", 405: "problem-no-page"}.get(error.status_code, "problem-not-possible")
    response = _problem(request, error.status_code, title)
    response.headers.update(error.headers or {})
    return response


def _not_understood(request: Request, error: Exception) -> Response:
    if is_for_programs(request) and isinstance(error, RequestValidationError):
        return not_understood(error)
    return _problem(request, 400, "problem-not-possible")


def _no_file(request: Request, error: Exception) -> Response:
    """The disk on which something is made to be sent, and no store, is full or fails; no fault of this program."""
    assert isinstance(error, OSError)
    if error.errno not in _NO_ROOM:
        return _failed(request, error)
    said = f"a file cannot be written on this computer ({error.strerror}); make room, or check the disk, and try again."
    return _problem(request, 503, "problem-not-now", said)


def _failed(request: Request, error: Exception) -> Response:
    """A fault of this program: one page, and a line in the log without anything of a patient."""
    _log.error("a page failed", cause=type(error).__name__)
    try:
        return _problem(request, 500, "problem-fault")
    except Exception:  # the frame of the page itself
        return PlainTextResponse("devicelog made a mistake; nothing that was recorded is lost.\n", 500)
