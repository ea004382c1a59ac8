"""Records a simulated device through the whole line, from its bytes to the record read back from the store."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devicelog import clock, registry
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.driver import Driver, Effect, Polling
from devicelog.ledger import Entry
from devicelog.opening import find_protocol, plan_session
from devicelog.polls import Polls
from devicelog.record import Record, fold
from devicelog.recorder import Recorder
from devicelog.recording import Recording
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from devicelog.plan import Plan
    from devicelog.simulator import SimulatedDevice

#: A virtual session begins here: some moment of some host.
BEGINS = clock.Stamp(boot_ns=3_600_000_000_000, wall_ns=1_767_258_000_000_000_000)
#: Virtual seconds from one read to the next, and the longest session.
STEP = 0.1
POLLED_STEP = 0.02
LONGEST = 24 * 3600.0
#: A real line is given up when no byte came for so many seconds.
QUIET = 1.0


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """What was recorded: the record as people see it, and the entries that it comes from."""

    record: Record
    entries: list[Entry]

    def of(self, kind: str) -> list[Entry]:
        """The entries of one kind, in order."""
        return [entry for entry in self.entries if entry.kind == kind]


def record_session(
    driver: Driver,
    device: SimulatedDevice | str,
    store: Path,
    *,
    protocol: str = "none",
    zones: Sequence[str] = (),
    seconds: float = LONGEST,
) -> RecordedSession:
    """One session of a device in the store of that folder.

    A simulated device is played on a virtual clock, to its end or for `seconds`; the same one gives the same entries.
    A URL is opened and read in real time until nothing comes any more.
    """
    limits = find_protocol(protocol)
    url = device if isinstance(device, str) else f"simulated:{driver.name}"
    with Writer.open(store) as writer:
        plan = plan_session(
            writer,
            devices=[(driver, _package(driver), url)],
            protocol=limits,
            subject="test",
            practitioner="test",
            zones=zones,
            settings={},
            start=clock.now() if isinstance(device, str) else BEGINS,
        )
        if isinstance(device, str):
            _record_line(Recording(writer, plan, limits, clock.now(), lambda _: None), seconds)
        else:
            _record_virtually(writer, plan, Recorder(plan, limits, BEGINS), driver, device, seconds)
    with Reader.open(store) as reader:
        entries = list(reader.entries(reader.session(plan.session).number))
    return RecordedSession(fold(entries), entries)


def _record_line(recording: Recording, seconds: float) -> None:
    interval = sys.getswitchinterval()
    recording.open_ports()
    try:
        recording.run(seconds=seconds) if seconds < LONGEST else recording.run(quiet_seconds=QUIET)
    finally:
        sys.setswitchinterval(interval)


def _record_virtually(
    writer: Writer, plan: Plan, recorder: Recorder, driver: Driver, device: SimulatedDevice, seconds: float
) -> None:
    ledger = writer.begin(plan.session, plan.subject, clock.utc(BEGINS.wall_ns))
    for chunk in play(driver, device, seconds):
        recorder.handle(chunk)
        while recorder.requests:
            _, request = recorder.requests.pop(0)
            recorder.handle(replace(chunk, link=1, kind=ChunkKind.SENT, data=request))
            recorder.handle(replace(chunk, link=1, kind=ChunkKind.RECEIVED, data=device.answer(request)))
    lines, kept = recorder.take()
    ledger.commit(lines, kept, state="ended")


def play(driver: Driver, device: SimulatedDevice, seconds: float) -> Iterator[Chunk]:
    """What a link would have queued, had virtual time been real."""
    elapsed = 0.0

    def chunk(kind: ChunkKind, data: bytes = b"", *, link: int = 1) -> Chunk:
        since = round(elapsed * 1e9)
        return Chunk(link, kind, BEGINS.boot_ns + since, BEGINS.wall_ns + since, data)

    yield chunk(ChunkKind.OPENED, b"simulated")
    if driver.polling is not None:
        yield from _polled(driver, driver.polling, device, seconds)
        return
    for query in driver.queries:
        if query.on_open and query.effect is Effect.NONE:
            yield chunk(ChunkKind.SENT, query.request)
            yield chunk(ChunkKind.RECEIVED, device.answer(query.request))
    while elapsed < seconds and not device.finished:
        elapsed += STEP
        data = device.advance(STEP)
        yield chunk(ChunkKind.RECEIVED, data) if data else chunk(ChunkKind.QUIET)
    yield chunk(ChunkKind.ENDED, b"the simulation was over", link=NO_LINK)


def _polled(driver: Driver, polling: Polling, device: SimulatedDevice, seconds: float) -> Iterator[Chunk]:
    """What a link would have queued of a device that it asks one query at a time, had virtual time been real."""
    polls = Polls(driver.queries, polling)
    steps = 0

    def chunk(kind: ChunkKind, data: bytes = b"", *, link: int = 1) -> Chunk:
        since = steps * round(POLLED_STEP * 1e9)
        return Chunk(link, kind, BEGINS.boot_ns + since, BEGINS.wall_ns + since, data)

    while steps * POLLED_STEP < seconds and not device.finished:
        now = steps * POLLED_STEP
        request = polls.take(now)
        answer = b""
        if request is not None:
            yield chunk(ChunkKind.SENT, request)
            answer = device.answer(request)
        steps += 1
        data = answer + device.advance(POLLED_STEP)
        if data:
            polls.heard(data, steps * POLLED_STEP)
        yield chunk(ChunkKind.RECEIVED, data) if data else chunk(ChunkKind.QUIET)
    yield chunk(ChunkKind.ENDED, b"the simulation was over", link=NO_LINK)


def _package(driver: Driver) -> str:
    plugin = registry.drivers().get(driver.name)
    return plugin.package if plugin is not None else driver.decoder.__module__.partition(".")[0]
