"""One run of one peer: a feeder and the peer, each in a process of its own, and what came of it."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from array import array
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.child import started
from bench.feeder import sent_file
from bench.interpreters import NotAvailableError, foreign
from bench.job import Job, Outcome
from bench.peers import PEERS, WITHIN, Peer
from bench.watch import kept_file

#: A run that takes so much longer than its bytes has failed (s).
_PATIENCE = 180.0
_SHIPPED = "meso-face-gun-intradermal"
_LIFTED = str(Path(__file__).parent / "no-limit-reached.toml")


@dataclass(frozen=True, slots=True)
class Load:
    """What is fed: `count` readings on each of `lines`, at a `rate` on each, 0 for as many as are taken."""

    count: int
    rate: float = 0
    lines: int = 1
    seed: int = 1
    pinned: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it. `latencies` are ms from a reading's last byte written to its being kept, sorted."""

    wall_s: float
    cpu_s: float
    user_s: float
    peak_rss: int
    asked: int
    kept: int
    disk: int
    commits: int
    latencies: list[float]
    versions: dict[str, str]

    @property
    def rate(self) -> float:
        """Readings a second."""
        return self.asked / self.wall_s

    @property
    def wall_us(self) -> float:
        """For each reading."""
        return self.wall_s / self.asked * 1e6

    @property
    def cpu_us(self) -> float:
        """For each reading."""
        return self.cpu_s / self.asked * 1e6

    @property
    def share(self) -> float:
        """Of one core."""
        return self.cpu_s / self.wall_s

    @property
    def disk_bytes(self) -> float:
        """For each reading."""
        return self.disk / max(1, self.kept)

    @property
    def group(self) -> int:
        """Readings to a commit."""
        return max(1, round(self.kept / max(1, self.commits)))

    def latency(self, share: float) -> float:
        """The latency (ms) that this share of the readings did not go beyond."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def run(peer: Peer, load: Load, *, group: int = 1000) -> Run:
    """Feed a peer; raises NotAvailableError if it cannot run or fails."""
    python = str(foreign()) if peer.foreign else sys.executable
    first, second = _cores(pinned=load.pinned)
    with tempfile.TemporaryDirectory(prefix="devicelog-bench-") as folder, ExitStack() as stack:
        feeder, ports = None, {"urls": (), "sizes": ()}
        if peer.frames:
            feeder = stack.enter_context(started(sys.executable, "bench.feeder", Path(folder)))
            feeder.tell(json.dumps(_request(peer, load, folder, second)))
            ports = json.loads(feeder.hear("READY", _PATIENCE))
        job = Job(
            peer=peer.name,
            urls=tuple(ports["urls"]),
            sizes=tuple(ports["sizes"]),
            count=load.count,
            rate=load.rate,
            folder=folder,
            group=group,
            protocol=_LIFTED if peer.name == WITHIN else _SHIPPED,
            cores=first,
        )
        recorder = stack.enter_context(started(python, "bench.peer", Path(folder)))
        recorder.tell(job.text())
        recorder.hear("READY", _PATIENCE)
        begun = None
        patience = _PATIENCE + (load.count / load.rate if load.rate else 0)
        if feeder is not None:
            feeder.tell("GO")
            begun = int(feeder.hear("DONE", patience).split()[0])
        outcome = Outcome.parse(recorder.hear("OUTCOME", patience))
        if feeder is not None:
            feeder.end()
        return _measured(load, outcome, begun or outcome.ready_ns, Path(folder))


def measure_peer(name: str, load: Load, *, group: int = 1000) -> Run | str:
    """A run of a named peer, or why there is none."""
    try:
        return run(PEERS[name], load, group=group)
    except NotAvailableError as error:
        return str(error)


def _request(peer: Peer, load: Load, folder: str, cores: tuple[int, ...]) -> dict[str, object]:
    return {
        "count": load.count,
        "rate": load.rate,
        "lines": load.lines,
        "seed": load.seed,
        "frames": peer.frames,
        "folder": folder,
        "cores": cores,
    }


def _cores(*, pinned: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """One core for the peer and another for the feeder, where there are two and the system can tell."""
    if not pinned or not hasattr(os, "sched_getaffinity"):
        return (), ()
    cores = sorted(os.sched_getaffinity(0))
    return ((cores[0],), (cores[-1],)) if len(cores) > 1 else ((), ())


def _measured(load: Load, outcome: Outcome, begun: int, folder: Path) -> Run:
    latencies: list[float] = []
    for line in range(load.lines):
        if load.rate and sent_file(folder, line).exists():
            pairs = zip(_moments(sent_file(folder, line)), _moments(kept_file(folder, line)), strict=False)
            latencies += [(kept - sent) / 1e6 for sent, kept in pairs]
    return Run(
        wall_s=(outcome.done_ns - begun) / 1e9,
        cpu_s=outcome.cpu_ns / 1e9,
        user_s=outcome.user_ns / 1e9,
        peak_rss=outcome.peak_rss,
        asked=load.count * load.lines,
        kept=outcome.kept,
        disk=outcome.disk,
        commits=outcome.commits,
        latencies=sorted(latencies),
        versions=outcome.versions,
    )


def _moments(file: Path) -> array[int]:
    moments = array("q")
    moments.frombytes(file.read_bytes())
    return moments
