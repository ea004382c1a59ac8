"""Compiles the program and its tests, each file once: `python -m tests.compiled`.

In a fresh clone each of the processes that run the tests would compile all of it for itself, and all at the same time.
Tests are compiled by pytest when it collects them, because it writes their assertions anew.
"""

from __future__ import annotations

import compileall
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDERS = ("devicelog", "drivers", "simulators", "bench", "tests")
#: What pytest compiles itself.
_OWN = re.compile(r"[\\/](?:test_\w+|conftest)\.py$")
#: With fewer than this every process does it for itself as fast.
_FEW = 40


def main() -> None:
    """Compile everything, if much of it is not compiled yet."""
    missing = [file for file in sorted(Path("tests").rglob("test_*.py")) if not is_compiled(file)]
    if len(missing) >= _FEW:
        for folder in FOLDERS:
            compileall.compile_dir(folder, rx=_OWN, quiet=2, workers=0)
        collect(missing, os.cpu_count() or 1)


def is_compiled(file: Path) -> bool:
    """Whether pytest has compiled a file since it was changed last."""
    by = f"{sys.implementation.cache_tag}-pytest-{pytest.__version__}"
    compiled = file.parent / "__pycache__" / f"{file.stem}.{by}.pyc"
    return compiled.exists() and compiled.stat().st_mtime >= file.stat().st_mtime


def collect(files: list[Path], processes: int) -> None:
    """Let pytest collect the files, in so many processes; what is wrong with one is told when the tests are run."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    shares = [files[number::processes] for number in range(processes)]
    running = [
        subprocess.Popen([*command, *map(str, share)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for share in shares
        if share
    ]
    for process in running:
        process.wait()


if __name__ == "__main__":
    main()
