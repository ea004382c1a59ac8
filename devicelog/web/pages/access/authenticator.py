"""The second factor of one's own account: set up by scanning or typing, and its recovery codes."""

from __future__ import annotations

from starlette.responses import Response

from devicelog.accounts.proving import Refused
from devicelog.errors import BadInputError
from devicelog.web.gate import Asked, Gate, Open
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.access.said import now, picture, spaced

pages = Gate()

_AGAIN = "/prove?next=/account/authenticator"


@pages.get("/account/authenticator", needs=Open.KNOWN, proved=True)
def offering(asked: Asked) -> Response:
    """The picture to be scanned; the one that is in use stays until a code of this one was given."""
    return _page(asked)


@pages.post("/account/authenticator", needs=Open.KNOWN, proved=True, once=True)
def confirming(asked: Asked) -> Response:
    """It is used from now on; recovery codes are shown this once."""
    try:
        found = asked.web.accounts.own.confirm_totp(asked.visitor.token, asked.form.text("totp"), now())
    except BadInputError as error:
        asked.form.refuse("totp", error)
        return _page(asked, 400)
    return _codes(asked, found)


@pages.post("/account/recovery", needs=Open.KNOWN, proved=True, once=True)
def recovering(asked: Asked) -> Response:
    """Fresh recovery codes, shown this once."""
    return _codes(asked, asked.web.accounts.own.new_recovery_codes(asked.visitor.token, now()))


def _page(asked: Inquiry, status: int = 200) -> Response:
    offer = asked.web.accounts.own.offer_totp(asked.visitor.token, now())
    if isinstance(offer, Refused):
        return asked.go(_AGAIN)
    shown = {"picture": picture(offer.uri), "secret": spaced(offer.secret)}
    return asked.page("access/authenticator.html", status, **shown)


def _codes(asked: Inquiry, found: tuple[str, ...] | Refused) -> Response:
    if isinstance(found, Refused):
        return asked.go(_AGAIN)
    return asked.page("access/recovery.html", codes=found, person=asked.visitor.person, onward="/account")
