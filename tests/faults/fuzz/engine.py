"""Feeds a target: with atheris, which keeps what reaches new code, or else by changing a corpus at random."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random

from tests.faults.fuzz.targets import Target

_ROOT = Path(__file__).parents[3]
_LONGEST = 4_096
_FOR_EVER = 1e9
#: What a crash says is cut here.
_SAID = 400


@dataclass(frozen=True, slots=True)
class FuzzCounts:
    """So many tries; `crash` is what was raised, empty if nothing was. `features` are places of code reached."""

    target: str
    runs: int
    seconds: float
    guided: bool
    features: int
    crash: str


def fuzz(name: str, runs: int, *, seed: int = 1, guided: bool | None = None, seconds: int = 0) -> FuzzCounts:
    """Fuzz a target in a process of its own; `seconds` 0 is no limit, `guided` None is what this computer has."""
    by_coverage = find_spec("atheris") is not None if guided is None else guided
    mode = "--guided" if by_coverage else "--mutate"
    command = [sys.executable, "-m", "tests.faults.fuzz", name, mode, str(runs), str(seed), str(seconds)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="devicelog-fuzz-") as folder:
        done = subprocess.run(
            [*command, folder], cwd=_ROOT, capture_output=True, text=True, errors="replace", check=False
        )
    said = done.stdout + done.stderr
    found = re.findall(r"(?:Done|DONE) (\d+) runs", said) or re.findall(r"^#(\d+)\s", said, re.MULTILINE)
    features = re.findall(r"\bft: (\d+)", said)
    crash = "" if done.returncode == 0 else _crash(said) or f"it ended with {done.returncode}"
    return FuzzCounts(
        name,
        int(found[-1]) if found else 0,
        time.monotonic() - began,
        by_coverage,
        int(features[-1]) if features else 0,
        crash,
    )


def mutate(target: Target, runs: int, seed: int, seconds: int) -> int:
    """Change the corpus at random, so many times or so long; how often. A crash comes out as it is."""
    chance = Random(seed)
    until = time.monotonic() + (seconds or _FOR_EVER)
    for number in range(runs):
        if time.monotonic() > until:
            return number
        data = chance.choice(target.corpus)
        for _ in range(chance.randint(1, 6)):
            data = _changed(data, chance.choice(target.corpus), chance)
        target.one(data[:_LONGEST])
    return runs


def _changed(data: bytes, other: bytes, chance: Random) -> bytes:
    start = chance.randint(0, len(data))
    length = chance.randint(0, 16)
    match chance.randrange(5):
        case 0:
            return data[:start] + chance.randbytes(length) + data[start + length :]
        case 1:
            return data[:start] + data[start + length :]
        case 2:
            return data[:start] + data[max(0, start - length) : start] * chance.randint(1, 4) + data[start:]
        case 3:
            place = chance.randint(0, len(other))
            return data[:start] + other[place : place + 64] + data[start:]
        case _:
            digits = str(chance.choice((0, -1, 2**31, 2**32 - 1, 2**32, 2**64, 10**40))).encode()
            return data[:start] + digits + data[start + length :]


def guide(target: Target, runs: int, seed: int, seconds: int, folder: str) -> None:
    """Let atheris look for what reaches new code; it ends the process, with 77 after a crash."""
    atheris = import_module("atheris")
    for number, data in enumerate(target.corpus):
        (Path(folder) / f"seed-{number}").write_bytes(data)
    limits = [
        f"-runs={runs}",
        f"-seed={seed}",
        f"-max_len={_LONGEST}",
        "-print_final_stats=1",
        "-rss_limit_mb=0",
        "-timeout=30",
    ]
    limits += [f"-max_total_time={seconds}"] if seconds else []
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={folder}/", folder], target.one)
    atheris.Fuzz()


def _crash(said: str) -> str:
    raised = re.search(r"Uncaught Python exception: ===\s*(.*?)(?:={5,}|INFO:|\Z)", said, re.DOTALL)
    text = raised[1] if raised else said[-_SAID:]
    return " ".join(text.split())[:_SAID]
