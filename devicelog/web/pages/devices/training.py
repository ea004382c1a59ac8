"""A session with a simulated device, to learn with: chosen here, and marked in every view.

Whoever records opens it like any other. Training needs no clinical role: for whoever records nothing it begins at once,
of nobody, without questions and limits.
"""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from devicelog import clock
from devicelog.accounts.permission import Permission
from devicelog.errors import DevicelogError, NotNowError
from devicelog.ledger.beginning import Beginning, Through
from devicelog.opening.stating import unasked
from devicelog.opening.training import trainer, trainers
from devicelog.opening.underway import Underway, moment
from devicelog.station.station import Order
from devicelog.steps.draft import Draft
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.live.access import view_of
from devicelog.web.pages.opening.room import Keeping

pages = Gate()

#: The number under which training of those is kept who treat nobody.
_NOBODY = "TRAINING"


@pages.get("/devices/training", needs=Permission.TRAIN)
def training(asked: Asked) -> Response:
    """The simulated devices, and what may happen with each."""
    return _page(asked)


@pages.post("/devices/training", needs=Permission.TRAIN)
def begin(asked: Asked) -> Response:
    """To a new session with that device."""
    try:
        device = trainer(asked.form.text("simulator")).device(asked.form.text("scenario"))
        if asked.visitor.may(Permission.RECORD):
            _choose(asked, device)
            return asked.go("/open")
        _begin(asked, device)
    except DevicelogError as error:
        asked.form.refuse("simulator", error)
        return _page(asked, 400)
    return asked.go("/live")


def _page(asked: Inquiry, status: int = 200) -> Response:
    running = asked.web.station.current
    is_seen = running is not None and running.plan.is_training and view_of(asked.visitor, running) is not None
    return asked.page("devices/training.html", status, trainers=trainers(), is_seen=is_seen)


def _choose(asked: Inquiry, device: str) -> None:
    """Begin the draft of a session with that device; NotNowError if one of somebody is being opened already."""

    def chosen(kept: Underway) -> Underway:
        if kept.draft.session.subject is not None:
            raise NotNowError("a session is being opened already; go on with it, or drop it, under New session.")
        draft, _ = kept.draft.with_session(devices=[device])
        return kept.taken("device", draft, moment())

    Keeping(asked).change(chosen)


def _begin(asked: Inquiry, device: str) -> None:
    """Record a session with that device, which treats nobody; raises what `Station.begin` raises."""
    person = asked.visitor.person
    assert person is not None
    given = {"devices": [device], "protocol": "none", "subject": _NOBODY, "practitioner": person.name}
    draft, _ = Draft().with_session(**given)
    state, begun = partial(unasked, reason="training with a simulated device"), Beginning(Through.PAGE, person.name)
    asked.web.station.begin(Order(draft, None, clock.now(), person.id, state, begun=begun))
