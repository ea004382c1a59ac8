"""Everything that reads a store; many may, beside the one that writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from devicelog.acts.keychain import KeyChain
from devicelog.acts.merges import SUBJECTS_MERGED, SUBJECTS_PARTED, Merges
from devicelog.chunk import Chunk, ChunkKind
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.ledger import Entry, Line, Seal
from devicelog.store.approvals import Approval, folded, standing
from devicelog.store.database import Connection, close_database, open_database, translated
from devicelog.store.folder import Folder, open_folder
from devicelog.store.packing import unpack
from devicelog.store.schema import SHIFT
from devicelog.store.sealing import NO_SESSION
from devicelog.subject import SUBJECT_ID

if TYPE_CHECKING:
    from devicelog.ledger.sealed import Opening
    from devicelog.store.subjects import Sealer
    from devicelog.subject import Subject

#: The number under which each kind of chunk is stored; never reused.
KIND_NUMBERS = {
    ChunkKind.RECEIVED: 1,
    ChunkKind.SENT: 2,
    ChunkKind.OPENED: 3,
    ChunkKind.LOST: 4,
    ChunkKind.QUIET: 5,
    ChunkKind.ACT: 6,
    ChunkKind.ENDED: 7,
    ChunkKind.FAULT: 8,
    ChunkKind.FILE: 9,
}
_KINDS = {number: kind for kind, number in KIND_NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as lists show it; `state` is running, ended or interrupted."""

    number: int
    id: str
    subject: str
    started: str
    state: str


