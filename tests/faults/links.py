"""What a line can do to a recording, again and again, and what became of it in the ledger, counted.

Each function records with `devicelog record` in a process of its own, on a pseudo-terminal of its own, and gives the
counts (heard.py says what must hold of them). `python -m tests.faults.links` does the full numbers.
"""

from __future__ import annotations

import math
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devicelog.chunk import ChunkKind
from tests.end_to_end.running import Devicelog, Warm, wait_until
from tests.faults.heard import Counts, Heard, report
from tests.faults.ptys import BREAK, WAYS, Gun, Line, at_wrong_baud, noise
from tests.faults.two_recorders import two_recorders

if TYPE_CHECKING:
    from devicelog.ledger import Entry

#: A line that cannot be read is marked within this time (s).
MARKED_WITHIN = 3.0
#: A port that is there again is open again within this time, 95 times of 100 (s).
RECONNECT_WITHIN = 2.0
#: So much more memory a flood may take (bytes).
MOST_GROWTH = 50 * 1024 * 1024
#: What an adapter at 3 Mbaud hands on (bytes a second).
FLOOD_RATE = 300_000
#: Entries that come of when bytes arrived, or did not; all others come of the bytes alone.
OF_THE_MOMENT = frozenset({"started", "gap", "gap_closed", "alarm", "alarm_ended"})


# -- unplugged and plugged again ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unplugs(Counts):
    """F8. `kept` are the numbers that had arrived before an unplug and are in the ledger, of `arrived`."""

    unplugs: int
    exit_code: int
    lost: int
    restored: int
    log_lost: int
    log_restored: int
    sent: int
    recorded: int
    doubled: int
    invented: int
    unaccounted: int
    reconnect_p95: float

    @property
    def promises(self) -> dict[str, bool]:
        return {
            "no crash": self.exit_code == 0,
            "each interruption is one link_lost and one link_restored": self.lost == self.restored == self.unplugs,
            "one line of the log for each": self.log_lost == self.log_restored == self.unplugs,
            "nothing twice": self.doubled == 0,
            "nothing invented": self.invented == 0,
            "every missing number inside a gap": self.unaccounted == 0,
        }

    @property
    def in_time(self) -> dict[str, bool]:
        return {"reconnected in time": self.reconnect_p95 < RECONNECT_WITHIN}


def unplugs(box: Devicelog, n: int = 100, *, away: tuple[float, float] = (0.1, 3.0), seed: int = 1) -> Unplugs:
    """Unplug a gun that reports 50 times a second, n times, for `away` seconds each."""
    chance = random.Random(seed)
    box.environment["DEVICELOG_LOG_LEVEL"] = "info"
    gun = Gun(Line(box.root / "gun"))
    gun.plug()
    reconnects = []
    with box.record(str(gun.line.path)) as recording:
        gun.wait_for_reader()
        for _ in range(n):
            gun.run(chance.uniform(0.1, 0.5))
            gun.line.unplug()
            gun.run(chance.uniform(*away))
            gun.plug()
            plugged = time.monotonic()
            gun.wait_for_reader()
            reconnects.append((gun.opened_at or plugged) - plugged)
        gun.run(0.3)
        recording.wait_for_entry("link_restored", n)
        code = recording.end()
    gun.line.unplug()
    heard = Heard.of(box.entries())
    box("verify")
    box("replay", "last")
    return Unplugs(
        unplugs=n,
        exit_code=code,
        lost=heard.count("link_lost"),
        restored=heard.count("link_restored"),
        log_lost=recording.err.count('event="link lost"'),
        log_restored=recording.err.count('event="link restored"'),
        sent=len(gun.sent),
        recorded=len(heard.numbers),
        doubled=len(heard.numbers) - len(set(heard.numbers)),
        invented=len(set(heard.numbers) - set(gun.sent)),
        unaccounted=len(heard.unaccounted),
        reconnect_p95=statistics.quantiles(reconnects, n=20)[-1] if n > 1 else reconnects[0],
    )


