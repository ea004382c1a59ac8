"""Stores to be tampered with: sessions of simulated devices, approvals, an erased subject and a changed key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from unittest import mock

from devicelog import clock, registry
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import Kind
from devicelog.naming import find_protocol
from devicelog.recorder.recorder import Recorder
from devicelog.recording.opening import plan_session
from devicelog.store.erasure import Request, erase
from devicelog.store.rotation import rotate
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.witness import places
from devicelog.witness.keeper import bring

BEGINS = clock.Stamp(1_000_000_000_000, 1_790_000_000_000_000_000)
_GUN = "reference-mesogun"
_LIMITS = "meso-face-gun-intradermal"
_STEP = 0.5
#: Chunks of one commit, and entries between seals, so that a short session has several of both.
_COMMIT = 4
_SEAL_ENTRIES = 16
_CHUNKS = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """A store with closed sessions only, the same with one that runs, older copies of it, and its witness file."""

    closed: Path
    running: Path
    older: tuple[Path, ...]
    witness: Path


def make_store(folder: Path) -> Kept:
    """Stores in a folder; their keys are where DEVICELOG_KEYS says."""
    store, older = folder / "store", []
    with mock.patch("devicelog.store.ledger_writer.SEAL_ENTRIES", _SEAL_ENTRIES):
        for number in range(1, 6):
            with Writer.open(store) as writer:
                if number <= 2:
                    _approve(writer, str(number))
                _record(writer, number, ended=True)
                if number == 2:
                    _go_on(writer)
                    rotate(writer)
                if number == 3:
                    erase(writer, "P3", Request("Dr A", reason="asked for it"))
            if number in (3, 4):
                older.append(_copy(store, folder / f"older-{number}"))
        witness = _witnessed(store, folder)
        running = _copy(store, folder / "running")
        with Writer.open(running) as writer:
            _record(writer, 6, ended=False)
    return Kept(store, running, tuple(older), witness)


def _go_on(writer: Writer) -> None:
    """What people state behind the end of the last session."""
    row = writer.sessions()[-1]
    state_late(writer, row, Kind.NOTE, {"text": "she called", "by": "Ann"})
    state_late(writer, row, Kind.REACTION, {"codes": ["none"], "by": "Ann"})


def _witnessed(store: Path, folder: Path) -> Path:
    with Writer.open(store) as writer:
        file = places.add(writer.folder, folder / "stick.witness")
        assert bring(writer, file).fault is None
    return file


def _copy(store: Path, to: Path) -> Path:
    shutil.copytree(store, to)
    return to


def _approve(writer: Writer, name: str) -> None:
    what = {"approval": "treatment protocol", "id": name, "version": "1", "sha256": name * 64}
    writer.approve({**what, "by": "Dr A", "at": "2026-12-01T10:00:00Z"})


def _record(writer: Writer, number: int, *, ended: bool) -> None:
    """A short session of a simulated gun on a virtual clock."""
    driver, limits = registry.driver(_GUN), find_protocol(_LIMITS)
    start = clock.Stamp(BEGINS.boot_ns + number * 10**12, BEGINS.wall_ns + number * 10**12)
    plan = plan_session(
        writer,
        devices=[(driver, "tests", "simulated:gun")],
        protocol=limits,
        subject=f"P{number}",
        practitioner="Dr A",
        zones=("forehead",),
        settings={},
        start=start,
    )
    recorder = Recorder(plan, limits, start)
    ledger = writer.begin(plan.session, plan.subject, clock.utc(start.wall_ns))
    for at, chunk in enumerate(islice(_chunks(number, start), _CHUNKS), start=1):
        recorder.handle(chunk)
        if at % _COMMIT == 0:
            ledger.commit(*recorder.take())
    if ended:
        recorder.handle(Chunk(NO_LINK, ChunkKind.ENDED, start.boot_ns + 10**11, start.wall_ns + 10**11, b"it was over"))
    ledger.commit(*recorder.take(), state="ended" if ended else None)


def _chunks(seed: int, start: clock.Stamp) -> Iterator[Chunk]:
    simulator = registry.simulator(_GUN)
    device = simulator.start(seed, simulator.scenarios["face-limits"])
    elapsed = 0.0
    yield Chunk(1, ChunkKind.OPENED, start.boot_ns, start.wall_ns, b"simulated")
    while True:
        elapsed += _STEP
        data, since = device.advance(_STEP), round(elapsed * 1e9)
        if data:
            yield Chunk(1, ChunkKind.RECEIVED, start.boot_ns + since, start.wall_ns + since, data)
