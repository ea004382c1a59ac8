"""Outages of devices with a memory, on a virtual clock: how much of what was missed is read back, and what is not.

Each tool takes its size and returns what it counted; nothing here sleeps or opens a port.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.clock import Stamp
from devicelog.ledger import Entry
from devicelog.record.record import Record, fold
from devicelog.recorder.plan import Bound, Plan
from devicelog.recorder.recorder import Recorder
from devicelog_drivers import reference_mesogun, reference_noneedle
from devicelog_simulators import reference_mesogun as gun_simulator
from devicelog_simulators.device import Device
from devicelog_simulators.faults import FaultScript
from devicelog_simulators.faulty import FaultyDevice, with_faults
from devicelog_simulators.reference_mesogun import Mesogun
from devicelog_simulators.reference_noneedle import Noneedle
from devicelog_simulators.scenario import MesogunScenario, NoneedleScenario

if TYPE_CHECKING:
    from devicelog.driver import Driver
    from devicelog.simulator import SimulatedDevice

BEGINS = Stamp(boot_ns=3_600_000_000_000, wall_ns=1_767_258_000_000_000_000)
#: Virtual seconds between two reads.
TICK = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one session: reports filled and still missing, doubled ones, and whether the device agrees."""

    record: Record
    entries: list[Entry]
    chunks: list[Chunk]
    recorder: Recorder

    @property
    def filled(self) -> int:
        return sum(gap.filled for gap in self.record.gaps.values())

    @property
    def missing(self) -> int | None:
        lost = [gap.missing for gap in self.record.gaps.values()]
        return None if None in lost else sum(gap or 0 for gap in lost)

    def counts(self) -> dict[str, int]:
        """For a table: filled, missing, doubled, in conflict, and figures in which device and record differ."""
        names = [name for _, name in self.named()]
        return {
            "filled": self.filled,
            "missing": -1 if self.missing is None else self.missing,
            "doubled": sum(count - 1 for count in Counter(names).values()),
            "conflicts": len(self.of("conflict")),
            "differ": sum(not figure["agrees"] for figure in self.record.reconciled),
        }

    def of(self, kind: str) -> list[Any]:
        """What the entries of a kind hold."""
        return [entry.content for entry in self.entries if entry.kind == kind]

    def named(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Origin, and boot with sequence, of every report that was counted, in the order of the entries."""
        for entry in self.entries:
            if entry.kind == "observation":
                yield "live", (entry.content[2][2], entry.content[2][0])
            elif entry.kind == "from_memory" and "gap" in entry.content:
                yield "memory", (entry.content["values"][2], entry.content["values"][0])


class Line:
    """A recorder and one simulated device at the other end of a line, on a virtual clock."""

    def __init__(self, driver: Driver, device: SimulatedDevice) -> None:
        self.device = device
        plan = Plan("S1", "subject", "Dr. Test", None, (Bound(1, driver, "test", "test:1"),), "test", {}, ("cheek",))
        self.recorder = Recorder(plan, None, BEGINS)
        self.entries: list[Entry] = []
        self.chunks: list[Chunk] = []
        self.seconds = 0.0
        self.asked: list[bytes] = []
        self.plugged = True
        self.put(ChunkKind.OPENED, b"/dev/test")
        self.query(b"ID?\r\n")

    def put(self, kind: ChunkKind, data: bytes = b"", *, link: int = 1) -> None:
        since = round(self.seconds * 1e9)
        self.recorder.handle(Chunk(link, kind, BEGINS.boot_ns + since, BEGINS.wall_ns + since, data))
        lines, chunks = self.recorder.take()
        self.entries += [line.entry() for line in lines]
        self.chunks += chunks

    def play(self, seconds: float | None = None) -> None:
        """Let the device go on for so long, or to the end of its scenario and until nothing more is asked of it."""
        until = self.seconds + seconds if seconds is not None else float("inf")
        idle = 0
        while self.seconds + TICK / 2 < until and idle < 100:
            self.seconds += TICK
            self._pass(self.device.advance(TICK))
            idle = idle + 1 if self.device.finished and not self.recorder.requests else 0

    def _pass(self, data: bytes) -> None:
        plugged = bool(getattr(self.device, "plugged", True))
        if data and self.plugged:
            self.put(ChunkKind.RECEIVED, data)
        if plugged != self.plugged:
            self.plugged = plugged
            self.put(ChunkKind.OPENED if plugged else ChunkKind.LOST, b"/dev/test")
            if plugged:
                self.query(b"ID?\r\n")
        elif not data and plugged:
            self.put(ChunkKind.QUIET)
        while self.recorder.requests:
            self.query(self.recorder.requests.pop(0)[1])

    def query(self, request: bytes) -> None:
        """Send a query over the line, and take what comes at once."""
        self.asked.append(request)
        if not self.plugged:
            return
        self.put(ChunkKind.SENT, request)
        answer = self.device.answer(request)
        if answer:
            self.put(ChunkKind.RECEIVED, answer)

    def end(self) -> Outcome:
        self.put(ChunkKind.ENDED, b"the test was over", link=NO_LINK)
        return Outcome(fold(self.entries), self.entries, self.chunks, self.recorder)


def gun_line(faults: Sequence[dict[str, Any]] = (), *, memory: int = 10_000, rate: int = 1, shots: int = 100) -> Line:
    """A meso-gun that gives `shots` triggers, `rate` a second, after 5 s of rest; its memory holds so many frames."""
    steps = [
        {"do": "idle", "for": "5 s"},
        {"do": "shots", "count": shots, "dose": "0.02 mL", "depth": "1.5 mm", "every": f"{1000 // rate} ms"},
        {"do": "end"},
        {"do": "idle", "for": "20 s"},
    ]
    said = {"simulator": "reference-mesogun", "title": "t", "device": {"memory": memory}, "steps": steps}
    scenario = MesogunScenario.model_validate(said)
    return Line(reference_mesogun.DRIVER, _faulty(Device(Mesogun(scenario, 1), boot=1), faults))


def unit_line(faults: Sequence[dict[str, Any]] = (), *, memory: int = 10_000, seconds: int = 60) -> Line:
    """A no-needle unit that ramps up, runs for a time and ramps down, four samples a second."""
    steps = [
        {"do": "idle", "for": "5 s"},
        {"do": "ramp", "from": "0 mA", "to": "1.5 mA", "for": "10 s"},
        {"do": "run", "for": f"{seconds} s"},
        {"do": "ramp", "to": "0 mA", "for": "5 s"},
        {"do": "end"},
    ]
    said = {"simulator": "reference-noneedle", "title": "t", "device": {"memory": memory}, "steps": steps}
    scenario = NoneedleScenario.model_validate(said)
    return Line(reference_noneedle.DRIVER, _faulty(Device(Noneedle(scenario, 1), boot=1), faults))


def _faulty(device: Device, faults: Sequence[dict[str, Any]]) -> FaultyDevice:
    script = FaultScript.model_validate({"faults": list(faults)}).faults
    path = gun_simulator.SIMULATOR.scenarios["face"]
    return with_faults(device, script, seed=1, path=path)


def unplug(at: float, seconds: float) -> dict[str, Any]:
    """A fault: the cable is out for a while."""
    return {"kind": "unplug", "at": f"{round(at * 1000)} ms", "for": f"{round(seconds * 1000)} ms"}


def outage(*, seconds: int = 30, memory: int = 10_000, rate: int = 50) -> Outcome:
    """F11: an outage in the middle of a treatment with so many triggers a second."""
    line = gun_line([unplug(10, seconds)], memory=memory, rate=rate, shots=rate * (seconds + 20))
    line.play()
    return line.end()


def outages(*, count: int = 100, seconds: float = 2.0, every: float = 5.0) -> Outcome:
    """F8 with a memory: so many outages of a device that goes on, one behind the other."""
    faults = [unplug(10 + number * every, seconds) for number in range(count)]
    line = gun_line(faults, rate=4, shots=round(4 * (count * every + 20)))
    line.play()
    return line.end()


def repeated(*, times: int = 20) -> tuple[Outcome, dict[str, int]]:
    """F12: the whole memory sent so many times more, overlapping, and one report of it with other content.

    The outcome, and how the totals had stood before.
    """
    line = gun_line([unplug(10, 10)], rate=4, shots=120)
    line.play(60)
    before = _totals(line)
    for number in range(times):
        line.query(b"LOG? %d,%d,1\r\n" % (number, 200 - number))
        line.play(5)
    frame = b"DLR1,LOG,INJ,60,18000,1,50,50,999,1500,,N,0"
    line.put(ChunkKind.RECEIVED, b"$%b*%04X\r\n" % (frame, crc_hqx(frame, 0xFFFF)))
    return line.end(), before


def _totals(line: Line) -> dict[str, int]:
    totals = fold(line.entries).tally.session
    return {"triggers": totals.triggers, "volume": totals.volume, "purged": totals.purged}
