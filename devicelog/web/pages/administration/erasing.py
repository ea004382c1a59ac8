"""Erasing who a person is, for good: found by the clinic's number, shown, decided with a reason, confirmed."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.errors import BadInputError, DevicelogError, NotNowError
from devicelog.naming import named
from devicelog.opening.underway import concerns
from devicelog.store.access import Access
from devicelog.store.erasure import Request, day, erase, tombstones
from devicelog.store.people import Known, known, sessions_of, today
from devicelog.store.reader import Reader
from devicelog.store.retaining import kept_of
from devicelog.store.writer import Writer
from devicelog.subject import SUBJECT_ID, Ground
from devicelog.web.accesses import keep
from devicelog.web.english import English
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.administration.proof import by, page, proved
from devicelog.web.pages.administration.retention import show
from devicelog.web.pages.witnesses import tell_witnesses

pages = Gate()


@pages.post("/administration/retention/find", needs=Permission.MANAGE_RETENTION)
def find(asked: Asked) -> Response:
    """By the clinic's number, which stands in no address; to the page of that person."""
    with asked.form.at("reference"), asked.web.reading() as reader:
        return asked.go(f"/administration/retention/{known(reader, asked.form.text('reference')).id}")
    return show(asked)


@pages.get("/administration/retention/{subject}", needs=Permission.MANAGE_RETENTION)
def person(subject: str, asked: Asked) -> Response:
    """What would be erased, and what is left of it."""
    return _page(asked, subject)


def _page(asked: Inquiry, subject: str) -> Response:
    with asked.web.reading() as reader:
        stones = tombstones(reader)
        if subject in stones:
            return page(asked, "erased.html", stone=stones[subject])
        one = _known(reader, subject)
        keep(reader.folder, Access("retention", by(asked), subjects=one.merged))
        context: dict[str, Any] = {
            "one": one,
            "sessions": len(sessions_of(reader, one)),
            "kept": kept_of(reader, one),
            "today": today(),
            "grounds": list(Ground),
        }
        return page(asked, "erase.html", **context)


def _known(reader: Reader, subject: str) -> Known:
    if SUBJECT_ID.fullmatch(subject) is None:  # the clinic's number belongs in no address
        raise HTTPException(404)
    try:
        return known(reader, subject)
    except BadInputError:
        raise HTTPException(404) from None


@pages.post("/administration/retention/{subject}/erase", needs=Permission.MANAGE_RETENTION, once=True)
def erasing(subject: str, asked: Asked) -> Response:
    """Erase, if the number was given again and the password is right."""
    form, station = asked.form, asked.web.station
    with asked.web.reading() as reader:
        one = _known(reader, subject)
    request = _request(asked)
    if form.text("again") != one.name:
        form.refuse("again", asked.t("admin-erase-again-wrong"))
    if not form.is_sound or not proved(asked):
        return _page(asked, subject)

    def forget(numbers: frozenset[str]) -> None:
        asked.web.accounts.drafts.forget(lambda body: concerns(body, numbers))

    def job(writer: Writer) -> list[str]:
        if station.current is not None:
            raise NotNowError("a session is being recorded, which comes first; erase when it has ended.")
        return erase(writer, subject, request, forget)

    try:
        station.desk.do(job)
    except DevicelogError as error:
        form.refuse("reason", error)
        return _page(asked, subject)
    asked.web.erased()
    tell_witnesses(asked.web)
    return asked.go(f"/administration/retention/{subject}")


def _request(asked: Inquiry) -> Request:
    """Who decided, on what ground and why; what is wrong with that the form says."""
    form = asked.form
    reason = form.read("reason", lambda text: named(text, "reason"))
    requested = form.read("requested", lambda text: day(text) if text else None)
    ground = form.text("ground")
    if ground not in {one.value for one in Ground}:
        form.refuse("ground", English("found no ground; choose one."))
        ground = Ground.OTHER.value
    return Request(by(asked), Ground(ground), reason, requested)
