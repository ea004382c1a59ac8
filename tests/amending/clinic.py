"""Stores with sessions that are over: one that ended and one that broke off, both with what people stated of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from devicelog import clock, registry
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import Entry, Kind, Line
from devicelog.naming import find_protocol
from devicelog.record.record import Record
from devicelog.recorder.act import act
from devicelog.recorder.recorder import Recorder
from devicelog.recording.opening import plan_session
from devicelog.replay.replay import replay
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.stored import record_of
from devicelog.testing import simulated
from devicelog.verification.findings import Findings
from devicelog.verification.store import verify_store

GUN = "reference-mesogun"
#: Chunks of the device's that a session has.
_CHUNKS = 400
_END_NS = 600 * 1_000_000_000

#: What is stated while the session is recorded, in this order.
STATED: list[tuple[Kind, dict[str, Any]]] = [
    (Kind.OPENED, {"by": "Dr. Test", "role": "physician", "registration": "GMC 1", "place": "room 2"}),
    (Kind.HISTORY, {"reviewed": "yes", "by": "Dr. Test"}),
    (Kind.SCREENING, {"code": "epilepsy", "answer": "no", "severity": "stop", "by": "Dr. Test"}),
    (Kind.CONSENT, {"given": "yes", "form": "C", "version": "3", "taken_by": "Dr. Test", "by": "Dr. Test"}),
    (
        Kind.PRODUCT,
        {
            "product": 1,
            "name": "Hyal",
            "maker": "Acme",
            "lot": "L1",
            "expiry": "2027-01-31",
            "use": "product",
            "ingredients": [{"name": "hyaluronic acid", "concentration": "10", "unit": "mg/mL"}],
            "drawn": "3",
            "unit": "mL",
            "by": "Dr. Test",
        },
    ),
    (
        Kind.SYRINGE,
        {
            "syringe": 1,
            "label": "A",
            "parts": [{"product": 1, "volume": "3"}],
            "volume": "3",
            "unit": "mL",
            "by": "Dr. Test",
        },
    ),
    (Kind.CONSUMABLE, {"what": "needle", "gauge": 30, "by": "Dr. Test"}),
]


@dataclass(frozen=True, slots=True)
class Clinic:
    """A store that is one test's own."""

    store: Path

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with Writer.open(self.store, create=False) as writer:
            yield writer

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        with Reader.open(self.store) as reader:
            yield reader

    def row(self, number: int = 1) -> SessionRow:
        with self.reading() as reader:
            return next(row for row in reader.sessions() if row.number == number)

    def lines(self, number: int = 1) -> list[Line]:
        with self.reading() as reader:
            return list(reader.lines(number))

    def entries(self, number: int = 1) -> list[Entry]:
        return [line.entry() for line in self.lines(number)]

    def record(self, number: int = 1) -> Record:
        with self.reading() as reader:
            return record_of(reader, self.row(number))

    def state(self, kind: Kind, number: int = 1, **content: Any) -> int:
        """State something behind the end of a session."""
        with self.writing() as writer:
            return state_late(writer, self.row(number), kind, content)

    def verified(self) -> Findings:
        with self.reading() as reader:
            return verify_store(reader)

    def replayed(self, number: int = 1) -> list[Line]:
        with self.reading() as reader:
            return list(replay(reader, self.row(number)))

    def must_hold(self) -> None:
        """Everything verifies, and a replay gives every session again, bit for bit."""
        assert self.verified().faults == []
        with self.reading() as reader:
            rows = reader.sessions()
        for row in rows:
            assert self.replayed(row.number) == self.lines(row.number)


def record_session(writer: Writer, number: int, *, ends: bool, protocol: str = "meso-face-gun-intradermal") -> None:
    """Record a session of a simulated gun on a virtual clock, with what people state of it."""
    driver, simulator, limits = registry.driver(GUN), registry.simulator(GUN), find_protocol(protocol)
    start = clock.Stamp(simulated.BEGINS.boot_ns, simulated.BEGINS.wall_ns + number * 10**13)
    plan = plan_session(
        writer,
        devices=[(driver, "devicelog", "simulated:gun")],
        protocol=limits,
        subject="P-1",
        practitioner="Dr. Test",
        zones=("forehead", "left_cheek"),
        settings={},
        start=start,
    )
    recorder = Recorder(plan, limits, start)
    ledger = writer.begin(plan.session, plan.subject, clock.utc(start.wall_ns))
    note = writer.seal_text(plan.subject, "she was nervous")
    for kind, content in [*STATED, (Kind.NOTE, {"text": note, "by": "Dr. Test"})]:
        recorder.handle(act(start, kind, **content))
    ledger.commit(*recorder.take())
    moved = start.wall_ns - simulated.BEGINS.wall_ns
    played = simulated.play(driver, simulator.start(1, simulator.scenarios["face-limits"]), simulated.LONGEST)
    for chunk in islice((one for one in played if one.kind is not ChunkKind.ENDED), _CHUNKS):
        recorder.handle(Chunk(chunk.link, chunk.kind, chunk.boot_ns, chunk.wall_ns + moved, chunk.data))
    if ends:
        stamps = start.boot_ns + _END_NS, start.wall_ns + _END_NS
        recorder.handle(Chunk(NO_LINK, ChunkKind.ENDED, *stamps, b"it was over"))
    ledger.commit(*recorder.take(), state="ended" if ends else None)
