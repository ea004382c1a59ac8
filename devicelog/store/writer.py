"""The one that writes a store: entries and the chunks they came from in one durable transaction, sealed in a chain."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicelog import __version__, clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import (
    GENESIS,
    SEAL_ENTRIES,
    SEAL_SECONDS,
    Chain,
    ChunkDigest,
    Kind,
    Line,
    Seal,
    encode,
    public_bytes,
    seal,
)
from devicelog.store.database import open_database, translated
from devicelog.store.folder import Lock, check_room, create_folder, open_folder
from devicelog.store.reader import KIND_NUMBERS, Reader
from devicelog.store.schema import SHIFT
from devicelog.store.subjects import Sealer

#: Chunks shorter than this are stored as they are.
_WORTH_PACKING = 64


class Writer(Reader):
    """A store opened for writing, with its lock held. What `commit` returned from is durable."""

    _lock: Lock
    key: Ed25519PrivateKey

    @classmethod
    def open(cls, path: Path, *, create: bool = True) -> Self:
        """The store in a folder, made if it is missing; takes the lock and closes what a crash left open."""
        create_folder(path) if create else open_folder(path)
        lock = Lock(path)
        lock.acquire()
        try:
            folder = create_folder(path) if create else open_folder(path)
            writer = cls(folder, open_database(folder, write=True))
        except BaseException:
            lock.release()
            raise
        writer._lock = lock
        writer.key = folder.keys.seal_key()
        writer._close_interrupted()
        return writer

    def close(self) -> None:
        super().close()
        self._lock.release()

    def check_room(self) -> None:
        """Refuse to begin a recording that the disk may not hold."""
        check_room(self.folder.path)

    def subject_for(self, reference: str) -> str:
        """The subject id of the clinic's number; a number never seen before gets a new one."""
        known = self.subject(reference)
        if known is not None:
            return known
        sealer = Sealer(self.folder.keys)
        subject = sealer.new_id()
        row = (subject, sealer.lookup(reference), sealer.seal(subject, reference))
        with translated(self.folder), self.connection:
            self.connection.execute("INSERT INTO subject VALUES (?, ?, ?)", row)
        return subject

    def begin(self, session: str, subject: str, started: str) -> LedgerWriter:
        """A new session; nothing is written before its first commit."""
        rows = list(self._rows("SELECT coalesce(max(number), 0) + 1 FROM session"))
        return LedgerWriter(self, rows[0][0], session, (session, subject, started))

    def approve(self, content: dict[str, Any]) -> None:
        """Keep a signed approval of a treatment protocol."""
        approval = seal(self.key, content)
        with translated(self.folder), self.connection:
            row = (approval.body, approval.signature)
            self.connection.execute("INSERT INTO approval (body, signature) VALUES (?, ?)", row)

    def _close_interrupted(self) -> None:
        """Give every session that a crash left open its last entry and a seal."""
        for session in self.sessions():
            if session.state == "running":
                LedgerWriter.resume(self, session.number, session.id).interrupt()


class LedgerWriter:
    """Writes the ledger of one session and seals it as it grows."""

    def __init__(self, writer: Writer, number: int, session: str, row: tuple[str, str, str] | None) -> None:
        self._writer = writer
        self._db = writer.connection
        self.number = number
        self.session = session
        self._row = row
        self._base = number << SHIFT
        self._chunks = ChunkDigest()
        self._offset_ns = 0
        self._sealed_entries = 0
        self._sealed_ns = clock.boot_ns()

    @classmethod
    def resume(cls, writer: Writer, number: int, session: str) -> Self:
        """Go on with a session that is in the store."""
        ledger = cls(writer, number, session, None)
        for chunk in writer.chunks(number):
            ledger._chunks.add(chunk)
            ledger._offset_ns = chunk.wall_ns - chunk.boot_ns
        return ledger

    def commit(self, lines: Sequence[Line], chunks: Sequence[Chunk], *, state: str | None = None) -> None:
        """Make entries and chunks durable together, with a seal if one is due; `state` closes the session.

        Raises StoreFullError, StoreBusyError or NotNowError; nothing of this call is then acknowledged.
        """
        rows = [self._chunk_row(chunk) for chunk in chunks]
        base = self._base
        with translated(self._writer.folder), self._db:
            if self._row is not None:
                self._db.execute("INSERT INTO session VALUES (?, ?, ?, ?, 'running')", (self.number, *self._row))
            self._db.executemany(
                "INSERT INTO entry VALUES (?, ?, ?)", [(base + line.number, line.body, line.hash) for line in lines]
            )
            self._db.executemany("INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            if lines and (state is not None or self._seal_due(lines[-1])):
                self._seal(lines[-1], final=state is not None)
            if state is not None:
                self._db.execute("UPDATE session SET state = ? WHERE number = ?", (state, self.number))
        self._row = None

    def interrupt(self) -> None:
        """Write the last entry that a crash kept from being written, and seal what is there."""
        first, last = None, None
        for last in self._writer.lines(self.number):
            first = first or last
        if first is None or last is None:
            return
        now = clock.now()
        content = {"noticed": clock.utc(now.wall_ns)}
        t_us = last.entry().t_us
        line = Chain(last.number, last.hash).append(encode((last.number + 1, t_us, Kind.INTERRUPTED.value, content)))
        # The host may have been restarted since: the entry stands at the moment of the last one, on the old clock.
        boot_ns = first.entry().content["at"]["boot_ns"] + t_us * 1000
        data = encode({"kind": Kind.INTERRUPTED.value, **content})
        self.commit(
            [line], [Chunk(NO_LINK, ChunkKind.ACT, boot_ns, boot_ns + self._offset_ns, data)], state="interrupted"
        )

    def _chunk_row(self, chunk: Chunk) -> tuple[int, int, int, int, int, int, bytes]:
        self._chunks.add(chunk)
        data = zlib.compress(chunk.data, 6) if len(chunk.data) >= _WORTH_PACKING else chunk.data
        packed = len(data) < len(chunk.data)
        key = self._base + self._chunks.count
        kind = KIND_NUMBERS[chunk.kind]
        stored = data if packed else chunk.data
        return key, chunk.link, kind, chunk.boot_ns, chunk.wall_ns, packed, stored

    def _seal_due(self, last: Line) -> bool:
        if last.number - self._sealed_entries >= SEAL_ENTRIES:
            return True
        return clock.boot_ns() - self._sealed_ns >= SEAL_SECONDS * 1_000_000_000

    def _seal(self, last: Line, *, final: bool) -> None:
        """Sign the ledger's head, chained to the seal before it in this installation."""
        writer = self._writer
        before = list(self._db.execute("SELECT number, body, signature FROM seal ORDER BY number DESC LIMIT 1"))
        number = before[0][0] + 1 if before else 1
        previous = Seal(before[0][1], before[0][2]).digest if before else GENESIS
        content = {
            "seal": number,
            "installation": writer.folder.id,
            "session": self.session,
            "entries": last.number,
            "head": last.hash.hex(),
            "chunks": self._chunks.count,
            "chunks_head": self._chunks.head.hex(),
            "previous": previous.hex(),
            "wall": clock.utc(clock.now().wall_ns),
            "software": f"devicelog {__version__}",
            "public_key": public_bytes(writer.key).hex(),
            "final": final,
        }
        signed = seal(writer.key, content)
        self._db.execute("INSERT INTO seal VALUES (?, ?, ?, ?)", (number, self.number, signed.body, signed.signature))
        self._sealed_entries, self._sealed_ns = last.number, clock.boot_ns()
