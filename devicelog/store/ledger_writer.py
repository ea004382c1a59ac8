"""The ledger of a session on its way into the store: entries and their chunks in one transaction, seals in a chain."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.errors import NotNowError, StoreBusyError, StoreChangedError, StoreFormatError, StoreFullError
from devicelog.ledger import (
    GENESIS,
    SEAL_ENTRIES,
    SEAL_SECONDS,
    Chain,
    ChunkDigest,
    Entry,
    Kind,
    Line,
    encode,
)
from devicelog.ledger.resumption import Resumption
from devicelog.store import sealing
from devicelog.store.again import TIMES
from devicelog.store.database import changed_meanwhile, insert, transaction, translated
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
        self._resumed = False
        self._durable = _Durable(None, 0, GENESIS, 0, clock.boot_ns())
        self._doubtful = False
        self._first: Line | None = None
        self._base_ns = 0
        self._offset_ns = 0
        self._until_ns = 0

    @classmethod
    def resume(cls, writer: Writer, number: int, session: str) -> Self:
        """Go on with a session that is in the store; StoreChangedError if another program went on with it just now."""
        ledger = cls(writer, number, session, None)
        ledger._resumed = True
        last = None
        for last in writer.lines(number):
            ledger._first = ledger._first or last
            if last.kind in (Kind.STARTED, Kind.RECORDING_RESUMED):
                ledger._begin_at(last.entry())
        digest = ChunkDigest()
        for chunk in writer.chunks(number):
            digest.add(chunk)
            resumed = Resumption.of(chunk) is not None  # the host may be another run of it since
            ledger._until_ns = chunk.boot_ns if resumed else max(ledger._until_ns, chunk.boot_ns)
            ledger._offset_ns = chunk.wall_ns - chunk.boot_ns
        ledger._durable = replace(ledger._durable, last=last, chunks=digest.count, chunks_head=digest.head)
        writer.check_seen(number, session, ledger._number_of_last())
        return ledger

    def _begin_at(self, entry: Entry) -> None:
        """The clocks of the host as an entry states them: the first one, or one behind a stop."""
        at = entry.content.get("at", entry.content)
        self._base_ns = at["boot_ns"] - entry.t_us * 1000
        self._offset_ns = clock.wall_ns(at["wall"]) - at["boot_ns"]

    def commit(self, lines: Sequence[Line], chunks: Sequence[Chunk], *, state: str | None = None) -> None:
        """Make entries and chunks durable together, with a seal if one is due; `state` closes the session.

        Raises NotNowError; nothing of this call is then acknowledged, and it may be made again, also with more behind
        it unless it closes the session. After a failure of the disk the next call reopens the store and writes only
        what did not become durable; StoreFormatError if what is there is something else. StoreChangedError if somebody
        else has added to a session that was resumed.
        """
        for _ in range(TIMES):
            try:
                return self._attempt(lines, chunks, state)
            except StoreChangedError:
                if self._resumed and self._last_stored() != self._number_of_last():
                    raise
                self._writer.settle_key()
                # An attempt whose answer was lost may have come through after all.
                self._doubtful = not self._resumed
        return self._attempt(lines, chunks, state)

    def _attempt(self, lines: Sequence[Line], chunks: Sequence[Chunk], state: str | None) -> None:
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
        db = self._writer.connection
        if self._row is not None:
            self._writer.mark(self.session)
        with transaction(self._writer.folder, db):
            self._check_place()  # what is read comes first: what follows is sent in one piece
            base, digest = self._base, ChunkDigest(durable.chunks, durable.chunks_head)
            rows = [self._chunk_row(chunk, digest) for chunk in chunks]
            last = lines[-1] if lines else durable.last
            after = replace(durable, last=last, chunks=digest.count, chunks_head=digest.head)
            due = last is not None and (state is not None or _seal_due(after))
            place = sealing.place_of_next(self._writer) if due else None
            if self._row is not None:
                db.execute("INSERT INTO session VALUES (?, ?, ?, ?, 'running')", (self.number, *self._row))
            entries = [(base + line.number, line.body, line.hash) for line in lines]
            insert(db, "INSERT INTO entry VALUES (?, ?, ?)", entries)
            insert(db, "INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            if last is not None and place is not None:
                after = self._seal(after, last, place, final=state is not None)
            if state is not None:
                db.execute("UPDATE session SET state = ? WHERE number = ?", (state, self.number))
        self._row = None
        if state is not None:
            self._writer.unmark(self.session)
        self._writer.stated(self.number, last.number if last is not None else 0)
        return after

    def _check_place(self) -> None:
        """Within a transaction: take the next number for a new session; of one resumed, see that nothing was added."""
        if self._row is not None:
            rows = self._writer.connection.execute("SELECT coalesce(max(number), 0) + 1 FROM session")
            self.number = next(iter(rows))[0]
        elif self._resumed and self._last_stored() != self._number_of_last():
            raise changed_meanwhile(self._writer.folder)

    def _last_stored(self) -> int:
        """The number of the last entry of the session in the store; 0 if there is none."""
        sql = "SELECT coalesce(max(key), ?1) - ?1 FROM entry WHERE key >= ?1 AND key < ?1 + ?2"
        with translated(self._writer.folder):
            return int(next(iter(self._writer.connection.execute(sql, (self._base, _MOST))))[0])

    def _number_of_last(self) -> int:
        return self._durable.last.number if self._durable.last is not None else 0

    @property
    def _base(self) -> int:
        return self.number << SHIFT

    def _found(self, lines: Sequence[Line], chunks: Sequence[Chunk]) -> _Durable:
        """What is durable after a commit of these whose outcome is unknown.

        Raises StoreFormatError if something else stands in their place.
        """
        writer, durable = self._writer, self._durable
        if self._row is not None and not self._find_number():
            return durable
        stored = list(writer.lines(self.number, after=durable.last.number if durable.last is not None else 0))
        digest = ChunkDigest(durable.chunks, durable.chunks_head)
        with translated(writer.folder):
            span = (self._base + durable.chunks, self._base + _MOST)
            there = list(writer.connection.execute(_CHUNKS_AFTER, span))
        rows = [self._chunk_row(chunk, digest) for chunk in chunks[: len(there)]]
        if stored != list(lines[: len(stored)]) or there != rows:
            raise self._unlike()
        seals = [seal.content for _, _, seal in writer.seals(self.number)]
        self._row = None
        return _Durable(
            stored[-1] if stored else durable.last,
            digest.count,
            digest.head,
            seals[-1]["entries"] if seals else 0,
            durable.sealed_ns,
        )

    def _find_number(self) -> bool:
        """Whether a new session has come into the store, and then under which number."""
        with translated(self._writer.folder):
            rows = self._writer.connection.execute("SELECT number FROM session WHERE id = ?", (self.session,))
            found = next(iter(rows), None)
        if found is not None:
            self.number = found[0]
        return found is not None

    def _unlike(self) -> StoreFormatError:
        found = f"session {self.session} holds other entries than the ones that were recorded"
        return StoreFormatError(f"{found}; keep the store as it is, and run `devicelog verify`.")

    def _listed_state(self) -> str | None:
        """What the list of sessions says of this one; None if it is not there yet."""
        sql = "SELECT state FROM session WHERE id = ?"
        with translated(self._writer.folder):
            return next((state for (state,) in self._writer.connection.execute(sql, (self.session,))), None)

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

    def interrupt(self, because: str | None = None) -> None:
        """Write the last entry that a crash kept from being written, and seal what is there.

        `because`: why the recording did not go on, where that was tried.
        """
        last = self._durable.last
        if self._first is None or last is None:
            return
        content = {"noticed": clock.utc(clock.now().wall_ns), **({"because": because} if because else {})}
        t_us = max(last.entry().t_us, (self._until_ns - self._base_ns) // 1000)
        line = Chain(last.number, last.hash).append(encode((last.number + 1, t_us, Kind.INTERRUPTED.value, content)))
        # The host may have been restarted since: the entry stands at the last moment that is kept, on the old clock.
        boot_ns = self._base_ns + t_us * 1000
        data = encode({"kind": Kind.INTERRUPTED.value, **content})
        chunk = Chunk(NO_LINK, ChunkKind.ACT, boot_ns, boot_ns + self._offset_ns, data)
        self.commit([line], [chunk], state="interrupted")

    def _chunk_row(self, chunk: Chunk, digest: ChunkDigest) -> _Row:
        digest.add(chunk)
        packed, stored = pack(chunk.data)
        key = self._base + digest.count
        return key, chunk.link, KIND_NUMBERS[chunk.kind], chunk.boot_ns, chunk.wall_ns, packed, stored

    def _seal(self, durable: _Durable, last: Line, place: dict[str, Any], *, final: bool) -> _Durable:
        """Sign the ledger's head, chained to the seal before it in this installation."""
        content = {
            **place,
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
