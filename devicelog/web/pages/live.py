"""The session in progress: its page, its stream, and what people state on it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from devicelog.accounts.permission import Permission
from devicelog.errors import BadInputError, NotNowError
from devicelog.ledger import Kind
from devicelog.station.running import Running
from devicelog.steps.keys import EVENTS
from devicelog.store.access import Access
from devicelog.web.accesses import keep
from devicelog.web.gate import Asked, Gate, Open, RefusedError
from devicelog.web.inquiry import Inquiry
from devicelog.web.live import messages
from devicelog.web.live.access import SHOWN, View, after, may_end_anothers, view_of
from devicelog.web.live.shown import ShownSession, Token
from devicelog.web.live.stating import QUICK_NOTES, STATEMENTS
from devicelog.web.live.tablet import Tablet
from devicelog.web.live.typed import LONGEST, Entry, entries, entry_of, typed

pages = Gate()

#: The field of a form that names the session of its page, and the header of a script that does.
SESSION, SESSION_HEADER = "session", "x-session"
#: So many pages look on at most: others have to get in, too (`web/listening.py`).
MOST = 300
#: A stream looks so often whether whoever watches may still do so (s).
_LOOK_AGAIN = 2.0
#: How often and how long (s) it is looked whether what was stated can be seen.
_LOOKS, _LOOK = 40, 0.025
#: What can be stated on a page of its own, where no script opens a dialog.
_STEPS = ("zone", "syringe", "note", "event", "contraindication", "alarms", "pause", "end")

_ID = re.compile(r"[0-9A-Za-z-]{1,40}")

_log = structlog.get_logger()


@pages.get("/live", needs=Open.LOCKED)
async def live(asked: Asked) -> Response:
    """What the visitor may see of it. On the event loop, to which what is seen belongs."""
    view, session = _seen_by(asked)
    if view not in SHOWN or session is None:
        failure = asked.web.broadcasts.failure if view is View.NONE else None
        return asked.page("live_empty.html", view=view, failure=failure, may_end=_may_end(asked, view, session))
    await run_in_threadpool(_log_access, asked, session.running, view)
    return _page(asked, "live.html", view, session)


@pages.get("/live/stream", needs=Open.LOCKED, counts=False)
async def stream(asked: Asked) -> Response:
    """What changes, as long as the session lasts and the visitor may see it (text/event-stream).

    `shows` and `session` are what the page was made for: a session that began or ended since then is another page, and
    whoever lost the line while his ended is led to its record like whoever did not.
    """
    query = asked.request.query_params
    try:
        view, session = _seen_by(asked)
    except RefusedError:
        if query.get("shows") not in (View.ACTING, View.WATCHING):
            raise
        return PlainTextResponse(messages.leave("/"), media_type="text/event-stream")
    shows, of = query.get("shows", view), query.get("session", "")
    if shows != view or not _is_of(session, of):
        is_over = view is View.NONE and shows in (View.ACTING, View.WATCHING) and _ID.fullmatch(of)
        return PlainTextResponse(
            messages.leave(after(asked.visitor.person, of) if is_over else "/live"), media_type="text/event-stream"
        )
    if session is not None and view in SHOWN:
        await run_in_threadpool(_log_access, asked, session.running, view, each=False)
    if asked.web.broadcasts.looking >= MOST:
        raise NotNowError(f"{MOST} pages look on already; close those that nobody looks at, and try again.")
    return StreamingResponse(_messages(asked), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@pages.get("/live/{step}", needs=Permission.TRAIN)
async def step(step: str, asked: Asked) -> Response:
    """One thing that can be stated, on a page of its own."""
    view, session = _seen_by(asked)
    if step not in _STEPS or view is not View.ACTING or session is None:
        return asked.go("/live")
    await run_in_threadpool(_log_access, asked, session.running, view, each=False)
    return _page(asked, "live_step.html", view, session, step=step)


@pages.post("/live/end", needs=Permission.TRAIN)
async def end(asked: Asked) -> Response:
    """End the session."""
    view, session = _seen_by(asked)
    is_anothers = _may_end(asked, view, session)
    if session is None or not (view is View.ACTING or is_anothers):
        return _answer(asked, "/live")  # it is over already
    running, by = session.running, _name(asked)
    if asked.form.text("confirmed") != "yes":
        return asked.go("/live" if is_anothers else "/live/end")
    await run_in_threadpool(running.end, by)
    if is_anothers:
        return asked.go("/live")
    return _answer(asked, after(asked.visitor.person, running.session))


@pages.post("/live/type", needs=Permission.TRAIN)
async def type_line(asked: Asked) -> Response:
    """A line that is typed for a device without a cable: said back, or kept if it was."""
    view, session = _seen_by(asked)
    entry = entry_of(asked.form, session.seen) if view is View.ACTING and session is not None else None
    if session is None or entry is None or session.running.is_ending:
        return _answer(asked, "/live")
    t = asked.web.renderer.texts(asked.visitor.language)
    made = await typed(asked.form, session.seen, entry, partial(t, most=LONGEST))
    if _is_quiet(asked):
        return JSONResponse(_typed_parts(asked, made))
    if made.outcome in ("kept", "dropped"):
        return asked.go("/live")
    status = 400 if made.outcome == "refused" else 200
    return _page(asked, "live_step.html", view, session, status, step="type", typing=[made])


def _typed_parts(asked: Inquiry, made: Entry) -> list[tuple[str, str]]:
    """The form and what was made of its line, as a script swaps them."""
    given: dict[str, Any] = {"one": made, "token": lambda: ""}
    return [
        (
            f"type{part.removeprefix('type').replace('_', '-')}-{made.link}",
            asked.web.renderer.text(asked.visitor.language, f"live/{part}.html", **given),
        )
        for part in ("type", "type_said")
    ]


@pages.post("/live/{what}", needs=Permission.TRAIN)
async def state(what: str, asked: Asked) -> Response:
    """State what the form says."""
    view, session = _seen_by(asked)
    make = STATEMENTS.get(what)
    t = asked.web.renderer.texts(asked.visitor.language)
    if make is None or view is not View.ACTING or session is None:
        return PlainTextResponse(t("live-error-over"), 409) if _is_quiet(asked) else asked.go("/live")
    made = make(asked.form, session.seen, t, _name(asked))
    if made is not None and asked.form.is_sound:
        try:
            await run_in_threadpool(session.running.state_once, *made)
        except (BadInputError, NotNowError) as error:
            asked.form.refuse(what, str(error))
    if asked.form.is_sound:
        if made is not None and not _is_quiet(asked):
            await _until_seen(session, *made)
        return _answer(asked, "/live")
    if _is_quiet(asked):
        return PlainTextResponse("\n".join(asked.form.errors.values()), 400)
    shown = what if what in _STEPS else "alarms"
    return _page(asked, "live_step.html", view, session, step=shown, status=400)


async def _until_seen(session: ShownSession, kind: Kind, content: dict[str, Any]) -> None:
    """Wait a moment until the page that comes next shows what was stated: no stream follows without script."""
    record = session.seen.record
    for _ in range(_LOOKS):
        await asyncio.sleep(_LOOK)
        last = record.statements.last(kind)
        if (
            record.tally.zone == content["zone"]
            if kind is Kind.ZONE
            else last is not None and _says(last.content, content)
        ):
            return


def _says(stated: dict[str, Any], content: dict[str, Any]) -> bool:
    """Whether a statement is this one; free texts are sealed in it."""
    return all(stated.get(name) == value for name, value in content.items() if not isinstance(stated.get(name), dict))


# -- who sees what ---------------------------------------------------------------------------------------------


def _seen_by(asked: Inquiry) -> tuple[View, ShownSession | None]:
    """How much the visitor sees, and the session if that is any of it; raises RefusedError for who may not watch.

    A form of a page of another session than the one in progress finds none: nothing of it is meant for this one.
    """
    running = asked.web.station.current
    view = view_of(asked.visitor, running)
    if view is None:
        raise RefusedError
    session = asked.web.broadcasts.session(running) if running is not None else None
    if view in SHOWN and (session is None or not session.record_has_begun):
        return View.NONE, None
    if view in SHOWN and not _is_of(session, asked.request.headers.get(SESSION_HEADER) or asked.form.text(SESSION)):
        return View.NONE, None
    return view, session


def _may_end(asked: Inquiry, view: View, session: ShownSession | None) -> bool:
    """Whether it is another's that was forgotten, and the visitor may end it all the same."""
    if view is not View.ANOTHERS or session is None or not session.record_has_begun:
        return False
    return may_end_anothers(asked.visitor, session.running, session.running.hub.state.unused_us)


