"""The gate of the API: a bearer token whose scopes give what an endpoint needs, and nothing else lets anybody in.

    api = Api("sessions")

    @api.get("/api/v1/sessions", needs=Permission.READ_SESSIONS, answers=SessionList)
    def sessions(caller: Called) -> SessionList: ...

A token is in the header Authorization (RFC 6750, 2.1), never in an address or a cookie: an address is written down in
too many places, and a cookie is sent by pages of others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request

from devicelog import clock
from devicelog.accounts.permission import SCOPES, Permission
from devicelog.web.api.caller import Caller
from devicelog.web.api.problem import MEDIA, ProblemError
from devicelog.web.context import web_of
from devicelog.web.gate import Guard, Needs, Open
from devicelog.web.visitor import is_local

if TYPE_CHECKING:
    from fastapi import FastAPI

    from devicelog.web.context import Web

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

#: Who says so is let in from this computer itself without a token.
Here = Callable[["Web"], bool]

_REALM = 'Bearer realm="devicelog"'


class TokenGuard(Guard):
    """What stands before an endpoint; `here` says whether this computer itself needs no token."""

    def __init__(self, needs: Needs, here: Here | None = None) -> None:
        super().__init__(needs)
        self.here = here

    def __call__(self, request: Request) -> None:
        web = web_of(request)
        request.state.caller = Caller(request, web)
        secret = _bearer(request)
        if secret is None and self.here is not None and is_local(request) and self.here(web):
            return
        if secret is None:
            raise ProblemError(
                401,
                "found no token; send one in the header Authorization: Bearer.",
                headers={"www-authenticate": _REALM},
            )
        token = web.accounts.tokens.holder(secret, clock.now().wall_ns)
        if token is None:
            said = (
                "the token is not known, has run out or was revoked; ask whoever administers the station for another."
            )
            raise ProblemError(401, said, headers={"www-authenticate": f'{_REALM}, error="invalid_token"'})
        caller = Caller(request, web, token, secret)
        if isinstance(self.needs, Permission) and not caller.may(self.needs):
            scope = scope_of(self.needs)
            header = f'{_REALM}, error="insufficient_scope", scope="{scope}"'
            said = f"the token {token.name!r} has not the scope {scope}; ask for one that has."
            raise ProblemError(403, said, headers={"www-authenticate": header})
        request.state.caller = caller


def scope_of(needs: Needs) -> str:
    """The scope that gives a permission; empty where any token will do."""
    if isinstance(needs, Open):
        return ""
    return next(scope.value for scope, given in SCOPES.items() if needs in given)


def _bearer(request: Request) -> str | None:
    """The token that a request carries; None for none."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    return secret if scheme.lower() == "bearer" and secret.isascii() and secret else None


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


#: What every endpoint takes as its argument `caller`.
Called = Annotated[Caller, Depends(_caller)]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an endpoint may answer with, as the description has them."""
    schema = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _SAID[status], "content": schema} for status in sorted({*statuses, *_ALWAYS})}


_SAID = {
    304: "It has not changed.",
    401: "No token, or none that holds.",
    403: "The token has not the scope.",
    404: "There is no such thing.",
    409: "Not in the state that it is in.",
    413: "What was sent is too long.",
    415: "What was sent is no JSON.",
    422: "What was sent cannot be used.",
    429: "Too many at once.",
    503: "Not at this moment.",
}
_ALWAYS = (401, 403, 422, 503)


class Api:
    """Collects endpoints of one subject; `join` puts them into the application."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._endpoints: list[tuple[str, str, Callable[..., Any], TokenGuard, dict[str, Any]]] = []

    def get(self, path: str, *, needs: Needs, **more: Any) -> Callable[[Endpoint], Endpoint]:
        """Something that is read."""
        return self._endpoint("GET", path, needs, more)

    def post(self, path: str, *, needs: Needs, **more: Any) -> Callable[[Endpoint], Endpoint]:
        """Something that is done."""
        return self._endpoint("POST", path, needs, more)

    def delete(self, path: str, *, needs: Needs, **more: Any) -> Callable[[Endpoint], Endpoint]:
        """Something that is taken away."""
        return self._endpoint("DELETE", path, needs, more)

    def _endpoint(self, method: str, path: str, needs: Needs, more: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
        """`more`: `answers` is the model of the answer, `may` the problems besides the usual ones, `here` as above."""

        def add(endpoint: Endpoint) -> Endpoint:
            self._endpoints.append((method, path, endpoint, TokenGuard(needs, more.pop("here", None)), more))
            return endpoint

        return add

    def join(self, app: FastAPI) -> None:
        """Put the endpoints into the application, each behind its guard."""
        for method, path, endpoint, guard, more in self._endpoints:
            given = dict(more)
            answers, may = given.pop("answers", None), given.pop("may", ())
            responses = problems(*may) | given.pop("responses", {})
            scope = scope_of(guard.needs)
            security: list[dict[str, list[str]]] = [{"token": [scope] if scope else []}]
            security += [{}] if guard.here is not None else []
            extra = {"security": security, **given.pop("openapi_extra", {})}
            app.add_api_route(
                path,
                endpoint,
                methods=[method],
                dependencies=[Depends(guard)],
                response_model=answers,
                response_model_exclude_unset=True,
                responses=responses,
                operation_id=f"{self._tag}_{endpoint.__name__}",
                tags=[self._tag],
                openapi_extra=extra,
                **given,
            )
