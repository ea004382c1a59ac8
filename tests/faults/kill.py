"""`kill -9` at each call with which the store writes, from the making of its folders to the close of a session (F2).

python -m tests.faults.kill [--calls 300]      at each of the first calls of the VFS and of the store's own files
python -m tests.faults.kill --strace           at system calls, where strace is there
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from unittest import mock

from devicelog.errors import DevicelogError, NotNowError
from devicelog.ledger import Line
from tests.faults.disk import Call, watched
from tests.faults.work import Acknowledged, scratch, what_is_wrong, work

#: The system calls with which SQLite and the store's own files reach the disk.
SYSTEM_CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "mkdir")
_PATIENCE = 60.0


@dataclass(slots=True)
class Kills:
    """What the kills came to; `faults` says at which call something was not as promised."""

    kills: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.kills} kills, {self.acknowledged} acknowledged entries, {len(self.faults)} bad"


def kill_at_calls(numbers: Sequence[int]) -> Kills:
    """Kill the work at the calls of these numbers, counted from 1, each in a process and a store of its own.

    Forks, and is therefore for a process without threads.
    """
    context = multiprocessing.get_context("fork")
    _warm_up()
    figures = Kills()
    for number in numbers:
        with scratch() as folder:
            ours, theirs = context.Pipe(duplex=False)
            victim = context.Process(target=_victim, args=(folder, number, theirs))
            victim.start()
            theirs.close()
            acknowledged = _received(ours)
            victim.join(_PATIENCE)
            _look(figures, folder, acknowledged, f"call {number}", victim.exitcode)
    return figures


def kill_at_system_calls(numbers: Sequence[int], names: Sequence[str] = SYSTEM_CALLS) -> Kills:
    """Kill the work at the system calls of these numbers, rising from 1, of each name, by strace."""
    figures = Kills()
    for name in names:
        for number in numbers:
            with scratch() as folder:
                code, acknowledged = traced(folder, name, f"signal=KILL:when={number}")
                if not _look(figures, folder, acknowledged, f"{name} {number}", code):
                    break
    return figures


def traced(folder: Path, name: str, inject: str) -> tuple[int, Acknowledged]:
    """Do the work under strace, which spoils a system call: the exit code, and what was acknowledged."""
    command = [sys.executable, "-m", "tests.faults.kill", "--work", str(folder)]
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={name}", "-e", f"inject={name}:{inject}", *command],
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    acknowledged = Acknowledged()
    for line in done.stdout.splitlines():
        session, entry, digest = line.split()
        acknowledged.entries.setdefault(session, {})[int(entry)] = bytes.fromhex(digest)
    return done.returncode, acknowledged


def _warm_up() -> None:
    """Load all that the work needs, so that no fork has to."""
    with scratch() as folder, mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(folder / "keys")}):
        work(folder, Acknowledged(), seconds=2.0)


def has_strace() -> bool:
    """Whether strace is there and may do its work."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


def _look(figures: Kills, root: Path, acknowledged: Acknowledged, where: str, code: int | None) -> bool:
    """Whether the victim was killed; if so, see that its store is as promised."""
    if code == 0:
        return False
    figures.kills += 1
    figures.acknowledged += acknowledged.count
    if code not in (-signal.SIGKILL, 128 + signal.SIGKILL):
        figures.faults.append(f"{where}: the work ended by itself with {code}")
        return True
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(root / "keys")}):
        try:
            wrong = what_is_wrong(root, acknowledged.entries)
        except DevicelogError as error:
            wrong = f"it does not open: {error}"
    if wrong is not None:
        figures.faults.append(f"{where}: {wrong}")
    return True


def _victim(root: Path, number: int, pipe: Connection) -> None:
    """Do the work until a call."""
    calls = 0

    def hook(_: Call) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def acknowledge(session: str, lines: Sequence[Line]) -> None:
        pipe.send((session, {line.number: line.hash for line in lines}))

    os.environ["DEVICELOG_KEYS"] = str(root / "keys")
    with watched(hook):
        work(root, acknowledge)


def _received(pipe: Connection) -> Acknowledged:
    """What the victim said before it died."""
    acknowledged = Acknowledged()
    try:
        while True:
            session, hashes = pipe.recv()
            acknowledged.entries.setdefault(session, {}).update(hashes)
    except EOFError:
        return acknowledged


def _tell(session: str, lines: Sequence[Line]) -> None:
    os.write(1, "".join(f"{session} {line.number} {line.hash.hex()}\n" for line in lines).encode())


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth of them [1]")
    parser.add_argument("--strace", action="store_true")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work is not None:
        os.environ["DEVICELOG_KEYS"] = str(given.work / "keys")
        try:
            work(given.work, _tell)
        except NotNowError:
            return NotNowError.exit_code
        return 0
    numbers = range(1, given.calls + 1, given.every)
    figures = kill_at_system_calls(numbers) if given.strace else kill_at_calls(numbers)
    print("\n".join([str(figures), *figures.faults[:10]]))  # noqa: T201
    return bool(figures.faults)


if __name__ == "__main__":
    sys.exit(main())
