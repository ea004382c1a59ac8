"""What all pages of the opening have in common: shown, kept while it is filled in, taken, and gone on from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from devicelog.accounts.permission import Permission
from devicelog.opening.underway import Underway, moment
from devicelog.steps.draft import Draft
from devicelog.steps.opening import Stop
from devicelog.steps.said import PlaceError
from devicelog.web.forms import Form
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.opening import consent, device, products, screening, subject
from devicelog.web.pages.opening.fields import english, kept_fields
from devicelog.web.pages.opening.overriding import overridden, override_fields, page_of, placed, shown, without_needless
from devicelog.web.pages.opening.page import ORDER, Page, first_open, states
from devicelog.web.pages.opening.room import Keeping, Room

pages = Gate()

#: All pages that fill the draft.
PAGES: Mapping[str, Page] = {
    one.name: one for one in (subject.PAGE, screening.PAGE, consent.PAGE, products.PAGE, device.PAGE)
}
_TAKEN = ("screening", "consent", "products", "device")


@contextmanager
def room_of(asked: Inquiry) -> Iterator[Room | None]:
    """The draft of whoever asks, with the store open; None if there is no draft."""
    keeping = Keeping(asked)
    underway = keeping.get()
    if underway is None:
        yield None
        return
    with asked.web.reading() as reader:
        yield Room(asked, underway, reader, keeping)


def around(room: Room, name: str) -> dict[str, Any]:
    """What every page of the opening shows: how far the draft is, and whom it is of."""
    found = states(PAGES, room)
    place = ORDER.index(name)
    return {
        "step": name,
        "states": found,
        "reachable": [one for one in ORDER if one in PAGES or one == "ready"][: ORDER.index(first_open(found)) + 1],
        "before": ORDER[place - 1] if place else None,
        "underway": room.underway,
        "draft": room.draft,
        "known": room.subject,
        "may_see": room.may_see,
    }


def is_reachable(room: Room, name: str) -> bool:
    """Whether all pages before this one were gone on from."""
    return ORDER.index(name) <= ORDER.index(first_open(states(PAGES, room)))


@pages.get("/open/{name}", needs=Permission.RECORD)
def show(name: str, asked: Asked) -> Response:
    """A page as it was left: what was typed and not gone on from yet, else what the draft says."""
    _page(name)
    with room_of(asked) as room:
        if room is None:
            return asked.go("/open")
        if not is_reachable(room, name):
            return asked.go(f"/open/{first_open(states(PAGES, room))}")
        return _shown(PAGES[name], room)


def _page(name: str) -> Page:
    if name not in _TAKEN:
        raise HTTPException(404)
    return PAGES[name]


def _shown(page: Page, room: Room, form: Form | None = None, status: int = 200) -> Response:
    """The page with a form, or with that of the draft; 409: instead of what was sent, which was of another draft."""
    stops = _stops(page, room)
    causes = shown(stops, room.draft, room.rules)
    if form is None:
        typed = room.underway.forms.get(page.name)
        own = page.fields(room) | override_fields(causes, room.draft)
        kept = placed(typed.fields, causes) if typed is not None else own
        form = Form({name: list(values) for name, values in kept.items()})
    if status == 409:
        form.refuse("main", room.t("opening-changed"))
    room.asked.form = form
    more = page.shows(form, room)
    return room.asked.page(f"open_{page.name}.html", status, **around(room, page.name), causes=causes, **more)


def _stops(page: Page, room: Room, draft: Draft | None = None) -> list[Stop]:
    """What stops the draft and is decided on this page; what must be mended first is said where it is taken."""
    if page.name not in room.underway.steps and draft is None and page.lacks(room):
        return []
    try:
        return [stop for stop in room.stops(draft or room.draft) if page_of(stop.of) == page.name]
    except PlaceError:
        return []


# -- while it is filled in -------------------------------------------------------------------------------------


@pages.post("/open/{name}/noted", needs=Permission.RECORD)
def note(name: str, asked: Asked) -> Response:
    """Keep what is typed so far, and say what it means; a form that is older than what was taken changes nothing."""
    page = _page(name)
    with room_of(asked) as room:
        if room is None or room.is_older or asked.form.text("turn") != str(room.underway.turn):
            return JSONResponse([])
        before = asked.form
        form = page.reads(before, room)
        room.underway = room.keeping.change(lambda kept: _noted(kept, page, form, room))
        found = page.parts(before, room)
        more = dict(page.shows(form, room)) if found else {}
        render = room.asked.web.renderer.text
        language = asked.visitor.language
        return JSONResponse(
            [(id_, render(language, template, form=form, **{**more, **given})) for id_, template, given in found]
        )


def _noted(kept: Underway, page: Page, form: Form, room: Room) -> Underway:
    if (kept.name, kept.turn) != (room.underway.name, room.underway.turn):
        return kept
    return kept.noted(page.name, kept_fields(form), moment())


# -- when it is gone on from -----------------------------------------------------------------------------------


@pages.post("/open/{name}", needs=Permission.RECORD)
def take(name: str, asked: Asked) -> Response:
    """Take a form: back to it with what is wrong, or with what stops the session; else on to the next page."""
    page = _page(name)
    with room_of(asked) as room:
        if room is None:
            return asked.go("/open")
        if not is_reachable(room, name):
            return asked.go(f"/open/{first_open(states(PAGES, room))}")
        if room.is_older:
            return _shown(page, room, status=409)
        form = page.reads(asked.form, room)
        changed = page.act(form, room)
        if changed is not None:
            # a note of the form as it was before may still be on its way
            room.underway = room.keeping.change_of(
                room.underway.name,
                lambda kept: replace(kept.noted(name, kept_fields(changed), moment()), turn=kept.turn + 1),
            )
            return _anchored(asked, page, form) if form.is_sound else _refused(page, room, form)
        draft = overridden(form, page.take(form, room), name, room.rules)
        if not form.is_sound:
            room.underway = room.keeping.change_of(
                room.underway.name, lambda kept: kept.noted(name, kept_fields(form), moment())
            )
            return _refused(page, room, form)
        return _taken(page, room, form, draft)


def _refused(page: Page, room: Room, form: Form) -> Response:
    return _shown(page, room, form, 422)


def _anchored(asked: Inquiry, page: Page, form: Form) -> Response:
    """Back to the page, where the button was."""
    anchor = "zones" if form.text("do").startswith("zone") else form.text("do").partition(" ")[2].partition("-")[0]
    return asked.go(f"/open/{page.name}#{anchor}" if anchor.isalpha() else f"/open/{page.name}")


def _taken(page: Page, room: Room, form: Form, draft: Draft) -> Response:
    try:
        found = room.stops(draft)
    except PlaceError as error:
        form.refuse("-".join(map(str, error.loc)), english(str(error)))
        return _refused(page, room, form)
    draft = without_needless(draft, found)
    room.underway = room.keeping.change_of(room.underway.name, lambda kept: _merged(kept, page, draft, form))
    taken_away = {one.of for one in draft.overrides}
    unseen = {stop.of for stop in found if page_of(stop.of) == page.name} - taken_away - set(form.all("seen"))
    if unseen:
        return room.asked.go(f"/open/{page.name}#stops")
    return room.asked.go(f"/open/{ORDER[ORDER.index(page.name) + 1]}")


#: What each page fills of the draft; another tablet may have filled the rest meanwhile.
_FILLS = {
    "screening": ("history", "answers"),
    "consent": ("consent", "patch_test", "consultation"),
    "products": ("products", "syringes", "consumables"),
    "device": ("session",),
}


def _merged(kept: Underway, page: Page, draft: Draft, form: Form) -> Underway:
    """The draft as it is kept, with what this page's form states."""
    now = moment()
    own = {name: getattr(draft, name) for name in _FILLS[page.name]}
    skips = tuple(one for one in kept.draft.skips if one.step not in page.steps)
    skips += tuple(one for one in draft.skips if one.step in page.steps)
    merged = replace(kept.draft, **own, skips=skips, overrides=draft.overrides)
    noted = kept.noted(page.name, kept_fields(form), now)
    return noted.taken(page.name, merged, now, steps=kept.steps | {page.name})
