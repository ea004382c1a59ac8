"""Lots of products: where one went, and those that must not be used any more."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.bodymap.names import name_of
from devicelog.errors import BadInputError
from devicelog.naming import named
from devicelog.products.recall import Recall
from devicelog.search.trace import Taken, Trace, similar, trace
from devicelog.store import recalls as kept
from devicelog.units import plain
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.records.sight import Sight, sight
from devicelog.web.pages.witnesses import tell_witnesses

if TYPE_CHECKING:
    from devicelog.store.writer import Writer

pages = Gate()


@pages.get("/lots", needs=Permission.READ_SESSIONS)
def lots(asked: Asked) -> Response:
    """The recalled lots, and the question which one is looked for."""
    with sight(asked) as seen:
        return _page(seen)


@pages.post("/lots", needs=Permission.READ_SESSIONS)
def look(asked: Asked) -> Response:
    """Where a lot went, as far as the visitor sees it."""
    form = asked.form
    lot = form.read("lot", lambda text: named(text, "lot"))
    with sight(asked) as seen:
        if lot is None:
            return _page(seen, status=422)
        traced = _seen(seen, trace(seen.reader, lot, form.text("product") or None))
        seen.log("lots trace", subjects=[one.session.subject for one in (*traced.taken, *traced.corrected)])
        like = similar(seen.reader, lot) if not traced.taken and seen.sees_all else []
        return _page(seen, traced, like)


@pages.post("/lots/recall", needs=Permission.RECALL_LOTS)
def recall(asked: Asked) -> Response:
    """Recall a lot from now on."""
    form = asked.form
    lot = form.read("recall-lot", lambda text: named(text, "lot"))
    reason = form.read("recall-reason", lambda text: named(text, "reason"))
    product = form.read("recall-product", lambda text: named(text, "product")) if form.text("recall-product") else None
    if form.is_sound and lot is not None and reason is not None:
        wanted = Recall(lot, product, reason, asked.person.name)

        def act(writer: Writer) -> None:
            if not any(one.covers(wanted) for one in kept.recalls(writer)):
                kept.recall(writer, wanted)

        asked.web.station.desk.do(act)
        tell_witnesses(asked.web)
        return asked.go("/lots")
    with sight(asked) as seen:
        return _page(seen, status=422)


@pages.post("/lots/release", needs=Permission.RECALL_LOTS, once=True)
def release(asked: Asked) -> Response:
    """Take a recall back; that it was recalled stays in the chain."""
    form = asked.form
    number = form.text("recall")
    reason = form.read("release-reason", lambda text: named(text, "reason"))

    def act(writer: Writer, reason: str) -> None:
        found = next((one for one in kept.recalls(writer) if str(one.number) == number), None)
        if found is None:
            raise BadInputError("that recall does not hold any more; look at the list again.")
        kept.release(writer, found, asked.person.name, reason)

    if reason is not None:
        with form.at("release-reason"):
            asked.web.station.desk.do(lambda writer: act(writer, reason))
    if form.is_sound:
        tell_witnesses(asked.web)
        return asked.go("/lots")
    with sight(asked) as seen:
        return _page(seen, status=422)


def _seen(seen: Sight, traced: Trace) -> Trace:
    """What the visitor sees of it."""
    mine, corrected = (
        [one for one in every if seen.sees(one.session.practitioner)] for every in (traced.taken, traced.corrected)
    )
    return Trace(mine, corrected, traced.unread if seen.sees_all else [])


def _page(seen: Sight, traced: Trace | None = None, like: list[str] | None = None, status: int = 200) -> Response:
    known, form = kept.recalls(seen.reader), seen.asked.form
    rows = [_row(seen, one) for one in traced.taken] if traced is not None else []
    return seen.asked.page(
        "records/lots.html",
        status,
        traced=traced,
        rows=rows,
        like=like or [],
        recalls=list(known),
        past=known.past,
        may_recall=seen.may(Permission.RECALL_LOTS),
        asked_of=form.text("lot"),
        product=form.text("product"),
    )


def _row(seen: Sight, taken: Taken) -> dict[str, str | bool | None]:
    digest, lot = taken.session, taken.lot
    codes = {given.zone: given.code for given in digest.zones}
    zones = [(name_of(one.zone, codes.get(one.zone)) if one.zone else "–", one.volume) for one in lot.zones]
    return {
        "session": digest.session,
        "started": digest.started,
        "subject": digest.subject,
        "patient": seen.reader.reference(digest.subject),
        "practitioner": digest.practitioner,
        "product": lot.product,
        "drawn": _amount(lot.drawn),
        "given": _amount(lot.given),
        "refused": digest.refused,
        "where": "; ".join(f"{name} {_amount(volume)}" for name, volume in zones),
    }


def _amount(volume: str | None) -> str:
    """Millilitres to the nanolitre; a question mark where the dose does not follow from what was recorded."""
    return plain(round(Decimal(volume), 6) + 0) if volume is not None else "?"
