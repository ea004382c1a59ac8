"""A record brought to a target: written down first, tried at once, and by its receipt in the record."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.delivery.asking import Asked as Waiting
from devicelog.delivery.asking import Order, ask, whats
from devicelog.delivery.running import run
from devicelog.delivery.target import Receiver, target
from devicelog.delivery.trying import Manner, Tried
from devicelog.errors import BadInputError, NotNowError
from devicelog.export import chosen
from devicelog.store import outbox
from devicelog.store.aside import looking_at
from devicelog.store.outbox import Means
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.records.sheets import can
from devicelog.web.pages.records.sight import Sight, sight
from devicelog.web.pages.records.writing import must, must_be_over, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devicelog.delivery.target import Target
    from devicelog.store.reader import SessionRow
    from devicelog.store.writer import Writer
    from devicelog.web.inquiry import Inquiry

pages = Gate()

#: How long a receiver may take to answer somebody who waits for the page (s).
_PATIENCE = 20.0


@pages.get("/sessions/{session}/deliver", needs=Permission.DELIVER)
def ask_where(session: str, asked: Asked) -> Response:
    """Where to, and what was delivered before."""
    with sight(asked) as seen:
        row, line = seen.session(session)
        must_be_over(row)
        must(can(seen, row, line).deliver)
        return _page(seen, row)


@pages.post("/sessions/{session}/deliver", needs=Permission.DELIVER, once=True)
def deliver(session: str, asked: Asked) -> Response:
    """Write the order down, try it once, and say what came of it; what is not taken now stays in the outbox."""
    form = asked.form
    with sight(asked) as seen:
        row, line = seen.session(session)
        must_be_over(row)
        must(can(seen, row, line).deliver)
        place = form.read("target", _target)
        made: Waiting | None = None
        with form.at("target"):
            if place is not None:
                made = _ordered(asked, row, place, again=form.has("again"))
        if made is None:
            return _page(seen, row, status=422)
        tried = _tried(asked, [one.number for one in made.waiting]) if made.waiting else []
    with sight(asked) as seen:  # as it stands now, with the receipt
        return _page(seen, seen.session(session)[0], tried=tried, before=len(made.before))


def _target(text: str) -> Target:
    """Where to; a folder is one that is there: a page makes none on this computer."""
    place = target(text)
    if place.folder is not None:
        with looking_at(place.folder):
            is_there = place.folder.is_dir()
        if not is_there:
            raise BadInputError(f"{place.name} is no folder of this computer; expected one that is there.")
    return place


def _ordered(asked: Inquiry, row: SessionRow, place: Target, *, again: bool) -> Waiting:
    formats = chosen(()) if place.receiver is Receiver.FOLDER else ()
    order = Order(place, whats(place, ()), formats, Means(timeout=_PATIENCE), asked.person.name)
    return written(asked, row, lambda writer, now: ask(writer, now, order, again=again))


def _tried(asked: Inquiry, numbers: list[int]) -> list[Tried]:
    """What became of them; nothing where another delivery has the outbox: they wait there."""

    def write(_store: Path, job: Callable[[Writer], Any]) -> Any:
        return asked.web.station.desk.do(job)

    manner = Manner(lambda *_: None, secrets.SystemRandom().random, write=write)
    try:
        return run(asked.web.store, manner, numbers=numbers, at_once=True)
    except NotNowError:
        return []


def _page(
    seen: Sight, row: SessionRow, *, status: int = 200, tried: list[Tried] | None = None, before: int = 0
) -> Response:
    rows = outbox.deliveries(seen.reader, row.number)
    return seen.asked.page("records/deliver.html", status, row=row, outbox=rows[::-1], tried=tried, before=before)
