"""What the next opening of a store makes of a session that a crash left open."""

from __future__ import annotations

from pathlib import Path

import pytest

from devicelog import clock, opening
from devicelog.recorder import Recorder
from devicelog.replay import differences
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer


def test_a_session_that_was_killed_before_its_first_byte_replays_as_it_was_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as writer:
        start = clock.now()
        device = opening.parse_device("reference-mesogun@sim://reference-mesogun")
        plan = opening.plan_session(
            writer,
            devices=[device],
            protocol=None,
            subject="P-1",
            practitioner="Dr. Test",
            zones=(),
            settings={},
            start=start,
        )
        writer.begin(plan.session, plan.subject, clock.utc(start.wall_ns)).commit(*Recorder(plan, None, start).take())

    with Writer.open(tmp_path / "store"), Reader.open(tmp_path / "store") as reader:
        session = reader.session("last")

        assert session.state == "interrupted"
        assert [entry.kind for entry in reader.entries(session.number)] == ["started", "interrupted"]
        assert list(differences(reader, session)) == []
