"""Service tokens: what other programs log in with. Made by an admin, shown once, good for some scopes and some time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog

from devicelog import clock
from devicelog.account import Scope, ServiceToken
from devicelog.accounts.people import tell
from devicelog.accounts.person import text_of
from devicelog.accounts.secret import hash_of_token, new_id, new_token
from devicelog.acts.accounts import AccountAct
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.store.accounts.accounts import AccountsFile

#: The longest that a token holds (days).
MOST_DAYS = 90
_DAY = 24 * 3600 * 1_000_000_000
#: Its use is written down so often (ns).
_NOTED = 60 * 1_000_000_000
#: What a token begins with, so that programs that look for secrets in files know one.
PREFIX = "devicelog_"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; `secret` is shown once and kept nowhere."""

    secret: str
    token: ServiceToken


class Tokens:
    """The service tokens; safe in several threads. `by` is the name of who does it, `now` the wall time in ns."""

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    def all(self) -> list[ServiceToken]:
        """Every token that was ever made."""
        with self._file.looking() as rows:
            return rows.tokens.all()

    def make(self, name: str, scopes: Iterable[str], days: int, now: int, *, by: str) -> NewToken:
        """A new token; BadInputError for a name that is in use, no scope, or too long a time."""
        named, held = text_of(name, "name of the token"), _scopes(tuple(scopes))
        if not 1 <= days <= MOST_DAYS:
            raise BadInputError(f"a token of {days} days cannot be made; expected 1 to {MOST_DAYS}.")
        secret = PREFIX + new_token()
        token = ServiceToken(new_id("token"), named, held, now, by, now + days * _DAY, None, None, None)
        with self._file.changing() as rows:
            if any(one.name == named and one.holds_at(now) for one in rows.tokens.all()):
                raise BadInputError(f"a token called {named!r} is in use; expected another name, or revoke that one.")
            rows.tokens.add(token, hash_of_token(secret))
            tell(rows, AccountAct.TOKEN_MADE, now, by, **_told(token), expires=clock.utc(token.expires))
        _log.warning("token made", token=token.id)
        return NewToken(secret, token)

    def revoke(self, id_: str, now: int, *, by: str) -> ServiceToken:
        """Take a token back for good; UnknownNameError for none."""
        with self._file.changing() as rows:
            token = rows.tokens.get(id_)
            if token is None:
                raise UnknownNameError("token", id_, [one.id for one in rows.tokens.all()])
            if token.revoked is None:
                rows.tokens.revoke(id_, now, by)
                tell(rows, AccountAct.TOKEN_REVOKED, now, by, **_told(token))
                _log.warning("token revoked", token=id_)
            return rows.tokens.get(id_) or token

    def holder(self, secret: str, now: int) -> ServiceToken | None:
        """The token of that secret; None if there is none that holds now. Its use is noted to the minute."""
        with self._file.looking() as rows:
            token = rows.tokens.by_hash(hash_of_token(secret))
        if token is None or not token.holds_at(now):
            return None
        if token.used is None or abs(now - token.used) >= _NOTED:
            self._file.note(("token", token.id), lambda rows: rows.tokens.use(token.id, now))
        return token


def _scopes(names: tuple[str, ...]) -> frozenset[Scope]:
    known = {scope.value for scope in Scope}
    for name in names:
        if name not in known:
            raise UnknownNameError("scope", str(name), known)
    if not names:
        raise BadInputError(f"found no scope; expected one or more of {', '.join(sorted(known))}.")
    return frozenset(map(Scope, names))


def _told(token: ServiceToken) -> dict[str, Any]:
    return {"token": token.id, "name": token.name, "scopes": sorted(token.scopes)}
