"""A recording at a pseudo-terminal of its own, with somebody at the keys."""

from __future__ import annotations

import os
import pty
import select
import termios
import time
from typing import TYPE_CHECKING, Self

from tests.end_to_end.running import wait_until

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog


class Terminal:
    """`devicelog record` at a pseudo-terminal of its own, with somebody at the keys."""

    def __init__(self, box: Devicelog, *words: str) -> None:
        self._master, self.slave = pty.openpty()
        termios.tcsetwinsize(self.slave, (40, 120))
        self.screen = ""
        environment = {**box.environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        environment.pop("COLUMNS")
        streams = (self.slave, self.slave, self.slave)
        self.process = box.warm.begin(words, box.root, environment, streams, first=box.first, terminal=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self.slave)

    def look(self, seconds: float = 0.1) -> str:
        """All that was ever drawn."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self._master], [], [], left)[0]:
                self.screen += os.read(self._master, 65_536).decode("utf-8", "replace")
        return self.screen

    def wait_for(self, text: str) -> None:
        try:
            wait_until(lambda: text in self.look(), f"{text!r} on the screen")
        except AssertionError as error:
            raise AssertionError(f"{error}; there was {self.screen[-2000:]!r}") from None

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def end(self) -> int:
        """Ctrl-C, as a terminal sends it."""
        self.type("\x03")
        wait_until(lambda: self.look() and self.process.poll() is not None, "the end of the recording")
        return self.process.wait()

    def modes(self) -> int:
        return int(termios.tcgetattr(self.slave)[3])
