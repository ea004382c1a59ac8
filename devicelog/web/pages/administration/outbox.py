"""What is still to be delivered: tried now, or taken back."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.delivery.running import cancel, run
from devicelog.delivery.trying import Manner, Tried
from devicelog.errors import DevicelogError, NotNowError
from devicelog.station.chores import Progress
from devicelog.station.station import Station
from devicelog.store import outbox
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.administration.proof import by, page

pages = Gate()

DELIVER = "deliver"


@pages.get("/administration/outbox", needs=Permission.MANAGE_WEBHOOKS)
def waiting(asked: Asked) -> Response:
    """What waits, and what was refused."""
    return _page(asked)


def _page(asked: Inquiry) -> Response:
    with asked.web.reading() as reader:
        sessions = {one.number: one.id for one in reader.sessions()}
        rows = outbox.unfinished(outbox.deliveries(reader))
    chores = asked.web.station.chores
    listed = [(row, sessions.get(row.session, "")) for row in rows]
    return page(asked, "outbox.html", rows=listed, chore=chores.current, last=chores.last(DELIVER))


@pages.post("/administration/outbox/run", needs=Permission.MANAGE_WEBHOOKS)
def try_now(asked: Asked) -> Response:
    """Try everything that is open once, whether it is due or not."""
    station = asked.web.station
    with asked.web.reading() as reader:
        numbers = [row.number for row in outbox.deliveries(reader) if row.is_open and not row.is_webhook]
    try:
        station.chores.begin(DELIVER, str(len(numbers)), by(asked), partial(_deliver, station, numbers))
    except NotNowError as error:
        asked.form.refuse("run", error)
        return _page(asked)
    return asked.go("/administration/outbox")


def _deliver(station: Station, numbers: list[int], tell: Progress) -> list[Tried]:
    """One after the other; between two a session may begin, but what is being sent is sent to its end."""
    manner = Manner(lambda *_: None, secrets.SystemRandom().random, write=partial(_write, station))
    tried: list[Tried] = []
    for done, number in enumerate(numbers):
        tell("delivering", done, len(numbers))
        tried += run(station.store, manner, numbers=[number], at_once=True)
    return tried


def _write(station: Station, _: object, job: Any) -> Any:
    return station.desk.do(job)


@pages.post("/administration/outbox/{number}/cancel", needs=Permission.MANAGE_WEBHOOKS, proved=True)
def take_back(number: int, asked: Asked) -> Response:
    """Take one back."""
    try:
        cancel(asked.web.store, number, partial(_write, asked.web.station))
    except DevicelogError as error:
        asked.form.refuse("run", error)
        return _page(asked)
    return asked.go("/administration/outbox")
