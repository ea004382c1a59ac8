"""Service tokens: what other programs log in with. One is shown once, when it is made."""

from __future__ import annotations

from starlette.responses import Response

from devicelog.account import Scope
from devicelog.accounts.permission import Permission
from devicelog.accounts.tokens import MOST_DAYS
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.access.said import now
from devicelog.web.pages.administration.proof import by

pages = Gate()

_NEEDS = Permission.MANAGE_TOKENS
_LIST, _NEW, _MADE = (f"administration/tokens{end}.html" for end in ("", "_new", "_made"))
_SCOPES = tuple(scope.value for scope in Scope)


@pages.get("/administration/tokens", needs=_NEEDS)
def tokens(asked: Asked) -> Response:
    """Every token that was ever made, the newest first."""
    return asked.page(_LIST, tokens=asked.web.accounts.tokens.all()[::-1], now=now())


@pages.get("/administration/tokens/new", needs=_NEEDS, proved=True)
def new(asked: Asked) -> Response:
    """For which program, and for what?"""
    return _new(asked)


@pages.post("/administration/tokens/new", needs=_NEEDS, proved=True, once=True)
def making(asked: Asked) -> Response:
    """Make it; its secret is shown this once."""
    form = asked.form
    days = _days(form.text("days"))
    if days is None:
        form.refuse("days", asked.t("tokens-days-wrong", most=MOST_DAYS))
        return _new(asked, 400)
    try:
        made = asked.web.accounts.tokens.make(form.text("name"), form.all("scopes"), days, now(), by=by(asked))
    except UnknownNameError as error:
        form.refuse("scopes", error)
    except BadInputError as error:
        form.refuse("scopes" if "scope" in str(error) else "days" if "days" in str(error) else "name", error)
    if not form.is_sound:
        return _new(asked, 400)
    asked.web.record_acts()
    return asked.page(_MADE, made=made)


@pages.post("/administration/tokens/{token}/revoke", needs=_NEEDS, proved=True)
def revoking(token: str, asked: Asked) -> Response:
    """Good for nothing from now on."""
    asked.web.accounts.tokens.revoke(token, now(), by=by(asked))
    asked.web.record_acts()
    return asked.go("/administration/tokens")


def _new(asked: Inquiry, status: int = 200) -> Response:
    return asked.page(_NEW, status, scopes=_SCOPES, most=MOST_DAYS)


def _days(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
