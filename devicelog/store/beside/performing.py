"""What a service does for a program that writes beside it: one request, in one piece, on the thread of the writer.

Nothing here waits for anybody: a transaction arrives whole, so that a program which dies, hangs or dawdles over one
keeps nothing from being recorded meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import structlog

from devicelog.acts.keychain import KEY_ROTATED, act_of
from devicelog.errors import NotNowError, StoreBusyError, StoreFormatError, StoreFullError
from devicelog.ledger import Seal, public_bytes
from devicelog.store.beside import wire
from devicelog.store.beside.wire import (
    Answer,
    Done,
    Peek,
    Perform,
    Request,
    Rows,
    Step,
    Tidy,
    TidyUp,
    Value,
    digest,
    failed,
)
from devicelog.store.database import changed_meanwhile, insert, transaction, translated
from devicelog.store.rotation import sealing_key

if TYPE_CHECKING:
    from devicelog.store.writer import Writer

_SIGNED = ("INSERT INTO seal ", "INSERT INTO approval ")

_log = structlog.get_logger()


def answer_to(writer: Writer, request: Request) -> Answer:
    """Do what is asked; what fails is told in the answer, and the writer is sound again afterwards."""
    try:
        match request:
            case Perform(steps):
                _perform(writer, steps)
            case Peek(steps, sql, bindings):
                return Rows(_peek(writer, [*steps, Step(sql, [bindings])]))
            case TidyUp(what):
                _tidy(writer, what)
    except (StoreFullError, StoreBusyError, StoreFormatError) as error:
        return failed(error)
    except NotNowError as error:
        with suppress(NotNowError, StoreFormatError):  # if it cannot be mended now, the next commit tries it again
            writer.reopen()
        return failed(error)
    except Exception as error:
        _log.exception("writing beside failed", cause=type(error).__name__)
        return failed(error)
    return Done()


def _perform(writer: Writer, steps: list[Step]) -> None:
    with transaction(writer.folder, writer.connection):
        _run(writer, steps)
    if any(_changes_key(step) for step in steps):
        writer.key = sealing_key(writer)  # before anything else is sealed


def _peek(writer: Writer, steps: list[Step]) -> list[list[Value]]:
    """The rows of the last step behind the others, of which nothing stays."""
    *before, last = steps
    with translated(writer.folder), _taken_back(writer):
        _run(writer, before)
        _check(writer, last)
        return [list(row) for row in writer.connection.execute(last.sql, last.rows[0])]


@contextmanager
def _taken_back(writer: Writer) -> Iterator[None]:
    writer.connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        if writer.connection.in_transaction:
            writer.connection.execute("ROLLBACK")


def _run(writer: Writer, steps: list[Step]) -> None:
    for step in steps:
        _check(writer, step)
        if step.expected is None:
            insert(writer.connection, step.sql, step.rows)
        elif digest(writer.connection.execute(step.sql, step.rows[0])) != step.expected:
            raise changed_meanwhile(writer.folder)


def _check(writer: Writer, step: Step) -> None:
    """Refuse what is no statement of a transaction, and what was signed with a key that another one followed."""
    if not step.sql.startswith((wire.READS, *wire.WRITES)) or ";" in step.sql:
        raise NotNowError("another version of devicelog writes beside this one; use the same version for both.")
    if step.sql.startswith(_SIGNED):
        key = public_bytes(writer.key)
        if not all(seal.is_signed_by(key) for seal in _seals(step)):
            raise changed_meanwhile(writer.folder)


def _seals(step: Step) -> Iterator[Seal]:
    for *_, body, signature in step.rows:
        if not isinstance(body, bytes) or not isinstance(signature, bytes):
            raise NotNowError("a seal that is to be written holds no bytes; report this.")
        yield Seal(body, signature)


def _changes_key(step: Step) -> bool:
    if step.expected is not None or not step.sql.startswith(_SIGNED[0]):
        return False
    acts = (act_of(seal) for seal in _seals(step))
    return any(act is not None and act.act == KEY_ROTATED for act in acts)


def _tidy(writer: Writer, what: Tidy) -> None:
    with translated(writer.folder):
        if what is Tidy.OVERWRITE:
            writer.connection.pragma("secure_delete", True)
        else:
            writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
