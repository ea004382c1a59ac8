"""The station of a clinic with two practitioners, shared by the tests of a file of the records' pages."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from devicelog.account import Role
from devicelog.store.access import accesses
from devicelog.store.reader import Reader
from tests.waiting import PATIENCE
from tests.web.records.clinic import ANN, BEA, Sessions, fill
from tests.web.records.people import logged_in
from tests.web.served import TABLET, served

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

    from devicelog.store.access import Access
    from tests.web.served import Served


@dataclass(frozen=True, slots=True)
class Clinic:
    """The station, its sessions, and the log-in sessions of Ann, of Bea and of Rita, who reviews."""

    served: Served
    store: Path
    sessions: Sessions
    ann: str
    bea: str
    rita: str

    def get(self, path: str, token: str | None = None, language: str = "en") -> httpx.Response:
        """A page as Ann sees it, or whoever has the token."""
        headers = {"accept-language": language, "cookie": f"devicelog={token or self.ann}"}
        return httpx.get(f"{self.served.url}{path}", headers=headers, timeout=PATIENCE)

    def post(self, path: str, data: Mapping[str, str | list[str]], token: str | None = None) -> httpx.Response:
        """A form as its page sends it."""
        from devicelog.accounts.secret import csrf_of

        used = token or self.ann
        headers = {"cookie": f"devicelog={used}", "sec-fetch-site": "same-origin", "origin": self.served.url}
        headers["sec-fetch-mode"] = "navigate"
        return httpx.post(
            f"{self.served.url}{path}", data={"csrf": csrf_of(used), **data}, headers=headers, timeout=PATIENCE
        )

    def browsing(self, browser: Browser, token: str | None = None, **options: object) -> BrowserContext:
        """A browser of its own for Ann, or whoever has the token."""
        more = {"viewport": TABLET, "locale": "en-GB"} | options
        context = browser.new_context(base_url=self.served.url, **more)  # type: ignore[arg-type]
        context.add_cookies([{"name": "devicelog", "value": token or self.ann, "url": self.served.url}])
        return context

    def accesses(self) -> list[Access]:
        """What was logged, oldest first."""
        with Reader.open(self.store) as reader:
            return [one.access for one in accesses(reader.folder) if one.access is not None]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sessions]:
    """The folder of its store and keys, made once and only to be copied, and the sessions in it."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        return folder, fill(folder / "store")


@pytest.fixture(scope="module")
def clinic(filled: tuple[Path, Sessions], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    made, sessions = filled
    folder = tmp_path_factory.mktemp("clinic") / "copy"
    shutil.copytree(made, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        with served(folder / "store") as one:
            ann = logged_in(one.accounts, ANN, Role.PRACTITIONER, pin=True)
            bea = logged_in(one.accounts, BEA, Role.PRACTITIONER)
            rita = logged_in(one.accounts, "Rita Review", Role.REVIEWER)
            yield Clinic(one, folder / "store", sessions, ann, bea, rita)
