"""Runs what others wrote for Node.js: one process for many files, because starting is slow."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
#: Names the folder with the packages, where it is not the one beside this file.
VARIABLE = "DEVICELOG_ORACLES"
_LONGEST = 180


def packages() -> Path:
    """The folder with the packages of package-lock.json, whether or not it is there."""
    return Path(os.environ.get(VARIABLE) or HERE / "node_modules").absolute()


def lacking() -> str | None:
    """What is missing before a script can be run; None if nothing is."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (packages() / "@medplum" / "core").is_dir():
        return f"{packages()} does not hold the packages: run `npm ci` in tests/oracles, or set {VARIABLE}"
    return None


def require() -> None:
    """Skip the test with a word where Node.js or a package is missing; with CI=true that fails."""
    why = lacking()
    if why is not None and os.environ.get("CI") == "true":
        pytest.fail(why)
    if why is not None:
        pytest.skip(why)


def ask(script: str, *arguments: str | Path) -> Any:
    """What a script says; AssertionError with its last words if it fails."""
    require()
    node = shutil.which("node")
    assert node is not None
    environment = {**os.environ, VARIABLE: str(packages())}
    command = [node, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=_LONGEST, env=environment, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)
