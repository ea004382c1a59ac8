"""The connection of a program that writes beside a service: it reads by itself, and its transactions go to the service.

A transaction is kept here until its COMMIT and then sent whole, with what each SELECT in it gave. The service does it
in one piece if they still give the same, and says StoreChangedError if not. A SELECT behind a statement that writes is
asked of the service, which runs what was kept so far and takes it back.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from devicelog import clock
from devicelog.errors import NotNowError, StoreBusyError, StoreFormatError
from devicelog.store.beside import place, wire
from devicelog.store.beside.wire import Answer, Failed, Hello, Peek, Perform, Proof, Request, Rows, Step, Tidy, TidyUp
from devicelog.store.database import close_database, open_database
from devicelog.store.folder import Folder, open_folder

#: How long the service may take to let somebody in, and to answer (s); a recording goes on in memory meanwhile, and is
#: ended by itself if its own thread stands still for a minute.
_GREETING, _ANSWER = 5.0, 30.0
#: What ends a transaction.
_ENDS = frozenset({"ROLLBACK", "COMMIT"})

#: Sends a request and brings what the service answers; raises ServiceGoneError.
Ask = Callable[[Request], Answer]


class ServiceLine:
    """A line to the service that has a store."""

    def __init__(self, folder: Folder, line: socket.socket) -> None:
        self._folder = folder
        self._line = line
        self.lost_ns: int | None = None

    def ask(self, request: Request) -> Answer:
        """What the service answers; ServiceGoneError if it does not, and then nobody knows what it has done."""
        data = wire.framed(request)
        if self.lost_ns is not None:
            raise wire.gone(self._folder)
        try:
            self._line.settimeout(_ANSWER)
            self._line.sendall(data)
            answer = wire.receive(self._line, wire.LONGEST, _ANSWER)
            if answer is None:
                raise ConnectionError("the line has ended")
            return cast("Answer", wire.answer_of(answer))
        except (OSError, ValueError):
            self.close()
            raise wire.gone(self._folder) from None

    def close(self) -> None:
        """Speak no more."""
        if self.lost_ns is None:
            self.lost_ns = clock.boot_ns()
            self._line.close()


def reach(folder: Folder) -> ServiceLine | None:
    """A line to the service that has the store; None if there is none, or none that this user may speak to.

    Raises StoreBusyError if it is of another version.
    """
    found = place.connect(folder, _GREETING)
    if found is None:
        return None
    try:
        let_in = _greet(folder, found)
    except BaseException as error:
        found.close()
        if isinstance(error, OSError | ValueError):
            return None
        raise
    if not let_in:
        found.close()
        return None
    return ServiceLine(folder, found)


def is_served(path: Path) -> bool:
    """Whether a service that has the store in a folder lets this user write beside it."""
    try:
        found = reach(open_folder(path))
    except (NotNowError, StoreFormatError):
        return False
    if found is None:
        return False
    found.close()
    return True


def _greet(folder: Folder, line: socket.socket) -> bool:
    """Prove to each other that both have the keys; whether the service lets this program in."""
    ours = os.urandom(wire.NONCE)
    line.sendall(wire.framed(Hello(wire.VERSION, ours)))
    reply = _reply(line)
    if not isinstance(reply, wire.Welcome):
        return False
    if reply.version != wire.VERSION:
        found = f"the service that writes the store {folder.path} is of another version of devicelog"
        raise StoreBusyError(f"{found}; start the service again, and try again.")
    if not wire.is_mac(reply.mac, folder, "service", ours, reply.nonce):
        return False
    line.sendall(wire.framed(Proof(wire.mac(folder, "program", reply.nonce, ours))))
    reply = _reply(line)
    if isinstance(reply, Failed):
        raise wire.raised(reply)
    return isinstance(reply, wire.Done)


def _reply(line: socket.socket) -> msgspec.Struct | None:
    line.settimeout(_GREETING)
    data = wire.receive(line, wire.LONGEST_GREETING, _GREETING)
    return wire.reply_of(data) if data is not None else None


class Found:
    """The rows of a statement in a transaction."""

    def __init__(self, rows: Sequence[tuple[Any, ...]] = ()) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._rows)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All of them."""
        return list(self._rows)


