"""How much of the session in progress somebody sees: his own whole and with what he can state, another's not at all.

Whoever records nothing, and may train, sees a session with simulated devices alone that is his own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from devicelog.accounts.permission import Permission, may, sees
from devicelog.accounts.person import key_of

if TYPE_CHECKING:
    from devicelog.account import Person
    from devicelog.station.running import Running
    from devicelog.web.visitor import Visitor


class View(StrEnum):
    """The kinds of live page; fragments of the first three are made once for all who have the same."""

    ACTING = "acting"
    """All of it, and what can be stated."""
    WATCHING = "watching"
    """All of it."""
    LOCKED = "locked"
    """Figures and alarms, and nothing of the person treated."""
    ANOTHERS = "anothers"
    """That a session of another practitioner is being recorded."""
    NONE = "none"
    """That none is."""


#: Views of the session itself.
SHOWN = (View.ACTING, View.WATCHING, View.LOCKED)


#: A session that was not used for so long is taken for forgotten (us).
FORGOTTEN_US = 15 * 60 * 1_000_000


def may_end_anothers(visitor: Visitor, running: Running, unused_us: int) -> bool:
    """Whether a visitor who sees nothing of it may end it: who treats somebody, if it is forgotten, or is training."""
    return visitor.may(Permission.RECORD) and (running.plan.is_training or unused_us >= FORGOTTEN_US)


def view_of(visitor: Visitor, running: Running | None) -> View | None:
    """What a visitor sees now; None for one who may not watch at all."""
    if not may(visitor.person, Permission.WATCH_LIVE) and not _is_own_training(visitor, running):
        return None
    if running is None or running.hub.is_over:
        return View.NONE
    if not sees(visitor.person, running.plan.practitioner) and not _is_own_training(visitor, running):
        return View.ANOTHERS
    if visitor.is_locked:
        return View.LOCKED
    return View.ACTING if _may_state(visitor, running) else View.WATCHING


def after(person: Person | None, session: str) -> str:
    """Where somebody who saw a session is led when it is over: to its record, or to training who may read none."""
    return f"/sessions/{session}" if may(person, Permission.READ_SESSIONS) else "/devices/training"


def _may_state(visitor: Visitor, running: Running) -> bool:
    """Whether the session is his own: he treats in it, or began it."""
    person = visitor.person
    if _is_own_training(visitor, running):
        return True
    if person is None or not visitor.may(Permission.RECORD):
        return False
    return key_of(person.name) == key_of(running.plan.practitioner) or person.id == running.begun_by


def _is_own_training(visitor: Visitor, running: Running | None) -> bool:
    """Whether it is a training session that the visitor began; nobody is treated in it."""
    person = visitor.person
    if person is None or running is None or not may(person, Permission.TRAIN):
        return False
    return running.plan.is_training and key_of(person.name) == key_of(running.plan.practitioner)
