"""`devicelog serve` in a process of its own, on a port that it keeps over restarts."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from unittest import mock

import httpx

from devicelog.account import Role
from devicelog.store.reader import Reader
from tests.end_to_end.running import Devicelog, Done, Warm, wait_until
from tests.waiting import PATIENCE
from tests.web.people import accounts_of, log_in

_WORDS = ("serve", "--port")


def free_port() -> int:
    """A port of this computer that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(slots=True)
class Serving:
    """The station of a store; `warm` is not that of the box, whose commands are run beside it."""

    box: Devicelog
    warm: Warm
    port: int = field(default_factory=free_port)
    pid: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, more: Mapping[str, str] | None = None) -> int:
        """Start it, and wait until it can be opened; its process id."""
        words = (*_WORDS, str(self.port))
        self.pid = self.warm.start(words, self.box.root, {**self.box.environment, **(more or {})}, first=self.box.first)
        wait_until(lambda: self.warm.has_ended() or "READY " in self.said(), "READY")
        assert not self.warm.has_ended(), self.warm.wait(words)
        return self.pid

    def said(self) -> str:
        """What it has printed so far."""
        return self.warm.out.read_text(encoding="utf-8") if self.warm.out.exists() else ""

    def signal(self, number: signal.Signals) -> Done:
        """Send a signal that ends it, and wait for that."""
        assert self.pid is not None
        os.kill(self.pid, number)
        self.pid = None
        return self.warm.wait(_WORDS)

    def kill(self) -> None:
        """Kill it as a power cut would."""
        assert self.signal(signal.SIGKILL).code == -signal.SIGKILL

    def end(self) -> Done:
        """End it in order."""
        done = self.signal(signal.SIGTERM)
        assert done.code == 0, done
        return done

    def client(self, name: str, *roles: Role) -> httpx.Client:
        """Somebody new who is logged in."""
        return httpx.Client(base_url=self.url, cookies={"devicelog": self.token(name, *roles)}, timeout=PATIENCE)

    def token(self, name: str, *roles: Role) -> str:
        """The log-in session of somebody new, with the accounts opened in this process."""
        with (
            mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(self.box.keys)}),
            accounts_of(self.box.store) as accounts,
        ):
            return log_in(accounts, name, *roles)

    def entries(self) -> int:
        """How many entries the last session has."""
        with self.reader() as reader:
            rows = reader.sessions()
            return sum(1 for _ in reader.lines(rows[-1].number)) if rows else 0

    @contextlib.contextmanager
    def reader(self) -> Iterator[Reader]:
        with self.box.reader() as reader:
            yield reader


@contextlib.contextmanager
def serving(box: Devicelog, warm: Warm) -> Iterator[Serving]:
    """A station that is not started yet; what still runs is killed with the block."""
    one = Serving(box, warm)
    try:
        yield one
    finally:
        if one.pid is not None:
            one.kill()
