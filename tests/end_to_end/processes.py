"""Processes that were forked from a warm one (warm.py), and what starts them."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.waiting import PATIENCE

#: For a stream: nothing is read, and what is written is dropped; or whoever starts the process reads or writes it.
NOWHERE, PIPE = -3, -1
_NUMBER = struct.Struct("i")
_MODES = ("w", "r", "r")


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What `--json` printed; fails unless stdout is exactly one JSON document."""
        return json.loads(self.out)


class Process:
    """A process that runs or has ended, as `subprocess.Popen` shows it."""

    def __init__(self, answers: int, pipes: Sequence[IO[str] | None]) -> None:
        self._answers = answers
        self.stdin, self.stdout, self.stderr = pipes
        self.returncode: int | None = None
        self.pid = self._number(PATIENCE)

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, seconds: float = PATIENCE) -> int:
        """Wait for it to end; its exit code. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            self.returncode = self._number(seconds)
            os.close(self._answers)
        return self.returncode

    def close(self) -> None:
        """Close this end of its streams."""
        for pipe in (self.stdin, self.stdout, self.stderr):
            if pipe is not None:
                pipe.close()

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _number(self, seconds: float) -> int:
        if not select.select([self._answers], [], [], seconds)[0]:
            raise subprocess.TimeoutExpired("devicelog", seconds)
        (number,) = _NUMBER.unpack(os.read(self._answers, _NUMBER.size))
        return int(number)


class Warm:
    """Runs commands in processes of their own that need not load the modules first (warm.py)."""

    def __init__(self, folder: Path, beside: Warm | None = None) -> None:
        """`beside`: one that runs other commands meanwhile, from whose process those of this one are forked, too."""
        self._out, self._err = folder / "out", folder / "err"
        self._started: Process | None = None
        self._server: subprocess.Popen[bytes] | None = None
        if beside is not None:
            self._jobs: socket.socket = beside._jobs
            return
        self._jobs, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            command = [sys.executable, str(Path(__file__).with_name("warm.py")), str(number)]
            self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[number])

    def close(self) -> None:
        if self._server is not None:
            self._jobs.close()
            self._server.wait(PATIENCE)

    def run(self, words: tuple[str, ...], cwd: Path, environment: dict[str, str], user: int | None = None) -> Done:
        """Run a command to its end; only root can run one as another user."""
        self.start(words, cwd, environment, user)
        return self.wait(words)

    def start(
        self,
        words: tuple[str, ...],
        cwd: Path,
        environment: dict[str, str],
        user: int | None = None,
        *,
        first: str | None = None,
    ) -> int:
        """Start a command, one at a time, and give its process id; `first` is called in it before (warm.py)."""
        for file in (self._out, self._err):
            file.unlink(missing_ok=True)
        with self._out.open("wb") as out, self._err.open("wb") as err:
            files = (NOWHERE, out.fileno(), err.fileno())
            self._started = self.begin(words, cwd, environment, files, user=user, first=first)
        return self._started.pid

    def begin(
        self,
        words: Sequence[str],
        cwd: Path,
        environment: Mapping[str, str],
        streams: tuple[int, int, int],
        *,
        user: int | None = None,
        first: str | None = None,
        terminal: bool = False,
    ) -> Process:
        """Start a command beside others that run.

        `streams` are its stdin, stdout and stderr: a file's number, NOWHERE or PIPE. If stdin is a `terminal`, it
        becomes that of the process.
        """
        job = {"words": words, "cwd": str(cwd), "environment": dict(environment), "user": user, "first": first}
        text = json.dumps({**job, "terminal": terminal}).encode()
        with contextlib.ExitStack() as theirs:
            ours: list[IO[str] | None] = []
            files = []
            for stream, mode in zip(streams, _MODES, strict=True):
                file, pipe = _opened(stream, mode, theirs)
                files.append(file)
                ours.append(pipe)
            answers, answer = os.pipe()
            theirs.callback(os.close, answer)
            socket.send_fds(self._jobs, [_NUMBER.pack(len(text))], [*files, answer])
            self._jobs.sendall(text)
        return Process(answers, ours)

    def wait(self, words: tuple[str, ...]) -> Done:
        """Wait until the command that was started has ended."""
        assert self._started is not None
        try:
            code = self._started.wait()
        except subprocess.TimeoutExpired:
            raise AssertionError(f"devicelog {words} does not end") from None
        return Done(words, code, self._out.read_text(encoding="utf-8"), self._err.read_text(encoding="utf-8"))

    @property
    def out(self) -> Path:
        """What the command has printed so far."""
        return self._out

    @property
    def err(self) -> Path:
        """The same of what it has said on stderr."""
        return self._err

    def has_ended(self) -> bool:
        """Whether the command that was started has ended; `wait` says how."""
        assert self._started is not None
        return self._started.poll() is not None


def _opened(stream: int, mode: str, theirs: contextlib.ExitStack) -> tuple[int, IO[str] | None]:
    """What the process gets of a stream, closed here with `theirs`, and the end of it that is kept here."""
    if stream == NOWHERE:
        stream = os.open(os.devnull, os.O_RDWR)
        theirs.callback(os.close, stream)
        return stream, None
    if stream != PIPE:
        return stream, None
    reads, writes = os.pipe()
    ours, given = (writes, reads) if mode == "w" else (reads, writes)
    theirs.callback(os.close, given)
    return given, os.fdopen(ours, mode, encoding="utf-8")
