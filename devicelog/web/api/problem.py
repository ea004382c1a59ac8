"""Errors of the API: `application/problem+json` (RFC 9457); `detail` is the one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from devicelog.errors import DevicelogError, NotNowError, PortError, StoreFormatError, StrangerError, UnknownNameError

MEDIA = "application/problem+json"
#: Everything under these is for programs.
_OURS = ("/api/", "/health/", "/metrics")
#: How long whoever was told "not now" should wait (s).
_AGAIN = "5"
#: So many complaints about one request are told.
_MOST = 20
_SENTENCES = {
    400: "The request cannot be understood; see /api/v1/openapi.json.",
    403: "This is not allowed.",
    404: "There is nothing at this address; see /api/v1/openapi.json.",
    405: "This address does not take that method; see the header Allow.",
    500: "devicelog made a mistake; nothing that was recorded is lost. Please report it.",
}


class Problem(BaseModel):
    """What went wrong."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problems: list[str] | None = None
    """Each thing that is wrong with what was sent, where there may be several."""
    session: str | None = None
    """The session that was kept as refused."""
    stops: list[str] | None = None
    """Why it was refused, and how each is overridden."""


class ProblemError(Exception):
    """Raised anywhere behind an endpoint; answered as a problem."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.more = more

    def response(self) -> Response:
        """The answer."""
        return problem(self.status, str(self), headers=self.headers, **self.more)


def problem(status: int, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """A problem as an answer; `more` are further members of it."""
    title = HTTPStatus(status).phrase
    said = detail or _SENTENCES.get(status, f"{title}.")
    body = msgspec.json.encode({"type": "about:blank", "title": title, "status": status, "detail": said, **more})
    return Response(body, status, headers, MEDIA)


def is_for_programs(request: Request) -> bool:
    """Whether a request is to the API, so that its errors are problems and no pages."""
    return request.url.path.startswith(_OURS)


def of_error(error: DevicelogError) -> Response:
    """What cannot be, or not now."""
    match error:
        case UnknownNameError():
            return problem(404, str(error))
        case StoreFormatError():  # no fault of whoever asks, and to ask again does not help
            return problem(503, str(error))
        case PortError() | StrangerError():
            return problem(409, str(error))
        case NotNowError():
            return problem(503, str(error), headers={"retry-after": _AGAIN})
    return problem(422, str(error))


def not_understood(error: RequestValidationError) -> Response:
    """Parameters that are not what the description says; what was sent is not repeated."""
    said = [f"{' '.join(map(str, one['loc'][1:])) or one['loc'][0]}: {one['msg']}" for one in error.errors()]
    return unusable(said)


def unusable(said: Iterable[str]) -> Response:
    """What was sent, with everything that is wrong with it."""
    return Unusable(said).response()


class Unusable(ProblemError):  # noqa: N818 - read as what it is
    """What was sent cannot be used; every complaint is told."""

    def __init__(self, said: Iterable[str]) -> None:
        problems = [one if one.endswith((".", "?")) else f"{one}." for one in list(said)[:_MOST]]
        super().__init__(422, problems[0] if problems else "The request cannot be used.", problems=problems)
