"""The accounts: a database of its own beside the store's, under the same key; two connections that all threads share.

One writes and one reads, so that who only looks is not kept waiting by a disk that does not take what another one
writes, nor refused while it fails. It has no lock of its own. The station has it open for as long as it runs, and a
command on the same computer may open it, too: what both write is held apart by SQLite.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

import structlog

from devicelog.errors import DevicelogError
from devicelog.store.accounts.drafts import DraftRows
from devicelog.store.accounts.logins import LoginRows
from devicelog.store.accounts.people import PeopleRows
from devicelog.store.accounts.schema import MIGRATIONS
from devicelog.store.accounts.tokens import TokenRows
from devicelog.store.accounts.waiting import ActRows, TryRows
from devicelog.store.database import (
    Connection,
    moment,
    open_reading,
    open_shared_database,
    transaction,
    translated,
)
from devicelog.store.folder import Folder
from devicelog.store.in_turn import InTurn
from devicelog.store.shared import Shared

FILE = "accounts.db"
#: How long somebody waits whose note is written down by the way (s).
_NOTED = 0.25

_log = structlog.get_logger()


class AccountsFolder(Folder):
    """A store's folder, where it is about its accounts."""

    __slots__ = ()

    @property
    def database(self) -> Path:
        """The file with the accounts."""
        return self.path / FILE

    @property
    def log(self) -> Path:
        """SQLite's write-ahead log beside it."""
        return self.path / f"{FILE}-wal"


def accounts_folder(folder: Folder) -> AccountsFolder:
    """The accounts of a store."""
    return AccountsFolder(folder.path, folder.id, folder.public_key, folder.keys_in)


@dataclass(frozen=True, slots=True)
class Rows:
    """The tables, while the connection is this thread's alone."""

    people: PeopleRows
    logins: LoginRows
    tokens: TokenRows
    tries: TryRows
    acts: ActRows
    drafts: DraftRows


class AccountsFile:
    """The open database. Use it as a context manager, or close it."""

    def __init__(self, folder: AccountsFolder, connection: Connection) -> None:
        self.folder = folder
        self._writing = Shared(folder.database, lambda: open_shared_database(folder, MIGRATIONS), connection)
        self._reading = Shared(folder.database, lambda: open_reading(folder, MIGRATIONS))
        self._notes = InTurn("accounts-notes")
        self._noted: dict[Hashable, Future[None]] = {}
        self._noting = threading.Lock()

    @classmethod
    def open(cls, folder: Folder) -> Self:
        """The accounts of a store, made if there are none yet; raises what opening a store raises."""
        own = accounts_folder(folder)
        return cls(own, open_shared_database(own, MIGRATIONS))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections up; nothing works after it."""
        self._reading.close()
        self._writing.close()

    @contextmanager
    def looking(self) -> Iterator[Rows]:
        """The tables as they are at one moment, to be read; raises StoreFormatError or NotNowError."""
        with self._reading.held() as connection, translated(self.folder), moment(connection):
            yield _rows(connection)

    @contextmanager
    def changing(self) -> Iterator[Rows]:
        """The tables, to be changed: all of it or nothing, durable when it returns.

        Raises StoreFullError, StoreBusyError, StoreFailedError or another NotNowError.
        """
        with self._writing.held() as connection, transaction(self.folder, connection):
            yield _rows(connection)

    def note(self, key: Hashable, change: Callable[[Rows], None], then: Callable[[], None] = lambda: None) -> None:
        """Let something be changed that nobody has to wait for: that something was used, or has run out.

        `then` is called when it is durable. A disk that is full or does not answer leaves it out, or takes it later;
        of a key one note at a time waits for that.
        """
        with self._noting:
            self._noted = {one: note for one, note in self._noted.items() if not note.done()}
            if key in self._noted:
                return
            made = self._noted[key] = self._notes.put(lambda: self._change(change, then))
        wait([made], _NOTED)

    def _change(self, change: Callable[[Rows], None], then: Callable[[], None]) -> None:
        try:
            with self.changing() as rows:
                change(rows)
        except DevicelogError as error:
            _log.warning("a note in the accounts was left out", cause=type(error).__name__)
        else:
            then()

    def secret(self, name: str) -> bytes:
        """A key of 32 bytes for a purpose, made of the store's; StoreFormatError if that is not at hand."""
        return sha256(f"devicelog accounts {name}".encode() + bytes.fromhex(self.folder.keys.store_key())).digest()


def _rows(connection: Connection) -> Rows:
    return Rows(
        PeopleRows(connection),
        LoginRows(connection),
        TokenRows(connection),
        TryRows(connection),
        ActRows(connection),
        DraftRows(connection),
    )
