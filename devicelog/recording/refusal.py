"""A session that was refused: what was stated is its record, no port is read, and it ends as it begins."""

from __future__ import annotations

from collections.abc import Sequence

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.recorder.plan import Plan
from devicelog.recorder.recorder import Recorder
from devicelog.steps.step import in_short
from devicelog.store.writer import Writer
from devicelog.treatment.protocol import TreatmentProtocol


def record_refusal(
    store: Writer,
    plan: Plan,
    protocol: TreatmentProtocol | None,
    start: clock.Stamp,
    stated: Sequence[Chunk],
    because: Sequence[str],
) -> None:
    """Keep what was stated of a session that was not recorded; `stated` ends with its `refused`.

    One transaction: all of it is there with its seal, or nothing. Raises NotNowError if the store cannot be written.
    """
    recorder = Recorder(plan, protocol, start)
    for chunk in stated:
        recorder.handle(chunk)
    stamp = clock.now()
    why = f"refused: {in_short(because)}"
    recorder.handle(Chunk(NO_LINK, ChunkKind.ENDED, stamp.boot_ns, stamp.wall_ns, why.encode()))
    ledger = store.begin(plan.session, plan.subject, clock.utc(start.wall_ns))
    ledger.commit(*recorder.take(), state="ended")
