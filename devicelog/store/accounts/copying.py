"""The accounts in a copy of a store: people, what they prove themselves with, tokens, and acts that wait.

What somebody does at the moment stays behind: a copy that is used again has no log-in sessions, and no one-time code
of the original opens it. The copy is made through the database: a process that has it open loses its locks on the file
when the same process opens and closes it otherwise (SQLite, "How To Corrupt An SQLite Database File", 2.2).
"""

from __future__ import annotations

from typing import Any

from devicelog.errors import StoreFormatError
from devicelog.store.accounts.accounts import accounts_folder
from devicelog.store.accounts.schema import MIGRATIONS, PASSING
from devicelog.store.aside import synchronise
from devicelog.store.database import Connection, close_database, create_database, open_beside, transaction, translated
from devicelog.store.folder import Folder


def copy_accounts(folder: Folder, to: Folder) -> bool:
    """Copy the accounts of a store as they are at one moment into the folder of a copy, durably; False: it has none.

    Raises StoreFormatError if they cannot be read, and then there is no file; StoreFullError or NotNowError if the copy
    cannot be written.
    """
    own, copy = accounts_folder(folder), accounts_folder(to)
    if not own.database.exists():
        return False
    source = open_beside(own, MIGRATIONS)
    if source is None:
        return False
    try:
        with translated(own):
            schema, rows, version = _held(source)
    finally:
        close_database(source)
    made = create_database(copy)
    try:
        with transaction(copy, made):
            for sql in schema:
                made.execute(sql)
            for table, held in rows.items():
                places = ", ".join("?" * len(held[0])) if held else ""
                made.executemany(f'INSERT INTO "{table}" VALUES ({places})', held)  # noqa: S608
            made.pragma("user_version", version)
    finally:
        close_database(made)
    synchronise(copy.database)
    return True


def check_accounts(folder: Folder) -> None:
    """Read the accounts of a store or a copy to the end; StoreFormatError if that cannot be done."""
    own = accounts_folder(folder)
    database = open_beside(own, MIGRATIONS) if own.database.exists() else None
    if database is None:
        return
    try:
        with translated(own):
            found = [row[0] for row in database.execute("PRAGMA integrity_check(1)")]
    finally:
        close_database(database)
    if found != ["ok"]:
        where = str(found[0]).splitlines()[-1]
        raise StoreFormatError(f"{own.database} is damaged ({where.rstrip('.')}); restore it from a backup.")


def _held(source: Connection) -> tuple[list[str], dict[str, list[tuple[Any, ...]]], int]:
    """Schema, rows of each table that is taken along, and version, of one moment."""
    source.execute("BEGIN")  # it ends when the connection is closed
    named = "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql IS NOT NULL"
    schema = source.execute(f"SELECT type, name, sql FROM sqlite_schema WHERE {named} ORDER BY rowid").fetchall()  # noqa: S608
    tables = [str(name) for kind, name, _ in schema if kind == "table" and name not in PASSING]
    rows = {table: source.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}  # noqa: S608
    return [str(sql) for _, _, sql in schema], rows, int(source.pragma("user_version"))
