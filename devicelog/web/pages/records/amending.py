"""A record amended: what a field says stands beside what it shall say, and both stay; the zone of a stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.amending.addresses import Field, fields
from devicelog.amending.correcting import correct
from devicelog.amending.fields import PRACTITIONER
from devicelog.amending.values import Day, Moment, OneOf
from devicelog.amending.zones import correct_zone
from devicelog.errors import BadInputError
from devicelog.naming import named
from devicelog.record.amounts import shown
from devicelog.stored import readable
from devicelog.web.english import English
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.records.sheets import can
from devicelog.web.pages.records.shelf import SHELF
from devicelog.web.pages.records.sight import Sight, sight
from devicelog.web.pages.records.words import Words
from devicelog.web.pages.records.writing import must, must_be_over, written

if TYPE_CHECKING:
    from devicelog.search.digest import Listed
    from devicelog.store.reader import SessionRow

pages = Gate()


@pages.get("/sessions/{session}/amend", needs=Permission.AMEND_OWN)
def ask(session: str, asked: Asked) -> Response:
    """What can be corrected."""
    with sight(asked) as seen:
        row, line = _session(seen, session)
        seen.log("amend --fields", session=row)
        return _fields(seen, row, line)


@pages.post("/sessions/{session}/amend", needs=Permission.AMEND_OWN, once=True)
def amend(session: str, asked: Asked) -> Response:
    """The field that was chosen; or, once it says what it shall say and why, the amendment."""
    form = asked.form
    with sight(asked) as seen:
        row, line = _session(seen, session)
        field = _chosen(seen, row, form.text("field"))
        if field is None:
            form.refuse("field", English(f"session {row.id} has no such field; choose one of these."))
            return _fields(seen, row, line, 422)
        if not form.has("amend"):
            seen.log("amend --fields", session=row)
            return _one(seen, row, line, field)
        reason = form.read("reason", lambda text: named(text, "reason"))
        role = _role(seen)
        if form.is_sound:
            assert reason is not None
            with form.at("new"):
                written(
                    asked,
                    row,
                    lambda writer, now: correct(
                        writer, now, field.address, form.text("new"), by=seen.person.name, role=role, reason=reason
                    ),
                )
        if form.is_sound:
            return asked.go("/sessions" if field.address == PRACTITIONER else f"/sessions/{row.id}#amendments")
        return _one(seen, row, line, _chosen(seen, row, field.address) or field, 422)  # as it stands now


@pages.post("/sessions/{session}/amend/zone", needs=Permission.AMEND_OWN, once=True)
def zone(session: str, asked: Asked) -> Response:
    """Let what was given in a stretch of entries count in another zone."""
    form = asked.form
    with sight(asked) as seen:
        row, line = _session(seen, session)
        code = form.read("zone", lambda text: named(text, "zone"))
        first, last = form.read("first", _entry), form.read("last", _entry)
        reason = form.read("zone-reason", lambda text: named(text, "reason"))
        role = _role(seen)
        if form.is_sound:
            assert code is not None
            assert first is not None
            assert last is not None
            assert reason is not None
            who = seen.person.name
            with form.at("zone"):
                written(
                    asked,
                    row,
                    lambda writer, now: correct_zone(
                        writer, now, code, first=first, last=last, by=who, role=role, reason=reason
                    ),
                )
        if form.is_sound:
            return asked.go(f"/sessions/{row.id}#amendments")
        return _fields(seen, row, line, 422)


def _session(seen: Sight, session: str) -> tuple[SessionRow, Listed]:
    """The session, if it is this person's own and over; a session in progress leads to where it is recorded."""
    row, line = seen.session(session)
    must_be_over(row)
    must(can(seen, row, line).amend)
    return row, line


def _chosen(seen: Sight, row: SessionRow, address: str) -> Field | None:
    record = SHELF.folded(seen.reader, row).record
    with readable("a statement", row):
        return next((one for one in fields(record) if one.address == address), None)


def _role(seen: Sight) -> str | None:
    return seen.person.profession


def _entry(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise BadInputError(f"found {text[:40]!r}, expected the number of an entry, such as 12.")
    return int(text)


def _fields(seen: Sight, row: SessionRow, line: Listed, status: int = 200) -> Response:
    record = SHELF.folded(seen.reader, row).record
    with readable("a statement", row):
        found = [
            (one, shown(one.now, one.path), [shown(each.old, one.path) for each in one.corrections])
            for one in fields(record)
        ]
    zones = list(record.tally.zones)
    return seen.asked.page(
        "records/amend.html",
        status,
        row=row,
        line=line,
        found=found,
        zones=zones,
        entries=record.entries,
        word=Words(seen.asked.t),
    )


def _one(seen: Sight, row: SessionRow, line: Listed, field: Field, status: int = 200) -> Response:
    form, value = seen.asked.form, field.value
    before = [shown(each.old, field.path) for each in field.corrections]
    return seen.asked.page(
        "records/amend-field.html",
        status,
        row=row,
        line=line,
        chosen=field,
        now=shown(field.now, field.path),
        before=before,
        choices=list(value.words) if isinstance(value, OneOf) else [],
        kind="date" if isinstance(value, Day) else "moment" if isinstance(value, Moment) else "text",
        is_long=value.is_text,
        new=form.text("new") if form.has("new") else _plain(field),
        reason=form.text("reason"),
        entries=SHELF.folded(seen.reader, row).record.entries,
    )


def _plain(field: Field) -> str:
    """What the field says, as it can be typed again."""
    return "" if field.now is None else shown(field.now, field.path)
