"""Who is told of what happens to sessions, and what has happened: read from the chain of seals.

A webhook is an act there, and taken back by another. What happened follows from the seals themselves: each session
that ends, and each statement behind its end, is sealed at once, and that seal's last entry says which it was. So
nothing is forgotten by a kill between an entry and its announcement, and nothing has to be written with the entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devicelog.errors import BadInputError, UnknownNameError
from devicelog.ledger import Kind
from devicelog.store.again import again_if_changed
from devicelog.store.database import transaction
from devicelog.store.sealing import NO_SESSION, append_act

if TYPE_CHECKING:
    from devicelog.store.reader import Reader
    from devicelog.store.writer import Writer

WEBHOOK_ADDED, WEBHOOK_REMOVED = "webhook_added", "webhook_removed"

OPENED, CLOSED, AMENDED, SIGNED = "session.opened", "session.closed", "session.amended", "session.signed"
#: Everything that can be told.
EVENTS = (OPENED, CLOSED, AMENDED, SIGNED)
#: So many webhooks are told at most: each has a thread of its own while it is (`delivery/courier.py`).
MOST = 20

#: What the last entry under a seal that ends something says.
_BY_KIND = {
    Kind.ENDED: CLOSED,
    Kind.INTERRUPTED: CLOSED,
    Kind.AMENDMENT: AMENDED,
    Kind.AMENDED: AMENDED,
    Kind.SIGNED: SIGNED,
}


@dataclass(frozen=True, slots=True)
class Since:
    """How far somebody knows what happened: the number of a seal, and that of a session."""

    seal: int
    session: int


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is told: where, of which events, by whose order and when; `since`: nothing before is told."""

    id: str
    url: str
    events: tuple[str, ...]
    by: str
    at: str
    since: Since


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a session, by its number and id; `entry` is the one that says so."""

    what: str
    number: int
    session: str
    entry: int
    upto: Since


def now_known(reader: Reader) -> Since:
    """All that happened so far."""
    newest = reader.newest()
    return Since(reader.seal_count(), newest.number if newest is not None else 0)


def webhooks(reader: Reader) -> list[Webhook]:
    """Those that hold, oldest first; an act that its key of that time has not signed does not count."""
    found: dict[str, Webhook] = {}
    for act in reader.signed_acts(WEBHOOK_ADDED, WEBHOOK_REMOVED):
        said = act.content
        if said["act"] == WEBHOOK_REMOVED:
            found.pop(str(said["webhook"]), None)
        else:
            hook = _of(said)
            found[hook.id] = hook
    return list(found.values())


def _of(said: dict[str, Any]) -> Webhook:
    since = Since(int(said["seal"]), int(said["sessions"]))
    return Webhook(said["webhook"], said["url"], tuple(said["events"]), said["by"], said["wall"], since)


@again_if_changed
def add_webhook(writer: Writer, id_: str, url: str, events: tuple[str, ...], by: str) -> Webhook:
    """Tell somebody of what happens from now on; BadInputError for one more than are told."""
    if len(webhooks(writer)) >= MOST:
        raise BadInputError(f"{MOST} webhooks are told already; remove one first.")
    with transaction(writer.folder, writer.connection):
        newest = writer.newest()
        sessions = newest.number if newest is not None else 0
        append_act(writer, WEBHOOK_ADDED, webhook=id_, url=url, events=list(events), by=by, sessions=sessions)
    return webhook(writer, id_)


@again_if_changed
def remove_webhook(writer: Writer, id_: str, by: str) -> None:
    """Tell them no more; UnknownNameError for none."""
    webhook(writer, id_)
    with transaction(writer.folder, writer.connection):
        append_act(writer, WEBHOOK_REMOVED, webhook=id_, by=by)


def webhook(reader: Reader, id_: str) -> Webhook:
    """The one of that id; UnknownNameError for none."""
    found = {one.id: one for one in webhooks(reader)}
    if id_ not in found:
        raise UnknownNameError("webhook", id_, found)
    return found[id_]


def happened(reader: Reader, since: Since) -> Iterator[Event]:
    """What happened since then, in the order of the seals, those sessions first that began."""
    upto = since
    for row in reader.sessions_behind(since.session):
        upto = Since(since.seal, row.number)
        yield Event(OPENED, row.number, row.id, 1, upto)
    for number, session, seal in reader.numbered_seals_from(since.seal + 1):
        upto = Since(number, upto.session)
        if session == NO_SESSION or b'"final":true' not in seal.body:
            continue
        entries = seal.content["entries"]
        line = next(reader.lines(session, after=entries - 1), None)
        what = _BY_KIND.get(Kind(line.kind)) if line is not None and line.kind in set(Kind) else None
        if what is not None:
            yield Event(what, session, str(seal.content["session"]), entries, upto)
