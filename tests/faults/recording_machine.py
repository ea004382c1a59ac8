"""Sequences of anything that can happen to a recording, drawn by hypothesis, on a real store beside a plain model.

A meso-gun sends frames; some are damaged or repeated, the cable comes out and in, the wall clock is stepped, the disk
is full and has room again, people write notes, sessions are exported, and the process is killed: the store is then
taken as its files are at that moment, and opened anew. After every commit the store must hold what was acknowledged and
no more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bench.bytes import frame
from devicelog import clock, naming
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.errors import StoreFullError
from devicelog.export.folder.package import export
from devicelog.export.proof.check import check_export
from devicelog.ledger import Kind, Line, encode, parse
from devicelog.recorder.recorder import Recorder
from devicelog.recording import opening
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.testing.damage import SPOILS, Damage
from devicelog.verification.store import verify_store
from tests.faults.plain_model import PlainModel
from tests.faults.sessions import BEGINS

#: Damage that leaves nothing of a frame that could be taken for one, ever.
_DAMAGES = (Damage.BIT, Damage.CUT)
_PLENTY = 1 << 30
_MOST_EXPORTS = 1
#: A session lives for so many chunks at least before it may be killed.
_LIFE = 12
#: Syncs cost nothing there; what they are for is tried by other checks.
_MEMORY = Path("/dev/shm")


@dataclass(slots=True)
class SequenceCounts:
    """How many sequences and steps were done, what happened in them, and the first disagreement."""

    sequences: int = 0
    steps: int = 0
    kills: int = 0
    commits: int = 0
    full: int = 0
    exports: int = 0
    disagreement: str = ""


class RecordingMachine(RuleBasedStateMachine):
    """One store, and one session after the other on it."""

    counts = SequenceCounts()

    @initialize()
    def begin(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="devicelog-sequence-", dir=_MEMORY if _MEMORY.exists() else None))
        self._keys = mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(self._folder / "keys")})
        self._keys.start()
        self._lives = 0
        self._sequence = 0
        self._exports = 0
        self._now = BEGINS.boot_ns
        self._offset = BEGINS.wall_ns - BEGINS.boot_ns
        self._store = self._folder / "store"
        self._writer = Writer.open(self._store)
        self.counts.sequences += 1
        self._begin_session()

    def _begin_session(self) -> None:
        start = clock.Stamp(self._now, self._now + self._offset)
        device = naming.parse_device("reference-mesogun@sim://reference-mesogun")
        plan = opening.plan_session(
            self._writer,
            devices=[device],
            protocol=None,
            subject="P-1",
            practitioner="Dr. Test",
            zones=(),
            settings={},
            start=start,
        )
        self._session = plan.session
        self._recorder = Recorder(plan, None, start)
        self._ledger = self._writer.begin(plan.session, plan.subject, clock.utc(start.wall_ns))
        self._model = PlainModel(offset=self._offset)
        self._lines: list[Line] = []
        self._chunks: list[Chunk] = []
        self._open()

    # -- what happens ------------------------------------------------------------------------------------------

    @rule(dose=st.integers(1, 40_000), late=st.integers(0, 2_500))
    def send_a_frame(self, dose: int, late: int) -> None:
        """A frame arrives whole, unless the cable is out."""
        self._wait(late)
        if self._plugged:
            self._model.hear(self._sequence, dose)
            self._put(ChunkKind.RECEIVED, self._frame(dose))
        self._sequence += 1

    @rule(dose=st.integers(1, 40_000), damage=st.sampled_from(_DAMAGES), seed=st.integers(0, 1 << 30))
    def damage_a_frame(self, dose: int, damage: Damage, seed: int) -> None:
        """A frame arrives damaged: it must be missing."""
        sent = self._frame(dose)
        if self._plugged:
            self._put(ChunkKind.RECEIVED, SPOILS[damage](sent, sent, Random(seed)))
        self._sequence += 1

    @precondition(lambda self: self._plugged and self._model.heard)
    @rule()
    def repeat_a_frame(self) -> None:
        """The last frame that was heard arrives again."""
        sequence, dose = self._model.heard[-1]
        self._model.repeats += 1
        self._put(ChunkKind.RECEIVED, self._frame(dose, sequence))

    @precondition(lambda self: self._plugged)
    @rule()
    def unplug(self) -> None:
        self._plugged = False
        self._model.unplugs += 1
        self._put(ChunkKind.LOST, b"the cable is out")

    @precondition(lambda self: not self._plugged)
    @rule(late=st.integers(100, 10_000))
    def replug(self, late: int) -> None:
        self._wait(late)
        self._open()

    @rule(seconds=st.sampled_from([-3600, 7200, -1, 1, 86_400 * 365]))
    def step_the_wall_clock(self, seconds: int) -> None:
        self._offset += seconds * 1_000_000_000

    @rule(text=st.text(max_size=20))
    def write_a_note(self, text: str) -> None:
        self._model.notes.append(text)
        self._put(ChunkKind.ACT, encode({"kind": Kind.NOTE, "text": text}), link=NO_LINK)

    @rule()
    def fill_the_disk(self) -> None:
        """From now on the database cannot grow."""
        pages = int(self._writer.connection.pragma("page_count"))
        self._writer.connection.pragma("max_page_count", pages)

    @rule()
    def make_room(self) -> None:
        self._writer.connection.pragma("max_page_count", _PLENTY)

    @rule()
    def commit(self) -> None:
        """What has gathered becomes durable and is acknowledged; on a full disk nothing is, and nothing is lost."""
        self._try_to_commit()
        self._look()

    @precondition(lambda self: len(self._model.acknowledged) + len(self._recorder.lines) >= _LIFE)
    @rule()
    def kill(self) -> None:
        """The process is gone, with all that was not committed; the next one finds the files as they are."""
        self.counts.kills += 1
        killed, model = self._session, self._model
        self._agree([*model.acknowledged, *(line.body for line in (*self._lines, *self._recorder.lines))])
        self._lives += 1
        left = self._folder / f"store-{self._lives}"
        shutil.copytree(self._store, left)
        dead, self._writer = self._writer, Writer.open(left)
        dead.close()
        self._store = left
        self._check_killed(killed, model)
        self._now += 1_000_000_000
        self._begin_session()

    @precondition(lambda self: self._exports < _MOST_EXPORTS and self._model.acknowledged)
    @rule()
    def export_the_session(self) -> None:
        self._exports += 1
        self.counts.exports += 1
        with Reader.open(self._store) as reader, tempfile.TemporaryDirectory() as to:
            package = export(reader, self._session, Path(to), ("json",))
            assert package.entries == len(self._model.acknowledged)
            findings = check_export(package.folder, None)
            assert findings.holds, findings.faults

    @invariant()
    def count(self) -> None:
        self.counts.steps += 1

    def teardown(self) -> None:
        """The session ends in order: all of it is there, and all verifies."""
        if not hasattr(self, "_writer"):
            return
        try:
            self._finish()
        finally:
            self._writer.close()
            self._keys.stop()
            shutil.rmtree(self._folder)

    # -- how ---------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """The cable is in, and the device says who it is, as it does when it is asked."""
        self._plugged = True
        self._put(ChunkKind.OPENED, b"test")
        self._put(ChunkKind.RECEIVED, frame("DLR1,ID,MG-TEST,SN1,FW1,sim=1"))

    def _frame(self, dose: int, sequence: int | None = None) -> bytes:
        number = self._sequence if sequence is None else sequence
        return frame(f"DLR1,INJ,{number},{number * 100},1,{number + 1},{number + 1},{dose},1500,0,N,0")

    def _wait(self, milliseconds: int) -> None:
        self._now += milliseconds * 1_000_000

    def _put(self, kind: ChunkKind, data: bytes, *, link: int = 1) -> None:
        self._wait(10)
        self._model.see_offset(self._offset)
        self._recorder.handle(Chunk(link, kind, self._now, self._now + self._offset, data))

    def _try_to_commit(self, state: str | None = None) -> None:
        lines, chunks = self._recorder.take()
        self._lines += lines
        self._chunks += chunks
        if not self._lines and not self._chunks and state is None:
            return
        try:
            self._ledger.commit(self._lines, self._chunks, state=state)
        except StoreFullError:
            self.counts.full += 1
            return
        self.counts.commits += 1
        self._model.acknowledged += [line.body for line in self._lines]
        self._lines, self._chunks = [], []

    def _look(self) -> None:
        """What is stored is what was acknowledged."""
        rows = {row.id: row for row in self._writer.sessions()}
        stored = list(self._writer.lines(rows[self._session].number)) if self._session in rows else []
        assert [line.body for line in stored] == self._model.acknowledged

    def _check_killed(self, session: str, model: PlainModel) -> None:
        rows = {row.id: row for row in self._writer.sessions()}
        if not model.acknowledged:
            assert session not in rows, "a session of which nothing was acknowledged is there"
            return
        assert rows[session].state == "interrupted"
        *kept, last = self._writer.lines(rows[session].number)
        assert [line.body for line in kept] == model.acknowledged
        assert last.entry().kind == "interrupted"

    def _agree(self, bodies: list[bytes]) -> None:
        """The entries are what the model says."""
        complaint = self._model.complaint([parse(body) for body in bodies])
        assert complaint is None, complaint

    def _finish(self) -> None:
        self._writer.connection.pragma("max_page_count", _PLENTY)
        self._put(ChunkKind.ENDED, b"the test was over", link=NO_LINK)
        self._try_to_commit("ended")
        self._look()
        self._agree(self._model.acknowledged)
        findings = verify_store(self._writer)
        assert findings.holds, findings.faults