class RemoteConnection:
    """What the store uses of a connection. Outside a transaction it only reads, from the file itself."""

    def __init__(self, folder: Folder, ask: Ask) -> None:
        self._folder = folder
        self._local = open_database(folder, write=False)
        self._steps: list[Step] | None = None
        self.ask = ask

    @property
    def in_transaction(self) -> bool:
        """Whether statements are kept for a COMMIT."""
        return self._steps is not None

    def execute(self, statements: str, bindings: Iterable[Any] | None = None) -> Iterable[tuple[Any, ...]]:
        """Run a statement, or keep it for the COMMIT that sends it; raises what the service says of it."""
        if self._steps is None:
            return self._outside(statements, bindings)
        if statements in _ENDS:
            steps, self._steps = self._steps, None
            if statements == "COMMIT" and any(step.expected is None for step in steps):
                self._asked(Perform(steps))
            return Found()
        if statements.startswith(wire.READS):
            return self._read(self._steps, statements, [*bindings] if bindings is not None else [])
        return self.executemany(statements, [bindings if bindings is not None else ()])

    def executemany(self, statements: str, sequenceofbindings: Iterable[Iterable[Any]]) -> Found:
        """Keep a statement that writes, for each of these bindings."""
        if self._steps is None or not statements.startswith(wire.WRITES):
            raise NotNowError(
                f"the service that has the store {self._folder.path} writes it; do this once it is ended."
            )
        rows = [[*row] for row in sequenceofbindings]
        if rows:
            self._steps.append(Step(statements, rows))
        return Found()

    def last_insert_rowid(self) -> int:
        """The key of the row that was inserted last in this transaction."""
        return int(next(iter(self.execute("SELECT last_insert_rowid()")))[0])

    def pragma(self, name: str, value: object = None) -> Any:
        """What a pragma says; only that what is deleted is overwritten can be set, for the service too."""
        if value is None:
            return self._local.pragma(name)
        if (name, value) != ("secure_delete", True):
            raise NotNowError(
                f"the service that has the store {self._folder.path} sets it up; do this once it is ended."
            )
        return self._asked(TidyUp(Tidy.OVERWRITE))

    def set_busy_timeout(self, milliseconds: int) -> None:
        """How long a read waits; the service waits as long as it does for its own."""
        self._local.set_busy_timeout(milliseconds)

    def close(self) -> None:
        """Give up what reads, and the transaction, of which nothing has left."""
        self._steps = None
        close_database(self._local)

    def _outside(self, statements: str, bindings: Iterable[Any] | None) -> Iterable[tuple[Any, ...]]:
        if statements == "BEGIN IMMEDIATE":
            self._steps = []
            return Found()
        if statements == "PRAGMA wal_checkpoint(TRUNCATE)":
            self._asked(TidyUp(Tidy.EMPTY_LOG))
            return Found()
        return self._local.execute(statements, tuple(bindings) if bindings is not None else None)

    def _read(self, steps: list[Step], sql: str, bindings: list[Any]) -> Found:
        """What a SELECT gives within the transaction; it has to give the same when that is performed."""
        if any(step.expected is None for step in steps):
            answer = self._asked(Peek(list(steps), sql, bindings))
            rows = [tuple(row) for row in answer.rows] if isinstance(answer, Rows) else []
        else:
            rows = list(self._local.execute(sql, tuple(bindings)))
        steps.append(Step(sql, [bindings], wire.digest(rows)))
        return Found(rows)

    def _asked(self, request: Request) -> Answer:
        answer = self.ask(request)
        if isinstance(answer, Failed):
            raise wire.raised(answer)
        return answer
