"""Sessions that people are about to open, one a person: what was answered so far, until it is begun or a day has gone.

A row holds what a patient said. It lies in the accounts' encrypted database, goes into no backup, and is deleted as
soon as its session has begun or was refused.
"""

from __future__ import annotations

from devicelog.store.database import Connection

#: What makes the table, for the accounts' migrations.
TABLE = """
    CREATE TABLE draft (
        person   TEXT PRIMARY KEY,
        changed  INTEGER NOT NULL,
        body     BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    """


class DraftRows:
    """The table `draft`; `changed` is the wall time of the last change in ns."""

    def __init__(self, connection: Connection) -> None:
        self._database = connection

    def get(self, person: str) -> bytes | None:
        """What a person keeps; None: nothing."""
        for (body,) in self._database.execute("SELECT body FROM draft WHERE person = ?", (person,)):
            return bytes(body)
        return None

    def all(self) -> list[tuple[str, bytes]]:
        """Every person who keeps something, and what."""
        return [(person, bytes(body)) for person, body in self._database.execute("SELECT person, body FROM draft")]

    def put(self, person: str, body: bytes, now: int) -> None:
        """Keep it in the place of what was kept before."""
        sql = "INSERT INTO draft VALUES (?1, ?2, ?3) ON CONFLICT (person) DO UPDATE SET changed = ?2, body = ?3"
        self._database.execute(sql, (person, now, body))

    def drop(self, person: str) -> None:
        """Forget what a person keeps."""
        self._database.execute("DELETE FROM draft WHERE person = ?", (person,))

    def forget(self, before: int, after: int) -> None:
        """Forget what was last changed before a moment, or behind another one that has not come yet."""
        self._database.execute("DELETE FROM draft WHERE changed < ? OR changed > ?", (before, after))
