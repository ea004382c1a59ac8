"""Records a device through the whole line, from its bytes to the record read back from the store."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devicelog import clock, registry
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.driver import Driver, Effect, Polling
from devicelog.errors import BadInputError
from devicelog.ledger import Entry, Kind, Verdict
from devicelog.link.polls import Polls
from devicelog.naming import find_protocol
from devicelog.record.record import Record, fold
from devicelog.recorder.recorder import Recorder
from devicelog.recording.opening import plan_session
from devicelog.recording.recording import Recording
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.testing.running import RunningDevice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from devicelog.recorder.plan import Plan
    from devicelog.simulator import SimulatedDevice

#: A virtual session begins here: some moment of some host.
BEGINS = clock.Stamp(boot_ns=3_600_000_000_000, wall_ns=1_767_258_000_000_000_000)
#: Virtual seconds from one read to the next, and the longest session.
STEP = 0.1
POLLED_STEP = 0.02
LONGEST = 24 * 3600.0
#: A real line is given up when no byte came for so many seconds or longer, or so long after the end of the scenario.
QUIET = 1.0


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """What was recorded: the record as people see it, the entries that it comes from, and the chunks behind them."""

    record: Record
    entries: list[Entry]
    chunks: list[Chunk]

    def of(self, kind: str) -> list[Entry]:
        """The entries of one kind, in order."""
        return [entry for entry in self.entries if entry.kind == kind]

    @property
    def verdicts(self) -> list[str]:
        """The verdict of each observation that was held against the treatment protocol, in order and in words."""
        found = [entry.content[3] for entry in self.of(Kind.OBSERVATION)]
        return [Verdict.WORDS[verdict] for verdict in found if verdict is not None]

    @property
    def sent(self) -> list[bytes]:
        """The queries that were sent, in order."""
        return [chunk.data for chunk in self.chunks if chunk.kind is ChunkKind.SENT]


def record_session(
    driver: Driver | str,
    device: RunningDevice | SimulatedDevice | str,
    store: Path,
    *,
    protocol: str = "none",
    zones: Sequence[str] = (),
    seconds: float = LONGEST,
) -> RecordedSession:
    """One session of a device in the store of that folder; `driver` is a value or the name of an installed one.

    A simulated device is played on a virtual clock, to its end or for `seconds`; the same one gives the same entries.
    A running device or a URL is opened and read in real time, for `seconds` or until nothing comes any more.
    BadInputError for what is none of these.
    """
    driver = _driver(driver)
    url = _url(driver, device)
    limits = find_protocol(protocol)
    with Writer.open(store) as writer:
        plan = plan_session(
            writer,
            devices=[(driver, _package(driver), url)],
            protocol=limits,
            subject="test",
            practitioner="test",
            zones=zones,
            settings={},
            start=clock.now() if isinstance(device, str | RunningDevice) else BEGINS,
        )
        if isinstance(device, str | RunningDevice):
            recording = Recording(writer, plan, limits, clock.now(), lambda _: None)
            _record_line(recording, seconds, silence(driver, device), _ending(recording, driver, device))
        else:
            _record_virtually(writer, plan, Recorder(plan, limits, BEGINS), driver, device, seconds)
    with Reader.open(store) as reader:
        session = reader.session(plan.session).number
        entries, chunks = list(reader.entries(session)), list(reader.chunks(session))
    return RecordedSession(fold(entries), entries, chunks)


def _driver(driver: object) -> Driver:
    if isinstance(driver, str):
        return registry.driver(driver)
    if not isinstance(driver, Driver):
        found = f"recorder: found {driver!r:.80} as the driver"
        raise BadInputError(f"{found}; expected a Driver value or the name of an installed one, and then the device.")
    return driver


def _url(driver: Driver, device: object) -> str:
    """The address of a device that can be recorded."""
    if isinstance(device, RunningDevice):
        return device.url
    if isinstance(device, str):
        return device
    if not (hasattr(device, "advance") and hasattr(device, "answer")):
        expected = "simulated_device(SIMULATOR), SIMULATOR.start(1, None) or a URL"
        raise BadInputError(f"recorder: found {device!r:.80} as the device; expected {expected}.")
    if getattr(device, "finished", False):
        raise BadInputError(f"recorder: found {device!r:.80}, which is at its end; expected a device just started.")
    return f"simulated:{driver.name}"


def silence(driver: Driver, device: RunningDevice | str) -> float | None:
    """How long no byte may come until a device on a real line is given up, in seconds; None: until it is at its end.

    Twice the time that may lie between two frames, or between two times that it is asked.
    """
    if isinstance(device, RunningDevice) and driver.polling is not None:
        return None
    periods = [query.every for query in driver.queries if query.every is not None and driver.polling is not None]
    longest = 2 * max(driver.expected_interval or 0.0, *periods, 0.0)
    speed = device.speed if isinstance(device, RunningDevice) else 1.0
    return max(QUIET, longest / speed) if speed is not None else QUIET


def _record_line(recording: Recording, seconds: float, quiet: float | None, idle: Callable[[], None]) -> None:
    interval = sys.getswitchinterval()
    recording.open_ports()
    try:
        if seconds < LONGEST:
            recording.run(seconds=seconds)
        else:
            recording.run(quiet_seconds=quiet, idle=idle)
    finally:
        sys.setswitchinterval(interval)


def _ending(recording: Recording, driver: Driver, device: RunningDevice | str) -> Callable[[], None]:
    """What ends a session besides the silence of its device."""
    if driver.polling is None or isinstance(device, str):
        return lambda: None
    return _Ending(recording, device)


class _Ending:
    """Ends a session a moment after the end of its device, which would answer queries for ever."""

    def __init__(self, recording: Recording, device: RunningDevice) -> None:
        self._recording = recording
        self._device = device
        self._finished_ns: int | None = None

    def __call__(self) -> None:
        if not self._device.finished:
            return
        now = clock.boot_ns()
        self._finished_ns = self._finished_ns or now
        if now - self._finished_ns > QUIET * 1e9:
            self._recording.stop("the devices fell silent")


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
