"""The service's side of writing beside it: lets programs of the same user in, and hands over what they ask.

A thread accepts, and each program has one. None of them touches the writer: `do` runs a job with it on the thread that
records, between two commits. A third thread closes sessions whose recording process has died.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import structlog

from devicelog import clock
from devicelog.errors import DevicelogError, NotNowError, StoreBusyError
from devicelog.store.beside import marks, place, wire
from devicelog.store.beside.performing import answer_to
from devicelog.store.beside.wire import Answer, Done, Hello, Proof, Request, Welcome
from devicelog.store.folder import Folder, disk_error
from devicelog.store.writer import Writer

#: So many programs are let in at once; more are told to try again.
MOST = 32
#: How long somebody may take to prove that he may speak, to finish a message, and to take an answer (s).
_GREETING, _MESSAGE = 5.0, 30.0
#: Between two looks for recordings whose process has died (s); the end of a line is looked at once.
_LOOK = 5.0

_log = structlog.get_logger()


class Do(Protocol):
    """Runs a job with the writer on its thread, where no transaction is open, and waits for what comes of it."""

    def __call__(self, job: Callable[[Writer], Any], /) -> Any: ...


class Beside:
    """Serves the programs that write beside the one that has the store's lock."""

    def __init__(self, folder: Folder, do: Do) -> None:
        self._folder = folder
        self._do = do
        self._listening: socket.socket | None = None
        self._lines: dict[socket.socket, threading.Thread] = {}
        self._guard = threading.Lock()
        self._look = threading.Event()
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Listen from now on; raises NotNowError or StoreFullError if that cannot be. Only with the store's lock."""
        try:
            self._listening = place.listen(self._folder)
        except OSError as error:
            raise disk_error(error, self._folder.path) from None
        for name, run in (("beside", self._accept), ("beside-left", self._close_left)):
            thread = threading.Thread(target=run, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self, seconds: float = _MESSAGE) -> None:
        """Listen no more, and end every line once what was asked on it is answered. `do` must still run jobs.

        What has not ended within that time is left behind: whoever asked finds out himself what became of it.
        """
        until = clock.boot_ns() + round(seconds * 1e9)
        self._closed.set()
        self._look.set()
        waking = place.connect(self._folder, _GREETING)  # who accepts is woken by nothing else on every system
        place.forget(self._folder)
        with self._guard:
            lines = dict(self._lines)
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RD)  # an answer that is due still leaves
        ending = [*self._threads, *lines.values()]
        for thread in ending:
            thread.join(max(0.0, (until - clock.boot_ns()) / 1e9))
        left = sum(thread.is_alive() for thread in ending)
        if left:
            _log.error("left behind", why="writing beside", cause=f"{left} not ended within {seconds:.0f} s")
        for end in (waking, self._listening):
            if end is not None:
                end.close()

    def writer(self) -> Writer:
        """A writer for another thread of this process, which reads and works there; `do` runs its transactions."""
        return Writer.beside(self._folder, self._done)

    # -- one program ---------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        assert self._listening is not None
        while not self._closed.is_set():
            try:
                line, _ = self._listening.accept()
            except OSError:  # there are no more file descriptors for a while
                self._closed.wait(0.1)
                continue
            if self._closed.is_set():
                line.close()
                return
            thread = threading.Thread(target=self._serve, args=(line,), name="beside-line", daemon=True)
            with self._guard:
                self._lines[line] = thread
            thread.start()

    def _serve(self, line: socket.socket) -> None:
        """One program, from its greeting to its end."""
        try:
            if place.is_same_user(line) and self._let_in(line):
                self._answer(line)
        except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
            _log.info("line beside ended", cause=type(error).__name__)
        finally:
            with self._guard:
                self._lines.pop(line, None)
            line.close()
            self._look.set()

    def _let_in(self, line: socket.socket) -> bool:
        """Whether the other side proves that it has the keys, and there is room for it."""
        line.settimeout(_GREETING)
        hello = wire.receive(line, wire.LONGEST_GREETING, _GREETING)
        said = wire.greeting_of(hello) if hello is not None else None
        if not isinstance(said, Hello):
            return False
        ours = os.urandom(wire.NONCE)
        mac = wire.mac(self._folder, "service", said.nonce, ours)
        line.settimeout(_GREETING)
        line.sendall(wire.framed(Welcome(wire.VERSION, ours, mac)))
        data = wire.receive(line, wire.LONGEST_GREETING, _GREETING)
        proof = wire.greeting_of(data) if data is not None else None
        if not isinstance(proof, Proof) or not wire.is_mac(proof.mac, self._folder, "program", ours, said.nonce):
            return False
        answer: Answer = Done()
        if len(self._lines) > MOST:
            found = f"{MOST} programs write beside the service that has the store {self._folder.path}"
            answer = wire.failed(StoreBusyError(f"{found}; try again when one of them has ended."))
        self._send(line, answer)
        return isinstance(answer, Done)

    def _answer(self, line: socket.socket) -> None:
        while not self._closed.is_set():
            data = wire.receive(line, wire.LONGEST, _MESSAGE)
            if data is None:
                return
            self._send(line, self._done(wire.request_of(data)))

    def _send(self, line: socket.socket, answer: Answer) -> None:
        try:
            data = wire.framed(answer)
        except NotNowError as error:
            data = wire.framed(wire.failed(error))
        line.settimeout(_MESSAGE)
        line.sendall(data)
        line.settimeout(None)

    def _done(self, request: Request) -> Answer:
        """What comes of a request; never raises, whatever the writer's thread does."""
        try:
            answer: Answer = self._do(lambda writer: answer_to(writer, request))
        except Exception as error:
            if not isinstance(error, DevicelogError):
                _log.exception("writing beside failed", cause=type(error).__name__)
            return wire.failed(error)
        return answer

    # -- recordings whose process has died -----------------------------------------------------------------------

    def _close_left(self) -> None:
        """Close sessions as interrupted that nobody records any more; reads them here, and writes as a program does."""
        while not self._closed.is_set():
            self._look.wait(_LOOK)
            self._look.clear()
            for session in marks.left(self._folder.path):
                if self._closed.is_set():
                    return
                try:
                    with self.writer() as writer:
                        writer.close_left(session)
                except DevicelogError as error:
                    _log.warning("interrupted session is not closed yet", session=session, cause=type(error).__name__)
                except Exception as error:
                    _log.exception("interrupted session is not closed", session=session, cause=type(error).__name__)
