"""A child process that runs a module of bench, is told lines and answers with lines, each with a word in front."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bench.interpreters import NotAvailableError

_ROOT = Path(__file__).parents[1]
#: How long a child may take to end once its input is closed (s).
_ENDING = 60


class Child:
    """Use `started`; `hear` raises NotAvailableError when the child fails or takes too long."""

    def __init__(self, process: subprocess.Popen[bytes], errors: Path) -> None:
        self._process = process
        self._errors = errors
        self._rest = b""

    @property
    def number(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def tell(self, text: str) -> None:
        """One line to its input."""
        self._input.write(text.encode() + b"\n")
        self._input.flush()

    def hear(self, word: str, seconds: float) -> str:
        """What stands behind the word on the next line that begins with it."""
        until = time.monotonic() + seconds
        while True:
            *lines, self._rest = self._rest.split(b"\n")
            for number, line in enumerate(lines):
                if line.startswith(word.encode()):
                    self._rest = b"\n".join([*lines[number + 1 :], self._rest])
                    return line[len(word) :].decode().strip()
            self._rest += self._read(until - time.monotonic(), f"it did not finish within {seconds:.0f} s")

    def end(self) -> None:
        """Close its input and wait for it."""
        self._input.close()
        self._process.wait(timeout=_ENDING)

    def _read(self, seconds: float, too_late: str) -> bytes:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], max(0.0, seconds))[0]:
            raise NotAvailableError(too_late)
        data = os.read(self._process.stdout.fileno(), 65_536)
        if not data:
            raise NotAvailableError(f"it failed: {self._last_words()}")
        return data

    def _last_words(self) -> str:
        said = self._errors.read_text(encoding="utf-8", errors="replace").strip()
        return said.splitlines()[-1][:200] if said else "it said nothing"


@contextmanager
def started(python: str, module: str, folder: Path) -> Iterator[Child]:
    """A child that runs a module, with what it says to stderr kept in a file of the folder; killed at the end."""
    errors = folder / f"{module}.stderr"
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(
            [python, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment,
            cwd=_ROOT,
        ) as process,
    ):
        try:
            yield Child(process, errors)
        finally:
            process.kill()
