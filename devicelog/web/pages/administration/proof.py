"""The password again, before something that weighs: asked for in the same form, unless it was given just now."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from devicelog import clock
from devicelog.accounts.proving import Refusal, Refused
from devicelog.accounts.session import recently_proved
from devicelog.web.inquiry import Inquiry

_SAID = {
    Refusal.CODE_NEEDED: ("code", "admin-proof-code-needed"),
    Refusal.SET_UP_NEEDED: ("password", "admin-proof-set-up-needed"),
    Refusal.WRONG: ("password", "admin-proof-wrong"),
    Refusal.PASSWORD_NEEDED: ("password", "admin-proof-wrong"),
}


def is_recent(asked: Inquiry) -> bool:
    """Whether the password was given just now, so that nobody is asked for it."""
    login = asked.visitor.login
    return login is not None and recently_proved(login, login.at)


def proved(asked: Inquiry) -> bool:
    """Whether the form's password (and code) is right, or was given just now; else the form says what is wrong."""
    if is_recent(asked):
        return True
    given = asked.web.accounts.door.prove(
        asked.visitor.token,
        asked.form.secret("password"),
        clock.now().wall_ns,
        address=asked.visitor.address,
        is_local=asked.visitor.is_local,
        code=asked.form.text("code") or None,
    )
    if not isinstance(given, Refused):
        return True
    if given.why is Refusal.WAIT:
        asked.form.refuse("password", asked.t("admin-proof-wait", seconds=given.wait_s))
    else:
        field, name = _SAID[given.why]
        asked.form.refuse(field, asked.t(name))
    return False


def page(asked: Inquiry, template: str, /, status: int = 200, **context: Any) -> Response:
    """A page of the administration; it knows whether its forms ask for the password."""
    if not asked.form.is_sound and status == 200:
        status = 400
    return asked.page(f"administration/{template}", status, asks=not is_recent(asked), **context)


def by(asked: Inquiry) -> str:
    """The name under which the visitor does something."""
    return asked.person.name