@dataclass(frozen=True, slots=True)
class Cuts(Counts):
    """F10. `arrived` complete frames had been taken from the line before the cuts."""

    cuts: int
    exit_code: int
    arrived: int
    recorded: int
    lost: int
    cut_frames_recorded: int
    unaccounted: int

    @property
    def promises(self) -> dict[str, bool]:
        return {
            "no crash": self.exit_code == 0,
            "every complete frame before a cut is recorded": self.lost == 0 and self.recorded == self.arrived,
            "no cut frame is recorded": self.cut_frames_recorded == 0,
            "every missing number inside a gap": self.unaccounted == 0,
        }


def cuts_in_frames(box: Devicelog, n: int = 1000) -> Cuts:
    """Unplug n times in the middle of a frame, each time behind another byte of it."""
    gun = Gun(Line(box.root / "gun"))
    gun.plug()
    arrived: list[int] = []
    cut: list[int] = []
    with box.record(str(gun.line.path)) as recording:
        gun.wait_for_reader()
        for turn in range(n):
            arrived += [gun.next, gun.next + 1]
            complete = gun.frame() + gun.frame()
            cut.append(gun.next)
            frame = gun.frame()
            gun.line.send_all(complete + frame[: 1 + turn % (len(frame) - 1)])
            gun.line.wait_until_taken()
            gun.line.unplug()
            gun.plug()
            gun.wait_for_reader()
        arrived.append(gun.next)
        recording.wait_for_entry("link_restored", n)
        gun.line.send_all(gun.frame())
        wait_until(lambda: Heard.of(box.entries()).numbers[-1:] == arrived[-1:], "the last frame")
        code = recording.end()
    gun.line.unplug()
    heard = Heard.of(box.entries())
    box("verify")
    box("replay", "last")
    return Cuts(
        cuts=n,
        exit_code=code,
        arrived=len(arrived),
        recorded=len(heard.numbers),
        lost=len(set(arrived) - set(heard.numbers)),
        cut_frames_recorded=len(set(cut) & set(heard.numbers)),
        unaccounted=len(heard.unaccounted),
    )


# -- what cannot be read -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Noise(Counts):
    """F15. `growth` is of the recorder's memory (bytes), `marked_after` how long a wrong baud rate went unseen (s)."""

    noise_bytes: int
    flood_bytes: int
    exit_code: int
    sent: int
    recorded: int
    invented: int
    marked_after: float
    growth: int
    accepted_after: bool

    @property
    def promises(self) -> dict[str, bool]:
        return {
            "no crash": self.exit_code == 0,
            "nothing invented": self.invented == 0,
            "every good frame between is recorded": self.recorded == self.sent,
            "a wrong baud rate is marked": math.isfinite(self.marked_after),
            "memory is bounded": self.growth < MOST_GROWTH,
            "the next good frame is accepted": self.accepted_after,
        }

    @property
    def in_time(self) -> dict[str, bool]:
        return {"a wrong baud rate is marked in time": self.marked_after <= MARKED_WITHIN}


def noise_and_flood(box: Devicelog, size: int = 1_000_000, *, wrong_baud: float = 10.0, flood: float = 60.0) -> Noise:
    """A good line, `size` bytes of noise, a break, a wrong baud rate and a flood at full speed for so long (s)."""
    gun = Gun(Line(box.root / "gun"))
    gun.plug()
    with box.record(str(gun.line.path)) as recording:
        gun.wait_for_reader()
        report(gun, recording, 5)
        before = _memory(recording.pid)
        gun.line.send_all(noise(size) + b"\r\n")
        report(gun, recording, 5)
        gun.line.send_all(BREAK * 3)
        report(gun, recording, 5)
        _at_wrong_baud(gun, wrong_baud)
        recording.wait_for_entry("gap")
        report(gun, recording, 5)
        flooded = _flood(gun, flood)
        report(gun, recording, 5)
        after = _memory(recording.pid)
        last = gun.sent[-1]
        code = recording.end()
    gun.line.unplug()
    heard = Heard.of(box.entries())
    box("verify")
    box("replay", "last")
    return Noise(
        noise_bytes=size,
        flood_bytes=flooded,
        exit_code=code,
        sent=len(gun.sent),
        recorded=len(heard.numbers),
        invented=len(set(heard.numbers) - set(gun.sent)),
        marked_after=_marked_after(box, heard.entries),
        growth=after - before,
        accepted_after=last in heard.numbers,
    )


