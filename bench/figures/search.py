"""How long lists, searches, a recall and statistics take in a store of thousands of sessions, as whole commands."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.clinic_years import Years
from bench.table import Section, middle, number

_CALL = (sys.executable, "-c", "from devicelog.cli import main; main()")
_SESSIONS, _QUICK = 5000, 500
_TARGET = 0.2
_RUNS = 7

#: What is asked for, and the words of the command.
_COMMANDS = {
    "list all": ("sessions",),
    "list all as JSON": ("sessions", "--json"),
    "list of one subject": ("sessions", "--subject", "P-0100"),
    "search by zone and practitioner": ("sessions", "--zone", "face.chin", "--practitioner", "Eva Fuchs"),
    "search by alarm": ("sessions", "--alarm", "injection volume"),
    "lot recall": ("lots", "trace", "A24001"),
    "statistics": ("stats",),
}


def measure(quick: bool) -> Section:
    """Medians of seven fresh processes each (three in a quick run), after one that nobody counts."""
    count, runs = (_QUICK, 3) if quick else (_SESSIONS, _RUNS)
    section = Section(f"Search: {count} sessions in a store", ("command", "median s", "least s", "median CPU s"))
    with tempfile.TemporaryDirectory(prefix="devicelog-bench-") as folder:
        environment = {**os.environ, "DEVICELOG_KEYS": f"{folder}/keys", "DEVICELOG_STORE": f"{folder}/store"}
        os.environ["DEVICELOG_KEYS"] = environment["DEVICELOG_KEYS"]
        begun = time.perf_counter()
        Years(Path(folder, "store")).fill(count)
        made = time.perf_counter() - begun
        for name, words in {"(devicelog --help)": ("--help",), **_COMMANDS}.items():
            _add(section, name, words, environment, runs)
            if name in _COMMANDS:
                section.target(f"{name} (s)", found=section.data[name]["median"], most=_TARGET)
        section.data["bytes"] = Path(folder, "store", "devicelog.db").stat().st_size
    section.notes.append(f"the sessions were recorded in {number(made)} s; 40 to 50 entries each")
    section.notes.append("the start of Python and of the program is in every figure: see (devicelog --help)")
    return section


def _add(section: Section, name: str, words: tuple[str, ...], environment: dict[str, str], runs: int) -> None:
    _run(words, environment)
    taken = [_run(words, environment) for _ in range(runs)]
    wall, cpu = [wall for wall, _ in taken], [cpu for _, cpu in taken]
    section.rows.append((name, number(middle(wall)), number(min(wall)), number(middle(cpu))))
    section.data[name] = {"median": middle(wall), "all": wall, "cpu": cpu}


def _run(words: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    """Wall and CPU seconds of one fresh process."""
    before, begun = _children_cpu(), time.perf_counter()
    subprocess.run([*_CALL, *words], env=environment, capture_output=True, check=True)
    return time.perf_counter() - begun, _children_cpu() - before


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
