"""Sessions that are begun by a plan in a store of their own; no port is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog import clock
from devicelog.ledger.beginning import Beginning, Through
from devicelog.opening.prepared import Prepared
from devicelog.opening.setting import rules_of, setting_of, today
from devicelog.opening.stating import planned
from devicelog.record.record import Record, fold
from devicelog.recorder.recorder import Recorder
from devicelog.steps.plan_file import load
from devicelog.store.writer import Writer
from tests.end_to_end.plans import GUN, plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from devicelog.chunk import Chunk
    from devicelog.opening.stated import Stated
    from devicelog.steps.draft import Draft


class Clinic:
    """A store that is open for writing, and plans of sessions in it."""

    def __init__(self, folder: Path, writer: Writer) -> None:
        self.folder = folder
        self.writer = writer

    def draft(self, *, more: str = "", **parts: str) -> Draft:
        """What a plan says; a part that is given takes the place of the usual one."""
        file = self.folder / "plan.toml"
        plan(file, device=GUN, more=more, said=None, **parts)
        return load(file, rules_of, today(clock.now()))

    def stated(self, draft: Draft) -> tuple[Prepared, Stated]:
        """What the plan comes to now."""
        prepared, start = Prepared.of(draft, self.writer.folder.path), clock.now()
        setting = setting_of(self.writer, draft, prepared.protocol, start, rules=rules_of(None), simulated=True)
        return prepared, planned(draft, setting, start)

    def record(self, prepared: Prepared, said: Stated, more: Sequence[Chunk] = ()) -> Record:
        """The record that the statements make, and what was stated during the session."""
        made = prepared.plan(self.writer, said, Beginning(Through.TERMINAL))
        recorder = Recorder(made, prepared.protocol, said.start)
        for chunk in (*said.chunks(self.writer, made.subject), *more):
            recorder.handle(chunk)
        return fold(line.entry() for line in recorder.lines)


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as writer:
        yield Clinic(tmp_path, writer)