def _at_wrong_baud(gun: Gun, seconds: float) -> None:
    """Heartbeats of a device whose baud rate is not the port's; the last bytes are no part of a frame."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        gun.line.send_all(at_wrong_baud(b"$DLR1,HB,1,1,1,R,0*0000\r\n" * 4))
        time.sleep(0.25)
    gun.line.send_all(b"\r\n")


def _flood(gun: Gun, seconds: float) -> int:
    """As many bytes as the fastest adapter hands on, or as the line takes; how many that were."""
    block = noise(4096, seed=2)
    sent = 0
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        taken = gun.line.send(block) if sent < passed * FLOOD_RATE else 0
        sent += taken
        if not taken:
            time.sleep(0.0005)
    gun.line.send_all(b"\r\n")
    return sent


def _marked_after(box: Devicelog, entries: list[Entry]) -> float:
    """From the first byte that made nothing to the entry that says that nothing readable arrives (s)."""
    found = [entry for entry in entries if entry.kind == "gap" and entry.content["cause"] == "nothing readable arrives"]
    if not found:
        return float("inf")
    began_ns = entries[0].content["at"]["boot_ns"]
    with box.reader() as reader:
        received = [chunk for chunk in reader.chunks(1) if chunk.kind is ChunkKind.RECEIVED]
    came = ((chunk.boot_ns - began_ns) // 1000 for chunk in received)
    first = next(t_us for t_us in came if t_us > found[0].content["since"])
    return float(found[0].t_us - first) / 1e6


def _memory(pid: int) -> int:
    """The memory that a process has in use (bytes); its peak since the start."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


# -- the same bytes in other pieces ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Splits(Counts):
    """F16. Which ways of arriving gave other entries than the stream as a whole."""

    frames: int
    entries: int
    different: list[str] = field(default_factory=list)

    @property
    def promises(self) -> dict[str, bool]:
        return {"the same entries however they arrive": not self.different and self.entries > self.frames}


def splits(box: Devicelog, frames: int = 1000) -> Splits:
    """The same reports, sent whole, byte by byte, in blocks, in clumps and with jitter; one session each."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for way, pieces in WAYS.items():
        gun = Gun(Line(box.root / "gun"))
        gun.plug()
        with box.record(str(gun.line.path)) as recording:
            gun.wait_for_reader()
            recording.wait_for_entry("device_bound")
            for pause, piece in pieces(b"".join(gun.frame() for _ in range(frames))):
                time.sleep(pause)
                gun.line.send_all(piece)
            recording.wait_for_entry("observation", frames)
            assert recording.end() == 0
        gun.line.unplug()
        found[way] = [(entry.kind, entry.content) for entry in box.entries() if entry.kind not in OF_THE_MOMENT]
    expected = found["whole"]
    return Splits(frames, len(expected), [way for way, entries in found.items() if entries != expected])


def main() -> int:
    """Do the full numbers and print what they came to; 1 if a promise was not kept."""
    kept = True
    with tempfile.TemporaryDirectory(prefix="devicelog-links-") as folder:
        warm = Warm(Path(folder))
        boxes = (Devicelog(Path(folder) / f"{number}", warm) for number in range(10))
        for count in (
            lambda: unplugs(next(boxes)),
            lambda: cuts_in_frames(next(boxes)),
            lambda: noise_and_flood(next(boxes)),
            lambda: splits(next(boxes)),
            lambda: two_recorders(next(boxes), next(boxes)),
        ):
            figures = count()
            broken = figures.broken()
            kept = kept and not broken
            print(figures, "all kept" if not broken else f"NOT KEPT: {', '.join(broken)}", flush=True)  # noqa: T201
        warm.close()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
