"""What every page is made with: the station, the accounts, the settings and the renderer; one for the application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from fastapi import Request

from devicelog import clock
from devicelog.accounts.secret import is_token, new_token
from devicelog.store.reader import Reader
from devicelog.web.accesses import Accesses
from devicelog.web.pending import Pending
from devicelog.web.repeats import Repeats
from devicelog.web.settings import Settings
from devicelog.web.visitor import Visitor, address_of, is_local, language_of

if TYPE_CHECKING:
    from devicelog.accounts.accounts import Accounts
    from devicelog.station.station import Station
    from devicelog.web.live.broadcast import Broadcasts
    from devicelog.web.render import Renderer

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Web:
    """The one object behind all pages."""

    station: Station
    accounts: Accounts
    settings: Settings
    renderer: Renderer
    broadcasts: Broadcasts
    pending: Pending = field(default_factory=Pending)
    accesses: Accesses = field(default_factory=Accesses)
    repeats: Repeats = field(default_factory=Repeats)
    #: Called when somebody was erased, by whoever keeps something of people in memory.
    forgetting: list[Callable[[], None]] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.station.store

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """The store, for one request; the thread that writes is not asked."""
        with Reader.open(self.store) as reader:
            yield reader

    @property
    def cookie(self) -> str:
        """What the cookie of a log-in session is called: bound to this host where there is TLS (RFC 6265bis)."""
        return "__Host-devicelog" if self.settings.is_secure else "devicelog"

    @property
    def before_cookie(self) -> str:
        """What the cookie of a browser is called in which nobody is logged in yet."""
        return f"{self.cookie}_before"

    @property
    def is_new(self) -> bool:
        """Whether nobody has an account yet."""
        return not self.accounts.people.all()

    def record_acts(self) -> None:
        """Let the desk write what was done to people and tokens into the chain of seals; nobody waits for that."""
        self.station.desk.post(self.accounts.record).add_done_callback(_told)

    def erased(self) -> None:
        """Let what was kept in memory of somebody go who was erased."""
        for forget in self.forgetting:
            forget()

    def visitor(self, request: Request, *, counts: bool = True) -> Visitor:
        """Who sent a request; `counts`: somebody did something, so that the log-in session stays open."""
        nobody, token = self.nobody(request), request.cookies.get(self.cookie, "")
        now, local = clock.now().wall_ns, nobody.is_local
        seen = self.accounts.door.look(token, now, is_local=local, counts=counts) if token else None
        return replace(nobody, person=seen.person, login=seen.session, token=token) if seen is not None else nobody

    def nobody(self, request: Request) -> Visitor:
        """The same, without a look at who it is."""
        before = request.cookies.get(self.before_cookie, "")
        before = before if is_token(before) else new_token()
        return Visitor(language_of(request), is_local(request), address_of(request), before=before)


def _told(written: Future[int]) -> None:
    """What could not be written waits for the next change, or the next start."""
    error = None if written.cancelled() else written.exception()
    if error is not None:
        _log.warning("acts of accounts wait", cause=type(error).__name__)


def web_of(request: Request) -> Web:
    """The object behind all pages of the application that got a request."""
    web: Web = request.app.state.web
    return web
