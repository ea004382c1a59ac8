"""The ledger of a session on its way into the store: entries and their chunks in one transaction, seals in a chain."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.errors import NotNowError, StoreBusyError, StoreFormatError, StoreFullError
from devicelog.ledger import (
    GENESIS,
    SEAL_ENTRIES,
    SEAL_SECONDS,
    Chain,
    ChunkDigest,
    Kind,
    Line,
    encode,
)
from devicelog.store import sealing
from devicelog.store.database import transaction, translated
from devicelog.store.packing import pack
from devicelog.store.reader import KIND_NUMBERS
from devicelog.store.schema import SHIFT

if TYPE_CHECKING:
    from devicelog.store.writer import Writer

#: Entries and chunks of a session have smaller numbers than this.
_MOST = 1 << SHIFT
_CHUNKS_AFTER = (
    "SELECT key, link, kind, boot_ns, wall_ns, packed, data FROM chunk WHERE key > ? AND key < ? ORDER BY key"
)

_Row = tuple[int, int, int, int, int, int, bytes]


@dataclass(frozen=True, slots=True)
class _Durable:
    """What is known to be on the disk: the last entry, the chunks, and how far the seals reach."""

    last: Line | None
    chunks: int
    chunks_head: bytes
    sealed_entries: int
    sealed_ns: int


class LedgerWriter:
    """The ledger of one session as it grows. What `commit` returned from is durable."""

    def __init__(self, writer: Writer, number: int, session: str, row: tuple[str, str, str] | None) -> None:
        self._writer = writer
        self.number = number
        self.session = session
        self._row = row
        self._base = number << SHIFT
        self._durable = _Durable(None, 0, GENESIS, 0, clock.boot_ns())
        self._doubtful = False
        self._first: Line | None = None
        self._offset_ns = 0
        self._until_ns = 0

    @classmethod
    def resume(cls, writer: Writer, number: int, session: str) -> Self:
        """Go on with a session that is in the store."""
        ledger = cls(writer, number, session, None)
        last = None
        for last in writer.lines(number):
            ledger._first = ledger._first or last
        if ledger._first is not None:
            at = ledger._first.entry().content["at"]
            ledger._offset_ns = clock.wall_ns(at["wall"]) - at["boot_ns"]
        digest = ChunkDigest()
        for chunk in writer.chunks(number):
            digest.add(chunk)
            ledger._offset_ns = chunk.wall_ns - chunk.boot_ns
            ledger._until_ns = max(ledger._until_ns, chunk.boot_ns)
        ledger._durable = replace(ledger._durable, last=last, chunks=digest.count, chunks_head=digest.head)
        return ledger

    def commit(self, lines: Sequence[Line], chunks: Sequence[Chunk], *, state: str | None = None) -> None:
        """Make entries and chunks durable together, with a seal if one is due; `state` closes the session.

        Raises NotNowError; nothing of this call is then acknowledged, and it may be made again, also with more behind
        it unless it closes the session. After a failure of the disk the next call reopens the store and writes only
        what did not become durable; StoreFormatError if what is there is something else.
        """
        try:
            if self._doubtful:
                self._commit_after_failure(lines, chunks, state)
            else:
                self._durable = self._write(self._durable, lines, chunks, state)
        except (StoreFullError, StoreBusyError):
            raise  # nothing of it is there
        except NotNowError:
            self._doubtful = True
            raise
        self._doubtful = False

    def _commit_after_failure(self, lines: Sequence[Line], chunks: Sequence[Chunk], state: str | None) -> None:
        """Find out what became durable all the same, and write the rest."""
        self._writer.reopen()
        durable = self._found(lines, chunks)
        count = durable.last.number - lines[0].number + 1 if lines and durable.last is not None else 0
        rest = lines[count:], chunks[durable.chunks - self._durable.chunks :]
        if state is None or state != self._listed_state():
            durable = self._write(durable, *rest, state)
        elif any(rest):
            raise self._unlike()
        self._durable = durable

    def _write(self, durable: _Durable, lines: Sequence[Line], chunks: Sequence[Chunk], state: str | None) -> _Durable:
        """Add these to what is durable, in one transaction."""
        base, db = self._base, self._writer.connection
        digest = ChunkDigest(durable.chunks, durable.chunks_head)
        rows = [self._chunk_row(chunk, digest) for chunk in chunks]
        last = lines[-1] if lines else durable.last
        after = replace(durable, last=last, chunks=digest.count, chunks_head=digest.head)
        with transaction(self._writer.folder, db):
            if self._row is not None:
                db.execute("INSERT INTO session VALUES (?, ?, ?, ?, 'running')", (self.number, *self._row))
            db.executemany(
                "INSERT INTO entry VALUES (?, ?, ?)", [(base + line.number, line.body, line.hash) for line in lines]
            )
            db.executemany("INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            if last is not None and (state is not None or _seal_due(after)):
                after = self._seal(after, last, final=state is not None)
            if state is not None:
                db.execute("UPDATE session SET state = ? WHERE number = ?", (state, self.number))
        self._row = None
        return after

    def _found(self, lines: Sequence[Line], chunks: Sequence[Chunk]) -> _Durable:
        """What is durable after a commit of these whose outcome is unknown.

        Raises StoreFormatError if something else stands in their place.
        """
        writer, durable = self._writer, self._durable
        stored = list(writer.lines(self.number, after=durable.last.number if durable.last is not None else 0))
        digest = ChunkDigest(durable.chunks, durable.chunks_head)
        with translated(writer.folder):
            span = (self._base + durable.chunks, self._base + _MOST)
            there = list(writer.connection.execute(_CHUNKS_AFTER, span))
        rows = [self._chunk_row(chunk, digest) for chunk in chunks[: len(there)]]
        if stored != list(lines[: len(stored)]) or there != rows:
            raise self._unlike()
        seals = [seal.content for _, _, seal in writer.seals(self.number)]
        if self._listed_state() is not None:
            self._row = None
        return _Durable(
            stored[-1] if stored else durable.last,
            digest.count,
            digest.head,
            seals[-1]["entries"] if seals else 0,
            durable.sealed_ns,
        )

    def _unlike(self) -> StoreFormatError:
        found = f"session {self.session} holds other entries than the ones that were recorded"
        return StoreFormatError(f"{found}; keep the store as it is, and run `devicelog verify`.")

    def _listed_state(self) -> str | None:
        """What the list of sessions says of this one; None if it is not there yet."""
        sql = "SELECT state FROM session WHERE number = ?"
        with translated(self._writer.folder):
            return next((state for (state,) in self._writer.connection.execute(sql, (self.number,))), None)

    def seal_if_due(self) -> None:
        """Seal what has not been sealed for a minute, also when nothing more comes."""
        durable = self._durable
        if durable.last is not None and durable.last.number > durable.sealed_entries and _seal_due(durable):
            self.commit((), ())

    def log_bytes(self) -> int:
        """How long the log beside the database is: it grows while a reader holds an old state of the store."""
        try:
            return self._writer.folder.log.stat().st_size
        except OSError:
            return 0

    def give_up_reserve(self) -> None:
        """Let the end of the session have the room that was kept for it."""
        with suppress(OSError):
            self._writer.reserve.release()

    def interrupt(self) -> None:
        """Write the last entry that a crash kept from being written, and seal what is there."""
        first, last = self._first, self._durable.last
        if first is None or last is None:
            return
        content = {"noticed": clock.utc(clock.now().wall_ns)}
        start_ns = first.entry().content["at"]["boot_ns"]
        t_us = max(last.entry().t_us, (self._until_ns - start_ns) // 1000)
        line = Chain(last.number, last.hash).append(encode((last.number + 1, t_us, Kind.INTERRUPTED.value, content)))
        # The host may have been restarted since: the entry stands at the last moment that is kept, on the old clock.
        boot_ns = start_ns + t_us * 1000
        data = encode({"kind": Kind.INTERRUPTED.value, **content})
        chunk = Chunk(NO_LINK, ChunkKind.ACT, boot_ns, boot_ns + self._offset_ns, data)
        self.commit([line], [chunk], state="interrupted")

    def _chunk_row(self, chunk: Chunk, digest: ChunkDigest) -> _Row:
        digest.add(chunk)
        packed, stored = pack(chunk.data)
        key = self._base + digest.count
        return key, chunk.link, KIND_NUMBERS[chunk.kind], chunk.boot_ns, chunk.wall_ns, packed, stored

    def _seal(self, durable: _Durable, last: Line, *, final: bool) -> _Durable:
        """Sign the ledger's head, chained to the seal before it in this installation."""
        content = {
            **sealing.place_of_next(self._writer),
            "session": self.session,
            "entries": last.number,
            "head": last.hash.hex(),
            "chunks": durable.chunks,
            "chunks_head": durable.chunks_head.hex(),
            "final": final,
        }
        sealing.append(self._writer, self.number, content)
        return replace(durable, sealed_entries=last.number, sealed_ns=clock.boot_ns())


def _seal_due(durable: _Durable) -> bool:
    assert durable.last is not None
    if durable.last.number - durable.sealed_entries >= SEAL_ENTRIES:
        return True
    return clock.boot_ns() - durable.sealed_ns >= SEAL_SECONDS * 1_000_000_000
