"""One person: who it is, the course of the sessions that the visitor sees, and what is to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from devicelog import clock
from devicelog.accounts.permission import Permission
from devicelog.amending.follow_ups import FollowUp, follow_ups
from devicelog.bodymap.names import name_of
from devicelog.chart.drawing import svg
from devicelog.errors import BadInputError
from devicelog.record.amounts import words
from devicelog.search.finding import Search, kept_digests
from devicelog.store import people as kept
from devicelog.subject import FIELDS, given
from devicelog.web.forms import SaidError
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.records.beside import amount
from devicelog.web.pages.records.charting import NARROW, WIDE
from devicelog.web.pages.records.course import Next, Step, chart, metrics, next_session, steps
from devicelog.web.pages.records.marks import marks_of
from devicelog.web.pages.records.shelf import SHELF
from devicelog.web.pages.records.sight import Sight, sight
from devicelog.web.pages.records.words import Words

if TYPE_CHECKING:
    from datetime import date

    from devicelog.search.digest import Listed
    from devicelog.store.people import Known
    from devicelog.store.reader import SessionRow
    from devicelog.store.writer import Writer

pages = Gate()


@pages.get("/people/{subject}", needs=Permission.READ_SESSIONS)
def person(subject: str, asked: Asked) -> Response:
    """The course of one person."""
    with sight(asked) as seen:
        found, sessions = seen.subject(subject)
        return _page(seen, found, sessions)


@pages.get("/people/{subject}/course.svg", needs=Permission.READ_SESSIONS)
def picture(subject: str, asked: Asked) -> Response:
    """The parameters over the sessions."""
    with sight(asked) as seen:
        found, sessions = seen.subject(subject)
        seen.log("course", subjects=found.merged)
        drawn = chart(_steps(seen, sessions), seen.asked.t("records-course-title"))
    width = NARROW if asked.request.query_params.get("width") == str(NARROW) else WIDE
    return Response(svg(replace(drawn, width=width)), media_type="image/svg+xml")


@pages.post("/people/{subject}", needs=Permission.EDIT_SUBJECTS)
def change(subject: str, asked: Asked) -> Response:
    """Change what is known of the person; what stood before is kept, sealed with the rest."""
    form = asked.form
    with sight(asked) as seen:
        found, _ = seen.subject(subject)
        values = {field: form.text(field) for field in ("reference", *FIELDS) if form.has(field)}
        field = "birth_date" if _date_is_wrong(values) else "reference"
        with form.at(field):
            asked.web.station.desk.do(lambda writer: _changed(writer, seen, found, values))
        if not form.is_sound:
            others = set(seen.reader.subject_ids(values.get("reference", ""))) - set(found.merged)
            seen.log("subjects change", subjects=sorted(others))  # that the number is somebody's was told
            return _page(seen, *seen.subject(subject), 422)
    return asked.go(f"/people/{found.id}")


def _changed(writer: Writer, seen: Sight, found: Known, values: dict[str, str]) -> None:
    """Change it, unless somebody did so since the page was shown: what they wrote would be overwritten unseen."""
    now, form = kept.known(writer, found.id), seen.asked.form
    if now.person is not None and form.text("changes") not in ("", str(len(now.person.before))):
        raise SaidError(seen.asked.t("records-changed"))
    kept.change(writer, now, values, by=seen.person.name)


@pages.get("/follow-ups", needs=Permission.READ_SESSIONS)
def due(asked: Asked) -> Response:
    """Who is to be seen again, of the sessions that the visitor sees."""
    with sight(asked) as seen:
        every = follow_ups(seen.reader)
        mine = {row.id for row, _ in seen.listed(Search()).sessions}
        found = [one for one in every.found if one.session in mine]
        seen.log("follow-ups", subjects=[one.subject for one in found])
        rows = [(one, seen.reader.reference(one.subject), one.is_due(_today())) for one in found]
        return asked.page("records/follow-ups.html", rows=sorted(rows, key=lambda row: (not row[2], row[0].on)))


def _date_is_wrong(values: dict[str, str]) -> bool:
    try:
        given("birth_date", values.get("birth_date", ""), kept.today())
    except BadInputError:
        return True
    return False


def _page(seen: Sight, found: Known, sessions: list[tuple[SessionRow, Listed]], status: int = 200) -> Response:
    seen.log("subjects show", subjects=found.merged)
    course = _steps(seen, sessions)
    form, person = seen.asked.form, found.person
    names = metrics(course)
    known = {field: getattr(person, field) or "" if person is not None else "" for field in ("reference", *FIELDS)}
    return seen.asked.page(
        "records/person.html",
        status,
        subject=found,
        person=person,
        values={field: form.text(field) if form.has(field) else known[field] for field in known},
        steps=course[::-1],
        rows=[(step, list(marks_of(step.row, step.line, step.digest)), _figures(step, names)) for step in course[::-1]],
        metrics=names,
        settings=_settings(course),
        zones=_zones(course),
        next=_next(seen, course),
        due=_follow_ups(seen, sessions),
        today=_today(),
        may_edit=seen.may(Permission.EDIT_SUBJECTS) and person is not None,
        word=Words(seen.asked.t),
    )


def _steps(seen: Sight, sessions: list[tuple[SessionRow, Listed]]) -> list[Step]:
    return steps(sessions, kept_digests(seen.reader, [row for row, _ in sessions]))


def _figures(step: Step, names: list[str]) -> list[str]:
    given = step.past.parameters.get(None, {}) if step.past is not None else {}
    return [amount(given.get(name)) for name in names]


def _settings(course: list[Step]) -> list[tuple[str, list[str]]]:
    """Each setting with what it was at the end of each session, the newest first."""
    each = [step.past.settings if step.past is not None else {} for step in course[::-1]]
    names = dict.fromkeys(name for settings in each for name in settings)
    return [(words(name), [settings.get(name, "–") for settings in each]) for name in names]


def _zones(course: list[Step]) -> list[str]:
    """Every zone that was treated, by the name that people read."""
    found = [(one.zone, one.code) for step in course if step.digest is not None for one in step.digest.zones]
    return list(dict.fromkeys(name_of(zone, code) for zone, code in found if zone is not None))


def _next(seen: Sight, course: list[Step]) -> Next | None:
    """By the last session in which something was given."""
    for step in reversed(course):
        if step.past is not None and step.past.treated:
            return next_session(SHELF.folded(seen.reader, step.row).record, step.past.day)
    return None


def _follow_ups(seen: Sight, sessions: list[tuple[SessionRow, Listed]]) -> list[FollowUp]:
    mine = {row.id for row, _ in sessions}
    return [one for one in follow_ups(seen.reader).found if one.session in mine]


def _today() -> date:
    return datetime.fromisoformat(clock.utc(clock.now().wall_ns)).astimezone().date()
