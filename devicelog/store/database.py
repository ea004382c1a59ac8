"""The only import of the SQLite binding: opens the encrypted database and turns its errors into ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from devicelog.errors import NotNowError, StoreBusyError, StoreFormatError, StoreFullError
from devicelog.store.folder import Folder
from devicelog.store.schema import MIGRATIONS, VERSION

Connection = apsw.Connection

#: The first SQLite without the WAL-reset fault that can corrupt a database with two connections.
SOUND_SQLITE = (3, 51, 3)
#: Bytes of a page.
PAGE_SIZE = 4096


def open_database(folder: Folder, *, write: bool) -> Connection:
    """A connection to the store; the writer's brings an older version up to date, a reader's cannot write.

    Raises StoreFormatError for a damaged store, a wrong key or a newer version.
    """
    with translated(folder):
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE if write else apsw.SQLITE_OPEN_READONLY
        connection = apsw.Connection(str(folder.database), flags=flags)
        try:
            _unlock(connection, folder)
            connection.set_busy_timeout(5000)
            connection.pragma("trusted_schema", False)
            if write:
                _prepare_to_write(connection)
                _migrate(connection, folder)
            else:
                connection.pragma("query_only", True)
                _check_version(connection, folder)
        except BaseException:
            connection.close()
            raise
    return connection


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
    connection.pragma("wal_autocheckpoint", 1000)
    connection.pragma("journal_size_limit", 64 * 1024 * 1024)


def _migrate(connection: Connection, folder: Folder) -> None:
    version = _check_version(connection, folder)
    if version == VERSION:
        return
    with connection:
        for step in range(version, VERSION):
            connection.execute(MIGRATIONS[step])
        connection.pragma("user_version", VERSION)


def _check_version(connection: Connection, folder: Folder) -> int:
    version = int(connection.pragma("user_version"))
    if version > VERSION:
        found = f"{folder.path} is a store of version {version}"
        raise StoreFormatError(f"{found}, and this devicelog reads up to {VERSION}; use a newer devicelog.")
    return version


@contextmanager
def transaction(folder: Folder, connection: Connection) -> Iterator[None]:
    """All of it or nothing; durable when it returns. Raises StoreFullError, StoreBusyError or NotNowError."""
    with translated(folder):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


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
    except apsw.IOError as error:
        raise NotNowError(f"the disk failed under {folder.database} ({error}); check the disk.") from None
