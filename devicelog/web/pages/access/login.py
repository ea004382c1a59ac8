"""Logging in by name, password and, where it is needed, the code of an authenticator; and out."""

from __future__ import annotations

from starlette.responses import Response

from devicelog.accounts.proving import Refusal, Refused
from devicelog.web.gate import Asked, Gate, Open
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.access.said import again, now, refuse
from devicelog.web.paths import own_path
from devicelog.web.pending import Begun

pages = Gate()

_PAGE, _CODE = "access/login.html", "access/login_code.html"


@pages.get("/login", needs=Open.ANYBODY)
def log_in(asked: Asked) -> Response:
    """The first step."""
    next_ = own_path(asked.request.query_params.get("next", ""))
    if asked.visitor.login is not None:
        return asked.go(next_)
    if asked.web.is_new:
        return asked.go("/welcome")
    asked.web.pending.forget(asked.visitor.before)
    return asked.page(_PAGE, next=next_)


@pages.post("/login", needs=Open.ANYBODY)
def logging_in(asked: Asked) -> Response:
    """Name and password; asks for the code where it is needed."""
    next_, at = own_path(asked.form.text("next")), now()
    if asked.visitor.login is not None:
        return asked.go(next_)
    begun = Begun(asked.form.text("login"), asked.form.secret("password"), at)
    found = _try(asked, begun, at, None, next_)
    if isinstance(found, Response):
        return found
    if found.why is Refusal.CODE_NEEDED:
        asked.web.pending.hold(asked.visitor.before, begun)
        return asked.page(_CODE, next=next_)
    refuse(asked, found, "password", "access-wrong")
    return again(asked, found, _PAGE, next=next_)


@pages.post("/login/code", needs=Open.ANYBODY)
def giving_code(asked: Asked) -> Response:
    """The second step; what was typed in the first is held for three minutes."""
    next_, at = own_path(asked.form.text("next")), now()
    if asked.visitor.login is not None:
        return asked.go(next_)
    begun = asked.web.pending.get(asked.visitor.before, at)
    if begun is None:
        asked.form.refuse("password", asked.t("access-too-late"))
        return asked.page(_PAGE, 401, next=next_)
    found = _try(asked, begun, at, asked.form.text("code"), next_)
    if isinstance(found, Response):
        return found
    refuse(asked, found, "code", "access-code-wrong")
    return again(asked, found, _CODE, next=next_)


@pages.post("/logout", needs=Open.LOCKED)
def log_out(asked: Asked) -> Response:
    """End the log-in session; a recording goes on."""
    asked.web.accounts.door.log_out(asked.visitor.token, now())
    answer = asked.go("/login")
    answer.delete_cookie(
        asked.web.cookie, path="/", httponly=True, samesite="strict", secure=asked.web.settings.is_secure
    )
    return answer


def _try(asked: Inquiry, begun: Begun, at: int, code: str | None, next_: str) -> Response | Refused:
    """In, with a fresh token; or why not."""
    visitor = asked.visitor
    found = asked.web.accounts.door.log_in(
        begun.login, begun.password, at, address=visitor.address, is_local=visitor.is_local, code=code or None
    )
    if isinstance(found, Refused):
        return found
    asked.web.pending.forget(visitor.before)
    answer = asked.go(next_)
    asked.set_cookie(answer, asked.web.cookie, found.token)
    return answer
