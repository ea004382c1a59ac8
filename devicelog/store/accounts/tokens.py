"""Service tokens in the accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from devicelog.account import Scope, ServiceToken
from devicelog.store.database import Connection

_COLUMNS = "id, name, scopes, made, made_by, expires, used, revoked, revoked_by"


class TokenRows:
    """The table `token`."""

    def __init__(self, connection: Connection) -> None:
        self._database = connection

    def all(self) -> list[ServiceToken]:
        """Every token that was ever made, in order."""
        return list(self._found(f"SELECT {_COLUMNS} FROM token ORDER BY made, id", ()))  # noqa: S608

    def get(self, id_: str) -> ServiceToken | None:
        """The token of that id."""
        return next(self._found(f"SELECT {_COLUMNS} FROM token WHERE id = ?", (id_,)), None)  # noqa: S608

    def by_hash(self, hash_: bytes) -> ServiceToken | None:
        """The token whose secret has that hash."""
        return next(self._found(f"SELECT {_COLUMNS} FROM token WHERE hash = ?", (hash_,)), None)  # noqa: S608

    def add(self, token: ServiceToken, hash_: bytes) -> None:
        """Keep a token."""
        self._database.execute(
            "INSERT INTO token (id, hash, name, scopes, made, made_by, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (token.id, hash_, token.name, " ".join(sorted(token.scopes)), token.made, token.made_by, token.expires),
        )

    def use(self, id_: str, now: int) -> None:
        """Note that a token was used."""
        self._database.execute("UPDATE token SET used = ? WHERE id = ?", (now, id_))

    def revoke(self, id_: str, now: int, by: str) -> None:
        """Take a token back for good."""
        sql = "UPDATE token SET revoked = ?, revoked_by = ? WHERE id = ? AND revoked IS NULL"
        self._database.execute(sql, (now, by, id_))

    def _found(self, sql: str, values: tuple[Any, ...]) -> Iterator[ServiceToken]:
        known = {scope.value for scope in Scope}
        for row in self._database.execute(sql, values):
            scopes = frozenset(Scope(name) for name in row[2].split() if name in known)
            yield ServiceToken(row[0], row[1], scopes, *row[3:])
