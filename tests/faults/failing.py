"""Disks that fail once or for ever at each of their first calls, under the store while sessions are recorded (F5).

python -m tests.faults.failing [--calls 40]     at calls of the VFS and of the store's own files
python -m tests.faults.failing --strace         at system calls, where strace is there
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from devicelog.errors import DevicelogError, NotNowError
from devicelog.ledger import Line
from tests.faults.disk import Call, Op, watched
from tests.faults.kill import traced
from tests.faults.work import Acknowledged, scratch, session, what_is_wrong

#: What fails, and how.
FAULTS = ((Op.SYNC, errno.EIO), (Op.WRITE, errno.EIO), (Op.WRITE, errno.ENOSPC), (Op.TRUNCATE, errno.EIO))
SYSTEM_FAULTS = (
    ("fdatasync", "EIO"),
    ("pwrite64", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("fsync", "EIO"),
    ("ftruncate", "EIO"),
)
#: How long the session is, on its virtual clock.
_SECONDS = 30.0


@dataclass(slots=True)
class Failures:
    """What the failures came to; `faults` says at which call something was not as promised."""

    failures: int = 0
    recovered: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.failures} failing disks, {self.recovered} sessions recorded to their end all the same, "
            f"{self.acknowledged} acknowledged entries, {len(self.faults)} bad"
        )


def fail_at_system_calls(numbers: Sequence[int]) -> Failures:
    """The same with the system's own calls, by strace: here SQLite overlooks what it overlooks in real life."""
    figures = Failures()
    for name, code in SYSTEM_FAULTS:
        for when in [text for number in numbers for text in (f"{number}", f"{number}+")]:
            with scratch() as folder, mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(folder / "keys")}):
                ended, acknowledged = traced(folder, name, f"error={code}:when={when}")
                where = f"{code} at {name} {when}"
                figures.failures += 1
                figures.recovered += ended == 0
                if ended not in (0, NotNowError.exit_code):
                    figures.faults.append(f"{where}: the work ended with {ended}")
                _look(folder, acknowledged, where, figures)
    return figures


class _FailingDisk:
    """Lets calls of one kind fail from one on, once or for ever; notes what was acknowledged while it fails."""

    def __init__(self, op: Op, code: int, number: int, *, for_ever: bool) -> None:
        self.op = op
        self._code = code
        self._left = number
        self._for_ever = for_ever
        self.has_failed = False
        self.fails = False

    def hook(self, call: Call) -> None:
        if call.op is not self.op:
            return
        self._left -= 1
        self.fails = self._left == 0 or (self._left < 0 and self._for_ever)
        if self.fails:
            self.has_failed = True
            raise OSError(self._code, os.strerror(self._code), str(call.path))


def fail_at_calls(numbers: Sequence[int], faults: Sequence[tuple[Op, int]] = FAULTS) -> Failures:
    """Let each kind of call fail at each of these numbers, counted from 1, once and for ever."""
    figures = Failures()
    for op, code in faults:
        for number in numbers:
            for for_ever in (False, True):
                with scratch() as folder, mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(folder / "keys")}):
                    disk = _FailingDisk(op, code, number, for_ever=for_ever)
                    where = f"{errno.errorcode[code]} at {op} {number}{' and ever after' if for_ever else ''}"
                    _record_on(disk, folder, where, figures)
    return figures


def _record_on(disk: _FailingDisk, folder: Path, where: str, figures: Failures) -> None:
    """Record a session on a disk that fails, and look at the store with the disk in order again."""
    acknowledged = Acknowledged()

    def acknowledge(name: str, lines: Sequence[Line]) -> None:
        if disk.fails and disk.op is not Op.TRUNCATE:  # a file that stays too long takes nothing away
            figures.faults.append(f"{where}: entries were acknowledged while the disk failed")
        acknowledged(name, lines)

    patience = mock.patch.multiple("devicelog.recording.backlog", _AGAIN_NS=0, PATIENCE_WITH_DISK=0.2)
    ended = False
    with watched(disk.hook), patience:
        try:
            session(folder, acknowledge, 1, seconds=_SECONDS, to_the_end=True)
            ended = True
        except NotNowError:
            pass
        except Exception as error:  # whatever else comes out would be a traceback to the user
            figures.faults.append(f"{where}: {error!r}")
    if not disk.has_failed:
        return
    figures.failures += 1
    figures.recovered += ended
    _look(folder, acknowledged, where, figures)


def _look(folder: Path, acknowledged: Acknowledged, where: str, figures: Failures) -> None:
    """See that a store is as promised, with its disk in order again."""
    figures.acknowledged += acknowledged.count
    try:
        wrong = what_is_wrong(folder, acknowledged.entries)
    except DevicelogError as error:
        wrong = f"it does not open: {error}"
    if wrong is not None:
        figures.faults.append(f"{where}: {wrong}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--strace", action="store_true")
    given = parser.parse_args()
    numbers = range(1, given.calls + 1)
    figures = fail_at_system_calls(numbers) if given.strace else fail_at_calls(numbers)
    print("\n".join([str(figures), *figures.faults[:10]]))  # noqa: T201
    return bool(figures.faults)


if __name__ == "__main__":
    sys.exit(main())
