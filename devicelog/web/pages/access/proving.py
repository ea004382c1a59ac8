"""The password once more, before something is administered: a PIN is not enough, and ten minutes ago is too long."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from devicelog.accounts.proving import Refused
from devicelog.accounts.session import recently_proved
from devicelog.web.gate import PROVE, Asked, Gate, Open
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.access.said import again, now, refuse
from devicelog.web.paths import own_path

pages = Gate()

#: Shows the page again with the form that it keeps, in a language that was chosen meanwhile.
WAITING = "/prove/kept"


@pages.get("/prove", needs=Open.KNOWN)
def asking(asked: Asked) -> Response:
    """Ask for it, unless it was given just now."""
    next_, login = own_path(asked.request.query_params.get("next", "")), asked.visitor.login
    if login is not None and recently_proved(login, login.at):
        return asked.go(next_)
    return asked.page(PROVE, next=next_, then="")


@pages.post("/prove", needs=Open.KNOWN)
def proving(asked: Asked) -> Response:
    """On to what was asked for: a page, or `then`, where the form that was kept meanwhile is sent on as it is."""
    form, refused = asked.form, prove(asked)
    next_, then = own_path(form.text("next")), own_path(form.text("then"), "")
    if refused is None:
        return RedirectResponse(then, 307) if then else asked.go(next_)
    refuse(asked, refused, "password", "access-password-wrong")
    return again(asked, refused, PROVE, next=next_, then=then, kept=form.kept() if then else [])


@pages.post(WAITING, needs=Open.KNOWN)
def waiting(asked: Asked) -> Response:
    """Ask for it again; nothing was given, and the form waits on."""
    return asked.page(PROVE, next="/", then=own_path(asked.form.text("then"), ""), kept=asked.form.kept())


def prove(asked: Inquiry) -> Refused | None:
    """None if the password of the form is right, with the code where one is needed; the session knows it then."""
    visitor = asked.visitor
    found = asked.web.accounts.door.prove(
        visitor.token,
        asked.form.secret("password"),
        now(),
        address=visitor.address,
        is_local=visitor.is_local,
        code=asked.form.text("code") or None,
    )
    return found if isinstance(found, Refused) else None


def asks_code(asked: Inquiry) -> bool:
    """Whether the code of the authenticator is needed with the password."""
    return asked.visitor.proves_by_code
