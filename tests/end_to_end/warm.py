"""Starts devicelog commands, each in a process of its own, forked from one that has the modules loaded already.

A fresh interpreter loads modules for longer than most commands take. Run with the number of a socket (processes.py
holds its other end), from which it takes jobs: the length of a JSON object in four bytes, with the four files of the
process beside them, then the object, `{"words", "cwd", "environment", "user", "first", "terminal"}`. The files are its
stdin, stdout and stderr, and one that is told its id, and when it has ended its exit code, four bytes each.

`user` is a number, null for the present one; `first` is a function of the tests (`module:name`) that is called in the
new process before the command, null for none; `terminal` is whether stdin is a terminal that becomes the process's own.
"""

from __future__ import annotations

import codecs
import contextlib
import faulthandler
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import struct
import sys
import termios
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import devicelog
import devicelog_drivers
import devicelog_simulators
from devicelog import cli, registry
from devicelog.units import factor

#: Not for users of the command line.
_APART = ("devicelog.testing", "devicelog.__main__")
#: What commands load on first use.
_LATE = (
    "httpx",
    "pikepdf",
    "re2",
    "rfc8785",
    "rich.progress",
    "rich.spinner",
    "segno",
    "serial.tools.list_ports",
    "typst",
)
#: A command runs no longer than that in any test; who looks for what does, looks so often (s).
_LIFE, _LOOK = 600.0, 10.0
_LINES = 1
_NUMBER = struct.Struct("i")


@dataclass(slots=True)
class Running:
    """A process: who is told its exit code, until when it may run, and whether it was told that it hangs."""

    answer: int
    until: float
    was_asked: bool = False


def main() -> None:
    """Serve until the socket is closed; what still runs then is killed, and before that what runs for too long.

    Whoever reads the streams of a command to their end would else wait for one that hangs for ever.
    """
    load()
    with socket.socket(fileno=int(sys.argv[1])) as jobs, selectors.DefaultSelector() as either:
        ended = _tell_of_ends()
        either.register(jobs, selectors.EVENT_READ)
        either.register(ended, selectors.EVENT_READ)
        running: dict[int, Running] = {}
        while True:
            _end_what_hangs(running)
            for ready, _ in either.select(_LOOK):
                if ready.fileobj is ended:
                    ended.recv(1000)
                    _bury(running)
                elif not _take(jobs, running):
                    for left in running:
                        os.kill(left, signal.SIGKILL)
                    return


def load() -> None:
    """Load all that commands load, also what they load on first use."""
    gc.disable()
    for package in (devicelog, devicelog_drivers, devicelog_simulators):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_APART):
                importlib.import_module(module.name)
    for name in _LATE:
        importlib.import_module(name)
    for registered in (registry.drivers(), registry.simulators()):
        assert all(plugin.value is not None for plugin in registered.values())
    factor("milliliter", "mL")
    for encoding in ("ascii", "idna"):
        codecs.lookup(encoding)
    gc.freeze()  # a collection would write to every page that is shared


def _tell_of_ends() -> socket.socket:
    """What becomes readable when a process has ended."""
    told, tells = socket.socketpair()
    for end in (told, tells):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: tells.send(b"."))
    return told


def _end_what_hangs(running: dict[int, Running]) -> None:
    """Let it say what it is doing (faulthandler), and kill it if it does not end by that."""
    for pid, one in running.items():
        if time.monotonic() > one.until:
            os.kill(pid, signal.SIGKILL if one.was_asked else signal.SIGABRT)
            one.was_asked = True


def _bury(running: dict[int, Running]) -> None:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            pid, status = ended
            answer = running.pop(pid).answer
            with contextlib.suppress(BrokenPipeError):
                os.write(answer, _NUMBER.pack(os.waitstatus_to_exitcode(status)))
            os.close(answer)


def _take(jobs: socket.socket, running: dict[int, Running]) -> bool:
    """Start the next process; False when there is no further job."""
    head, files, _, _ = socket.recv_fds(jobs, _NUMBER.size, 4)
    if not head:
        return False
    (length,) = _NUMBER.unpack(head)
    text = b""
    while len(text) < length:
        text += jobs.recv(length - len(text))
    *streams, answer = files
    child = os.fork()
    if child == 0:
        _run(json.loads(text), streams)
    running[child] = Running(answer, time.monotonic() + _LIFE)
    for stream in streams:
        os.close(stream)
    os.write(answer, _NUMBER.pack(child))
    return True


def _run(job: dict[str, Any], streams: list[int]) -> NoReturn:
    """Be the command."""
    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if job["terminal"]:
        os.setsid()
        fcntl.ioctl(streams[0], termios.TIOCSCTTY, 0)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(3, 1_000)  # what is the server's own
    if job["user"] is not None:
        os.setgroups([])
        os.setgid(job["user"])
        os.setuid(job["user"])
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["cwd"])
    sys.argv = ["devicelog", *job["words"]]
    _renew_streams()
    faulthandler.enable()
    if job["first"] is not None:
        sys.path.append(str(Path(__file__).parents[2]))
        module, _, name = job["first"].partition(":")
        getattr(importlib.import_module(module), name)()
    try:
        cli.main()
    except SystemExit as leave:
        os._exit(_exit_code(int(leave.code or 0)))
    raise AssertionError("main never returns")


def _renew_streams() -> None:
    """Make the standard streams anew: those that are there know the files of the server."""
    sys.stdin = os.fdopen(0, encoding=sys.stdin.encoding, closefd=False)
    sys.stdout = os.fdopen(1, "w", _LINES if os.isatty(1) else -1, sys.stdout.encoding, closefd=False)
    sys.stderr = os.fdopen(2, "w", _LINES, sys.stderr.encoding, "backslashreplace", closefd=False)


def _exit_code(code: int) -> int:
    """What an interpreter that ends makes of an exit code: it waits for threads, and prints what is left."""
    threading._shutdown()  # type: ignore[attr-defined]
    try:
        sys.stdout.flush()
    except OSError:
        return 120
    return code


if __name__ == "__main__":
    main()
