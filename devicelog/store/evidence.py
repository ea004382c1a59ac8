"""What a verification or an export asks of a store: rows under their own numbers, all of one moment."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

from devicelog.acts.keychain import KeyChain
from devicelog.chunk import Chunk
from devicelog.errors import StoreFormatError
from devicelog.ledger import Line, Seal, public_bytes
from devicelog.ledger.sealed import Opening
from devicelog.store.database import translated
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.schema import SHIFT
from devicelog.store.sealing import NO_SESSION
from devicelog.store.subjects import Sealer
from devicelog.subject import SUBJECT_ID, Subject


class Evidence:
    """A store as it is written, the numbers of its rows included."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.installation = reader.folder.id

    @cached_property
    def keys(self) -> KeyChain:
        """The keys that seals are signed with; only the first where the chain of seals cannot be read."""
        try:
            return self.reader.keychain()
        except StoreFormatError:
            return KeyChain(self.installation, bytes.fromhex(self.reader.folder.public_key))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever is written meanwhile."""
        self._execute("SAVEPOINT evidence")
        try:
            yield
        finally:
            with suppress(StoreFormatError):  # said already by what found the damage
                self._execute("RELEASE evidence")

    def session(self, row: SessionRow) -> StoredSession:
        """One session of the list."""
        return StoredSession(self, row)

    def stored_sessions(self) -> set[int]:
        """The session numbers that entries, chunks and seals carry."""
        found = {row[0] for row in self._rows("SELECT DISTINCT session FROM seal")} - {NO_SESSION}
        for table in ("entry", "chunk"):
            sql = f"SELECT key >> {SHIFT} FROM {table} WHERE key >= ? ORDER BY key LIMIT 1"  # noqa: S608
            numbers = list(self._rows(sql, -(1 << 63)))
            while numbers:
                found.add(numbers[0][0])
                numbers = list(self._rows(sql, (numbers[0][0] + 1) << SHIFT))
        return found

    def chunks(self, session: int) -> Iterator[tuple[int, Chunk]]:
        """The chunks of a session under their own numbers; ValueError for one that cannot be read."""
        return self.reader.numbered_chunks(session)

    def seals(self, session: int | None = None) -> Iterator[tuple[int, int, Seal]]:
        """Number in the installation, session number and seal, in order."""
        return self.reader.seals(session)

    def approvals(self) -> list[tuple[int, Seal]]:
        """Number and signed approval, in order."""
        return self.reader.numbered_approvals()

    def acts(self) -> Iterator[tuple[int, Seal]]:
        """What the installation did between its sessions, under its numbers in the chain of seals."""
        return self.reader.acts()

    def sealing_keys(self) -> list[bytes]:
        """The public part of the key that this installation signs with, and of one that is to follow.

        Empty if they cannot be read here.
        """
        keys = self.reader.folder.keys
        try:
            found = (keys.seal_key(), keys.proposed_seal_key())
        except StoreFormatError:
            return []
        return [public_bytes(key) for key in found if key is not None]

    def later_keys(self) -> list[bytes]:
        """The keys that this installation was handed over to after this copy of the store was made, if any."""
        try:
            known = self.keys.continued(self.reader.folder.keys.handovers())
        except StoreFormatError:
            return []
        return known.keys[len(self.keys.keys) :]

    def subjects(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Subject id, lookup value and what is sealed of every subject."""
        rows = self._rows("SELECT id, lookup, sealed FROM subject ORDER BY id")
        return ((subject, lookup, sealed) for subject, lookup, sealed in rows)

    def is_known(self, subject: str) -> bool:
        """Whether anything is here of who a subject is: a row, or a key."""
        if SUBJECT_ID.fullmatch(subject) and self.reader.folder.keys.subject_key(subject) is not None:
            return True
        return any(True for _ in self._rows("SELECT 1 FROM subject WHERE id = ?", subject))

    def subject_opens(self, subject: str, lookup: bytes, sealed: bytes) -> bool | None:
        """Whether what is sealed of a subject opens and is found under its lookup value; None if its key was erased."""
        if SUBJECT_ID.fullmatch(subject) is None:
            return False
        if self.reader.folder.keys.subject_key(subject) is None:
            return None
        sealer = Sealer(self.reader.folder.keys)
        person = sealer.open(subject, sealed)
        return person is not None and hmac.compare_digest(sealer.lookup(person.reference), lookup)

    def _rows(self, sql: str, *bindings: Any) -> Iterator[tuple[Any, ...]]:
        with translated(self.reader.folder):
            yield from self.reader.connection.execute(sql, bindings)

    def _execute(self, sql: str) -> None:
        with translated(self.reader.folder):
            self.reader.connection.execute(sql)


class StoredSession:
    """One session of a store: entries, chunks and seals under the numbers that they are stored with."""

    def __init__(self, evidence: Evidence, row: SessionRow) -> None:
        self._evidence = evidence
        self.row = row
        self.id = row.id
        self.state = row.state
        self.installation = evidence.installation
        self.keys = evidence.keys

    @property
    def reference(self) -> str | None:
        """The clinic's own number for the subject; None if it was erased."""
        return self._person.reference if self._person is not None else None

    @property
    def name(self) -> str | None:
        """The subject's name; None if it was erased or is not known."""
        return self._person.name if self._person is not None else None

    @property
    def birth_date(self) -> str | None:
        """The subject's birth date; None if it was erased or is not known."""
        return self._person.birth_date if self._person is not None else None

    @cached_property
    def _person(self) -> Subject | None:
        subject = self.row.subject
        return self._evidence.reader.person(subject) if SUBJECT_ID.fullmatch(subject) else None

    def opening(self, value: Mapping[str, str]) -> Opening | None:
        """What opens a sealed text; None if it was erased or does not open."""
        subject = self.row.subject
        try:
            return self._evidence.reader.opening(subject, value) if SUBJECT_ID.fullmatch(subject) else None
        except ValueError:
            return None

    def lines(self) -> Iterator[Line]:
        """The entries in order, a number 0 included."""
        return self._evidence.reader.lines(self.row.number, after=-1)

    def chunks(self) -> Iterator[tuple[int, Chunk]]:
        """The chunks in order under their numbers; ValueError for one that cannot be read."""
        return self._evidence.chunks(self.row.number)

    def seals(self) -> Iterator[tuple[int, Seal]]:
        """The seals in order under their numbers in the installation."""
        return ((number, seal) for number, _, seal in self._evidence.seals(self.row.number))
