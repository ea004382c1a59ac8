"""Which Python runs a peer: devicelog's own, or that of bench/.venv, made at first use from bench/requirements.txt."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_VENV = _FOLDER / ".venv"
_PINS = _FOLDER / "requirements.txt"


class NotAvailableError(Exception):
    """A peer cannot run here; the message says why."""


@lru_cache(maxsize=1)
def foreign() -> Path:
    """The Python that has python-can and QCoDeS; raises NotAvailableError."""
    python = _VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    made_of = _VENV / "made-of"
    wanted = hashlib.sha256(_PINS.read_bytes() + sys.version.encode()).hexdigest()
    if made_of.exists() and made_of.read_text(encoding="ascii") == wanted:
        return python
    print("making bench/.venv with python-can and QCoDeS (once)", file=sys.stderr)
    shutil.rmtree(_VENV, ignore_errors=True)
    _call(sys.executable, "-m", "venv", str(_VENV))
    (_VENV / ".gitignore").write_text("*\n", encoding="ascii")
    _call(str(python), "-m", "pip", "install", "-qq", "--require-hashes", "--no-deps", "-r", str(_PINS))
    made_of.write_text(wanted, encoding="ascii")
    return python


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise NotAvailableError(f"bench/.venv could not be made: {last}")
