"""The ledger of a session on its way into the store: entries and their chunks in one transaction, seals in a chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

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
from devicelog.store.database import transaction
from devicelog.store.packing import pack
from devicelog.store.reader import KIND_NUMBERS
from devicelog.store.schema import SHIFT

if TYPE_CHECKING:
    from devicelog.store.writer import Writer

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
        self._db = writer.connection
        self.number = number
        self.session = session
        self._row = row
        self._base = number << SHIFT
        self._durable = _Durable(None, 0, GENESIS, 0, clock.boot_ns())
        self._first: Line | None = None
        self._offset_ns = 0

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
        ledger._durable = replace(ledger._durable, last=last, chunks=digest.count, chunks_head=digest.head)
        return ledger

    def commit(self, lines: Sequence[Line], chunks: Sequence[Chunk], *, state: str | None = None) -> None:
        """Make entries and chunks durable together, with a seal if one is due; `state` closes the session.

        Raises StoreFullError, StoreBusyError or NotNowError; nothing of this call is then acknowledged, and the same
        call may be made again.
        """
        base, durable = self._base, self._durable
        digest = ChunkDigest(durable.chunks, durable.chunks_head)
        rows = [self._chunk_row(chunk, digest) for chunk in chunks]
        last = lines[-1] if lines else durable.last
        after = replace(durable, last=last, chunks=digest.count, chunks_head=digest.head)
        with transaction(self._writer.folder, self._db):
            if self._row is not None:
                self._db.execute("INSERT INTO session VALUES (?, ?, ?, ?, 'running')", (self.number, *self._row))
            self._db.executemany(
                "INSERT INTO entry VALUES (?, ?, ?)", [(base + line.number, line.body, line.hash) for line in lines]
            )
            self._db.executemany("INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            if last is not None and (state is not None or _seal_due(after)):
                after = self._seal(after, last, final=state is not None)
            if state is not None:
                self._db.execute("UPDATE session SET state = ? WHERE number = ?", (state, self.number))
        self._row = None
        self._durable = after

    def seal_if_due(self) -> None:
        """Seal what has not been sealed for a minute, also when nothing more comes."""
        durable = self._durable
        if durable.last is not None and durable.last.number > durable.sealed_entries and _seal_due(durable):
            self.commit((), ())

    def interrupt(self) -> None:
        """Write the last entry that a crash kept from being written, and seal what is there."""
        first, last = self._first, self._durable.last
        if first is None or last is None:
            return
        content = {"noticed": clock.utc(clock.now().wall_ns)}
        t_us = last.entry().t_us
        line = Chain(last.number, last.hash).append(encode((last.number + 1, t_us, Kind.INTERRUPTED.value, content)))
        # The host may have been restarted since: the entry stands at the moment of the last one, on the old clock.
        boot_ns = first.entry().content["at"]["boot_ns"] + t_us * 1000
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
            "chunks": durable.chunks,
            "chunks_head": durable.chunks_head.hex(),
            "previous": previous.hex(),
            "wall": clock.utc(clock.now().wall_ns),
            "software": f"devicelog {__version__}",
            "public_key": public_bytes(writer.key).hex(),
            "final": final,
        }
        signed = seal(writer.key, content)
        self._db.execute("INSERT INTO seal VALUES (?, ?, ?, ?)", (number, self.number, signed.body, signed.signature))
        return replace(durable, sealed_entries=last.number, sealed_ns=clock.boot_ns())


def _seal_due(durable: _Durable) -> bool:
    assert durable.last is not None
    if durable.last.number - durable.sealed_entries >= SEAL_ENTRIES:
        return True
    return clock.boot_ns() - durable.sealed_ns >= SEAL_SECONDS * 1_000_000_000
