"""Log-in sessions in the accounts: the token's hash, and how far whoever has it has proved who they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

from devicelog.store.database import Connection

_COLUMNS = (
    "hash, id, person, address, is_local, with_totp, started, used, password_at, pin_at, pin_tries, locked,"
    " ended, ended_why"
)


@dataclass(frozen=True, slots=True)
class LoginRow:
    """A log-in session as it is kept; times are wall times in ns."""

    hash: bytes
    id: str
    person: str
    address: str
    is_local: bool
    with_totp: bool
    started: int
    used: int
    password_at: int
    pin_at: int | None = None
    pin_tries: int = 0
    locked: bool = False
    ended: int | None = None
    ended_why: str | None = None


class LoginRows:
    """The table `login`."""

    def __init__(self, connection: Connection) -> None:
        self._database = connection

    def add(self, row: LoginRow) -> None:
        """Begin a session."""
        places = ", ".join("?" * len(astuple(row)))
        self._database.execute(f"INSERT INTO login ({_COLUMNS}) VALUES ({places})", astuple(row))  # noqa: S608

    def get(self, hash_: bytes) -> LoginRow | None:
        """The session of a token's hash, also one that has ended."""
        for row in self._database.execute(f"SELECT {_COLUMNS} FROM login WHERE hash = ?", (hash_,)):  # noqa: S608
            return _row(row)
        return None

    def of(self, person: str) -> list[LoginRow]:
        """The sessions of a person that have not ended, oldest first."""
        sql = f"SELECT {_COLUMNS} FROM login WHERE person = ? AND ended IS NULL ORDER BY started, id"  # noqa: S608
        return [_row(row) for row in self._database.execute(sql, (person,))]

    def was_at(self, person: str, address: str) -> bool:
        """Whether a person has logged in at an address, as far as that is kept."""
        sql = "SELECT count(*) FROM login WHERE person = ? AND address = ?"
        return bool(self._database.execute(sql, (person, address)).fetchall()[0][0])

    def use(self, hash_: bytes, now: int) -> None:
        """Note that a session is in use."""
        self._database.execute("UPDATE login SET used = ? WHERE hash = ?", (now, hash_))

    def lock(self, hash_: bytes) -> None:
        """Lock a session."""
        self._database.execute("UPDATE login SET locked = 1 WHERE hash = ?", (hash_,))

    def try_pin(self, hash_: bytes, count: int = 1) -> None:
        """Count a try before it is known whether it is right; -1 gives it back."""
        self._database.execute("UPDATE login SET pin_tries = max(pin_tries + ?, 0) WHERE hash = ?", (count, hash_))

    def prove_pin(self, hash_: bytes, now: int) -> None:
        """The PIN was right."""
        sql = "UPDATE login SET pin_at = ?1, used = ?1, pin_tries = 0, locked = 0 WHERE hash = ?2 AND ended IS NULL"
        self._database.execute(sql, (now, hash_))

    def prove_password(self, hash_: bytes, now: int, *, with_totp: bool) -> None:
        """The password was right, and the code if there was one."""
        sql = (
            "UPDATE login SET password_at = ?1, used = ?1, pin_at = NULL, pin_tries = 0, locked = 0,"
            " with_totp = max(with_totp, ?2) WHERE hash = ?3 AND ended IS NULL"
        )
        self._database.execute(sql, (now, with_totp, hash_))

    def end(self, hash_: bytes, now: int, why: str) -> None:
        """End a session, if it has not ended."""
        sql = "UPDATE login SET ended = ?, ended_why = ? WHERE hash = ? AND ended IS NULL"
        self._database.execute(sql, (now, why, hash_))

    def end_all(self, person: str, now: int, why: str, *, but: bytes | None = None) -> int:
        """End all sessions of a person but one; how many there were."""
        sql = "UPDATE login SET ended = ?, ended_why = ? WHERE person = ? AND ended IS NULL AND hash IS NOT ?"
        self._database.execute(sql, (now, why, person, but))
        return self._database.changes()

    def forget(self, before: int) -> None:
        """Forget what was begun before a moment."""
        self._database.execute("DELETE FROM login WHERE started < ?", (before,))


def _row(row: Iterable[Any]) -> LoginRow:
    hash_, id_, person, address, is_local, with_totp, *times = row
    started, used, password_at, pin_at, pin_tries, locked, ended, why = times
    return LoginRow(
        hash_,
        id_,
        person,
        address,
        bool(is_local),
        bool(with_totp),
        started,
        used,
        password_at,
        pin_at,
        pin_tries,
        bool(locked),
        ended,
        why,
    )
