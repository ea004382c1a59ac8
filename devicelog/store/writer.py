"""The one that writes a store: sessions, subjects, approvals; it holds the lock."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog.amendment import Reason
from devicelog.errors import BadInputError
from devicelog.ledger import GENESIS, LEDGER_ERRORS, seal
from devicelog.store.database import open_database, reopen_database, transaction
from devicelog.store.folder import Lock, check_room, create_folder, disk_error, make_folder, open_folder
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.reader import Reader
from devicelog.store.reserve import Reserve
from devicelog.store.rotation import settle
from devicelog.store.subjects import Sealer
from devicelog.subject import Subject

#: How long a commit of a recording waits for another program that has the store locked (ms): what comes is kept
#: meanwhile, and tried again.
_SHORT_WAIT_MS = 250

_log = structlog.get_logger()


class Writer(Reader):
    """A store opened for writing, with its lock held."""

    _lock: Lock
    key: Ed25519PrivateKey
    reserve: Reserve

    @classmethod
    def open(cls, path: Path, *, create: bool = True) -> Self:
        """The store in a folder, made if it is missing; takes the lock and closes what a crash left open."""
        make_folder(path) if create else open_folder(path)
        lock = Lock(path)
        lock.acquire()
        try:
            folder = create_folder(path) if create else open_folder(path)
            writer = cls(folder, open_database(folder, write=True))
            writer.key = settle(writer)
        except BaseException:
            lock.release()
            raise
        writer._lock = lock
        writer.reserve = Reserve(folder.path)
        try:
            writer._close_interrupted()
        except BaseException:
            writer.close()
            raise
        return writer

    def close(self) -> None:
        with suppress(OSError):
            self.reserve.release()
        super().close()
        self._lock.release()

    def reopen(self) -> None:
        """Give the connection up after the disk has failed, and go on with a fresh one; raises NotNowError."""
        self.connection = reopen_database(self.folder, self.connection)
        self.connection.set_busy_timeout(_SHORT_WAIT_MS)

    def check_room(self) -> None:
        """Refuse to begin a recording that the disk may not hold, and keep room for its end; raises StoreFullError."""
        check_room(self.folder.path)
        try:
            self.reserve.keep()
        except OSError as error:
            raise disk_error(error, self.folder.path) from None

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
        with transaction(self.folder, self.connection):
            self.connection.execute("INSERT INTO subject VALUES (?, ?, ?)", row)
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
        """Give every session that a crash left open its last entry and a seal.

        One that cannot be read any more is marked as damaged and left to `verify`: a treatment that is about to begin
        must not go unrecorded because of one that is over.
        """
        for session in self.sessions():
            if session.state != "running":
                continue
            try:
                LedgerWriter.resume(self, session.number, session.id).interrupt()
            except LEDGER_ERRORS as error:
                _log.error("interrupted session is damaged", session=session.id, cause=str(error))
                with transaction(self.folder, self.connection):
                    row = (session.number,)
                    self.connection.execute("UPDATE session SET state = 'damaged' WHERE number = ?", row)
