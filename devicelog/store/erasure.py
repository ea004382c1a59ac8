"""Erasing who a subject is: the keys go, then the rows, with acts in the chain of seals that say so.

The ledger holds a random id only, and no seal covers what is sealed of a subject, so every chain still verifies. The
keys go first: cut short after that, the command finds the rows and finishes when it is given again. Subjects that were
merged are one person, and are erased together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from devicelog.acts.keychain import SUBJECT_ERASED
from devicelog.errors import BadInputError
from devicelog.store import outbox
from devicelog.store.again import again_if_changed
from devicelog.store.database import transaction, translated
from devicelog.store.folder import disk_error
from devicelog.store.people import Known, known, today
from devicelog.store.retaining import kept_of
from devicelog.store.sealing import append_act
from devicelog.subject import Ground

if TYPE_CHECKING:
    from devicelog.store.reader import Reader
    from devicelog.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Request:
    """Who decided to erase, on what ground, and why before the end of the retention, if it is.

    `requested` is the day on which it was asked for. All of it stands readable in the tombstone for good.
    """

    by: str
    ground: Ground = Ground.OTHER
    reason: str | None = None
    requested: str | None = None


class Tombstone(msgspec.Struct, frozen=True):
    """What is left of a subject: the act that erased it."""

    number: int = msgspec.field(name="seal")
    wall: str
    subject: str
    by: str = ""
    ground: str = Ground.OTHER.value
    decision: str = "erased"
    reason: str | None = None
    requested: str | None = None
    keep_until: str | None = None


@again_if_changed
def erase(
    writer: Writer, name: str, request: Request, forget: Callable[[frozenset[str]], None] | None = None
) -> list[str]:
    """Erase the person with that number of the clinic's, or that id; the random ids that are left.

    `forget` is given the clinic's numbers of the person before they are gone, for what is kept by them elsewhere.
    Raises BadInputError if there is none, or if the records are still to be kept and no reason is given.
    """
    subject = known(writer, name)
    said = _decision(writer, subject, request)
    folder, database = writer.folder, writer.connection
    gone = [id_ for id_ in subject.merged if id_ not in tombstones(writer)]
    _cancel_deliveries(writer, gone)
    if forget is not None:
        forget(frozenset(person.reference for id_ in gone if (person := writer.person(id_)) is not None))
    try:
        for id_ in gone:
            folder.keys.erase_subject_key(id_)
    except OSError as error:
        raise disk_error(error, folder.path) from None
    with translated(folder):
        database.pragma("secure_delete", True)  # the row's bytes are overwritten, not only given free
    with transaction(folder, database):
        for id_ in gone:
            append_act(writer, SUBJECT_ERASED, subject=id_, **said)
            database.execute("DELETE FROM subject WHERE id = ?", (id_,))
    with translated(folder):
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone


def _cancel_deliveries(writer: Writer, subjects: Collection[str]) -> None:
    """What waits to be delivered of these subjects does not go out by itself any more; it can be ordered again."""
    sessions = {row.number for row in writer.sessions() if row.subject in subjects}
    for one in outbox.deliveries(writer):
        if one.state is outbox.State.WAITING and one.session in sessions:
            outbox.change(writer, msgspec.structs.replace(one, state=outbox.State.CANCELLED))


def day(text: str) -> str:
    """A day on which something was asked for; BadInputError for any other text, and for one that is still to come."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadInputError(f"found the day {text!r}, expected one such as 2026-01-31.") from None
    if found > today():
        raise BadInputError(f"found the day {text!r}, which is still to come; expected one such as 2026-01-31.")
    return str(found)


def tombstones(reader: Reader) -> dict[str, Tombstone]:
    """What is left of each subject that was erased, by its id."""
    return {stone.subject: stone for stone in _tombstones(reader)}


def _tombstones(reader: Reader) -> Iterator[Tombstone]:
    for act in reader.signed_acts(SUBJECT_ERASED):
        if act.content.get("act") == SUBJECT_ERASED:
            yield msgspec.convert(act.content, Tombstone)


def _decision(writer: Writer, subject: Known, request: Request) -> dict[str, str | None]:
    """What the act says; BadInputError if the records are still to be kept and nobody says why they are not."""
    kept = kept_of(writer, subject)
    early = kept is not None and kept.until > today()
    if kept is not None and early and not request.reason:
        found = f"the records of this subject are to be kept until {kept.until} ({kept.last} was the last entry)"
        raise BadInputError(f"{found}; erase it then, or say with --reason why it is erased before.")
    return {
        "by": request.by,
        "ground": request.ground.value,
        "reason": request.reason,
        "requested": request.requested,
        "decision": "erased before the end of its retention" if early else "erased",
        "keep_until": str(kept.until) if kept is not None else None,
    }
