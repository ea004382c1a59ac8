"""Runs devicelog commands, each in a process of its own, forked from one that has the modules loaded already.

A fresh interpreter loads modules for longer than most commands take. Reads one JSON object a line, `{"words", "cwd",
"environment", "out", "err", "user", "first"}`, and answers with two lines: the process id at once, and the exit code
when it has ended. `user` is a number, null for the present one; `first` is a function of the tests (`module:name`) that
is called in the new process before the command, null for none.
"""

from __future__ import annotations

import codecs
import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any, NoReturn

import devicelog
from devicelog import cli, registry
from devicelog.units import factor

#: Not for users of the command line.
_APART = ("devicelog.testing", "devicelog.__main__")


def main() -> None:
    """Serve until stdin is closed."""
    for module in pkgutil.walk_packages(devicelog.__path__, "devicelog."):
        if not module.name.startswith(_APART):
            importlib.import_module(module.name)
    registry.drivers()
    registry.simulators()
    factor("milliliter", "mL")
    codecs.lookup("ascii")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(json.loads(line))
        print(child, flush=True)  # noqa: T201
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _run(job: dict[str, Any]) -> NoReturn:
    """Be the command."""
    for number, file in ((1, job["out"]), (2, job["err"])):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if job["user"] is not None:
        os.setgroups([])
        os.setgid(job["user"])
        os.setuid(job["user"])
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["cwd"])
    sys.argv = ["devicelog", *job["words"]]
    if job["first"] is not None:
        sys.path.append(str(Path(__file__).parents[2]))
        module, _, name = job["first"].partition(":")
        getattr(importlib.import_module(module), name)()
    try:
        cli.main()
    except SystemExit as leave:
        sys.stdout.flush()
        os._exit(int(leave.code or 0))
    raise AssertionError("main never returns")


if __name__ == "__main__":
    main()
