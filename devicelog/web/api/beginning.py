"""A session is begun, something is stated in it, it is ended: what programs write.

A token is no person: who treats, states or ends is named in each request, and stands in the record.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Any, Literal

import structlog
from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from devicelog import clock
from devicelog.accounts.permission import Permission
from devicelog.errors import NotNowError, PortError, StrangerError, UnknownNameError
from devicelog.ledger import Kind
from devicelog.ledger.beginning import Beginning, Through
from devicelog.naming import named
from devicelog.station.station import Order
from devicelog.steps.keys import EVENTS
from devicelog.steps.said import PlaceError
from devicelog.store.orders import keep_order, ordered_with
from devicelog.web.api import plans
from devicelog.web.api.body import described, reads
from devicelog.web.api.gate import Api, Called
from devicelog.web.api.keys import Key, name_of
from devicelog.web.api.models import Begun, Ended, Stated
from devicelog.web.api.paths import SessionId
from devicelog.web.api.plans import PlanTables
from devicelog.web.api.problem import ProblemError, Unusable

if TYPE_CHECKING:
    from devicelog.station.running import Running
    from devicelog.web.api.caller import Caller

api = Api("recording")

#: How long the end of a session is waited for (s); devices that keep logs may take longer.
_END = 10.0
_BECAUSE = "stated over the API"
_log = structlog.get_logger()

_Name = Annotated[str, Field(min_length=1, max_length=120, description="Who it is: a person, not the program.")]
_Words = Annotated[str, Field(max_length=2000)]


class Statement(BaseModel):
    """What happens in the session. `text` is of a note, an event, a pause; `code` of an event; the rest by its name."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["note", "event", "pause", "resume", "zone", "syringe"]
    by: _Name
    text: _Words = ""
    code: Literal["contact_lost", "needle_changed", "pain", "reaction", "equipment", "other"] | None = None
    zone: _Words | None = None
    syringe: Annotated[int, Field(ge=1, le=1000)] | None = None


class EndOf(BaseModel):
    """Who ends it."""

    model_config = ConfigDict(extra="forbid")

    by: _Name


@api.post(
    "/api/v1/sessions",
    needs=Permission.RECORD,
    answers=Begun,
    may=(409, 413, 415),
    status_code=201,
    openapi_extra=described(PlanTables),
)
def begin(caller: Called, tables: Annotated[PlanTables, Depends(reads(PlanTables))], key: Key = None) -> Response:
    """Open the ports and begin to record; nothing is recorded of a session that is refused but what was stated."""
    with caller.hall.keys.once(caller, key, "begin", tables.model_dump_json()) as once:
        known = once.before if once.before is not None else _ordered(caller, key)
        begun = known if known is not None else _begun(caller, tables, key)
        once.keep(begun)
    return _answer(begun, repeated=known is not None)


def _answer(begun: dict[str, Any], *, repeated: bool) -> Response:
    where = {"location": f"/api/v1/sessions/{begun['session']}"}
    return JSONResponse({**begun, "repeated": repeated}, 201, where)


def _ordered(caller: Caller, key: str | None) -> dict[str, Any] | None:
    """The session that this key began before the station was started again."""
    if key is None:
        return None
    with caller.reading() as reader:
        session = ordered_with(reader, name_of(caller, key))
        row = caller.row(reader, session) if session is not None else None
    return {"session": row.id, "state": row.state, "notes": []} if row is not None else None


def _begun(caller: Caller, tables: PlanTables, key: str | None) -> dict[str, Any]:
    station, start = caller.web.station, clock.now()
    draft, rules = plans.draft_of(tables, start, caller.web.settings.screening)
    if station.current is not None:
        raise ProblemError(409, "a session is being recorded already; end it before another is begun.")
    try:
        begun = station.begin(Order(draft, rules, start, caller.id, begun=Beginning(Through.API, caller.name)))
    except PlaceError as error:
        raise Unusable([f"the plan, {' '.join(map(str, error.loc))}: {error}"]) from None
    except UnknownNameError as error:
        raise Unusable([str(error)]) from None
    except (PortError, StrangerError):
        raise
    except NotNowError:
        if station.current is not None:
            raise ProblemError(409, "a session is being recorded already; end it before another is begun.") from None
        raise
    if begun.running is None:
        *stops, said = begun.told
        raise ProblemError(422, f"{said}.", session=begun.session, stops=stops)
    _written_down(caller, begun.session, key)
    return {"session": begun.session, "state": "running", "notes": list(begun.told)}


