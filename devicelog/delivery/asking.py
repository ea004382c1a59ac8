"""What is to be delivered goes into the outbox, once: the same content that waits there, or was taken, is not added."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import msgspec

from devicelog import clock
from devicelog.delivery.payload import FOLDER, current, must_verify
from devicelog.delivery.receipt import taken_before
from devicelog.delivery.target import Receiver, Target
from devicelog.errors import BadInputError, StoreBusyError
from devicelog.ledger import Entry
from devicelog.search.upkeep import writing
from devicelog.store import outbox
from devicelog.store.aside import refuse_within
from devicelog.store.outbox import Content, Delivery, Means
from devicelog.store.reader import SessionRow
from devicelog.store.statements import OVER
from devicelog.store.writer import Writer

#: A store in use is looked at again after this time (s).
_STORE_IN_USE = 0.2

#: Waits for so many seconds.
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants delivered where: files of an export, or `folder` with these formats."""

    target: Target
    whats: Sequence[str]
    formats: Sequence[str]
    means: Means
    by: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What of an order is in the outbox now, and what was delivered before, by its receipts."""

    waiting: tuple[Delivery, ...]
    before: tuple[Entry, ...]


def ask_of(
    store: Path, session: str, order: Order, *, again: bool = False, wait: float = 0.0, sleep: Sleep = time.sleep
) -> tuple[SessionRow, Asked]:
    """`ask` of a session by its name; a store in use is waited for, because another delivery holds it for a moment.

    Raises StoreBusyError if it is in use for longer than `wait` (s).
    """
    until = clock.boot_ns() + round(wait * 1e9)
    while True:
        try:
            with writing(store, create=False) as writer:
                row = writer.session(session)
                return row, ask(writer, row, order, again=again)
        except StoreBusyError as error:
            if clock.boot_ns() >= until:
                found = str(error).partition(";")[0]
                hint = "nothing was written down: end what runs there, and deliver again"
                raise StoreBusyError(f"{found}; {hint}.") from None
        sleep(_STORE_IN_USE)


def ask(writer: Writer, row: SessionRow, order: Order, *, again: bool = False) -> Asked:
    """Write an order down; `again`: also what the target has already.

    Raises BadInputError if the session is not over, or for a folder where nothing may be added, StoreFormatError if the
    session does not verify.
    """
    if row.state not in OVER:
        found = f"session {row.id} is {row.state}"
        raise BadInputError(f"{found}, and only a session that is over can be delivered; end it first.")
    folder = order.target.folder
    if folder is not None:
        refuse_within(folder, writer.folder.path, writer.folder.keys.folder)
    must_verify(writer, row)
    of = current(writer, row)
    waiting, before = [], []
    for what in order.whats:
        formats = order.formats if what == FOLDER else ()
        taken = taken_before(writer.lines(row.number), order.target, what, formats, of)
        open_ = _open(writer, row, order, what, formats)
        if open_ is not None:
            waiting.append(_renewed(writer, open_, order))
        elif taken is not None and not again:
            before.append(taken)
        else:
            waiting.append(_added(writer, row, order, what, formats))
    return Asked(tuple(waiting), tuple(before))


def whats(target: Target, messages: Sequence[str]) -> Sequence[str]:
    """The files that a target gets; `messages` are those of an HL7 listener, by name."""
    from devicelog.delivery.payload import BUNDLE, MESSAGES

    match target.receiver:
        case Receiver.FOLDER:
            return (FOLDER,)
        case Receiver.FHIR:
            return (BUNDLE,)
        case Receiver.HL7:
            return tuple(file for name, file in MESSAGES.items() if name in (messages or ("document",)))


def _open(writer: Writer, row: SessionRow, order: Order, what: str, formats: Sequence[str]) -> Delivery | None:
    """The same order that is not done yet."""
    wanted = (order.target.name, what, tuple(formats))
    for one in outbox.deliveries(writer, row.number):
        if one.is_open and (one.content.target, one.content.what, one.content.formats) == wanted:
            return one
    return None


def _renewed(writer: Writer, known: Delivery, order: Order) -> Delivery:
    """With the files of keys that are named now."""
    content = msgspec.structs.replace(known.content, means=order.means)
    renewed = msgspec.structs.replace(known, content=content)
    if renewed != known:
        outbox.change(writer, renewed)
    return renewed


def _added(writer: Writer, row: SessionRow, order: Order, what: str, formats: Sequence[str]) -> Delivery:
    now = clock.utc(clock.now().wall_ns)
    content = Content(
        id=str(uuid4()),
        target=order.target.name,
        format=order.target.receiver.value,
        what=what,
        by=order.by,
        made=now,
        formats=tuple(formats),
        means=order.means,
    )
    return outbox.add(writer, row.number, now, content)
