"""Sessions on a virtual clock for the checks: what a simulated device says, through the recorder alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from devicelog import registry
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.clock import Stamp
from devicelog.driver import Driver
from devicelog.ledger import Entry
from devicelog.recorder.plan import Bound, Plan
from devicelog.recorder.recorder import Recorder
from devicelog.treatment.protocol_file import find

BEGINS = Stamp(boot_ns=3_600_000_000_000, wall_ns=1_767_258_000_000_000_000)

#: The moment of a read (s, since the session began) and its bytes.
Heard = tuple[float, bytes]


@dataclass(frozen=True, slots=True)
class Course:
    """A scenario of a simulator with its driver and, if it has limits, its treatment protocol."""

    simulator: str
    scenario: str
    protocol: str | None

    @property
    def driver(self) -> Driver:
        return registry.driver(self.simulator)


COURSES = (
    Course("reference-mesogun", "face", "meso-face-gun-intradermal"),
    Course("reference-mesogun", "face-limits", "meso-face-gun-intradermal"),
    Course("reference-noneedle", "current", "noneedle-ionto-dc-face"),
    Course("reference-noneedle", "current-limits", "noneedle-ionto-dc-face"),
)


def simulated(course: Course, seed: int, *, step: float = 0.1) -> list[Heard]:
    """What the simulated device says in a whole session, in reads `step` apart; b"" is a read with nothing."""
    simulator = registry.simulator(course.simulator)
    path: Path = simulator.scenarios[course.scenario]
    device = simulator.start(seed, path)
    heard: list[Heard] = []
    while not device.finished:
        heard.append(((len(heard) + 1) * step, device.advance(step)))
    return heard


def recorded(course: Course, heard: Iterable[Heard], driver: Driver | None = None) -> Recorder:
    """The recorder when all this has arrived and the session has ended; its entries are in `lines`."""
    limits = find(course.protocol) if course.protocol is not None else None
    kept = None if limits is None else {"id": limits.id, "sha256": limits.sha256, "text": limits.text}
    devices = (Bound(1, driver or course.driver, "test", "test:1"),)
    recorder = Recorder(Plan("S1", "subject", "Dr. Test", kept, devices, "test", {}, ("face",)), limits, BEGINS)
    recorder.handle(_chunk(1, ChunkKind.OPENED, 0.0, b"test:1"))
    at = 0.0
    for at, data in heard:
        recorder.handle(_chunk(1, ChunkKind.RECEIVED if data else ChunkKind.QUIET, at, data))
    recorder.handle(_chunk(NO_LINK, ChunkKind.ENDED, at, b"the session was over"))
    return recorder


def entries(recorder: Recorder) -> Iterator[Entry]:
    """What has been recorded."""
    return (line.entry() for line in recorder.lines)


def _chunk(link: int, kind: ChunkKind, at: float, data: bytes) -> Chunk:
    since = round(at * 1e9)
    return Chunk(link, kind, BEGINS.boot_ns + since, BEGINS.wall_ns + since, data)
