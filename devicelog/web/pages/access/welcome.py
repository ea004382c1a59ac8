"""The first start: nobody has an account, and whoever has the code from the terminal makes the first admin."""

from __future__ import annotations

from starlette.responses import Response

from devicelog.accounts.invitations import Chosen
from devicelog.accounts.people import Description
from devicelog.accounts.proving import Refused
from devicelog.web.gate import Asked, Gate, Open
from devicelog.web.pages.access.invitation import look, not_taken, offered, taken
from devicelog.web.pages.access.said import chosen_password, now

pages = Gate()

_CODE, _PAGE = "access/welcome.html", "access/welcome_admin.html"


@pages.get("/welcome", needs=Open.ANYBODY)
def welcome(asked: Asked) -> Response:
    """Ask for the code; once there is anybody there is nothing here."""
    return asked.page(_CODE) if asked.web.is_new else asked.go("/")


@pages.post("/welcome", needs=Open.ANYBODY)
def looking(asked: Asked) -> Response:
    """The code is right: who is it?"""
    if not asked.web.is_new:
        return asked.go("/")
    found = look(asked)
    if isinstance(found, Refused):
        return not_taken(asked, found, _CODE)
    return asked.page(_PAGE, **offered(found, asked.form.text("code")))


@pages.post("/welcome/admin", needs=Open.ANYBODY, once=True)
def making(asked: Asked) -> Response:
    """Make the first admin; recovery codes are shown this once."""
    if not asked.web.is_new:
        return asked.go("/")
    found, form = look(asked), asked.form
    if isinstance(found, Refused):
        return not_taken(asked, found, _CODE)
    password = chosen_password(asked)
    if password is not None:
        described = Description(
            form.text("name"), form.text("login"), form.text("profession") or None, form.text("registration") or None
        )
        chosen = Chosen(password, form.text("totp") or None)
        code, accept = form.text("code"), asked.web.accounts.invitations.accept_first
        answer = taken(asked, lambda: accept(code, described, chosen, now(), address=asked.visitor.address), _CODE)
        if answer is not None:
            return answer
    return asked.page(_PAGE, 400, **offered(found, form.text("code")))
