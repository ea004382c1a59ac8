"""The one that writes a store: sessions, subjects, approvals; it holds the lock, or asks the service that does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, cast

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog import clock
from devicelog.errors import BadInputError, StoreBusyError, StoreChangedError
from devicelog.ledger import GENESIS, LEDGER_ERRORS, Line, seal
from devicelog.ledger.amendment import Reason
from devicelog.store.again import again_if_changed
from devicelog.store.beside import client as service
from devicelog.store.beside import marks, wire
from devicelog.store.beside.client import RemoteConnection
from devicelog.store.database import Connection, open_database, reopen_database, transaction
from devicelog.store.folder import Folder, Lock, check_room, create_folder, disk_error, make_folder, open_folder
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.reserve import Reserve
from devicelog.store.rotation import sealing_key, settle
from devicelog.store.subjects import Sealer
from devicelog.subject import Subject

#: How long a commit of a recording waits for another program that has the store locked (ms): what comes is kept
#: meanwhile, and tried again.
_SHORT_WAIT_MS = 250
#: So long a recording beside a service that is gone waits for it to come back (ns), before it takes the store itself.
_GRACE_NS = 10_000_000_000

_log = structlog.get_logger()


class Writer(Reader):
    """A store opened for writing: with its lock held, or beside a service that holds it and does what is written."""

    key: Ed25519PrivateKey

    def __init__(self, folder: Folder, connection: Connection) -> None:
        super().__init__(folder, connection)
        self.reserve = Reserve(folder.path)
        self._lock = Lock(folder.path)
        self._remote: RemoteConnection | None = None
        self._line: service.ServiceLine | None = None
        self._marks: dict[str, marks.Mark] = {}
        self._seen: dict[int, int] = {}

    @classmethod
    def open(cls, path: Path, *, create: bool = True, resuming: bool = False) -> Self:
        """The store in a folder, made if it is missing; takes the lock and closes what a crash left open.

        Where a service has the lock, it writes what is written here. StoreBusyError if another program has it.
        `resuming`: what a crash left open stays as it is, for whoever goes on with it (`recording/resuming.py`).
        """
        make_folder(path) if create else open_folder(path)
        lock = Lock(path)
        try:
            lock.acquire()
        except StoreBusyError:
            beside = cls._beside_service(path)
            if beside is None:
                raise
            return beside
        try:
            folder = create_folder(path) if create else open_folder(path)
            writer = cls(folder, open_database(folder, write=True))
            writer.key = settle(writer)
        except BaseException:
            lock.release()
            raise
        writer._lock = lock
        try:
            if not resuming:
                writer._close_interrupted()
        except BaseException:
            writer.close()
            raise
        return writer

    @classmethod
    def _beside_service(cls, path: Path) -> Self | None:
        """The store beside the service that has it; None if there is none."""
        if not (path / "store.json").exists():
            return None
        folder = open_folder(path)
        line = service.reach(folder)
        if line is None:
            return None
        try:
            return cls.beside(folder, line.ask, line)
        except BaseException:
            line.close()
            raise

    @classmethod
    def beside(cls, folder: Folder, ask: service.Ask, line: service.ServiceLine | None = None) -> Self:
        """A store whose transactions are done by a service that is asked so, on that line; it reads by itself."""
        remote = RemoteConnection(folder, ask)
        writer = cls(folder, cast("Connection", remote))  # it offers what the store uses of one
        writer._remote, writer._line = remote, line
        try:
            writer.settle_key()
        except BaseException:
            remote.close()
            raise
        return writer

    @property
    def is_beside(self) -> bool:
        """Whether a service does what is written here."""
        return self._remote is not None

    def close(self) -> None:
        if not self.is_beside:
            with suppress(OSError):
                self.reserve.release()
        super().close()
        for mark in self._marks.values():
            mark.leave()
        if self._line is not None:
            self._line.close()
        self._lock.release()

    def reopen(self) -> None:
        """Give the connection up after the disk has failed, and go on with a fresh one; raises NotNowError.

        Beside a service that is gone: go on with the one that follows, or without one if none has come for a while.
        """
        if self._line is not None:
            self._reach_again(self._line)
        elif not self.is_beside:
            self.connection = reopen_database(self.folder, self.connection)
            self.connection.set_busy_timeout(_SHORT_WAIT_MS)

    def _reach_again(self, line: service.ServiceLine) -> None:
        if line.lost_ns is None or self._remote is None:
            return
        found = service.reach(self.folder)
        if found is not None:
            self._line, self._remote.ask = found, found.ask
            self.settle_key()
            return
        if clock.boot_ns() - line.lost_ns < _GRACE_NS:
            raise wire.gone(self.folder)
        self._lock.acquire()
        try:
            connection = open_database(self.folder, write=True)
        except BaseException:
            self._lock.release()
            raise
        super().close()
        self._line, self._remote, self.connection = None, None, connection
        self.connection.set_busy_timeout(_SHORT_WAIT_MS)
        self.key = settle(self)

    def settle_key(self) -> None:
        """Beside a service, where the key may be changed at any time: sign with the one that is in force now."""
        if self.is_beside:
            self.key = sealing_key(self)

    def lines(self, session: int, *, after: int = 0) -> Iterator[Line]:
        last = None
        for last in super().lines(session, after=after):
            yield last
        if self.is_beside and last is not None:
            self._seen.setdefault(session, last.number)

    def check_seen(self, session: int, name: str, last: int) -> None:
        """See that a session's last entry is still the one that it was when the session was first read here.

        Without a service nobody else writes; beside one, what is stated of a session may rest on what was read before.
        Raises StoreChangedError.
        """
        if self._seen.get(session, last) != last:
            found = f"something was added to session {name} by another program at this moment"
            raise StoreChangedError(f"{found}; look at the session, and try again.")

    def stated(self, session: int, last: int) -> None:
        """What was stated here is no reason to look at the session again."""
        if session in self._seen:
            self._seen[session] = last

    def mark(self, session: str) -> None:
        """Say to the service that this process records a session, which it closes if this process dies."""
        if self.is_beside and session not in self._marks:
            mark = marks.Mark(self.folder.path, session)
            mark.set()
            self._marks[session] = mark

    def unmark(self, session: str) -> None:
        """The session is over."""
        mark = self._marks.pop(session, None)
        if mark is not None:
            mark.remove()

    def check_room(self) -> None:
        """Refuse to begin a recording that the disk may not hold, and keep room for its end; raises StoreFullError."""
        check_room(self.folder.path)
        try:
            self.reserve.keep()
        except OSError as error:
            raise disk_error(error, self.folder.path) from None

    @again_if_changed
    def subject_for(self, reference: str) -> str:
        """The subject id of the clinic's number; a number never seen before gets a new one.

        BadInputError for one whose key is not at hand: nothing could be sealed of it.
        """
        known = self.subject(reference)
        if known is not None and not Sealer(self.folder.keys).has_key(known):
            found = f"the key of the subject with that number ({known}) is not at hand"
            hint = (
                "restore the keys; or record under another number, and merge the two later (`devicelog subjects merge`)"
            )
            raise BadInputError(f"{found}; {hint}.")
        if known is not None:
            return known
        return self.add_subject(Subject(reference.strip()))

    def add_subject(self, person: Subject) -> str:
        """Keep a person under a new subject id, which is returned; its number must not be known yet."""
        sealer = Sealer(self.folder.keys)
        try:
            row = sealer.row(sealer.new_id(), person)
        except OSError as error:
            raise disk_error(error, self.folder.path) from None
        try:
            with transaction(self.folder, self.connection):
                self.connection.execute("INSERT INTO subject VALUES (?, ?, ?)", row)
        except StoreChangedError:  # another program has just added that number
            self.folder.keys.erase_subject_key(row[0])
            raise
        return row[0]

    def seal_text(self, subject: str, text: str) -> dict[str, str]:
        """A free text as it stands in an entry of a subject's session; BadInputError if the subject has no key."""
        return Sealer(self.folder.keys).seal_text(subject, text)

    def seal_reason(self, subject: str, reason: str) -> dict[str, str] | str:
        """The reason of an amendment as it stands in an entry; one of the closed list is kept where the key is gone.

        Raises BadInputError for words of one's own where they cannot be sealed.
        """
        sealer = Sealer(self.folder.keys)
        if sealer.has_key(subject):
            return sealer.seal_text(subject, reason)
        if reason.strip().lower() in {*Reason}:
            return reason.strip().lower()
        found = (
            f"the key of {subject} was erased or is not at hand, so that a reason in words of one's own cannot be kept"
        )
        known = ", ".join(Reason)
        raise BadInputError(f"{found}; expected a reason of the closed list ({known}), or restore keys that were lost.")

    def begin(self, session: str, subject: str, started: str) -> LedgerWriter:
        """A new session; nothing is written before its first commit."""
        self.connection.set_busy_timeout(_SHORT_WAIT_MS)
        rows = list(self._rows("SELECT coalesce(max(number), 0) + 1 FROM session"))
        return LedgerWriter(self, rows[0][0], session, (session, subject, started))

    def go_on(self, row: SessionRow) -> LedgerWriter:
        """The ledger of a session that a crash left open, to go on with."""
        self.connection.set_busy_timeout(_SHORT_WAIT_MS)
        marks.forget(self.folder.path, row.id)
        with suppress(OSError):  # a treatment goes on; without a reserve it only ends less well on a full disk
            self.reserve.keep()
        return LedgerWriter.resume(self, row.number, row.id)

    def running_sessions(self) -> list[SessionRow]:
        """The sessions that a crash left open, oldest first; not those that another program records at this moment."""
        running = (session for session in self.sessions() if session.state == "running")
        return [session for session in running if not marks.is_recorded(self.folder.path, session.id)]

    def interrupt(self, row: SessionRow, because: str | None = None) -> None:
        """Give a session that a crash left open its last entry and a seal; `because`: why it did not go on.

        One that cannot be read any more is marked as damaged and left to `verify`: a treatment that is about to begin
        must not go unrecorded because of one that is over.
        """
        try:
            LedgerWriter.resume(self, row.number, row.id).interrupt(because)
        except LEDGER_ERRORS as error:
            _log.error("interrupted session is damaged", session=row.id, cause=type(error).__name__)
            with transaction(self.folder, self.connection):
                self.connection.execute("UPDATE session SET state = 'damaged' WHERE number = ?", (row.number,))

    @again_if_changed
    def approve(self, content: dict[str, Any]) -> None:
        """Keep a signed approval of a treatment protocol, numbered and chained to the one before."""
        with transaction(self.folder, self.connection):
            before = self.approvals()
            previous = before[-1].digest if before else GENESIS
            chained = {**content, "number": len(before) + 1, "previous": previous.hex()}
            approval = seal(self.key, chained)
            row = (len(before) + 1, approval.body, approval.signature)
            self.connection.execute("INSERT INTO approval VALUES (?, ?, ?)", row)

    def _close_interrupted(self) -> None:
        """Give every session that a crash left open its last entry and a seal."""
        for row in self.running_sessions():
            self.interrupt(row)

    def close_left(self, session: str) -> None:
        """Close a session whose process has died beside a service, if it is open, and forget its mark."""
        for row in self.sessions():
            if row.id == session and row.state == "running":
                self.interrupt(row)
        marks.forget(self.folder.path, session)
