"""What is somebody's own: password, PIN, log-in sessions, and what the roles give."""

from __future__ import annotations

from starlette.responses import Response

from devicelog.accounts.permission import Permission, permissions
from devicelog.accounts.proving import Refused
from devicelog.errors import BadInputError
from devicelog.web.gate import Asked, Gate, Open
from devicelog.web.pages.access.proving import asks_code
from devicelog.web.pages.access.said import again, chosen_password, now, refuse

pages = Gate()

_PASSWORD, _PIN = "access/password.html", "access/pin.html"


@pages.get("/account", needs=Open.KNOWN)
def account(asked: Asked) -> Response:
    """Who one is here, and everything that can be changed."""
    login = asked.visitor.login
    assert login is not None
    sessions = asked.web.accounts.door.sessions_of(asked.person.id, now())
    held = permissions(asked.person)
    done = asked.request.query_params.get("done", "")
    return asked.page(
        "access/account.html",
        others=[one for one in sessions if one.id != login.id],
        permissions=[one.value.replace("_", "-") for one in Permission if one in held],
        done=done if done in ("password", "pin", "no-pin", "sessions") else "",
    )


@pages.get("/account/password", needs=Open.KNOWN)
def password(asked: Asked) -> Response:
    """Ask for the old password and another one."""
    return asked.page(_PASSWORD, asks_code=asks_code(asked))


@pages.post("/account/password", needs=Open.KNOWN, once=True)
def changing_password(asked: Asked) -> Response:
    """Another password; the sessions elsewhere end."""
    visitor, new = asked.visitor, chosen_password(asked)
    if new is None:
        return asked.page(_PASSWORD, 400, asks_code=asks_code(asked))
    try:
        found = asked.web.accounts.own.change_password(
            visitor.token,
            asked.form.secret("old"),
            new,
            now(),
            address=visitor.address,
            is_local=visitor.is_local,
            code=asked.form.text("code") or None,
        )
    except BadInputError as error:
        asked.form.refuse("password", error)
        return asked.page(_PASSWORD, 400, asks_code=asks_code(asked))
    if isinstance(found, Refused):
        refuse(asked, found, "old", "access-password-wrong")
        return again(asked, found, _PASSWORD, asks_code=asks_code(asked))
    return asked.go("/account?done=password")


@pages.get("/account/pin", needs=Open.KNOWN, proved=True)
def pin(asked: Asked) -> Response:
    """Ask for a PIN."""
    return asked.page(_PIN)


@pages.post("/account/pin", needs=Open.KNOWN, proved=True)
def setting_pin(asked: Asked) -> Response:
    """Another PIN, or none any more."""
    form, remove = asked.form, asked.form.has("remove")
    if not remove and form.secret("pin") != form.secret("repeated"):
        form.refuse("repeated", asked.t("access-not-alike"))
        return asked.page(_PIN, 400)
    try:
        found = asked.web.accounts.own.set_pin(asked.visitor.token, None if remove else form.secret("pin"), now())
    except BadInputError as error:
        form.refuse("pin", error)
        return asked.page(_PIN, 400)
    if isinstance(found, Refused):
        return asked.go("/prove?next=/account/pin")
    return asked.go("/account?done=no-pin" if remove else "/account?done=pin")


@pages.post("/account/sessions/end", needs=Open.KNOWN)
def ending_sessions(asked: Asked) -> Response:
    """End the log-in sessions elsewhere."""
    asked.web.accounts.door.end_all(asked.person.id, now(), but=asked.visitor.token)
    return asked.go("/account?done=sessions")
