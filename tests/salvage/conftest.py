"""A store as a crash leaves it: three ended sessions, one that was running, and a WAL; and what was recorded in it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from devicelog import clock, registry
from devicelog.chunk import Chunk
from devicelog.ledger import Line
from devicelog.naming import find_protocol
from devicelog.recorder.recorder import Recorder
from devicelog.recording.opening import plan_session
from devicelog.salvage.saving import Salvage, salvage
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.testing import simulated

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Driver, scenario and treatment protocol of each session.
SESSIONS = (
    ("reference-mesogun", "face-limits", "meso-face-gun-intradermal"),
    ("reference-noneedle", "current-limits", "noneedle-ionto-dc-face"),
    ("reference-noneedle", "current", "noneedle-ionto-dc-face"),
    ("reference-noneedle", "current-limits", "none"),
)
#: Chunks of one commit.
_BATCH = 25
#: Chunks of the longest session.
_LONGEST = 900


@dataclass(frozen=True, slots=True)
class Recorded:
    """A session as it was recorded."""

    id: str
    state: str
    lines: dict[int, Line]
    chunks: dict[int, Chunk]


def recorded_in(store: Path) -> dict[int, Recorded]:
    """Every session of a store by its number."""
    with Reader.open(store) as reader:
        return {
            row.number: Recorded(
                row.id,
                row.state,
                {line.number: line for line in reader.lines(row.number)},
                dict(reader.numbered_chunks(row.number)),
            )
            for row in reader.sessions()
        }


@dataclass(frozen=True, slots=True)
class Broken:
    """A copy of the store to be damaged, and what was recorded in it."""

    path: Path
    truth: dict[int, Recorded]

    @property
    def database(self) -> Path:
        return self.path / "devicelog.db"

    @property
    def wal(self) -> Path:
        return self.path / "devicelog.db-wal"

    def salvage(self) -> Salvage:
        """Save what verifies; the damaged store stays as it is."""
        before = {path.name: path.read_bytes() for path in self.path.iterdir()}
        saved = salvage(self.path, self.saved)
        assert {path.name: path.read_bytes() for path in self.path.iterdir()} == before
        return saved

    @property
    def saved(self) -> Path:
        return self.path.with_name("saved")

    def report(self) -> dict[str, Any]:
        """The list beside the new store."""
        document: dict[str, Any] = json.loads((self.saved / "salvage.json").read_bytes())
        return document


def _record(writer: Writer, model: str, scenario: str, protocol: str, *, ends: bool) -> None:
    driver, simulator = registry.driver(model), registry.simulator(model)
    limits = find_protocol(protocol)
    plan = plan_session(
        writer,
        devices=[(driver, "test", f"simulated:{model}")],
        protocol=limits,
        subject=f"P-{model}",
        practitioner="test",
        zones=(),
        settings={},
        start=simulated.BEGINS,
    )
    recorder = Recorder(plan, limits, simulated.BEGINS)
    ledger = writer.begin(plan.session, plan.subject, clock.utc(simulated.BEGINS.wall_ns))
    chunks = list(simulated.play(driver, simulator.start(1, simulator.scenarios[scenario]), simulated.LONGEST))
    for number, chunk in enumerate([*chunks[:_LONGEST], *chunks[-1:]] if ends else chunks[:_LONGEST][:-50], start=1):
        recorder.handle(chunk)
        if number % _BATCH == 0:
            ledger.commit(*recorder.take())
    ledger.commit(*recorder.take(), state="ended" if ends else None)


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[int, Recorded]]]:
    """The files of a store whose recorder was killed, and what they hold."""
    folder = tmp_path_factory.mktemp("crashed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        with Writer.open(folder / "live") as writer:
            for number, session in enumerate(SESSIONS, start=1):
                _record(writer, *session, ends=number < len(SESSIONS))
                if number == 2:
                    writer.connection.pragma("wal_checkpoint", "TRUNCATE")
            shutil.copytree(folder / "live", folder / "store", ignore=shutil.ignore_patterns("lock", "*-shm"))
        shutil.copytree(folder / "store", folder / "looked-at")
        yield folder / "store", recorded_in(folder / "looked-at")


@pytest.fixture
def broken(crashed: tuple[Path, dict[int, Recorded]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Broken:
    shutil.copytree(crashed[0].parent / "keys", tmp_path / "keys")
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    shutil.copytree(crashed[0], tmp_path / "store")
    assert (tmp_path / "store" / "devicelog.db-wal").stat().st_size > 100_000
    return Broken(tmp_path / "store", crashed[1])
