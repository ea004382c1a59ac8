"""The station that is looked at, and which templates it has shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog import clock
from devicelog.accounts import session
from devicelog.station import pending
from devicelog.web.render import Renderer
from tests.web.records.clinic import fill
from tests.web.served import served
from tests.web.sight.house import HOUR, House, furnish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def shown() -> Iterator[set[str]]:
    """The templates that were shown so far."""
    found, text = set[str](), Renderer.text

    def noting(self: Renderer, language: str, template: str, /, **context: object) -> str:
        found.add(template)
        return text(self, language, template, **context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Renderer, "text", noting)
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where stores lie, and the keys of them all."""
    made = tmp_path_factory.mktemp("sight")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(made / "keys"))
        for name in ("RECENT", "IDLE"):  # nobody is locked out, or asked again, because a computer is slow
            patch.setattr(session, name, 3 * HOUR)
        patch.setattr(pending, "PATIENCE", 3 * 3600)
        yield made


@pytest.fixture(scope="module")
def house(folder: Path, shown: set[str]) -> Iterator[House]:
    sessions = fill(folder / "house")
    with served(folder / "house") as station:
        yield furnish(station, folder, sessions)


@pytest.fixture(scope="module")
def start(folder: Path, shown: set[str]) -> Iterator[House]:
    """A station at which nobody has an account."""
    with served(folder / "start") as station:
        given = station.accounts.people.first_code(clock.now().wall_ns)
        assert given is not None
        yield House(station, folder, fill={"code": given.code})