def _is_of(session: ShownSession | None, named: str) -> bool:
    """Whether a page is of this session, by the one that it names; who names none comes from no page."""
    return not named or session is None or session.running.session == named


def _name(asked: Inquiry) -> str:
    person = asked.visitor.person
    assert person is not None
    return person.name


def _log_access(asked: Inquiry, running: Running, view: View, *, each: bool = True) -> None:
    """Keep who saw it, without `each` once a quarter hour; of a locked page nobody is seen."""
    if view is View.LOCKED:
        return
    person = asked.visitor.person
    is_new = asked.web.accesses.is_new(person.id if person is not None else "", "live", running.session)
    if not is_new and not each:
        return
    of = {"session": running.session, "subjects": (running.plan.subject,)}
    fault = keep(running.folder, Access("live", _name(asked), **of))  # type: ignore[arg-type]
    if fault is not None:
        _log.warning("an access could not be kept", session=running.session)


# -- answers ---------------------------------------------------------------------------------------------------


def _page(asked: Inquiry, template: str, view: View, session: ShownSession, status: int = 200, **more: Any) -> Response:
    token = partial(_token, asked.web.renderer.frame(asked.visitor, "")["token"], session.running.session)
    parts = session.page((asked.visitor.language, view), token)
    during = session.running.during
    more.setdefault("typing", entries(session.seen) if view is View.ACTING else ())
    lists = {"events": tuple(EVENTS), "notes": QUICK_NOTES, "questions": during.questions, "during": during}
    more |= {"token": token, "session": session.running}
    return asked.page(template, status, view=view, parts=parts, **lists, **more)


