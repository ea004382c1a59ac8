"""Who asks: the person behind a request, how they logged in, from where, and in which language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import Request

from devicelog.accounts.permission import Permission, may
from devicelog.accounts.secret import csrf_of
from devicelog.accounts.session import needs_totp
from devicelog.web.settings import is_loopback
from devicelog.web.texts import LANGUAGES, preferred

if TYPE_CHECKING:
    from devicelog.account import Person
    from devicelog.accounts.session import LoginSession

#: Keeps the language that somebody chose, also before they are logged in.
LANGUAGE_COOKIE = "devicelog_language"


@dataclass(frozen=True, slots=True)
class Visitor:
    """`person` and `login` are None for somebody who is not logged in; `is_local`: at this computer itself.

    `token` is that of the log-in session, in the cookie, and goes nowhere else. `before` is that of the browser before
    anybody logs in: it ties the forms that let somebody in to the browser that they were shown in.
    """

    language: str
    is_local: bool
    address: str
    person: Person | None = None
    login: LoginSession | None = None
    token: str = field(default="", repr=False)
    before: str = field(default="", repr=False)

    @property
    def csrf(self) -> str:
        """What every form of this log-in session carries; before a log-in, every form of this browser."""
        own = self.token if self.login is not None else self.before
        return csrf_of(own) if own else ""

    @property
    def is_locked(self) -> bool:
        """Whether the log-in session waits for its PIN."""
        return self.login is not None and self.login.is_locked

    @property
    def proves_by_code(self) -> bool:
        """Whether the code of the authenticator is needed wherever the password is asked for again."""
        if self.person is None or self.login is None:
            return False
        return needs_totp(self.person, self.is_local and self.login.is_local)

    def may(self, permission: Permission) -> bool:
        """Whether this person, logged in and not locked, has that permission."""
        return self.person is not None and not self.is_locked and may(self.person, permission)


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client is not None else ""


def is_local(request: Request) -> bool:
    """Whether it comes from this computer itself; what another program passed on does not."""
    passed_on = {"forwarded", "x-forwarded-for", "x-real-ip", "via"} & set(request.headers)
    return not passed_on and is_loopback(address_of(request))


def language_of(request: Request, chosen: str | None = None) -> str:
    """The language that was chosen, else the first that the browser asks for and that ships."""
    kept = chosen or request.cookies.get(LANGUAGE_COOKIE)
    return kept if kept is not None and kept in LANGUAGES else preferred(request.headers.get("accept-language", ""))
