"""A station in this process, served on a port of its own."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from devicelog.station.station import Station
from devicelog.web.api.joining import close
from devicelog.web.app import application
from devicelog.web.security import Security
from devicelog.web.server import listen, server
from devicelog.web.settings import Settings
from tests.waiting import PATIENCE, join
from tests.web import browsing
from tests.web.people import accounts_of, log_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI
    from playwright.sync_api import Browser, BrowserContext, ViewportSize

    from devicelog.account import Role
    from devicelog.accounts.accounts import Accounts
    from devicelog.web.api.hall import Hall
    from devicelog.web.certificate import Served as Certificate

TABLET: ViewportSize = {"width": 1280, "height": 800}
TELEPHONE: ViewportSize = {"width": 390, "height": 844}


class Served:
    """Where the station is, the station itself, its accounts, and what it serves to whom."""

    def __init__(self, station: Station, accounts: Accounts, settings: Settings, app: FastAPI) -> None:
        self.guarded: list[tuple[str, str, object]] = app.state.guarded
        self.hall: Hall = app.state.hall
        self.station = station
        self.settings = settings
        self.accounts = accounts
        self.url = settings.url.rstrip("/")
        self.cookie = "devicelog"

    def context(self, browser: Browser, name: str, *roles: Role, **options: object) -> BrowserContext:
        """A browser of its own in which a new person of these roles is logged in; `options` are those of Playwright."""
        context = browser.new_context(base_url=self.url, **({"viewport": TABLET} | options))  # type: ignore[arg-type]
        context.set_default_timeout(browsing.PATIENCE)
        token = log_in(self.accounts, name, *roles)
        context.add_cookies([{"name": self.cookie, "value": token, "url": self.url}])
        return context


@contextmanager
def served(store: Path, port: int = 0, *, certificate: Certificate | None = None) -> Iterator[Served]:
    """A station that is served while the block lasts; port 0: a free one. With a certificate it is over TLS."""
    taken = listen(Settings(port=port))
    settings = Settings(port=taken.getsockname()[1])
    if certificate is not None:
        settings = replace(settings, certificate=certificate.certificate, key=certificate.key)
    station = Station(store)
    station.start()
    began = threading.Event()
    with accounts_of(store) as accounts:
        pages = application(station, accounts, settings)

        def ending() -> None:
            pages.state.web.broadcasts.close()
            close(pages)

        serving = server(Security(pages, settings), settings, began.set, ending)
        thread = threading.Thread(target=asyncio.run, args=(serving.serve([taken]),), name="served", daemon=True)
        thread.start()
        try:
            assert began.wait(PATIENCE)
            yield Served(station, accounts, settings, pages)
        finally:
            serving.should_exit = True
            join(thread)
            station.close()


@contextmanager
def served_alone(folder: Path, *, certificate: Certificate | None = None) -> Iterator[Served]:
    """The same with an empty store and keys of its own, both in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        with served(folder / "store", certificate=certificate) as one:
            yield one
