"""The sessions: a list, newest first, and a search that stands in no address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.errors import BadInputError
from devicelog.search.days import begin_of, end_of
from devicelog.search.finding import Search, kept_digests
from devicelog.search.wish import TERMS, Wish
from devicelog.store.people import find
from devicelog.treatment.past import local
from devicelog.web.english import English
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.records.marks import marks_of
from devicelog.web.pages.records.sight import Sight, paged, sight

if TYPE_CHECKING:
    from devicelog.search.digest import Digest, Listed
    from devicelog.store.reader import SessionRow
    from devicelog.web.forms import Form

pages = Gate()

#: So many sessions stand on a page.
SIZE = 25
#: What a session can be looked for by that is no word of its own: how its recording is.
STATES = ("ended", "interrupted", "running", "refused")


@dataclass(frozen=True, slots=True)
class Item:
    """One session as the list shows it; `patient` is the clinic's number, None where it is not known any more."""

    id: str
    started: datetime
    subject: str
    patient: str | None
    practitioner: str | None
    protocol: str | None
    devices: str
    marks: list[str]


@pages.get("/sessions", needs=Permission.READ_SESSIONS)
def sessions(asked: Asked) -> Response:
    """All that the visitor sees."""
    with sight(asked) as seen:
        return _shown(asked, seen, Search(), "", asked.request.query_params.get("page", ""))


@pages.post("/sessions", needs=Permission.READ_SESSIONS)
def search(asked: Asked) -> Response:
    """What is looked for; the page shows it, and no address does."""
    form = asked.form
    with sight(asked) as seen:
        wanted, state = _search(form, seen), form.text("state")
        if state and state not in STATES:
            form.refuse("state", English(f"found {state!r}, expected one of {', '.join(STATES)}."))
        if not form.is_sound:
            return _answer(asked, [], 0, ("", 1, 1), searched=True, unread=0, status=422)
        assert wanted is not None  # what made none was refused
        return _shown(asked, seen, wanted, state, form.text("page"), searched=True)


def _search(form: Form, seen: Sight) -> Search | None:
    """The search that a form makes; None for what cannot be used, which is refused beside its field."""
    since = form.read("since", begin_of) if form.text("since") else None
    until = form.read("until", end_of) if form.text("until") else None
    terms = {name: form.text(name) for name in TERMS if form.text(name)}
    signed = {"yes": True, "no": False}.get(form.text("signed"))
    patient = form.text("patient")
    try:
        found = Wish(None, since, until, signed, terms).search(seen.reader)
        ids = _ids(seen, patient) if patient else None
    except BadInputError as error:
        form.refuse("zone", error)
        return None
    return Search(found.wanted, ids, found.since, found.until) if found is not None else None


def _ids(seen: Sight, patient: str) -> list[str]:
    """The ids of whoever has that number; else of those with that birth date or name, or a part of the name.

    As much is done for somebody whom nobody knows as for another practitioner's patient: time tells nothing either.
    """
    exact = seen.reader.subject_ids(patient)
    named = [id_ for one in find(seen.reader, patient) for id_ in one.merged]
    return exact or named


def _shown(asked: Asked, seen: Sight, wanted: Search, state: str, page: str, *, searched: bool = False) -> Response:
    found = seen.listed(wanted)
    rows = [one for one in reversed(found.sessions) if not state or _is(state, *one)]
    shown, number, count = paged(rows, page, SIZE)
    seen.log("sessions", subjects=[row.subject for row, _ in shown])
    kept = kept_digests(seen.reader, [row for row, _ in shown])
    items = [_item(seen, row, line, kept.get(row.number)) for row, line in shown]
    return _answer(asked, items, len(rows), (state, number, count), searched=searched, unread=len(found.unread))


def _is(state: str, row: SessionRow, line: Listed) -> bool:
    return line.refused if state == "refused" else row.state == state and not line.refused


def _item(seen: Sight, row: SessionRow, line: Listed, digest: Digest | None) -> Item:
    return Item(
        row.id,
        local(datetime.fromisoformat(row.started), str(line.zone)),
        row.subject,
        seen.reader.reference(row.subject),
        line.practitioner,
        line.protocol,
        ", ".join(line.devices),
        list(marks_of(row, line, digest)),
    )


def _answer(
    asked: Asked,
    items: list[Item],
    total: int,
    place: tuple[str, int, int],
    *,
    searched: bool,
    unread: int,
    status: int = 200,
) -> Response:
    form = asked.form
    filled = {name: form.text(name) for name in ("patient", "since", "until", "signed", *TERMS)}
    return asked.page(
        "records/sessions.html",
        status,
        items=items,
        total=total,
        state=place[0] or form.text("state"),
        page=place[1],
        last=place[2],
        searched=searched,
        filled=filled,
        terms=TERMS,
        states=STATES,
        unread=unread,
    )
