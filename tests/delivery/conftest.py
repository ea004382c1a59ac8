"""A store with one session that is over, receivers on this computer, and `devicelog` as a function."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from devicelog import registry
from devicelog.ledger import Kind
from devicelog.store import outbox
from devicelog.store.outbox import Delivery
from devicelog.testing.simulated import record_session
from tests import clinic
from tests.delivery.authority import Authority
from tests.delivery.fhir_server import FhirServer
from tests.delivery.listener import Listener

GUN = "reference-mesogun"


class Clinic(clinic.Clinic):
    """A store with one session, which may be delivered."""

    def receipts(self) -> list[dict[str, Any]]:
        return [entry.content for entry in self.entries() if entry.kind == Kind.DELIVERED]

    def outbox(self) -> list[Delivery]:
        with self.reading() as reader:
            return outbox.deliveries(reader)


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left: its exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `store` and `keys`, which no test changes."""
    root = tmp_path_factory.mktemp("recorded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(root / "keys"))
        simulator = registry.simulator(GUN)
        device = simulator.start(1, simulator.scenarios["face"])
        record_session(registry.driver(GUN), device, root / "store", protocol="meso-face-gun-intradermal")
    return root


@pytest.fixture(name="clinic")
def _clinic(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A store of one's own, and its keys."""
    shutil.copytree(recorded, tmp_path / "clinic")
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "clinic" / "keys"))
    monkeypatch.setenv("DEVICELOG_STORE", str(tmp_path / "clinic" / "store"))
    monkeypatch.setenv("DEVICELOG_USER", "Nurse B.")
    return Clinic(tmp_path / "clinic" / "store")


@pytest.fixture
def devicelog(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command line in this process; nothing is waited for unless a test says so."""
    from devicelog.cli import main

    def call(*arguments: str | Path) -> Said:
        monkeypatch.setattr("sys.argv", ["devicelog", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return Said(int(left.value.code or 0), said.out, said.err)

    return call


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    with FhirServer() as server:
        yield server


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        yield server


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))
