"""Changes a store in a process that is killed before its n-th step on files or the database."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from devicelog.store.writer import Writer
from tests.waiting import exit_code_of

_STEPS = {"open", "os.rename", "os.remove"}


def killed_at(step: int, store: Path, change: Callable[[Writer], object]) -> bool:
    """Whether the change was killed at that step; if not, it was done.

    Steps are files below the folder of the store's folder that are opened, renamed or removed, and statements of the
    database.
    """
    child = os.fork()
    if child == 0:
        try:
            _change(step, store, change)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    code = exit_code_of(child)
    assert code in (0, -signal.SIGKILL), f"the change failed at step {step}"
    return code != 0


def _change(step: int, store: Path, change: Callable[[Writer], object]) -> None:
    left = step

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _STEPS and str(arguments[0]).startswith(str(store.parent)):
            count()

    def statement(_cursor: object, _sql: str, _bindings: object) -> bool:
        count()
        return True

    with Writer.open(store, create=False) as writer:
        writer.connection.exec_trace = statement
        sys.addaudithook(audit)
        change(writer)
        left = 0  # closing is the same whatever was done before
