"""What the next opening of a store makes of a session that a crash left open."""

from __future__ import annotations

from pathlib import Path

import pytest

from devicelog import clock, naming
from devicelog.chunk import Chunk, ChunkKind
from devicelog.recorder.recorder import Recorder
from devicelog.recording import opening
from devicelog.replay.replay import differences
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer


def chunk(start: clock.Stamp, kind: ChunkKind, data: bytes, after_ms: int) -> Chunk:
    return Chunk(1, kind, start.boot_ns + after_ms * 1_000_000, start.wall_ns + after_ms * 1_000_000, data)


@pytest.mark.parametrize("chunks", [0, 1, 2], ids=["before its first byte", "after the port opened", "after a query"])
def test_a_session_that_was_killed_replays_as_it_was_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: int
) -> None:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    with Writer.open(tmp_path / "store") as writer:
        start = clock.now()
        device = naming.parse_device("reference-mesogun@sim://reference-mesogun")
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
        recorder = Recorder(plan, None, start)
        opened = chunk(start, ChunkKind.OPENED, b"sim://reference-mesogun", 20)
        for happened in [opened, chunk(start, ChunkKind.SENT, b"ID?\r\n", 30)][:chunks]:
            recorder.handle(happened)
        writer.begin(plan.session, plan.subject, clock.utc(start.wall_ns)).commit(*recorder.take())

    with Writer.open(tmp_path / "store"), Reader.open(tmp_path / "store") as reader:
        session = reader.session("last")

        assert session.state == "interrupted"
        assert [entry.kind for entry in reader.entries(session.number)][-1] == "interrupted"
        assert list(differences(reader, session)) == []
