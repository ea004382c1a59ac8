"""Where the time of a flood goes, stage by stage, without port and threads: CPU of one thread for each reading."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.bytes import opening as device_opening
from bench.bytes import readings
from bench.session import plan_session
from bench.table import Section, middle, number
from devicelog import clock, naming
from devicelog.chunk import Chunk, ChunkKind
from devicelog.ledger import Chain, Line
from devicelog.recorder.recorder import Recorder
from devicelog.store.writer import Writer

#: One read of a pty that is full, and how many of them make a commit.
_PIECE, _GROUP = 4095, 16
_Batch = tuple[list[Line], list[Chunk]]


def measure(quick: bool) -> Section:
    """Each stage by itself on the same bytes; what is left of the recorder is verdict, units, entry and glue."""
    section = Section("Stages: where the time of a flood goes", ("stage", "CPU µs for a reading", "share"))
    count = 30_000 if quick else 100_000
    found = [_once(count) for _ in range(3)]
    stages = {name: middle([taken[name] for taken in found]) for name in found[0]}
    total = sum(stages.values())
    for name, taken in sorted(stages.items(), key=lambda item: -item[1]):
        section.rows.append((name, number(taken), f"{taken / total:.0%}"))
    section.rows.append(("all of it", number(total), ""))
    section.notes.append("the link's thread, the waking and the switching between threads come on top: see Flood")
    section.data = {"us": stages}
    return section


def _once(count: int) -> dict[str, float]:
    data = device_opening() + b"".join(readings(count, 1))
    pieces = [data[first : first + _PIECE] for first in range(0, len(data), _PIECE)]
    with tempfile.TemporaryDirectory(prefix="devicelog-bench-") as folder:
        os.environ["DEVICELOG_KEYS"] = str(Path(folder) / "keys")
        with Writer.open(Path(folder) / "store") as store:
            return {name: taken / count for name, taken in _stages(store, pieces).items()}


def _stages(store: Writer, pieces: list[bytes]) -> dict[str, float]:
    """µs of CPU of each stage over all pieces, in the order in which they follow each other."""
    protocol = naming.find_protocol("meso-face-gun-intradermal")
    start = clock.now()
    plan = plan_session(store, ["reference-mesogun@none"], protocol, start)
    decoder = plan.devices[0].driver.decoder()
    recorder = Recorder(plan, protocol, start)
    ledger = store.begin(plan.session, plan.subject, clock.utc(start.wall_ns))
    chunks = [Chunk(1, ChunkKind.RECEIVED, start.boot_ns, start.wall_ns, piece) for piece in pieces]
    batches: list[_Batch] = []
    decoding = _cpu_us(lambda: [decoder.feed(piece) for piece in pieces])
    recording = _cpu_us(lambda: batches.extend(_batches(recorder, chunks)))
    bodies = [line.body for lines, _ in batches for line in lines]
    append = Chain().append
    hashing = _cpu_us(lambda: [append(body) for body in bodies])
    committing = _cpu_us(lambda: _commit(ledger.commit, batches))
    return {
        "decode": decoding,
        "hash and line": hashing,
        "verdict, entry, glue": recording - decoding - hashing,
        "pack, insert, commit": committing,
    }


def _commit(commit: Callable[[list[Line], list[Chunk]], None], batches: list[_Batch]) -> None:
    for lines, chunks in batches:
        commit(lines, chunks)


def _batches(recorder: Recorder, chunks: list[Chunk]) -> Iterator[_Batch]:
    """What the recorder makes of the chunks, taken out as a recording takes it."""
    for first in range(0, len(chunks), _GROUP):
        for chunk in chunks[first : first + _GROUP]:
            recorder.handle(chunk)
        yield recorder.take()


def _cpu_us(stage: Callable[[], object]) -> float:
    begun = time.thread_time()
    stage()
    return (time.thread_time() - begun) * 1e6
