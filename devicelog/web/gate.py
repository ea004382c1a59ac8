"""The gate of every page: what it needs stands beside its path, and a page that names nothing cannot be made.

    pages = Gate()

    @pages.get("/sessions", needs=Permission.SEE_OWN)
    def sessions(asked: Asked) -> Response: ...

Whoever is not logged in is led to the log-in page, whoever is locked to the PIN; who lacks the permission is refused.
`proved=True`: whoever has not given the password just now is led to give it again; what stands in a form of those who
administer is kept on the page that asks, and taken from there. A form must carry the token of the log-in session that
it was shown in, or of the browser before anybody logged in.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from devicelog.accounts.permission import Permission
from devicelog.accounts.secret import csrf_holds
from devicelog.accounts.session import recently_proved
from devicelog.web.context import web_of
from devicelog.web.forms import read_form
from devicelog.web.inquiry import Inquiry
from devicelog.web.paths import path_of

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

#: The field of a form that holds the token of its log-in session, and the header of a script that does.
TOKEN, TOKEN_HEADER = "csrf", "x-csrf-token"
#: The page that asks for the password once more.
PROVE = "access/prove.html"


class Open(Enum):
    """Pages that ask for no permission: for anybody, for anybody who is locked, for anybody who is logged in."""

    ANYBODY = "anybody"
    LOCKED = "locked"
    KNOWN = "known"


Needs = Permission | Open


class RefusedError(Exception):
    """Raised by the gate; the application answers with `response`, or with a page that says so."""

    def __init__(self, response: Response | None = None, title: str = "problem-refused") -> None:
        super().__init__("refused")
        self.response = response
        self.title = title


class Guard:
    """What stands before a page, on a thread of its own because it looks into the accounts."""

    def __init__(self, needs: Needs, *, counts: bool = True, proved: bool = False) -> None:
        self.needs = needs
        self.proved = proved
        self._counts = counts

    def __call__(self, request: Request) -> None:
        web = web_of(request)
        visitor = web.visitor(request, counts=self._counts)
        request.state.asked = Inquiry(request, visitor, web)
        if self.needs is Open.ANYBODY:
            return
        if visitor.person is None or visitor.login is None:
            raise RefusedError(_led_to("/welcome" if web.is_new else "/login", request))
        if visitor.is_locked and self.needs is not Open.LOCKED:
            raise RefusedError(_led_to("/unlock", request))
        if isinstance(self.needs, Permission) and not visitor.may(self.needs):
            raise RefusedError
        if self.proved and not recently_proved(visitor.login, visitor.login.at):
            raise RefusedError(_led_to("/prove", request))


def _led_to(path: str, request: Request) -> Response:
    """To a page that lets somebody in, and back from there; a script is told so, because it shows no page."""
    if request.headers.get("sec-fetch-mode", "navigate") != "navigate":
        return Response(status_code=401)
    if request.method == "GET":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    else:  # back to the page with the form
        wanted = path_of(request.headers.get("referer", ""), request.headers.get("host", "")) or "/"
    return RedirectResponse(path if wanted == "/" else f"{path}?next={quote(wanted)}", 303)


async def _checked(request: Request) -> None:
    """The form, if its token is that of the log-in session or of this browser before it; RefusedError if not."""
    asked: Inquiry = request.state.asked
    asked.form = await read_form(request)
    sent = request.headers.get(TOKEN_HEADER) or asked.form.text(TOKEN)
    kept = asked.visitor.token if asked.visitor.login is not None else request.cookies.get(asked.web.before_cookie, "")
    if not csrf_holds(kept, sent):
        raise RefusedError(title="problem-stale")


def _proved(request: Request) -> None:
    """Ask for the password before a form is taken, unless it was given just now; what was typed stays on that page."""
    asked: Inquiry = request.state.asked
    login = asked.visitor.login
    if login is not None and recently_proved(login, login.at):
        return
    if request.headers.get("sec-fetch-mode", "navigate") != "navigate":
        raise RefusedError(_led_to("/prove", request))
    raise RefusedError(asked.page(PROVE, then=request.url.path, kept=asked.form.kept()))


def _asked(request: Request) -> Inquiry:
    asked: Inquiry = request.state.asked
    return asked


#: What every page takes as its argument `asked`.
Asked = Annotated[Inquiry, Depends(_asked)]


def _taken_once(add: Callable[[Any], Any], endpoint: Endpoint) -> Endpoint:
    """Add the endpoint as it is joined; the module keeps it as it stands there."""

    @wraps(endpoint)
    def taken(**given: Any) -> Response:
        asked: Inquiry = given["asked"]
        of = asked.visitor.token or asked.visitor.before, asked.request.url.path
        return asked.web.repeats.once(asked.form, of, lambda: endpoint(**given))

    add(taken)
    return endpoint


class Gate:
    """Collects pages; `join` puts them into the application."""

    def __init__(self) -> None:
        self._pages: list[tuple[str, str, Callable[..., Any], list[Callable[..., Any]]]] = []

    def get(
        self, path: str, *, needs: Needs, counts: bool = True, proved: bool = False
    ) -> Callable[[Endpoint], Endpoint]:
        """A page that is shown; `counts` is False for what a page asks by itself, and nobody did anything for."""
        return self._page("GET", path, [Guard(needs, counts=counts, proved=proved)])

    def post(
        self, path: str, *, needs: Needs, proved: bool = False, once: bool = False
    ) -> Callable[[Endpoint], Endpoint]:
        """A form that is taken; `once`: if it is sent twice, the second is answered like the first and does nothing.

        That is for what would otherwise be done twice, or be refused to somebody for whom it was done just now.
        """
        keeps = proved and isinstance(needs, Permission)  # forms of one's own account hold what no page may show
        guards: list[Callable[..., Any]] = [Guard(needs, proved=proved and not keeps), _checked]
        add = self._page("POST", path, [*guards, _proved] if keeps else guards)
        return add if not once else lambda endpoint: _taken_once(add, endpoint)

    def _page(self, method: str, path: str, before: list[Callable[..., Any]]) -> Callable[[Endpoint], Endpoint]:
        def add(endpoint: Endpoint) -> Endpoint:
            self._pages.append((method, path, endpoint, before))
            return endpoint

        return add

    def join(self, app: FastAPI) -> None:
        """Put the pages into the application, each behind its guard."""
        for method, path, endpoint, before in self._pages:
            app.add_api_route(
                path,
                endpoint,
                methods=[method],
                dependencies=[Depends(each) for each in before],
                response_model=None,
                include_in_schema=False,
            )


def guarded(app: FastAPI) -> list[tuple[str, str, object]]:
    """Method, path and need (`Needs`) of every route; RuntimeError if one has no guard: none can be forgotten."""
    found: list[tuple[str, str, object]] = []
    for route in app.routes:
        if not isinstance(route, APIRoute):
            raise TypeError(f"{route!r} is no guarded route; add it through a gate.")
        needs = [each.dependency.needs for each in route.dependencies if isinstance(each.dependency, Guard)]
        if len(needs) != 1:
            raise RuntimeError(f"{route.path} has {len(needs)} guards; add it through a gate.")
        found += [(method, route.path, needs[0]) for method in sorted(route.methods or ())]
    return found
