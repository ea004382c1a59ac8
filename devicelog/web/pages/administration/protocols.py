"""Treatment protocols: the list, one in words, and what two differ in."""

from __future__ import annotations

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.treatment.difference import differences
from devicelog.treatment.sanity import examine
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.administration.known import KnownProtocols
from devicelog.web.pages.administration.proof import page

pages = Gate()


@pages.get("/administration/protocols", needs=Permission.MANAGE_PROTOCOLS)
def protocols(asked: Asked) -> Response:
    """All of them, and whether somebody approved the version that counts."""
    known = KnownProtocols(asked.web.store)
    return page(asked, "protocols.html", listed=list(known.listed()), names=known.names())


@pages.get("/administration/protocols/difference", needs=Permission.MANAGE_PROTOCOLS)
def difference(asked: Asked) -> Response:
    """Two side by side."""
    known = KnownProtocols(asked.web.store)
    first, second = (asked.request.query_params.get(name, "") for name in ("first", "second"))
    found = None
    if first and second:
        one, other = known.get(first).protocol, known.get(second).protocol
        assert one is not None
        assert other is not None
        found = (one, other, differences(one, other))
    return page(asked, "difference.html", names=known.names(), first=first, second=second, found=found)


@pages.get("/administration/protocols/{name}", needs=Permission.MANAGE_PROTOCOLS)
def protocol(name: str, asked: Asked) -> Response:
    """Its limits, with their sources, and who approved it."""
    return show(asked, name)


def show(asked: Inquiry, name: str) -> Response:
    """The page of one, with what is wrong with a form on it."""
    known = KnownProtocols(asked.web.store)
    listed = known.get(name)
    shown = listed.protocol
    assert shown is not None
    overlay = asked.request.query_params.get("overlay", "")
    if overlay:
        shown = shown.with_overlay(overlay)
    stricter = {limit.number for one in shown.overlays if one.name == overlay for limit in one.limits}
    assert listed.protocol is not None
    return page(
        asked,
        "protocol.html",
        listed=listed,
        protocol=shown,
        overlay=overlay,
        stricter=stricter,
        findings=examine(listed.protocol, listed.protocol.id),
        history=[one for one in reversed(known.approvals) if one.id == shown.id],
    )