class Reader:
    """A store opened for reading. Use it as a context manager."""

    def __init__(self, folder: Folder, connection: Connection) -> None:
        self.folder = folder
        self.connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """The store in a folder; StoreFormatError or NotNowError if it cannot be read."""
        return cls.at(open_folder(path))

    @classmethod
    def at(cls, folder: Folder) -> Self:
        """The store of a folder that is described already."""
        return cls(folder, open_database(folder, write=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        close_database(self.connection)

    def sessions(self, *, subject: str | None = None, since: str | None = None) -> list[SessionRow]:
        """All sessions, oldest first; of one subject id, or started at or after a moment (RFC 3339, UTC)."""
        rows = self._rows(
            "SELECT number, id, subject, started, state FROM session"
            " WHERE (?1 IS NULL OR subject = ?1) AND (?2 IS NULL OR started >= ?2) ORDER BY number",
            subject,
            since,
        )
        return [SessionRow(*row) for row in rows]

    def session(self, name: str) -> SessionRow:
        """The session of that id, of a unique beginning of one, or the last one."""
        begins = name if name != "last" else ""
        order = "DESC" if name == "last" else "ASC"
        columns = "number, id, subject, started, state"
        sql = f"SELECT {columns} FROM session WHERE substr(id, 1, ?) = ? ORDER BY number {order} LIMIT 6"  # noqa: S608
        exact = self._rows(f"SELECT {columns} FROM session WHERE id = ?", name)  # noqa: S608
        found = [SessionRow(*row) for row in exact]
        if not found and name:
            found = [SessionRow(*row) for row in self._rows(sql, len(begins), begins)]
        if name == "last" and found:
            return found[0]
        if len(found) > 1:
            count = next(self._rows("SELECT count(*) FROM session WHERE substr(id, 1, ?) = ?", len(name), name))[0]
            names = ", ".join(session.id for session in found[:5])
            raise BadInputError(f"{name!r} is the beginning of {count} sessions ({names}); give more of it.")
        if not found:
            last = self._rows("SELECT id FROM session ORDER BY number DESC LIMIT 5")
            raise UnknownNameError("session", name, [id_ for (id_,) in last][::-1])
        return found[0]

    def newest(self) -> SessionRow | None:
        """The session that began last; None if there is none."""
        rows = self._rows("SELECT number, id, subject, started, state FROM session ORDER BY number DESC LIMIT 1")
        return next((SessionRow(*row) for row in rows), None)

    def sessions_behind(self, session: int) -> Iterator[SessionRow]:
        """The sessions that began behind one, in order."""
        sql = "SELECT number, id, subject, started, state FROM session WHERE number > ? ORDER BY number"
        return (SessionRow(*row) for row in self._rows(sql, session))

    def lines(self, session: int, *, after: int = 0) -> Iterator[Line]:
        """The entries of a session as stored, in order."""
        first, last = (session << SHIFT) + after + 1, (session + 1) << SHIFT
        for key, body, digest in self._rows(
            "SELECT key, body, hash FROM entry WHERE key >= ? AND key < ?", first, last
        ):
            yield Line(key - (session << SHIFT), body, digest)

    def last_line(self, session: int) -> Line | None:
        """The last entry of a session as stored; None if it has none."""
        sql = "SELECT key, body, hash FROM entry WHERE key > ? AND key < ? ORDER BY key DESC LIMIT 1"
        base = session << SHIFT
        return next(
            (Line(key - base, body, digest) for key, body, digest in self._rows(sql, base, base + (1 << SHIFT))), None
        )

    def entries(self, session: int, *, after: int = 0) -> Iterator[Entry]:
        """The entries of a session; ValueError for one that cannot be read."""
        return (line.entry() for line in self.lines(session, after=after))

    def chunks(self, session: int) -> Iterator[Chunk]:
        """What a session's entries came from, in order; ValueError for one that cannot be read."""
        return (chunk for _, chunk in self.numbered_chunks(session))

    def numbered_chunks(self, session: int) -> Iterator[tuple[int, Chunk]]:
        """The chunks under their own numbers."""
        base = session << SHIFT
        names = "key, link, kind, boot_ns, wall_ns, packed, data"
        sql = f"SELECT {names} FROM chunk WHERE key >= ? AND key < ? ORDER BY key"  # noqa: S608
        for key, *columns in self._rows(sql, base, base + (1 << SHIFT)):
            yield key - base, chunk_of(columns)

    def seals(self, session: int | None = None) -> Iterator[tuple[int, int, Seal]]:
        """Number in the installation, session number and seal, in order."""
        sql = "SELECT number, session, body, signature FROM seal WHERE ?1 IS NULL OR session = ?1 ORDER BY number"
        for number, of, body, signature in self._rows(sql, session):
            yield number, of, Seal(body, signature)

    def last_seals(self) -> Iterator[tuple[int, bytes]]:
        """Session number and body of the last seal of every session that has one."""
        last = "SELECT max(number) FROM seal WHERE session > 0 GROUP BY session"
        return ((of, body) for of, body in self._rows(f"SELECT session, body FROM seal WHERE number IN ({last})"))  # noqa: S608

    def seals_from(self, number: int) -> Iterator[Seal]:
        """The seals of the installation from a number on, in order."""
        rows = self._rows("SELECT body, signature FROM seal WHERE number >= ? ORDER BY number", number)
        return (Seal(body, signature) for body, signature in rows)

    def numbered_seals_from(self, number: int) -> Iterator[tuple[int, int, Seal]]:
        """The same, each with its number and that of its session."""
        sql = "SELECT number, session, body, signature FROM seal WHERE number >= ? ORDER BY number"
        for at, of, body, signature in self._rows(sql, number):
            yield at, of, Seal(body, signature)

    def seal_count(self) -> int:
        """The number of the last seal; 0 if nothing was sealed yet."""
        return int(next(self._rows("SELECT coalesce(max(number), 0) FROM seal"))[0])

    def acts(self) -> Iterator[tuple[int, Seal]]:
        """What the installation did between its sessions, under its numbers in the chain of seals."""
        return ((number, seal) for number, _, seal in self.seals(NO_SESSION))

    def signed_acts(self, *names: str) -> Iterator[Seal]:
        """The acts of these names that their key of that time has signed; StoreFormatError if they cannot be read."""
        keys, marks = self.keychain(), [b'"act":"%b"' % name.encode() for name in names]
        for number, act in self.acts():
            if any(mark in act.body for mark in marks) and act.is_signed_by(keys.at(number)):
                yield act

    def keychain(self) -> KeyChain:
        """The keys that seals are signed with, from the first on."""
        return KeyChain(self.folder.id, bytes.fromhex(self.folder.public_key), self.acts())

    def approvals(self) -> list[Seal]:
        """Who approved which treatment protocol, in order."""
        return [seal for _, seal in self.numbered_approvals()]

    def numbered_approvals(self) -> list[tuple[int, Seal]]:
        """The approvals under their own numbers."""
        rows = self._rows("SELECT number, body, signature FROM approval ORDER BY number")
        return [(number, Seal(body, signature)) for number, body, signature in rows]

    def approved(self) -> list[Approval]:
        """The approvals that this installation signed, in order, each with what took it back."""
        keys = self.keychain().keys
        return folded(seal.content for seal in self.approvals() if any(map(seal.is_signed_by, keys)))

    def approval(self, sha256: str) -> dict[str, Any] | None:
        """Who approved a text last, by `by`, `at` and, if it was said, `role`; None: nobody, or it was taken back."""
        found = standing(self.approved(), sha256)
        if found is None:
            return None
        return {"by": found.by, "at": found.at, **({"role": found.role} if found.role is not None else {})}

    def subject(self, reference: str) -> str | None:
        """The subject id of the clinic's number; None if it is not known."""
        lookup = self._sealer.lookup(reference)
        rows = list(self._rows("SELECT id FROM subject WHERE lookup = ?", lookup))
        return rows[0][0] if rows else None

    def person(self, subject: str) -> Subject | None:
        """Who a subject id is; None if it is not known or was erased."""
        rows = list(self._rows("SELECT sealed FROM subject WHERE id = ?", subject))
        return self._sealer.open(subject, rows[0][0]) if rows else None

    def reference(self, subject: str) -> str | None:
        """The clinic's number of a subject id; None if it is not known or was erased."""
        person = self.person(subject)
        return person.reference if person is not None else None

    def people(self) -> Iterator[tuple[str, Subject | None]]:
        """Every subject id, and who it is; None where its key is not at hand."""
        rows = [(id_, sealed) for id_, sealed in self._rows("SELECT id, sealed FROM subject")]
        return self._sealer.open_all(rows)

    def merges(self) -> Merges:
        """Which subjects are one person, as the acts say that this installation signed."""
        return Merges(self.signed_acts(SUBJECTS_MERGED, SUBJECTS_PARTED))

    def subject_ids(self, reference: str) -> list[str]:
        """All subject ids of the person with that number of the clinic's, or that id; empty if it is not known.

        One unless subjects were merged: then all that are one person, the one that the others were merged into first.
        """
        subject = reference if SUBJECT_ID.fullmatch(reference) else self.subject(reference)
        return self.merges().group(subject) if subject is not None else []

    def open_text(self, subject: str, value: Mapping[str, Any]) -> str:
        """A free text of a subject's session, or what stands in its place (`sealed.ERASED`) if its key was erased."""
        return self._sealer.open_text(subject, value)

    def opening(self, subject: str, value: Mapping[str, Any]) -> Opening | None:
        """What opens a free text; None if its key was erased, ValueError if the key does not open it."""
        return self._sealer.opening(subject, value)

    @property
    def _sealer(self) -> Sealer:
        """What opens texts and names; imported on use, because who only lists needs no cryptography."""
        from devicelog.store.subjects import Sealer

        return Sealer(self.folder.keys)

    def check_pages(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        return [row[0] for row in self._rows("PRAGMA integrity_check(10)") if row[0] != "ok"]

    def _rows(self, sql: str, *bindings: Any) -> Iterator[tuple[Any, ...]]:
        with translated(self.folder):
            yield from self.connection.execute(sql, bindings)


def chunk_of(columns: Sequence[Any]) -> Chunk:
    """The chunk in the columns of its row behind the key; ValueError for one that cannot be read."""
    link, kind, boot_ns, wall_ns, packed, data = columns
    if kind not in _KINDS:
        raise ValueError(f"its kind {kind} is not known")
    return Chunk(link, _KINDS[kind], boot_ns, wall_ns, unpack(packed, data))
