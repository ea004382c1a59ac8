"""Approving a treatment protocol by name, and taking that back: with the password, on the desk."""

from __future__ import annotations

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.approving import approve, withdraw
from devicelog.errors import BadInputError
from devicelog.naming import named
from devicelog.treatment.sanity import examine
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.administration.known import KnownProtocols
from devicelog.web.pages.administration.proof import by, proved
from devicelog.web.pages.administration.protocols import show

pages = Gate()


@pages.post("/administration/protocols/{name}/approve", needs=Permission.MANAGE_PROTOCOLS, once=True)
def approving(name: str, asked: Asked) -> Response:
    """Approve the very text that the page showed."""
    protocol = KnownProtocols(asked.web.store).get(name).protocol
    assert protocol is not None
    role = asked.form.read("role", lambda text: named(text, "role"))
    if asked.form.text("sha256") != protocol.sha256:
        asked.form.refuse("role", asked.t("admin-protocol-changed"))
    faults = examine(protocol, protocol.id).faults
    if faults:
        asked.form.refuse("role", faults[0])
    if not asked.form.is_sound or not proved(asked):
        return show(asked, name)
    asked.web.station.desk.do(lambda writer: approve(writer, protocol, by=by(asked), role=role))
    return asked.go(f"/administration/protocols/{protocol.id}")


@pages.post("/administration/protocols/{name}/withdraw", needs=Permission.MANAGE_PROTOCOLS, once=True)
def withdrawing(name: str, asked: Asked) -> Response:
    """Take the approval of this version back."""
    listed = KnownProtocols(asked.web.store).get(name)
    reason = asked.form.read("reason", lambda text: named(text, "reason"))
    role = asked.form.read("role", lambda text: named(text, "role")) if asked.form.text("role") else None
    if listed.approval is None:
        asked.form.refuse("reason", asked.t("admin-protocol-not-approved"))
    if not asked.form.is_sound or not proved(asked):
        return show(asked, name)
    approval = listed.approval
    assert approval is not None
    who, version, because = by(asked), approval.version, reason or ""
    try:
        asked.web.station.desk.do(
            lambda writer: withdraw(writer, approval.id, by=who, role=role, reason=because, version=version)
        )
    except BadInputError as error:
        asked.form.refuse("reason", error)
        return show(asked, name)
    return asked.go("/administration/protocols")
