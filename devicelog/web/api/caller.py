"""A program that asks, with its token: what a request of the API is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devicelog import clock
from devicelog.accounts.permission import Permission, may
from devicelog.errors import BadInputError, StoreFormatError
from devicelog.store.access import Access
from devicelog.web.accesses import keep
from devicelog.web.api.problem import ProblemError

if TYPE_CHECKING:
    from fastapi import Request

    from devicelog.account import ServiceToken
    from devicelog.store.reader import Reader, SessionRow
    from devicelog.web.api.hall import Hall
    from devicelog.web.context import Web


@dataclass(frozen=True, slots=True)
class Caller:
    """`token` is None where none was asked for; `secret` is what it was shown with, and goes nowhere else."""

    request: Request
    web: Web
    token: ServiceToken | None = None
    secret: str = ""

    @property
    def hall(self) -> Hall:
        """What all requests of the API share."""
        hall: Hall = self.request.app.state.hall
        return hall

    @property
    def name(self) -> str:
        """As the log of accesses names it."""
        return f"token {self.token.name}" if self.token is not None else "this computer"

    @property
    def id(self) -> str:
        return self.token.id if self.token is not None else ""

    def may(self, permission: Permission) -> bool:
        """Whether a scope of the token allows it."""
        return may(self.token, permission)

    def still_holds(self) -> bool:
        """Whether the token has not run out or been revoked since; looks into the accounts."""
        return self.token is None or self.web.accounts.tokens.holder(self.secret, clock.now().wall_ns) is not None

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """The store, for a moment."""
        with self.web.reading() as reader:
            yield reader

    def row(self, reader: Reader, session: str) -> SessionRow:
        """The session of exactly that id; a problem if there is none."""
        found = row_of(reader, session)
        if found is None:
            raise ProblemError(404, f"there is no session {session}; see /api/v1/sessions.")
        return found

    def seen(self, reader: Reader, what: str, row: SessionRow, *, each: bool = True) -> None:
        """Log that a record is about to be shown; without `each` once a quarter hour, of what is read on and on."""
        if each or self.hall.accesses.is_new(self.id, what, row.id):
            keep(reader.folder, Access(what, self.name, session=row.id, subjects=(row.subject,)))


def row_of(reader: Reader, session: str) -> SessionRow | None:
    """The session of exactly that id; None if there is none."""
    try:
        row = reader.session(session)
    except StoreFormatError:
        raise
    except BadInputError:  # none, or the beginning of several
        return None
    return row if row.id == session else None
