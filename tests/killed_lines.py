"""Lines on a virtual clock whose recorder is killed and made again of what it kept, on the same host or a new run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devicelog.chunk import Chunk, ChunkKind
from devicelog.clock import Stamp
from devicelog.ledger.resumption import Resumption
from devicelog.recorder.recorder import Recorder
from tests.faults.backfill import BEGINS, Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devicelog.record.record import Record

#: Seconds that a host needs to come back, on its boot-time clock.
BOOTED = 20.0


class KilledLine(Line):
    """A line that stamps its chunks by a host that may be restarted, or whose clock on the wall may be set."""

    boot_shift = 0.0
    wall_shift = 0.0
    boot = ""

    @classmethod
    def of(cls, line: Line) -> KilledLine:
        """The same line, which has just been opened."""
        line.__class__ = cls
        assert isinstance(line, cls)
        return line

    @property
    def now(self) -> Stamp:
        boot_ns = BEGINS.boot_ns + round((self.seconds + self.boot_shift) * 1e9)
        return Stamp(boot_ns, BEGINS.wall_ns + round((self.seconds + self.wall_shift) * 1e9))

    def put(self, kind: ChunkKind, data: bytes = b"", *, link: int = 1) -> None:
        self.hand(Chunk(link, kind, self.now.boot_ns, self.now.wall_ns, data))

    def hand(self, chunk: Chunk) -> None:
        self.recorder.handle(chunk)
        lines, chunks = self.recorder.take()
        self.entries += [line.entry() for line in lines]
        self.chunks += chunks

    def kill(self) -> None:
        """The recorder is gone; one that stands where it stood is made of what was kept."""
        self.recorder = remade(self.recorder, self.chunks)
        self.recorder.take()
        self.recorder.requests.clear()

    def away(self, seconds: float, *, reboots: bool = False, sets_clock_by: float = 0.0) -> None:
        """Time passes for the device, and nobody listens."""
        self.device.advance(seconds)
        self.seconds += seconds
        self.wall_shift += sets_clock_by
        if reboots:
            self.boot_shift = BOOTED - self.seconds - BEGINS.boot_ns / 1e9
            self.boot += "another "

    def go_on(self) -> Resumption:
        """The recording goes on, and the port is opened again."""
        clock = self.recorder.clock
        resumption = Resumption.after(clock.last, clock.boot_id, self.now, self.boot, "test")
        self.hand(resumption.chunk())
        self.put(ChunkKind.OPENED, b"/dev/test")
        self.query(b"ID?\r\n")
        return resumption


def remade(recorder: Recorder, chunks: Iterable[Chunk]) -> Recorder:
    """A recorder of the same plan that has seen these chunks."""
    again = Recorder(recorder.plan, recorder.monitor.protocol, BEGINS)
    for chunk in chunks:
        again.handle(replace(chunk))
    return again


def totals(record: Record) -> dict[str, object]:
    """What was given in the session and in each zone."""
    fields = ("triggers", "injections", "volume", "purged", "charge", "samples", "current_ms", "missing_ms")
    of = {"session": record.tally.session, **record.tally.zones}
    return {zone: {name: getattr(found, name) for name in fields} for zone, found in of.items()}
