"""One try of a delivery: written down before the first byte leaves, and again with what came of it.

    the content is made             nothing has left
    the row says `sending`          from here on nobody knows, unless the answer is written down
    the bytes leave, the answer comes
    the receipt, then the row       a receipt without its row is found by the delivery's id, and nothing is sent again

The store is held only for the two writings, so that a recording can begin while a slow receiver is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from msgspec.structs import replace

from devicelog import clock
from devicelog.delivery import fhir, folder, mllp
from devicelog.delivery.delay import Chance, delay
from devicelog.delivery.outcome import NotNow, Outcome, Refused, Taken
from devicelog.delivery.payload import Payload, payload
from devicelog.delivery.receipt import receipt, receipt_of
from devicelog.delivery.target import Receiver, Target, target
from devicelog.errors import BadInputError, NotNowError, StoreBusyError, StoreFormatError
from devicelog.ledger import Kind
from devicelog.search.upkeep import writing
from devicelog.store import outbox
from devicelog.store.access import Access, log
from devicelog.store.outbox import Delivery, State
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer

#: In this folder of a store is written what is being sent.
ROOM = "outbox"
#: How often and how long the store is waited for once an answer is there (s).
_TIMES, _PAUSE = 80, 0.25

#: Told the target, how many bytes are sent, and of how many.
Tell = Callable[[str, int, int], None]

#: Does a job on the store of a folder.
Write = Callable[[Path, Callable[[Writer], Any]], Any]

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a delivery; `why` it is not there in our words, `said` in the receiver's, `notes` what to know."""

    row: Delivery
    session: str
    why: str | None = None
    said: str | None = None
    notes: tuple[str, ...] = ()


