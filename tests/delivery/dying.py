"""Runs `devicelog deliver` in processes that kill themselves, each at one moment, and then delivers what is left.

    python -m tests.delivery.dying JOBS     a JSON list of [store, keys, target, moment], such as "begun:after"

Prints a JSON list: the exit codes of the killed one, and of `outbox run --all` behind it (of `deliver` again if nothing
was written down). It has no threads of its own, and forks, so that what is imported is imported once.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from devicelog.cli import main
from devicelog.delivery import folder, payload, trying
from devicelog.store import outbox
from tests.end_to_end.warm import load
from tests.waiting import exit_code_of

#: Where a process can be killed: what is called there, by name.
PLACES: dict[str, tuple[Any, str]] = {
    "added": (outbox, "add"),
    "made": (payload, "_written"),
    "begun": (trying, "_begin"),
    "logged": (trying, "log"),
    "connected": (socket, "create_connection"),
    "sent in part": (socket.socket, "send"),
    "sent": (socket.socket, "sendall"),
    "heard": (socket.socket, "recv"),
    "copied": (folder, "_copy"),
    "placed": (folder, "finish"),
    "answered": (trying, "_send"),
    "receipt": (trying, "state_late"),
    "settled": (trying, "_settle"),
}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(call: Callable[..., Any], *, before: bool) -> Callable[..., Any]:
    @wraps(call)
    def dies(*arguments: Any, **named: Any) -> Any:
        if not before:
            call(*arguments, **named)
        _die()

    return dies


def _forked(store: str, keys: str, words: list[str], moment: str | None) -> int:
    """The exit code of a command in a process of its own, which dies at that moment."""
    child = os.fork()
    if child:
        return exit_code_of(child)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if moment is not None:
        name, _, when = moment.partition(":")
        of, attribute = PLACES[name]
        setattr(of, attribute, _dying(getattr(of, attribute), before=when == "before"))
    try:
        os._exit(_command(store, keys, words))
    except BaseException:
        traceback.print_exc()
        os._exit(99)


def _command(store: str, keys: str, words: list[str]) -> int:
    os.environ |= {"DEVICELOG_STORE": store, "DEVICELOG_KEYS": keys, "DEVICELOG_USER": "Nurse B."}
    sys.argv = ["devicelog", *words]
    try:
        main()
    except SystemExit as left:
        return int(left.code or 0)
    return 99


def _run(store: str, keys: str, target: str, moment: str) -> list[int]:
    order = ["deliver", "last", "--to", target, "--wait", "1 ms"]
    killed = _forked(store, keys, order, moment)
    left = order if moment == "added:before" else ["outbox", "run", "--all"]
    return [killed, _forked(store, keys, left, None)]


if __name__ == "__main__":
    load()
    print(json.dumps([_run(*job) for job in json.loads(Path(sys.argv[1]).read_text())]))  # noqa: T201
