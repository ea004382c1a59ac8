"""Late statements: what people state of a session that is over, each an entry with a seal behind it."""

from __future__ import annotations

from typing import Any

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.errors import BadInputError
from devicelog.ledger import Kind, encode
from devicelog.ledger.sealed import seal_fields
from devicelog.ledger.statement import late
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.reader import SessionRow
from devicelog.store.writer import Writer

#: The sessions of which something can be stated behind the end.
OVER = ("ended", "interrupted")


def state_late(writer: Writer, session: SessionRow, kind: Kind, content: dict[str, Any]) -> int:
    """State something of a session that is over; `at` (when it was made) is added. The number of its entry.

    Its free texts are sealed here, unless they are already.

    Raises BadInputError if the session is not over, NotNowError if the store cannot be written, StoreChangedError if
    somebody else added to the session since it was read.
    """
    if session.state not in OVER:
        found = f"session {session.id} is {session.state}"
        raise BadInputError(f"{found}, and this can be stated of a session that is over; end it first.")
    stamp = clock.now()
    sealed = seal_fields(kind, content, lambda text: writer.seal_text(session.subject, text))
    made = {**sealed, "at": {"wall": clock.utc(stamp.wall_ns), "zone": clock.local_zone()}}
    *_, last = writer.lines(session.number)
    line = late(last, kind, made)
    chunk = Chunk(NO_LINK, ChunkKind.ACT, stamp.boot_ns, stamp.wall_ns, encode({"kind": kind.value, **made}))
    LedgerWriter.resume(writer, session.number, session.id).commit([line], [chunk], state=session.state)
    return line.number
