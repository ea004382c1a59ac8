"""A request that has passed the gate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match

from devicelog.web.context import Web
from devicelog.web.forms import Form
from devicelog.web.paths import own_path, path_of
from devicelog.web.visitor import Visitor

if TYPE_CHECKING:
    from devicelog.account import Person
    from devicelog.web.texts import Texts


@dataclass(slots=True)
class Inquiry:
    """Who asks, and the station that is asked; `form` is empty for a GET."""

    request: Request
    visitor: Visitor
    web: Web
    form: Form = field(default_factory=Form)

    @property
    def person(self) -> Person:
        """Who asks, where the gate lets in nobody who is not logged in."""
        assert self.visitor.person is not None
        return self.visitor.person

    @property
    def t(self) -> Texts:
        """What pages say, in the visitor's language."""
        return self.web.renderer.texts(self.visitor.language)

    def page(self, template: str, /, status: int = 200, **context: Any) -> Response:
        """A whole page, in the visitor's language; 503 where its form is only not possible now."""
        frame = self.web.renderer.frame(self.visitor, self.request.url.path)
        frame |= {"form": self.form, "served_as": self.web.settings, "shown_at": self._shown_at()}
        running = self.web.station.current
        text = self.web.renderer.text(self.visitor.language, template, **frame | {"running": running} | context)
        answer = HTMLResponse(text, 503 if self.form.is_not_now else status)
        if self.visitor.login is None:
            self._mark(answer)
        return answer

    def _shown_at(self) -> str:
        """The page that is shown, or the one with the form that led to it: what came of a form has no address."""
        url = self.request.url
        if self.request.method == "GET":
            return own_path(url.path + (f"?{url.query}" if url.query else ""))
        came = path_of(self.request.headers.get("referer", ""), self.request.headers.get("host", ""))
        return self._page_at_or_above(came or own_path(url.path))

    def _page_at_or_above(self, path: str) -> str:
        """The path if a page is shown there, else the nearest above it: a form that was refused stands at its own."""
        while path.strip("/"):
            wanted = {"type": "http", "method": "GET", "path": unquote(path.partition("?")[0])}
            if any(route.matches(wanted)[0] is Match.FULL for route in self.request.app.routes):
                return path
            path = path.partition("?")[0].rpartition("/")[0]
        return "/"

    def set_cookie(self, answer: Response, name: str, value: str) -> None:
        """A cookie for as long as the browser runs: for no script, no other site, no plain HTTP where there is TLS."""
        secure = self.web.settings.is_secure
        answer.set_cookie(name, value, path="/", httponly=True, samesite="strict", secure=secure)

    def _mark(self, answer: Response) -> None:
        """Let a browser in which nobody is logged in keep what its forms are tied to."""
        if self.request.cookies.get(self.web.before_cookie) != self.visitor.before:
            self.set_cookie(answer, self.web.before_cookie, self.visitor.before)

    def go(self, path: str) -> Response:
        """To another page, after a form was taken."""
        return RedirectResponse(path, 303)
