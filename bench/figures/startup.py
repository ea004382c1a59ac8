"""How long `devicelog --help` takes, and `devicelog record` until its first acknowledgement."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.table import Section, middle, number

#: Wall and CPU seconds.
Taken = tuple[float, float]
_PROCESSES = 7
_CALL = (sys.executable, "-c", "from devicelog.cli import main; main()")


def measure(quick: bool) -> Section:
    """Medians of seven fresh processes each (three in a quick run), after one that nobody counts."""
    section = Section("Start: fresh processes", ("command", "median s", "least s", "most s", "median CPU s"))
    with tempfile.TemporaryDirectory(prefix="devicelog-bench-") as folder:
        for name, once, most in (("devicelog --help", _help, 0.25), ("devicelog record, until ready", _record, 1.2)):
            _add(section, name, once, Path(folder), 3 if quick else _PROCESSES)
            section.target(f"{name} (s)", found=section.data[name]["median"], most=most)
    section.notes.append("ready: the first ACK on stdout, from a store that exists and a port that nobody speaks on")
    section.notes.append(
        "an unused interpreter (`python -c pass`) takes "
        + number(_run([sys.executable, "-c", "pass"])[0])
        + " s of each"
    )
    return section


def _add(section: Section, name: str, once: Callable[[Path], Taken], folder: Path, processes: int) -> None:
    once(folder)
    taken = [once(folder) for _ in range(processes)]
    wall, cpu = [wall for wall, _ in taken], [cpu for _, cpu in taken]
    section.rows.append((name, *[number(value) for value in (middle(wall), min(wall), max(wall), middle(cpu))]))
    section.data[name] = {"median": middle(wall), "all": wall, "cpu": cpu}


def _help(_: Path) -> Taken:
    return _run([*_CALL, "--help"])


def _run(command: list[str]) -> Taken:
    begun, before = time.perf_counter(), _children_cpu()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun, _children_cpu() - before


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cpu_of(process: int) -> float:
    """Seconds of CPU that a running process has had; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _record(folder: Path) -> Taken:
    """Until the first line of a recording on a pty."""
    master, slave = os.openpty()
    command = [*_CALL, "record", "--device", f"reference-mesogun@{os.ttyname(slave)}", "--print-acks", "--no-live"]
    command += ["--protocol", "meso-face-gun-intradermal", "--subject", "bench", "--practitioner", "bench"]
    environment = {**os.environ, "DEVICELOG_KEYS": str(folder / "keys")}
    begun = time.perf_counter()
    with subprocess.Popen(
        [*command, "--store", str(folder / "store")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        taken = time.perf_counter() - begun, _cpu_of(process.pid)
        process.terminate()
        process.stdout.read()
    os.close(master)
    os.close(slave)
    if not first.startswith(b"ACK"):
        raise RuntimeError("`devicelog record` ended without an acknowledgement")
    return taken
