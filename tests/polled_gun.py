"""A gun that is polled, and a session with it in which each answer is said at a time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.driver import (
    Category,
    Driver,
    Effect,
    Event,
    Identity,
    Metric,
    Polling,
    Provenance,
    Query,
    Reading,
    Report,
)
from devicelog.driver import ReportKind as Kind
from devicelog.ledger import Line
from devicelog.record.record import Record, fold
from devicelog.recorder.plan import Bound, Plan
from devicelog.recorder.recorder import Recorder
from devicelog.treatment.protocol_file import find

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGINS = clock.Stamp(boot_ns=1_000_000_000, wall_ns=1_767_258_000_000_000_000)
_VOLUMES = {"ul": "microliter", "ml": "milliliter"}
#: A gun that is polled: triggers, volume, and how often it restarted.
COUNTED = Report(
    "counted",
    Kind.INTERVAL,
    (
        Metric("triggers_session", Category.COUNTER, "count", {"": "dimensionless"}),
        Metric("volume_session", Category.AMOUNT, "mL", _VOLUMES),
        Metric("restarts", Category.EPOCH),
        Metric("state", Category.STATE),
    ),
    ("", "ul", "", ""),
)
OTHER = Report("other", Kind.STATUS, (Metric("text", Category.STATE),), ("",))


class Lines:
    """Reads lines of `triggers volume unit restarts state`; `id` is who it is, any other line another report."""

    def __init__(self) -> None:
        self._rest, self._at = b"", 0
        self.asked: list[bytes] = []

    def sent(self, request: bytes) -> None:
        self.asked.append(request)

    def feed(self, data: bytes) -> list[Event]:
        self._rest += data
        *lines, self._rest = self._rest.split(b"\n")
        return [self._event(line.decode()) for line in lines]

    def _event(self, line: str) -> Event:
        self._at += len(line) + 1
        words = line.split()
        if words == ["id"]:
            return Identity("GUN", "", "1", self._at)
        if len(words) != 5:
            return Reading("other", (line,), self._at)
        triggers, volume, unit, restarts, state = words
        values = (int(triggers), None if volume == "-" else Decimal(volume), int(restarts), state)
        return Reading("counted", values, self._at, ("", unit, "", ""))

    def end(self) -> list[Event]:
        return []


DRIVER = Driver(
    name="polled-gun",
    model="a gun that is polled",
    version="1",
    decoder=Lines,
    reports=(COUNTED, OTHER),
    wire_format="this file",
    provenance=Provenance.TEMPLATE,
    verified_on=None,
    queries=(Query(b"?\n", Effect.CLEARS_ALARM, "counters", every=1.0),),
    expected_interval=1.0,
    paused_states=frozenset({"P"}),
    polling=Polling(ends=(b"\n",)),
)


class Session:
    """A session of the polled gun; `say` is its answer at a time in seconds."""

    def __init__(self, driver: Driver = DRIVER, protocol: str | None = None, zones: Sequence[str] = ("a", "b")) -> None:
        limits = find(protocol) if protocol is not None else None
        content = None if limits is None else {"id": limits.id, "text": limits.text, "approved": None}
        bound = (Bound(1, driver, "test", "test:"),)
        host = {"boot_id": "b", "zone": "+00:00", "installation": "i"}
        plan = Plan("S1", "subject", "nobody", content, bound, "test", host, tuple(zones))
        self.recorder = Recorder(plan, limits, BEGINS)
        self.handle(0.0, ChunkKind.OPENED, b"test")

    def handle(self, at: float, kind: ChunkKind, data: bytes = b"", link: int = 1) -> None:
        since = round(at * 1e9)
        self.recorder.handle(Chunk(link, kind, BEGINS.boot_ns + since, BEGINS.wall_ns + since, data))

    def say(self, at: float, line: str) -> None:
        self.handle(at, ChunkKind.RECEIVED, f"{line}\n".encode())

    def end(self, at: float) -> None:
        self.handle(at, ChunkKind.ENDED, b"over", link=NO_LINK)

    @property
    def lines(self) -> list[Line]:
        return self.recorder.lines

    def of(self, kind: str) -> list[Any]:
        return [entry.content for line in self.lines if (entry := line.entry()).kind == kind]

    @property
    def record(self) -> Record:
        return fold(line.entry() for line in self.lines)
