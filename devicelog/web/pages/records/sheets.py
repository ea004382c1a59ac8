"""One session as people see it: the sheets of its record, its charts and drawings, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.amending.follow_ups import FollowUp, follow_ups
from devicelog.export import FORMATS
from devicelog.export.pdf.block import whole
from devicelog.export.pdf.page import page
from devicelog.record.deliveries import deliveries
from devicelog.record.signatures import status
from devicelog.stored import last_time, readable
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.records.beside import figures, settings
from devicelog.web.pages.records.drawings import drawings
from devicelog.web.pages.records.shelf import SHELF
from devicelog.web.pages.records.sight import Sight, nothing, sight
from devicelog.web.pages.records.statements import signature_state, told
from devicelog.web.pages.records.words import Words, slug

if TYPE_CHECKING:
    from devicelog.record.course import LastTime
    from devicelog.record.record import Record
    from devicelog.search.digest import Listed
    from devicelog.store.reader import SessionRow

pages = Gate()


@dataclass(frozen=True, slots=True)
class Can:
    """What this visitor can do with this session now."""

    amend: bool
    sign: bool
    review: bool
    export: bool
    deliver: bool
    watch: bool


def can(seen: Sight, row: SessionRow, line: Listed) -> Can:
    """By the roles, whose session it is, and whether it is over."""
    own, over = seen.owns(line.practitioner), row.state != "running"
    return Can(
        amend=over and own and seen.may(Permission.AMEND_OWN),
        sign=over and (seen.may(Permission.SIGN_ALL) or (own and seen.may(Permission.SIGN_OWN))),
        review=over and seen.may(Permission.REVIEW),
        export=seen.may(Permission.EXPORT),
        deliver=over and seen.may(Permission.DELIVER),
        watch=not over and seen.may(Permission.WATCH_LIVE),
    )


@pages.get("/sessions/{session}", needs=Permission.READ_SESSIONS)
def show(session: str, asked: Asked) -> Response:
    """All that is known of it."""
    with sight(asked) as seen:
        row, line = seen.session(session)
        seen.log("show", session=row)
        folded = SHELF.folded(seen.reader, row)
        record = folded.record
        if not seen.sees(record.started.get("practitioner")):
            raise nothing()
        with readable("the record", row), whole():
            sheet = page(folded.session(seen.reader, row))
            before = _last_time(seen, record)
            return asked.page(
                "records/session.html",
                row=row,
                line=line,
                is_known=seen.reader.person(row.subject) is not None,
                whole=sheet,
                ids=[slug(section.title) for section in sheet.sections],
                word=Words(asked.t),
                told=told(record),
                drawings=drawings(record),
                signature=signature_state(status(record)),
                delivered=deliveries(record),
                before=before,
                figures=figures(before, record) if before is not None else [],
                settings=settings(before) if before is not None else [],
                follow_ups=_follow_ups(seen, row),
                can=can(seen, row, line),
                formats=list(FORMATS),
                by_name_only=[name for name, one in FORMATS.items() if one.by_name_only],
            )


def _last_time(seen: Sight, record: Record) -> LastTime | None:
    """Last time in the course, if that session is open to the visitor, too."""
    found, _, before = last_time(seen.reader, record)
    if before is None or not seen.sees(before.started.get("practitioner")):
        return None
    return found


def _follow_ups(seen: Sight, row: SessionRow) -> list[FollowUp]:
    return [one for one in follow_ups(seen.reader).found if one.session == row.id]
