"""The only import of the SQLite binding: opens the encrypted database and turns its errors into ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import apsw

from devicelog import clock
from devicelog.errors import (
    NotNowError,
    StoreBusyError,
    StoreChangedError,
    StoreFailedError,
    StoreFormatError,
    StoreFullError,
)
from devicelog.store.files import make_private, write_again
from devicelog.store.folder import Folder, disk_error
from devicelog.store.schema import MIGRATIONS

Connection = apsw.Connection

#: The first SQLite without the WAL-reset fault that can corrupt a database with two connections.
SOUND_SQLITE = (3, 51, 3)
#: A log longer than this is cut when it begins again; it grows beyond only while a reader holds an old state (bytes).
LOG_LIMIT = 64 * 1024 * 1024
#: So many pages of the log are taken over into the database at a time: that commit takes longer, and is to be rare.
_CHECKPOINT = 4000
#: How long the pages of a store are looked over after its disk has failed (ns): the recording goes on meanwhile.
_LOOK_OVER_NS = 1_000_000_000
#: Bytes of a page.
PAGE_SIZE = 4096
#: A row that is there already: of two programs that write to one store, the other one was first.
_TAKEN = frozenset({apsw.SQLITE_CONSTRAINT_PRIMARYKEY, apsw.SQLITE_CONSTRAINT_ROWID, apsw.SQLITE_CONSTRAINT_UNIQUE})


def open_database(folder: Folder, *, write: bool, migrations: Mapping[int, str] = MIGRATIONS) -> Connection:
    """A connection to the store; the writer's brings an older version up to date, a reader's cannot write.

    `migrations` lead to the newest version, one step each.
    Raises StoreFormatError for a damaged store, a wrong key or a newer version, or if there is nothing to read yet.
    """
    if not write and not folder.database.exists():
        raise _holds_nothing(folder)
    if write:
        _make_log_durable(folder)
    connection = _opened(folder, migrations, write=write)
    if not write and _is_empty(connection):
        connection.close()
        raise _holds_nothing(folder)
    return connection


def open_beside(folder: Folder, migrations: Mapping[int, str]) -> Connection | None:
    """A connection that only reads such a database; None if its making was cut off before its tables were there."""
    connection = _opened(folder, migrations, write=False)
    if not _is_empty(connection):
        return connection
    connection.close()
    return None


def _is_empty(connection: Connection) -> bool:
    return int(connection.pragma("user_version")) == 0


def open_shared_database(folder: Folder, migrations: Mapping[int, str]) -> Connection:
    """A connection that writes a database without a lock of its own: another program may write it, too.

    Raises as `open_database` does.
    """
    return _opened(folder, migrations, write=True)


def open_reading(folder: Folder, migrations: Mapping[int, str]) -> Connection:
    """A connection that only reads such a database; threads may take turns with it. Raises as `open_database` does."""
    connection = open_beside(folder, migrations)
    if connection is None:
        raise _holds_nothing(folder)
    return connection


@contextmanager
def moment(connection: Connection) -> Iterator[None]:
    """What is read meanwhile is of one moment, whoever writes beside it."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        with suppress(apsw.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _opened(folder: Folder, migrations: Mapping[int, str], *, write: bool) -> Connection:
    if write:
        _keep_private(folder)
    with translated(folder):
        flags = apsw.SQLITE_OPEN_READWRITE if write else apsw.SQLITE_OPEN_READONLY
        connection = apsw.Connection(str(folder.database), flags=flags)
        try:
            connection.set_busy_timeout(5000)  # also while another makes the store, and its first page is read
            _unlock(connection, folder)
            connection.pragma("trusted_schema", False)
            if write:
                _prepare_to_write(connection)
                _migrate(connection, folder, migrations)
            else:
                connection.pragma("query_only", True)
                _check_version(connection, folder, len(migrations))
        except BaseException:
            connection.close()
            raise
    return connection


def _make_log_durable(folder: Folder) -> None:
    """What a failed sync left in the log may be read and yet not be on the disk, and a second sync would not put it
    there: the log, if there is one, is written anew before anything is built on it."""
    try:
        write_again(folder.log)
    except OSError as error:
        raise disk_error(error, folder.path) from None


def _keep_private(folder: Folder) -> None:
    """Make the file, if it is missing, for its owner only; SQLite gives those beside it the same rights."""
    try:
        make_private(folder.database)
    except OSError as error:
        raise disk_error(error, folder.path) from None


def _holds_nothing(folder: Folder) -> StoreFormatError:
    """What a reader is told of a store whose making was cut off before its tables were there."""
    found = f"{folder.path} is a store without a session, or its database is gone"
    return StoreFormatError(f"{found}; record a session there first, or restore it from a backup.")