def in_store(store: Path, job: Callable[[Writer], Any]) -> Any:
    """What a job gives on the store, opened for it alone."""
    with writing(store, create=False) as writer:
        return job(writer)


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is tried: who is told of progress, what scatters the delays, why the record is sent (for the log).

    `write` does a job on the store of a folder; a service that has it open does it on its own thread.
    """

    tell: Tell
    chance: Chance
    why: str | None = None
    write: Write = in_store


def attempt(store: Path, number: int, manner: Manner) -> Tried:
    """Try a delivery once; the caller has the lock of the outbox.

    Raises NotNowError, and then nothing was sent, if the store cannot be written at this moment.
    """
    with ExitStack() as stack:
        reader = stack.enter_context(Reader.open(store))
        row = outbox.delivery(reader, number)
        session = next(one for one in reader.sessions() if one.number == row.session)
        if not row.is_open:
            return Tried(row, session.id)
        if receipt_of(reader.lines(session.number), row.content.id) is not None:
            return _settle(store, row, session, Taken({}), manner)
        content = row.content
        try:
            made = stack.enter_context(
                payload(reader, session, content.what, content.formats, store / ROOM / str(number))
            )
        except (StoreFormatError, ValueError) as error:
            return _settle(store, row, session, NotNow(f"nothing was sent: {str(error).rstrip('.')}"), manner)
        notes = _notes(row)
        begun = _begin(store, row, made, manner)
        fault = log(reader.folder, _access(row, session, manner))
        outcome = _send(begun, made, manner)
    tried = _settle(store, begun, session, outcome, manner)
    more = (*notes, fault) if fault is not None else notes
    return Tried(tried.row, tried.session, tried.why, tried.said, more)


def _notes(row: Delivery) -> tuple[str, ...]:
    """What is to be said of a row as it was before this try."""
    if row.state is State.SENDING or row.content.unanswered:
        return ("an earlier try was never answered and may have arrived; it is sent again under the same ids",)
    return ()


def _access(row: Delivery, session: SessionRow, manner: Manner) -> Access:
    return Access("deliver", row.content.by, why=manner.why, session=session.id, subjects=(session.subject,))


# -- before and after ------------------------------------------------------------------------------------------


def _begin(store: Path, row: Delivery, made: Payload, manner: Manner) -> Delivery:
    """Write down that it is being sent, and what."""
    content = replace(
        row.content,
        tries=row.content.tries + 1,
        unanswered=row.content.unanswered + (row.state is State.SENDING),
        tried=clock.utc(clock.now().wall_ns),
        of=made.of.content(),
        sha256=made.sha256,
        size=made.size,
        messages=made.ids,
        why=None,
        said=None,
    )
    begun = replace(row, state=State.SENDING, content=content)
    manner.write(store, lambda writer: outbox.change(writer, begun))
    return begun


def _settle(store: Path, row: Delivery, session: SessionRow, outcome: Outcome, manner: Manner) -> Tried:
    """Write down what came of it; the store is waited for, because the answer would be lost."""
    for left in range(_TIMES, -1, -1):
        try:
            settled: Delivery = manner.write(
                store, lambda writer: _settled(writer, row, session, outcome, manner.chance)
            )
        except StoreBusyError as error:
            if left == 0:
                return _unsettled(row, session, outcome, error)
            time.sleep(_PAUSE)
        except NotNowError as error:
            return _unsettled(row, session, outcome, error)
        else:
            _log.info("delivery tried", session=session.id, cause=settled.state.value)
            why, said = (None, None) if isinstance(outcome, Taken) else (outcome.why, outcome.said)
            return Tried(settled, session.id, why, said)
    raise AssertionError("the last turn returns")


def _unsettled(row: Delivery, session: SessionRow, outcome: Outcome, error: NotNowError) -> Tried:
    what = "it was taken, and the receipt" if isinstance(outcome, Taken) else "what came of it"
    return Tried(row, session.id, f"{what} could not be written down: {str(error).rstrip('.')}")


def _settled(writer: Writer, row: Delivery, session: SessionRow, outcome: Outcome, chance: Chance) -> Delivery:
    now = clock.now().wall_ns
    match outcome:
        case Taken():
            known = receipt_of(writer.lines(session.number), row.content.id)
            fresh = writer.session(session.id)
            made = receipt(row.content, outcome)
            number = known.number if known is not None else state_late(writer, fresh, Kind.DELIVERED, made)
            settled = replace(
                row, state=State.DELIVERED, content=replace(row.content, entry=number, why=None, said=None)
            )
        case Refused(why, said):
            content = replace(row.content, why=why, said=_sealed(writer, session, said))
            settled = replace(row, state=State.REFUSED, content=content)
        case NotNow(why, said, unanswered, after):
            begun = row.content
            content = replace(
                begun, why=why, said=_sealed(writer, session, said), unanswered=begun.unanswered + unanswered
            )
            due = clock.utc(now + round(delay(max(1, begun.tries), chance, after) * 1e9))
            settled = replace(row, state=State.WAITING, due=due, content=content)
    outbox.change(writer, settled)
    return settled


def _sealed(writer: Writer, session: SessionRow, said: str | None) -> dict[str, str] | None:
    """What a receiver said, under the subject's key: it may say anything of a patient. None where that was erased."""
    if said is not None:
        with suppress(BadInputError):
            return writer.seal_text(session.subject, said)
    return None


# -- sending ---------------------------------------------------------------------------------------------------


def _send(row: Delivery, made: Payload, manner: Manner) -> Outcome:
    content = row.content
    try:
        to = target(content.target, unencrypted=content.means.unencrypted)
        return _sent(to, row, made, lambda done, total: manner.tell(f"to {to.name}", done, total))
    except BadInputError as error:
        return NotNow(f"nothing was sent: {str(error).rstrip('.')}")


def _sent(to: Target, row: Delivery, made: Payload, sent: Callable[[int, int], None]) -> Outcome:
    means = row.content.means
    match to.receiver:
        case Receiver.FOLDER:
            assert to.folder is not None
            return folder.send(to.folder, made.folder, made.ids, row.content.id, sent)
        case Receiver.FHIR:
            return fhir.send(to, means, made.data(), sent)
        case Receiver.HL7:
            return mllp.send(to, means, made.data(), sent)
