"""Where typed lines come from: a terminal with somebody at it, what another program pipes in, or a named pipe.

The end of typing is no end of anything: a keyboard is silent then, and stays open.
"""

from __future__ import annotations

import contextlib
import os
import select
import stat
import sys
import time
from pathlib import Path
from typing import Any, Protocol, Self

try:
    import termios
    import tty
except ImportError:  # Windows
    termios = tty = None  # type: ignore[assignment]


class Presses(Protocol):
    """Takes the keys of a terminal."""

    def press(self, data: bytes) -> bytes:
        """Take keys; the lines that they make count, each with its end."""


#: At most so many bytes are taken at once.
_MOST = 4096
#: Whoever sits at the terminal of this process; one process has one terminal.
_at_the_terminal: list[Presses] = []
#: How the terminals were found whose keys are handed on one by one.
_before: dict[int, list[Any]] = {}


def sit_down(typist: Presses) -> None:
    """From now on the terminal's keys go to this typist, who hands on whole lines."""
    _at_the_terminal[:] = [typist]


def is_attended() -> bool:
    """Whether somebody can be asked at the terminal: it is one, and this process is not in its background."""
    if not sys.stdin.isatty():
        return False
    try:
        return os.name != "posix" or os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:  # not the terminal of this session
        return False


def hands_on_keys() -> bool:
    """Whether each key can be taken as it is pressed."""
    return termios is not None and is_attended()


def give_back() -> None:
    """Leave every terminal as it was found; whoever ends this process at once calls it first, in any thread."""
    while _before:
        descriptor, modes = _before.popitem()
        with contextlib.suppress(termios.error, OSError):
            termios.tcsetattr(descriptor, termios.TCSANOW, modes)


class Keyboard:
    """Bytes as they are typed. `first` is what was written down before, and is read first."""

    def __init__(self, descriptor: int, first: bytes = b"", *, owns: bool = False) -> None:
        self._descriptor = descriptor
        self._first = first
        self._owns = owns
        self._ended = False
        self._typist = _at_the_terminal[0] if _at_the_terminal and not owns and os.isatty(descriptor) else None
        if self._typist is not None and termios is not None:
            _before[descriptor] = termios.tcgetattr(descriptor)
            tty.setcbreak(descriptor)

    @classmethod
    def open(cls, path: str) -> Self:
        """The keyboard that a URL names behind `keyboard://`; raises ValueError if it cannot be read."""
        if os.name != "posix":
            raise ValueError("a keyboard can be read on POSIX systems only")
        if not path:
            return cls(_standard_input())
        try:
            if stat.S_ISFIFO(os.stat(path).st_mode):  # noqa: PTH116
                # Open for writing, too: else every writer that goes away would be the end of typing.
                return cls(os.open(path, os.O_RDWR | os.O_NONBLOCK), owns=True)
            return cls(_standard_input(), _whole_lines(Path(path).read_bytes()))
        except OSError as error:
            raise ValueError(f"{path} cannot be read: {error.strerror}") from None

    def close(self) -> None:
        """Leave the terminal as it was found."""
        if self._descriptor in _before:
            give_back()
            _at_the_terminal.clear()
        if self._owns:
            os.close(self._descriptor)

    def read(self, seconds: float) -> bytes:
        """What was typed; waits so long for it. Of a typist, whole lines that count."""
        if self._first:
            first, self._first = self._first, b""
            return first
        if self._ended:
            time.sleep(seconds)
            return b""
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return b""
        data = self._take()
        return self._typist.press(data) if self._typist is not None else data

    def _take(self) -> bytes:
        try:
            data = os.read(self._descriptor, _MOST)
        except BlockingIOError:
            return b""
        except OSError:  # the terminal is gone
            data = b""
        self._ended = not data
        return data


def is_pipe(path: str) -> bool:
    """Whether lines come from a named pipe, and not from whoever sits at the terminal."""
    return bool(path) and Path(path).is_fifo()


def _standard_input() -> int:
    try:
        return sys.stdin.fileno()
    except (AttributeError, ValueError, OSError):
        raise ValueError("this program was started without standard input") from None


def _whole_lines(data: bytes) -> bytes:
    return data if not data or data.endswith(b"\n") else data + b"\n"
