"""A newer decoding of a session accepted: an amendment with both versions kept, sealed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from devicelog import __version__, clock
from devicelog.chunk import Chunk
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.ledger.amendment import What, amending, amendments
from devicelog.recorder.act import act
from devicelog.recorder.corrections import ZoneCorrection
from devicelog.replay.replay import Decoding, Replay
from devicelog.store.ledger_writer import LedgerWriter
from devicelog.store.reader import SessionRow
from devicelog.store.writer import Writer

#: The sessions that can be amended: they are over and can be read.
OVER = ("ended", "interrupted")

_log = structlog.get_logger()


def accept(store: Writer, session: SessionRow, *, drivers: Sequence[str], by: str, reason: str) -> int:
    """Let what the drivers read now count from here on; the number of the amendment. What was there stays as it is.

    Raises BadInputError if the session is not over, or if nothing differs from what counts already.
    """
    if session.state not in OVER:
        found = f"session {session.id} is {session.state}"
        raise BadInputError(f"{found}, and only a session that is over can be amended; end it and verify it first.")
    replayed = Replay(store, session)
    decoding = replayed.chosen(drivers)
    counts = replayed.versions[-1]
    if replayed.holds(counts, decoding):
        already = f"amendment {counts.number} has accepted that" if counts.number else "it was recorded so"
        raise BadInputError(f"nothing differs in session {session.id}: {already}; there is nothing to accept.")
    number = amend(store, replayed, What.DECODED_AGAIN, decoding, by=by, reason=reason)
    _log.info("session amended", session=session.id)
    return number


def amend(
    store: Writer,
    replayed: Replay,
    what: What,
    decoding: Decoding,
    *,
    by: str,
    reason: str,
    more: Mapping[str, Any] | None = None,
    files: Sequence[Chunk] = (),
    zones: Sequence[ZoneCorrection] = (),
) -> int:
    """Let a decoding count from here on, with more files of devices or corrections of zones; the amendment's number.

    The reason is sealed with the subject's key. Raises BadInputError for a subject that has none any more.
    """
    counts, session = replayed.versions[-1], replayed.session
    number = amendments(replayed.lines) + 1
    made: dict[str, Any] = {
        "amendment": number,
        "what": what.value,
        "by": by,
        "reason": store.seal_reason(session.subject, reason),
        "at": {"wall": clock.utc(clock.now().wall_ns), "zone": clock.local_zone()},
        "software": f"devicelog {__version__}",
        "drivers": decoding.content(),
        "of": {"first": counts.first, "last": counts.last, "head": counts.head.hex()},
        **(more or {}),
    }
    *_, last = replayed.lines()
    lines = amending(last, made, list(replayed.decoded(decoding, files, zones)))
    ledger = LedgerWriter.resume(store, session.number, session.id)
    ledger.commit(lines, [*files, act(clock.now(), Kind.AMENDMENT, **made)], state=session.state)
    return number