def create_database(folder: Folder) -> Connection:
    """An empty database for a copy: quick to write, nothing beside it, durable only once the file is synchronised.

    It is not in WAL mode, so that a copy can be read from a medium that is write-protected.
    """
    with translated(folder):
        os.close(os.open(folder.database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        connection = apsw.Connection(str(folder.database), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            _unlock(connection, folder)
            connection.pragma("page_size", PAGE_SIZE)
            connection.pragma("journal_mode", "off")
            connection.pragma("synchronous", "off")
        except BaseException:
            connection.close()
            raise
    return connection


def _unlock(connection: Connection, folder: Folder) -> None:
    """Give the raw key, which needs no derivation, and read the first page to see that it fits."""
    connection.pragma("cipher", "chacha20")
    connection.execute(f"PRAGMA key = 'raw:{folder.keys.store_key()}'")
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()


def _prepare_to_write(connection: Connection) -> None:
    """Durable at every commit. Only this connection checkpoints."""
    connection.pragma("page_size", PAGE_SIZE)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    connection.pragma("fullfsync", True)
    connection.pragma("checkpoint_fullfsync", True)
    connection.pragma("wal_autocheckpoint", _CHECKPOINT)
    connection.pragma("journal_size_limit", LOG_LIMIT)


def close_database(connection: Connection) -> None:
    """Give a connection up. What is durable does not depend on what becomes of its last tidying."""
    with suppress(apsw.Error):
        connection.close()


def reopen_database(folder: Folder, connection: Connection) -> Connection:
    """A fresh connection for the writer after its disk has failed; what is found by it is durable.

    Raises NotNowError while the disk still fails, StoreFormatError for a damaged store.
    """
    close_database(connection)
    fresh = open_database(folder, write=True)
    try:
        _look_over(fresh, folder)
    except BaseException:
        fresh.close()
        raise
    return fresh


def _look_over(connection: Connection, folder: Folder) -> None:
    """See whether the pages hold together, as far as one comes in a moment; `verify` reads them all."""
    until = clock.boot_ns() + _LOOK_OVER_NS
    connection.set_progress_handler(lambda: clock.boot_ns() > until, 10_000)
    with translated(folder), suppress(apsw.InterruptError):
        for (found,) in connection.execute("PRAGMA quick_check(1)"):
            if found != "ok":
                raise StoreFormatError(f"{folder.database} is damaged ({found}); restore it from a backup.")
    connection.set_progress_handler(None)


def _migrate(connection: Connection, folder: Folder, migrations: Mapping[int, str]) -> None:
    newest = len(migrations)
    if _check_version(connection, folder, newest) == newest:
        return
    with transaction(folder, connection):
        for step in range(_check_version(connection, folder, newest), newest):  # another may have been faster
            connection.execute(migrations[step])
        connection.pragma("user_version", newest)


def _check_version(connection: Connection, folder: Folder, newest: int) -> int:
    version = int(connection.pragma("user_version"))
    if version > newest:
        found = f"{folder.database} is of version {version}"
        raise StoreFormatError(f"{found}, and this devicelog reads up to {newest}; use a newer devicelog.")
    return version


@contextmanager
def transaction(folder: Folder, connection: Connection) -> Iterator[None]:
    """All of it or nothing; durable when it returns.

    Raises StoreFullError or StoreBusyError, and then nothing of it is there; StoreFailedError or another NotNowError,
    and then nobody knows: the connection must be given up (`reopen_database`).
    """
    with translated(folder):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            with suppress(apsw.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            raise


#: So many rows are inserted by one statement: after each statement, a thread waits for its turn at the interpreter.
_ROWS = 64
_INSERT = re.compile(r"(INSERT INTO \w+ (?:\([\w, ]+\) )?VALUES )(\((?:\?, )*\?\))")


def insert(connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement once for each row; a plain INSERT of many rows takes few statements."""
    found = _INSERT.fullmatch(sql)
    if found is None or not isinstance(connection, Connection):  # one beside a service sends the rows
        connection.executemany(sql, rows)
        return
    head, places = found.groups()
    for first in range(0, len(rows), _ROWS):
        some = rows[first : first + _ROWS]
        connection.execute(head + ", ".join([places] * len(some)), [value for row in some for value in row])


def changed_meanwhile(folder: Folder) -> StoreChangedError:
    """What is raised where another program was quicker."""
    return StoreChangedError(f"another program wrote to the store {folder.path} at the same moment; try again.")


def sqlite_version() -> tuple[int, ...]:
    """The version of SQLite inside the binding."""
    return tuple(int(part) for part in apsw.sqlite_lib_version().split("."))


@contextmanager
def translated(folder: Folder) -> Iterator[None]:
    """Turn the binding's errors into one sentence each."""
    try:
        yield
    except apsw.FullError:
        raise StoreFullError(f"the disk of {folder.path} is full; make room and try again.") from None
    except (apsw.BusyError, apsw.LockedError):
        raise StoreBusyError(f"the store {folder.path} is locked by another program; end it and try again.") from None
    except (apsw.NotADBError, apsw.CorruptError) as error:
        hint = "restore the store from a backup, or the keys that belong to it"
        raise StoreFormatError(f"{folder.database} is damaged or under another key ({error}); {hint}.") from None
    except apsw.SQLError as error:
        raise StoreFormatError(
            f"{folder.database} lacks what a store has ({error}); restore it from a backup."
        ) from None
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError) as error:
        raise NotNowError(f"{folder.database} cannot be opened ({error}); check its path and permissions.") from None
    except apsw.ConstraintError as error:
        if getattr(error, "extendedresult", 0) not in _TAKEN:
            raise
        raise changed_meanwhile(folder) from None
    except apsw.ConnectionClosedError:
        raise StoreFailedError(f"{folder.database} is being opened again after its disk failed; try again.") from None
    except apsw.IOError as error:
        raise StoreFailedError(f"the disk failed under {folder.database} ({error}); check the disk.") from None
