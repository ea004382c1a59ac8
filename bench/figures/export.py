"""How long it takes to export a session, as whole commands and part by part, beside a bare reading of its entries."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.bytes import opening, readings, samples
from bench.offline import Tape
from bench.table import Section, middle, number, ratio
from devicelog.export.chart import session_chart
from devicelog.export.session import ExportedSession
from devicelog.store.evidence import Evidence, StoredSession
from devicelog.store.reader import Reader
from devicelog.verification.store import verify_session

_CALL = (sys.executable, "-c", "from devicelog.cli import main; main()")
_INJECTIONS, _INJECTION_MS = 2_000, 900
_SAMPLES, _QUICK_SAMPLES, _SAMPLE_MS = 180_000, 30_000, 10
_TARGET = 1.5


def measure(quick: bool) -> Section:
    """A session of 2,000 injections in all formats, one of 180,000 samples (30,000 in a quick run) as tables."""
    count = _QUICK_SAMPLES if quick else _SAMPLES
    runs = 3 if quick else 5
    section = Section(
        f"Export: {_INJECTIONS:,} injections, {count:,} samples", ("what", "wall s", "CPU s", "of a bare reading")
    )
    with tempfile.TemporaryDirectory(prefix="devicelog-bench-") as folder:
        gun, unit = Path(folder, "gun"), Path(folder, "unit")
        _record(gun, "reference-mesogun", "meso-face-gun-intradermal", _injections())
        _measure(section, "2,000 injections", gun, (), runs)
        section.target("2,000 injections: all formats (s)", found=_wall(section, "2,000 injections: all"), most=_TARGET)
        _record(unit, "reference-noneedle", "noneedle-ionto-dc-face", _samples(count))
        _measure(section, f"{count:,} samples", unit, ("--format", "csv"), runs)
        if not quick:
            found = _wall(section, f"{count:,} samples: csv")
            section.target("180,000 samples: tables (s)", found=found, most=_TARGET)
    section.notes.append("whole commands are fresh processes, with the start of Python; the parts are not")
    section.notes.append(
        "a bare reading decodes every entry and writes its values with csv.writer: no check, no record"
    )
    return section


def _injections() -> Iterator[tuple[int, bytes]]:
    yield 0, opening()
    for number_, data in enumerate(readings(_INJECTIONS, 1, interval_ms=_INJECTION_MS), start=1):
        yield number_ * _INJECTION_MS, data


def _samples(count: int) -> Iterator[tuple[int, bytes]]:
    for number_, data in enumerate(samples(count, 1, interval_ms=_SAMPLE_MS), start=1):
        yield number_ * _SAMPLE_MS, data


def _record(folder: Path, driver: str, protocol: str, says: Iterator[tuple[int, bytes]]) -> None:
    folder.mkdir()
    with Tape(folder, [f"{driver}@bench"], protocol) as tape:
        for at_ms, data in says:
            tape.receive(1, at_ms, data)
            tape.commit_some()
        tape.end()


def _measure(section: Section, name: str, folder: Path, formats: tuple[str, ...], runs: int) -> None:
    """The whole command, then its parts, each beside the bare reading of the same session."""
    os.environ["DEVICELOG_KEYS"] = str(folder / "keys")
    with Reader.open(folder / "store") as reader:
        source = Evidence(reader).session(reader.session("last"))
        session = ExportedSession.of(source)
        bare = _timed(lambda: _bare(source, folder / "bare.csv"), runs)
        parts: dict[str, Callable[[], object]] = {
            "verify": lambda: verify_session(reader, source.id),
            "fold": lambda: ExportedSession.of(source),
            "chart": lambda: session_chart.svg(ExportedSession(source, session.record, {}, {}, "bench")),
        }
        found = {part: _timed(work, runs) for part, work in parts.items()}
    whole = f"{name}: {formats[-1] if formats else 'all'}"
    _row(section, f"{name}: a bare reading", bare, bare)
    _row(section, whole, _timed(_command(folder, formats), runs), bare)
    for part, taken in found.items():
        _row(section, f"{name}: {part}", taken, bare)


def _command(folder: Path, formats: tuple[str, ...]) -> Callable[[], object]:
    """`devicelog export` in a fresh process, each time to a folder of its own."""

    def call() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as to:
            words = ("export", "last", "--to", to, "--store", str(folder / "store"), *formats)
            subprocess.run([*_CALL, *words], env=os.environ, capture_output=True, check=True)

    return call


def _bare(source: StoredSession, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table)
        for line in source.lines():
            entry = line.entry()
            if entry.kind == "observation":
                writer.writerow([entry.number, entry.t_us, *entry.content[2]])


def _timed(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """Medians of wall and CPU time, that of ended children included."""
    walls, cpus = [], []
    for _ in range(runs):
        wall, used = time.perf_counter(), sum(os.times()[:4])
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(sum(os.times()[:4]) - used)
    return middle(walls), middle(cpus)


def _row(section: Section, name: str, taken: tuple[float, float], bare: tuple[float, float]) -> None:
    wall, cpu = taken
    section.rows.append((name, number(wall), number(cpu), ratio(cpu, bare[1])))
    section.data[name] = {"wall_s": wall, "cpu_s": cpu}


def _wall(section: Section, name: str) -> float:
    return float(section.data[name]["wall_s"])
