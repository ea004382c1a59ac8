"""Checks whose size is that of the tests: they are run by pytest, and each has to pass."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.faults.replays import DAMAGED
from tests.faults.torture.check import NotBuiltError, Outcome

_ROOT = Path(__file__).parents[3]
#: pytest's codes: all passed; an argument that names nothing; nothing to run.
_PASSED, _NO_SUCH, _NOTHING = 0, 4, 5


def all_pass(folder: Path, *, tests: str) -> Outcome:
    """Run the tests that are named, files or single ones, with blanks between; a skip is said and fails."""
    (folder / DAMAGED).touch()  # tests tamper with their stores
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={folder / 'tests'}"]
    done = subprocess.run([*command, *tests.split()], cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode in (_NO_SUCH, _NOTHING):
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise NotBuiltError(f"these tests cannot be run: {tests}: {' '.join(said)}")
    counts = {what: int(count) for count, what in re.findall(r"(\d+) (passed|failed|skipped|errors?)", done.stdout)}
    failed = re.findall(r"^(?:FAILED|ERROR|SKIPPED) (.*)", done.stdout, re.MULTILINE)
    return Outcome(
        done.returncode == _PASSED and not counts.get("skipped"),
        f"{counts.get('passed', 0)} tests",
        ", ".join(f"{count} {what}" for what, count in counts.items()) + "".join(f"; {name}" for name in failed[:2]),
        "the tests have theirs",
    )
