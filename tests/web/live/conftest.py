"""A station with a session in progress, and tablets that look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog import clock
from devicelog.account import Role
from devicelog.accounts.door import LoggedIn
from devicelog_simulators.urls.running import forget_all
from tests.waiting import until
from tests.web.browsing import PATIENCE
from tests.web.live.gun import LivingGun
from tests.web.live.sessions import WHO, gun_order, recorded
from tests.web.people import ADDRESS, PASSWORD, log_in
from tests.web.served import TABLET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

    from devicelog.ledger import Kind
    from devicelog.record.record import Record
    from devicelog.station.running import Running
    from tests.web.served import Served


class Clinic:
    """The station and its people; everybody is logged in once, on as many tablets as they like."""

    def __init__(self, served: Served, browser: Browser, folder: Path) -> None:
        self.served = served
        self.station = served.station
        self.folder = folder
        self._browser = browser
        self._tokens: dict[str, str] = {}
        self._open: list[BrowserContext] = []

    def token(self, who: str, *roles: str) -> str:
        if who not in self._tokens:
            self._tokens[who] = log_in(self.served.accounts, who, *map(Role, roles))
        return self._tokens[who]

    def tablet(self, who: str = WHO, *roles: str, path: str = "/live", **options: object) -> Page:
        """A page of a browser of its own."""
        context = self._browser.new_context(base_url=self.served.url, **({"viewport": TABLET} | options))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        cookie = {"name": self.served.cookie, "value": self.token(who, *roles), "url": self.served.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        self._open.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    def renew(self, who: str) -> None:
        """Let somebody log in anew: the log-in session that he had is locked."""
        found = self.served.accounts.door.log_in(
            who.lower().replace(".", "").replace(" ", "-"),
            PASSWORD,
            clock.now().wall_ns,
            address=ADDRESS,
            is_local=True,
        )
        assert isinstance(found, LoggedIn)
        self._tokens[who] = found.token

    @property
    def running(self) -> Running:
        """The session in progress."""
        found = self.station.current
        assert found is not None
        return found

    @property
    def record(self) -> Record:
        """Its record as the page's loop has it now; looked at only."""
        return self.running.hub.state.record

    def stated(self, kind: Kind) -> list[dict[str, object]]:
        """What its statements of a kind say, in order."""
        return [made.content for made in self.record.statements.of(kind)]

    def close_tablets(self) -> None:
        for context in self._open:
            context.close()
        self._open.clear()


@pytest.fixture(scope="module")
def clinic(station: Served, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    one = Clinic(station, browser, tmp_path_factory.mktemp("clinic"))
    yield one
    one.close_tablets()
    forget_all()


@pytest.fixture(autouse=True)
def _tablets_are_put_away(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "clinic" in request.fixturenames:
        request.getfixturevalue("clinic").close_tablets()


@pytest.fixture
def gun(clinic: Clinic, tmp_path: Path) -> Iterator[LivingGun]:
    """A meso-gun on a pty whose session, with all that was asked before it, is being recorded."""
    one = LivingGun(tmp_path / "gun")
    try:
        with recorded(clinic.station, gun_order(tmp_path, str(one.line.path))) as running:
            until(lambda: running.hub.state.record.tally.needles(1) is not None, "it said its name")
            yield one
    finally:
        one.end()
