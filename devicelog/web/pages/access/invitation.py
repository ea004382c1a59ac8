"""A one-time code: with it somebody sets a password, and an authenticator, that no admin ever knows.

The code comes typed, or from a QR code as the part of an address behind #, which no browser sends to anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from devicelog.accounts.invitations import Accepted, Chosen, Invitation
from devicelog.accounts.proving import Refused
from devicelog.errors import BadInputError, NotNowError
from devicelog.web.gate import Asked, Gate, Open
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.access.said import again, chosen_password, now, picture, refuse, spaced

pages = Gate()

_CODE, _PAGE = "access/invitation.html", "access/invitation_accept.html"
#: The field that a sentence of the accounts is about, by the first of these that it holds.
_ABOUT = {
    "authenticator": "totp",
    "log-in name": "login",
    "profession": "profession",
    "registration": "registration",
    "password": "password",
    "log in at this moment": "password",
}


@pages.get("/invitation", needs=Open.ANYBODY)
def asking(asked: Asked) -> Response:
    """Ask for the code."""
    return asked.go("/welcome") if asked.web.is_new else asked.page(_CODE)


@pages.post("/invitation", needs=Open.ANYBODY)
def looking(asked: Asked) -> Response:
    """What the code is for: the password is chosen."""
    found = look(asked)
    if isinstance(found, Refused):
        return not_taken(asked, found, _CODE)
    if found.person is None:
        return asked.go("/welcome")
    return asked.page(_PAGE, **offered(found, asked.form.text("code")))


@pages.post("/invitation/accept", needs=Open.ANYBODY, once=True)
def accepting(asked: Asked) -> Response:
    """Set the password and the authenticator; recovery codes are shown this once."""
    found, code = look(asked), asked.form.text("code")
    if isinstance(found, Refused):
        return not_taken(asked, found, _CODE)
    if found.person is None:
        return asked.go("/welcome")
    password = chosen_password(asked)
    if password is not None:
        chosen, visitor = Chosen(password, asked.form.text("totp") or None), asked.visitor
        accept = asked.web.accounts.invitations.accept
        answer = taken(
            asked, lambda: accept(code, chosen, now(), address=visitor.address, is_local=visitor.is_local), _CODE
        )
        if answer is not None:
            return answer
    return asked.page(_PAGE, 400, **offered(found, code))


def look(asked: Inquiry) -> Invitation | Refused:
    """What the code of the form is for."""
    visitor = asked.visitor
    return asked.web.accounts.invitations.look(
        asked.form.text("code"), now(), address=visitor.address, is_local=visitor.is_local
    )


def offered(found: Invitation, code: str) -> dict[str, Any]:
    """What a page shows of an invitation: the authenticator as a picture, and to be typed."""
    return {
        "invitation": found,
        "code": code,
        "picture": picture(found.offer.uri),
        "secret": spaced(found.offer.secret),
    }


def not_taken(asked: Asked, why: Refused, page: str) -> Response:
    """The page that asks for the code, once more."""
    refuse(asked, why, "code", "access-one-time-wrong")
    return again(asked, why, page)


def taken(asked: Asked, accept: Callable[[], Accepted | Refused], page: str) -> Response | None:
    """What follows when a code is used: recovery codes, shown this once, or `page` if it is not taken.

    None: what was typed cannot be kept, and the sentence about it stands beside its field.
    """
    try:
        done = accept()
    except (BadInputError, NotNowError) as error:
        complain(asked, error)
        return None
    if isinstance(done, Refused):
        return not_taken(asked, done, page)
    asked.web.record_acts()
    return asked.page("access/recovery.html", codes=done.recovery_codes, person=done.person, onward="/login")


def complain(asked: Inquiry, error: Exception) -> None:
    """The sentence beside the field that it is about."""
    text = str(error)
    asked.form.refuse(next((field for word, field in _ABOUT.items() if word in text), "name"), error)
