"""The idle lock: a screen that is left alone shows nothing of a record until PIN or password. No recording minds it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from devicelog.accounts.proving import Refusal, Refused
from devicelog.accounts.session import IDLE
from devicelog.web.gate import Asked, Gate, Open
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.access.proving import asks_code, prove
from devicelog.web.pages.access.said import again, now, refuse
from devicelog.web.paths import own_path, path_of

pages = Gate()

_PAGE = "access/unlock.html"
_SECOND = 1_000_000_000
#: A page that asks too early asks again after so long (s).
_SOON = 5


@pages.post("/lock", needs=Open.KNOWN)
def lock(asked: Asked) -> Response:
    """Lock now, and come back to the same page."""
    asked.web.accounts.door.lock(asked.visitor.token)
    headers = asked.request.headers
    back = path_of(headers.get("referer", ""), headers.get("host", "")) or "/"
    return asked.go(f"/unlock?next={quote(back)}")


@pages.get("/idle", needs=Open.LOCKED, counts=False)
def idle(asked: Asked) -> Response:
    """In how many seconds the screen locks, 0 if it is locked; asking is no use of it."""
    login = asked.visitor.login
    if login is None or login.is_locked:
        return JSONResponse({"left": 0})
    return JSONResponse({"left": max((login.used + IDLE - now()) // _SECOND, _SOON)})


@pages.post("/here", needs=Open.KNOWN)
def here() -> Response:
    """Somebody types or taps on a page that sends nothing yet: that is use."""
    return Response(status_code=204)


@pages.get("/unlock", needs=Open.LOCKED, counts=False)
def unlock(asked: Asked) -> Response:
    """Who it is, and the PIN; the password where there is none, or its tries are used up."""
    next_ = own_path(asked.request.query_params.get("next", ""))
    if not asked.visitor.is_locked:
        return asked.go(next_)
    return asked.page(_PAGE, **_shown(asked, next_, asked.request.query_params.get("with") == "password"))


@pages.post("/unlock", needs=Open.LOCKED)
def unlocking(asked: Asked) -> Response:
    """Back to the page that was left."""
    next_ = own_path(asked.form.text("next"))
    if not asked.visitor.is_locked:
        return asked.go(next_)
    if not asked.form.has("pin"):
        refused = prove(asked)
        if refused is None:
            return asked.go(next_)
        refuse(asked, refused, "password", "access-password-wrong")
        return again(asked, refused, _PAGE, **_shown(asked, next_, with_password=True))
    found = asked.web.accounts.door.enter_pin(asked.visitor.token, asked.form.text("pin"), now())
    if not isinstance(found, Refused):
        return asked.go(next_)
    left = _pins_left(asked)
    if found.why is Refusal.WRONG:
        asked.form.refuse("pin", asked.t("access-pin-wrong", count=left))
    else:
        refuse(asked, found, "password" if not left else "pin", "access-wrong")
    return again(asked, found, _PAGE, **_shown(asked, next_, with_password=not left))


def _shown(asked: Inquiry, next_: str, with_password: bool) -> dict[str, Any]:
    person, login = asked.person, asked.visitor.login
    assert login is not None
    by_pin = person.has_pin and login.pin_left > 0 and not with_password
    return {"next": next_, "by_pin": by_pin, "has_pin": person.has_pin, "asks_code": asks_code(asked)}


def _pins_left(asked: Inquiry) -> int:
    """How many wrong PINs this session still takes."""
    login = asked.web.visitor(asked.request, counts=False).login
    return login.pin_left if login is not None else 0
