"""The first page: whom the session is of, who treats and where, and how the treatment is to reach the skin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.clock import now
from devicelog.naming import named
from devicelog.opening.setting import today
from devicelog.opening.underway import Underway, moment
from devicelog.search.earlier import earlier
from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import SessionTable
from devicelog.subject import Subject, given
from devicelog.treatment.past import Past
from devicelog.treatment.protocol import Modality
from devicelog.web.forms import Form
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.opening.fields import beside, table
from devicelog.web.pages.opening.page import Page
from devicelog.web.pages.opening.room import Keeping, Room

pages = Gate()

#: What the page that asks for a number says of whom it is.
NOBODY = "nobody"
_SESSION = ("role", "registration", "supervisor", "place")

PAGE = Page(
    "subject",
    fields=lambda _room: {},
    take=lambda _form, room: room.draft,
    shows=lambda _form, _room: {},
    lacks=lambda room: not room.underway.confirmed,
)


@dataclass(frozen=True, slots=True)
class Family:
    """The sessions of one kind of treatment: so many, the last one then. `name`: None for those without a protocol."""

    name: str | None
    simulated: bool
    count: int
    last: date
    days: int


def families(past: Iterable[Past], day: date) -> list[Family]:
    """What safety needs of the earlier sessions of a person: how many of each kind, and how long ago the last was."""
    found: dict[tuple[str, bool], list[Past]] = {}
    for one in past:
        if one.counts(simulated=True):
            found.setdefault((one.family or "", one.simulated), []).append(one)
    made = []
    for (name, simulated), all_ in sorted(found.items()):
        last = max(one.day for one in all_)
        made.append(Family(name or None, simulated, len(all_), last, (day - last).days))
    return made


@pages.get("/open/subject", needs=Permission.RECORD)
def show(asked: Asked) -> Response:
    """Whom it is of: asked for, then shown to be confirmed."""
    keeping = Keeping(asked)
    underway = keeping.get()
    with asked.web.reading() as reader:
        room = Room(asked, underway if underway is not None else keeping.new(), reader, keeping)
        return _shown(room)


def _shown(room: Room, form: Form | None = None, status: int = 200) -> Response:
    session, known = room.draft.session, room.subject
    if form is None:
        said = {f"session-{name}": getattr(session, name) for name in _SESSION}
        person = room.underway.person
        if person is not None:
            said |= {"person-name": person.name, "person-birth_date": person.birth_date}
        said["intended"] = room.underway.intended.value if room.underway.intended is not None else None
        form = Form({name: [value] for name, value in said.items() if value})
    if status == 409:
        form.refuse("main", room.t("opening-changed"))
    room.asked.form = form
    if known is not None:
        room.log_access()
    from devicelog.web.pages.opening.flow import around  # which has this page among all of them

    more = {
        **around(room, "subject"),
        "families": families(earlier(room.reader, known.merged), today(now())) if known is not None else [],
        "modalities": [one.value for one in Modality],
        "nobody": NOBODY,
    }
    return room.asked.page("open_subject.html", status, **more)


@pages.post("/open/subject", needs=Permission.RECORD)
def find(asked: Asked) -> Response:
    """Look a number up; what was stated for another person before is asked about again by whoever goes on."""
    keeping = Keeping(asked)
    with beside(asked.form, "session-subject"):
        reference = named(asked.form.text("session-subject"), "subject")
        if asked.form.text("of") == NOBODY and _is_another_prepared(keeping, reference):
            return asked.go("/open")  # where the other one is gone on with, or dropped
        keeping.change(lambda kept: _of(kept, reference))
        return asked.go("/open/subject")
    underway = keeping.get()
    with asked.web.reading() as reader:
        room = Room(asked, underway if underway is not None else keeping.new(), reader, keeping)
        return _shown(room, asked.form, 422)


def _is_another_prepared(keeping: Keeping, reference: str | None) -> bool:
    """Whether a session of another person was begun to be prepared since the page asked for a number."""
    underway = keeping.get()
    return underway is not None and underway.draft.session.subject not in (None, reference)


def _of(kept: Underway, reference: str | None) -> Underway:
    """The draft of that person: what was answered for another one is not theirs."""
    if reference == kept.draft.session.subject:
        return kept
    session = kept.draft.session
    mine = session.model_copy(update={"subject": reference})
    if session.subject is None and not kept.steps:
        return kept.taken("subject", replace(kept.draft, session=mine), moment())
    fresh = SessionTable.model_validate(
        {name: getattr(session, name) for name in ("practitioner", *_SESSION)} | {"subject": reference}
    )
    draft = Draft(session=fresh)
    emptied = replace(kept, forms={}, times={}, steps=frozenset(), person=None, confirmed=False, begun=moment())
    return emptied.taken("subject", draft, moment())


@pages.post("/open/subject/other", needs=Permission.RECORD)
def other(asked: Asked) -> Response:
    """Not this person; another one who took the place since the page was shown stays."""
    keeping = Keeping(asked)
    keeping.change(lambda kept: _of(kept, None) if asked.form.text("of") in ("", kept.name) else kept)
    return asked.go("/open/subject")


@pages.post("/open/subject/this", needs=Permission.RECORD)
def this(asked: Asked) -> Response:
    """This person: on to what is asked, with who treats and where."""
    form, keeping = asked.form, Keeping(asked)
    underway = keeping.get()
    if underway is None or underway.draft.session.subject is None:
        return asked.go("/open/subject")
    with asked.web.reading() as reader:
        room = Room(asked, underway, reader, keeping)
        if room.is_older:
            return _shown(room, status=409)
        session = underway.draft.session.model_dump() | {
            name: form.text(f"session-{name}") or None for name in _SESSION
        }
        made = table(form, SessionTable, ("session",), session)
        person = _person(form, room)
        if made is None or not form.is_sound:
            return _shown(room, form, 422)
    intended = next((one for one in Modality if one.value == form.text("intended")), None)

    def confirmed(kept: Underway) -> Underway:
        now_ = moment()
        session = kept.draft.session.model_copy(update={name: getattr(made, name) for name in _SESSION})
        more = {"person": person, "confirmed": True, "intended": intended, "steps": kept.steps | {"subject"}}
        return kept.taken("subject", replace(kept.draft, session=session), now_, **more)

    keeping.change_of(underway.name, confirmed)
    return asked.go("/open/screening")


def _person(form: Form, room: Room) -> Subject | None:
    """What is stated of somebody whom the station does not know yet; the station keeps it when the session begins."""
    if room.subject is not None:
        return None
    said: dict[str, str | None] = {"name": None, "birth_date": None}
    for name in ("name", "birth_date"):
        with beside(form, f"person-{name}"):
            said[name] = given(name, form.text(f"person-{name}"), today(now()))
    if not any(said.values()):
        return None
    reference, by = str(room.draft.session.subject), room.keeping.person.name
    return Subject(reference, said["name"], said["birth_date"], added_by=by)
