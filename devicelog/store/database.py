"""The only import of the SQLite binding: opens the encrypted database and turns its errors into ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import apsw

from devicelog import clock
from devicelog.errors import NotNowError, StoreBusyError, StoreFailedError, StoreFormatError, StoreFullError
from devicelog.store.files import make_private, write_again
from devicelog.store.folder import Folder, disk_error
from devicelog.store.schema import MIGRATIONS, VERSION

Connection = apsw.Connection

#: The first SQLite without the WAL-reset fault that can corrupt a database with two connections.
SOUND_SQLITE = (3, 51, 3)
#: A log longer than this is cut when it begins again; it grows beyond only while a reader holds an old state (bytes).
LOG_LIMIT = 64 * 1024 * 1024
#: How long the pages of a store are looked over after its disk has failed (ns): the recording goes on meanwhile.
_LOOK_OVER_NS = 1_000_000_000
#: Bytes of a page.
PAGE_SIZE = 4096


def open_database(folder: Folder, *, write: bool) -> Connection:
    """A connection to the store; the writer's brings an older version up to date, a reader's cannot write.

    Raises StoreFormatError for a damaged store, a wrong key or a newer version, or if there is nothing to read yet.
    """
    if not write and not folder.database.exists():
        raise _holds_nothing(folder)
    if write:
        _make_log_durable(folder)
        _keep_private(folder)
    with translated(folder):
        flags = apsw.SQLITE_OPEN_READWRITE if write else apsw.SQLITE_OPEN_READONLY
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
                if _check_version(connection, folder) == 0:
                    raise _holds_nothing(folder)
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
    connection.pragma("wal_autocheckpoint", 1000)
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
        raise StoreFailedError(f"the disk failed under {folder.database} ({error}); check the disk.") from None