def _written_down(caller: Caller, session: str, key: str | None) -> None:
    kept = name_of(caller, key) if key is not None else None
    try:
        caller.web.station.desk.do(lambda writer: keep_order(writer, session, caller.id, kept))
    except NotNowError as error:  # it is recorded all the same
        _log.warning("who began a session was not written down", session=session, cause=type(error).__name__)


@api.post(
    "/api/v1/sessions/{session}/statements",
    needs=Permission.RECORD,
    answers=Stated,
    may=(404, 409, 413, 415),
    status_code=202,
    openapi_extra=described(Statement),
)
def state(
    caller: Called, session: SessionId, said: Annotated[Statement, Depends(reads(Statement))], key: Key = None
) -> Response:
    """Let something that happens take its place among what the devices send; its entry follows at once."""
    with caller.hall.keys.once(caller, key, "state", session, said.model_dump_json()) as once:
        if once.before is None:
            kind, content = _content(said)
            running = _running(caller, session)
            running.state(kind, _known(running, kind, content))
            once.keep({"session": session, "kind": kind.value})
        return JSONResponse(once.before, 202)


def _known(running: Running, kind: Kind, content: dict[str, Any]) -> dict[str, Any]:
    """The content with the zone by its code; `Unusable` for a zone or a syringe that this session has not."""
    if kind is Kind.ZONE:
        zone = running.during.find(content["zone"])
        if zone is None:
            raise Unusable([f"zone: no zone is called {content['zone']!r}; see `devicelog zones`"])
        return {**content, "zone": zone.code}
    if kind is Kind.SYRINGE_IN_USE and content["syringe"] not in running.during.syringes:
        known = ", ".join(map(str, running.during.syringes)) or "none"
        raise Unusable([f"syringe: found {content['syringe']}, and the session has {known}"])
    return content


def _content(said: Statement) -> tuple[Kind, dict[str, Any]]:
    """A kind and its content, free text plain."""
    by, text = named(said.by, "person"), said.text.strip()
    given = {name for name in ("text", "code", "zone", "syringe") if getattr(said, name) not in (None, "")}
    needs, takes = _FIELDS[said.kind]
    missing, foreign = sorted(needs - given), sorted(given - needs - takes)
    wrong = [f"{name}: a {said.kind} needs it" for name in missing]
    wrong += [f"{name}: a {said.kind} has none; leave it out" for name in foreign]
    if said.code == "other" and not text:
        wrong.append("text: an event of the code other needs words")
    if wrong:
        raise Unusable(wrong)
    match said.kind:
        case "note":
            return Kind.NOTE, {"text": named(text, "text"), "by": by}
        case "event":
            assert said.code in EVENTS
            return Kind.EVENT, {"code": said.code, **({"text": named(text, "text")} if text else {}), "by": by}
        case "pause":
            return Kind.PAUSED, {"by": by, **({"because": named(text, "text")} if text else {})}
        case "resume":
            return Kind.RESUMED, {"by": by}
        case "zone":
            return Kind.ZONE, {"zone": str(said.zone).strip(), "because": _BECAUSE}
        case "syringe":
            return Kind.SYRINGE_IN_USE, {"syringe": said.syringe, "because": _BECAUSE}


#: Of each kind of statement what it needs, and what it may have besides.
_FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "note": ({"text"}, set()),
    "event": ({"code"}, {"text"}),
    "pause": (set(), {"text"}),
    "resume": (set(), set()),
    "zone": ({"zone"}, set()),
    "syringe": ({"syringe"}, set()),
}


@api.post(
    "/api/v1/sessions/{session}/end",
    needs=Permission.RECORD,
    answers=Ended,
    may=(404, 413, 415),
    openapi_extra=described(EndOf),
)
def end(caller: Called, session: SessionId, said: Annotated[EndOf, Depends(reads(EndOf))]) -> Ended:
    """End the session in order; one that is over stays as it is, so that a retry does no harm."""
    by = named(said.by, "person")
    running = caller.web.station.current
    if running is not None and running.session == session:
        running.end(by)
        _await_end(running)
    with caller.reading() as reader:
        row = caller.row(reader, session)
    return Ended(session=row.id, state=row.state)


def _await_end(running: Running) -> None:
    """Until the session is over, or for a while."""
    woken, until = threading.Event(), clock.boot_ns() + round(_END * 1e9)
    running.hub.woken(woken.set)
    while not running.hub.is_over and (left := (until - clock.boot_ns()) / 1e9) > 0:
        woken.wait(left)
        woken.clear()


def _running(caller: Caller, session: str) -> Running:
    running = caller.web.station.current
    if running is None or running.session != session:
        with caller.reading() as reader:
            row = caller.row(reader, session)
        raise ProblemError(409, f"session {row.id} is not recorded here at this moment; it is {row.state}.")
    return running
