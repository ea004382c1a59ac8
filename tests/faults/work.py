"""The work during which disks fail: three sessions on a fresh store, one of which breaks off, and an approval.

The line is the product's own from the chunk to the disk; the bytes are a simulator's, on a virtual clock.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devicelog import registry
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.clock import Stamp, utc
from devicelog.ledger import Line
from devicelog.recorder.recorder import Recorder
from devicelog.recording.backlog import Backlog
from devicelog.recording.opening import plan_session
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.verification.store import verify_store

DRIVER = "reference-noneedle"
REFERENCE = "P-0017"
BEGINS = Stamp(boot_ns=3_600_000_000_000, wall_ns=1_767_258_000_000_000_000)
#: Seconds of a session, and of one read.
LONG, STEP = 40.0, 1.0
#: The log begins anew after so many pages, so that this happens within the work.
_CHECKPOINT = 40

#: Told of what has become durable: session and entries.
Acknowledge = Callable[[str, Sequence[Line]], None]


@dataclass(slots=True)
class Acknowledged:
    """What was said to be durable: hash by number by session."""

    entries: dict[str, dict[int, bytes]] = field(default_factory=dict)

    def __call__(self, session: str, lines: Sequence[Line]) -> None:
        self.entries.setdefault(session, {}).update({line.number: line.hash for line in lines})

    @property
    def count(self) -> int:
        return sum(len(hashes) for hashes in self.entries.values())


def work(root: Path, acknowledge: Acknowledge, *, seconds: float = LONG, sessions: int = 3) -> None:
    """Record sessions one after the other, each in a store opened anew; the second one breaks off."""
    for number in range(1, sessions + 1):
        session(root, acknowledge, number, seconds=seconds, to_the_end=number != 2)


def session(root: Path, acknowledge: Acknowledge, number: int, *, seconds: float, to_the_end: bool) -> None:
    """One session; errors of the store come out at once."""
    driver = registry.driver(DRIVER)
    with Writer.open(root / "store") as writer:
        writer.connection.pragma("wal_autocheckpoint", _CHECKPOINT)
        begins = Stamp(BEGINS.boot_ns, BEGINS.wall_ns + number * 1_000_000_000)
        plan = plan_session(
            writer,
            devices=[(driver, "devicelog", "simulated:")],
            protocol=None,
            subject=REFERENCE,
            practitioner="Dr. Test",
            zones=(),
            settings={},
            start=begins,
        )
        recorder = Recorder(plan, None, begins)
        ledger = writer.begin(plan.session, plan.subject, utc(begins.wall_ns))
        backlog = Backlog(ledger, lambda lines: acknowledge(plan.session, lines))
        for chunk in chunks(number, seconds, begins, to_the_end=to_the_end):
            recorder.handle(chunk)
            backlog.put(*recorder.take(), "ended" if recorder.ended else None)
            backlog.flush()
        backlog.drain(lambda: None)
        writer.approve({"approval": 1, "id": "a", "version": "1", "sha256": "0" * 64, "by": "Dr. Test", "at": "now"})


def chunks(seed: int, seconds: float, begins: Stamp, *, to_the_end: bool) -> Iterator[Chunk]:
    """What a link would have queued."""
    device = registry.simulator(DRIVER).start(seed, None)

    def chunk(kind: ChunkKind, data: bytes = b"", *, link: int = 1) -> Chunk:
        since = round(at * 1e9)
        return Chunk(link, kind, begins.boot_ns + since, begins.wall_ns + since, data)

    at = 0.0
    yield chunk(ChunkKind.OPENED, b"simulated")
    yield chunk(ChunkKind.RECEIVED, device.answer(b"ID?\r\n"))
    while at < seconds and not device.finished:
        at += STEP
        yield chunk(ChunkKind.RECEIVED, device.advance(STEP))
    if to_the_end:
        yield chunk(ChunkKind.ENDED, b"the work was done", link=NO_LINK)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is such a thing: what a sync costs is of no interest here."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="devicelog-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def what_is_wrong(root: Path, acknowledged: dict[str, dict[int, bytes]]) -> str | None:
    """What of a store after a fault is not as promised; None if all is.

    The store opens for the next recording without help; all that was acknowledged is there once, as it was; the
    whole verifies; the clinic's number of the subject can be read.
    """
    os.environ["DEVICELOG_KEYS"] = str(root / "keys")
    with Writer.open(root / "store"):
        pass
    with Reader.open(root / "store") as reader:
        rows = {row.id: row for row in reader.sessions()}
        for name, hashes in acknowledged.items():
            if name not in rows:
                return f"session {name} is gone"
            stored = {line.number: line.hash for line in reader.lines(rows[name].number)}
            wrong = [number for number, digest in hashes.items() if stored.get(number) != digest]
            if wrong:
                return f"{len(wrong)} acknowledged entries of {name} are gone, one of them is {wrong[0]}"
            if reader.reference(rows[name].subject) != REFERENCE:
                return f"the clinic's number of the subject of {name} is gone"
        findings = verify_store(reader)
        return None if findings.holds else f"it does not verify: {findings.faults[0]}"
