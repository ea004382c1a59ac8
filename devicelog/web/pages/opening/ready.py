"""The last page: everything at one glance, and the button that begins to record. And the first: begin, or go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from starlette.responses import Response

from devicelog import clock
from devicelog.accounts.permission import Permission
from devicelog.attach.choice import contradictions, unlikely_ports
from devicelog.errors import BadInputError, DevicelogError, NotNowError
from devicelog.ledger.beginning import Beginning, Through
from devicelog.opening.prepared import Prepared
from devicelog.opening.underway import Underway
from devicelog.opening.warnings import warnings
from devicelog.station.station import Begun, Order
from devicelog.steps.opening import Opening, opening
from devicelog.steps.said import PlaceError
from devicelog.store import people
from devicelog.store.bindings import bindings
from devicelog.store.writer import Writer
from devicelog.treatment.past import local
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.opening.flow import PAGES, around, room_of
from devicelog.web.pages.opening.overriding import page_of, shown
from devicelog.web.pages.opening.page import first_open, states
from devicelog.web.pages.opening.room import Keeping, Room

pages = Gate()

_LAST = "ready"
#: A button that is pressed twice begins one session: the second finds no draft.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Summary:
    """What the draft comes to; `problem` is why it cannot begin now, in one sentence of the core ("": it can)."""

    opening: Opening | None
    told: tuple[str, ...]
    course: str
    problem: str
    is_simulated: bool


@pages.get("/open", needs=Permission.RECORD)
def first(asked: Asked) -> Response:
    """A draft in progress is gone on with or dropped; without one, the first page."""
    underway = Keeping(asked).get()
    if underway is None or underway.draft.session.subject is None:
        return asked.go("/open/subject")
    with room_of(asked) as room:
        if room is None:
            return asked.go("/open/subject")
        next_ = first_open(states(PAGES, room))
        more = {**around(room, "subject"), "begun": _begun(room.underway), "next": next_}
        return asked.page("open.html", **more)


def _begun(underway: Underway) -> datetime:
    moment = datetime.fromtimestamp(underway.begun.wall_ns // 1_000_000_000, UTC)
    return local(moment, clock.local_zone())


@pages.post("/open/drop", needs=Permission.RECORD)
def drop(asked: Asked) -> Response:
    """Drop the draft in progress, and begin another; one that took its place since the page was shown stays."""
    with room_of(asked) as room:
        if room is not None and room.is_older:
            return asked.go("/open")
    Keeping(asked).drop()
    return asked.go("/open/subject")


@pages.get("/open/ready", needs=Permission.RECORD)
def show(asked: Asked) -> Response:
    """Everything that was stated, what stops it, what must be seen, and what will be said aloud."""
    with room_of(asked) as room:
        if room is None:
            return asked.go("/open")
        next_ = first_open(states(PAGES, room))
        if next_ != _LAST:
            return asked.go(f"/open/{next_}")
        room.log_access()
        return _shown(room)


def _shown(room: Room, problem: str = "", status: int = 200) -> Response:
    found, protocol = summary(room), room.setting.protocol
    causes = shown(found.opening.stops, room.draft, room.rules) if found.opening is not None else []
    taken_away = shown(found.opening.overridden, room.draft, room.rules) if found.opening is not None else []
    more: dict[str, Any] = {
        "outcome": found,
        "problem": problem or found.problem,
        "causes": causes,
        "overridden": taken_away,
        "page_of": page_of,
        "busy": room.asked.web.station.current is not None,
        "protocol": protocol,
        "approved": protocol is not None and room.reader.approval(protocol.sha256) is not None,
        "body_map": room.setting.body_map,
    }
    return room.asked.page("open_ready.html", status, **around(room, _LAST), **more)


def summary(room: Room) -> Summary:
    """What the draft comes to now; nothing is written, and no port is opened."""
    draft, setting, problem = room.draft, room.setting, ""
    found, told, simulated = None, tuple[str, ...](), any("@sim://" in one for one in draft.session.devices)
    try:
        found = opening(draft, setting)
        prepared = Prepared.of(draft, room.asked.web.store)
        known = bindings(room.reader)
        said = (*contradictions(prepared.chosen, known), *unlikely_ports(prepared.chosen))
        told = tuple(dict.fromkeys((*said, *warnings(prepared.foreseen(room.reader)))))
        simulated = prepared.is_simulated
    except (BadInputError, NotNowError) as error:
        problem = str(error)
    course = setting.course.sentence if setting.course is not None else ""
    if found is not None and not room.may_see and setting.course is not None and setting.course.last is not None:
        hidden = setting.course.last.sentence  # what was given last time is in a record of somebody else
        kept = tuple(one for one in found.shown if one != hidden)
        found = Opening(found.said, found.stops, found.overridden, kept, found.screening)
    return Summary(found, told, course, problem, simulated)


@pages.post("/open/ready", needs=Permission.RECORD)
def begin(asked: Asked) -> Response:
    """Begin to record; a session that is stopped is refused and kept, and what is not possible now is said."""
    with _ONE_AT_A_TIME, room_of(asked) as room:
        if room is None:
            return asked.go("/live" if _is_own(asked) else "/open")
        next_ = first_open(states(PAGES, room))
        if next_ != _LAST:
            return asked.go(f"/open/{next_}")
        room.log_access()
        if room.is_older or asked.form.text("turn") not in ("", str(room.underway.turn)):
            asked.form.refuse("main", room.t("opening-changed"))  # what begins is what was seen on this page
            return _shown(room, status=409)
        try:
            begun = _begun_now(room)
        except DevicelogError as error:
            place = "" if not isinstance(error, PlaceError) else f"{' '.join(map(str, error.loc))}: "
            status = 503 if isinstance(error, NotNowError) else 409
            return _shown(room, f"{place}{error}", status)
        room.keeping.drop()
        if begun.running is None:
            return asked.page("open_refused.html", session=begun.session, told=begun.told, **around(room, _LAST))
    return asked.go("/live")


def _begun_now(room: Room) -> Begun:
    """What becomes of the draft; raises what `Station.begin` raises."""
    station, underway, now = room.asked.web.station, room.underway, clock.now()
    stamps, person = underway.stamps(now), room.keeping.person
    if underway.person is not None and station.current is None:
        station.desk.do(lambda writer: _added(writer, underway))
    begun = Beginning(Through.PAGE, person.name)
    return station.begin(Order(room.draft, room.rules, underway.start(now), person.id, asked=stamps, begun=begun))


def _is_own(asked: Inquiry) -> bool:
    """Whether the session in progress is one that whoever asks has begun."""
    running, person = asked.web.station.current, asked.visitor.person
    return running is not None and person is not None and running.begun_by == person.id


def _added(writer: Writer, underway: Underway) -> None:
    """Keep who the subject is, unless somebody did so meanwhile: then that stands."""
    person = underway.person
    if person is None or writer.subject(person.reference) is not None:
        return
    values = {"reference": person.reference, "name": person.name or "", "birth_date": person.birth_date or ""}
    people.add(writer, values, by=person.added_by)