def _token(token: Token, session: str) -> Markup:
    """What every form of the page holds: the token of the log-in session, and of which session it is."""
    return token() + Markup('<input type="hidden" name="{}" value="{}">').format(SESSION, session)


def _is_quiet(asked: Inquiry) -> bool:
    """Whether a script sent it, and shows no page."""
    return asked.request.headers.get("sec-fetch-mode", "navigate") != "navigate"


def _answer(asked: Inquiry, path: str) -> Response:
    return JSONResponse([]) if _is_quiet(asked) else asked.go(path)


# -- the stream ------------------------------------------------------------------------------------------------


async def _messages(asked: Inquiry) -> AsyncIterator[bytes]:
    try:
        view, _ = _seen_by(asked)  # again, as of the moment when it begins: another session may have begun since
    except RefusedError:
        yield messages.leave("/")
        return
    with asked.web.broadcasts.tablet(asked.visitor.language, view, partial(after, asked.visitor.person)) as tablet:
        watching = asyncio.create_task(_watch(asked, view, tablet))
        try:
            yield messages.opened()
            while message := await tablet.next():
                yield message
        finally:
            watching.cancel()


async def _watch(asked: Inquiry, view: View, tablet: Tablet) -> None:
    """End the stream when whoever watches is logged out, or sees more or less than before."""
    look = partial(asked.web.visitor, asked.request, counts=False)
    while True:
        await asyncio.sleep(_LOOK_AGAIN)
        with suppress(NotNowError):
            try:
                visitor = await run_in_threadpool(look)
            except NotNowError:
                raise
            except Exception as error:  # nobody knows who watches
                _log.error("a stream ends", cause=type(error).__name__)
                tablet.end(messages.leave("/live"))
                return
            now = view_of(visitor, asked.web.station.current)
            if visitor.person is None:
                tablet.end(messages.leave("/login?next=/live"))
            elif now is None:
                tablet.end(messages.leave("/"))
            elif now is not view and not (view in SHOWN and now is View.NONE):
                tablet.end(messages.leave("/live"))
