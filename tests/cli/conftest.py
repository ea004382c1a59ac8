"""Sessions for the tests of what people see: recorded once on a virtual clock, in a store of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from devicelog import registry
from devicelog.cli import cli
from devicelog.errors import DevicelogError
from devicelog.store.reader import Reader
from devicelog.testing.simulated import record_session

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.ledger import Line


@dataclass(frozen=True, slots=True)
class Store:
    """A store with sessions; `run` is a command of devicelog on it, as a user would see it end."""

    path: Path
    sessions: dict[str, str]

    def run(self, *arguments: str) -> Result:
        """The command's outcome; exit code and sentence of an error are those of `devicelog.cli.main`."""
        result = CliRunner().invoke(cli, [*arguments, "--store", str(self.path)], env={"COLUMNS": "120"})
        if isinstance(result.exception, DevicelogError):
            result.exit_code = result.exception.exit_code
        elif result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def lines(self, name: str) -> list[Line]:
        with Reader.open(self.path) as reader:
            return list(reader.lines(reader.session(self.sessions[name]).number))


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The sessions "gun", "current" (each beyond its limits) and "unlimited"."""
    folder = tmp_path_factory.mktemp("cli")
    path = folder / "store"
    wanted = {
        "gun": ("reference-mesogun", "face-limits", "meso-face-gun-intradermal", ("forehead", "left_cheek")),
        "current": ("reference-noneedle", "current-limits", "noneedle-ionto-dc-face", ()),
        "unlimited": ("reference-mesogun", "face-limits", "none", ()),
    }
    sessions = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        for name, (model, scenario, protocol, zones) in wanted.items():
            simulator = registry.simulator(model)
            device = simulator.start(1, simulator.scenarios[scenario])
            made = record_session(registry.driver(model), device, path, protocol=protocol, zones=zones)
            sessions[name] = made.record.session
    return Store(path, sessions)


@pytest.fixture
def store(recorded: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Those sessions, with the keys of their store."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(recorded.path.parent / "keys"))
    return recorded
