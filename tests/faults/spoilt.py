"""`devicelog` on a computer that a file spoils while it runs: its disk is full or broken, its wall clock is stepped.

The file, which SPOILT names in the environment, holds JSON: `disk` ("full", "broken", "hangs" or null), `wall_seconds`
(by how much the wall clock is off), and what is read at the start and stands for a constant of the product: `log_limit`
(bytes), `patience` (s, with a failing disk), `most` (entries and chunks that may wait). What is recorded, and how, is
the product's own.
"""

from __future__ import annotations

import errno
import json
import os
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from devicelog.recording.backlog import MOST
from devicelog.store.database import LOG_LIMIT
from tests.faults.disk import Call, Op, watched

#: What needs room on a disk, and what a broken one no longer does.
_NEED_ROOM = (Op.WRITE, Op.CREATE)
_NEED_DISK = (Op.WRITE, Op.SYNC, Op.TRUNCATE)
#: The environment variable that names the file.
FILE = "SPOILT"
_UNTIL_THE_END = ExitStack()
#: How often a disk that hangs is looked at (s).
_LOOK = 0.05


@dataclass(slots=True)
class Spoilt:
    """How the computer is, in a file."""

    file: Path
    disk: str | None = None
    wall_seconds: float = 0.0
    log_limit: int | None = None
    patience: float | None = None
    most: int | None = None

    def set(self, **values: Any) -> None:
        """Let the computer be so from now on."""
        for name, value in values.items():
            setattr(self, name, value)
        told = {name: value for name, value in asdict(self).items() if name != "file"}
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(told), encoding="utf-8")
        new.replace(self.file)


class _Time:
    """`time` on a computer whose wall clock is off."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def time_ns(self) -> int:
        stepped: int = time.time_ns() + round(_read(self._file)["wall_seconds"] * 1e9)
        return stepped


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def be() -> None:
    """Let this process, which is devicelog from now on, run on that computer (`first` of tests/end_to_end/warm.py)."""
    file = Path(os.environ[FILE])

    def hook(call: Call) -> None:
        disk = _read(file)["disk"]
        if disk == "full" and call.op in _NEED_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(call.path))
        if disk == "broken" and call.op in _NEED_DISK:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(call.path))
        while call.op is Op.SYNC and _read(file)["disk"] == "hangs":
            time.sleep(_LOOK)

    begins = _read(file)
    for part in (
        mock.patch("devicelog.clock.time", _Time(file)),
        mock.patch("devicelog.recording.backlog.LOG_LIMIT", begins["log_limit"] or LOG_LIMIT),
        mock.patch("devicelog.recording.backlog.PATIENCE_WITH_DISK", begins["patience"] or 10.0),
        mock.patch("devicelog.recording.backlog.MOST", begins["most"] or MOST),
        watched(hook),
    ):
        _UNTIL_THE_END.enter_context(part)
