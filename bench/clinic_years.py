"""A store with thousands of short sessions, as a clinic has after some years: real ledgers, made by the recorder.

The devices' bytes are synthetic and the stamps are made up; entries, chains, seals and encryption are as they are. The
same seed gives the same sessions, but for the random ids and the seals' own times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.bytes import frame
from devicelog import clock, naming
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import Kind
from devicelog.recorder.act import act
from devicelog.recorder.recorder import Recorder
from devicelog.recording import opening
from devicelog.search.upkeep import catch_up
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.treatment.protocol import TreatmentProtocol

#: The first session begins then (ns since 1970): 2024-01-02 08:00 UTC; a working day has ten of them.
_FIRST_NS = 1_704_182_400 * 10**9
_HOUR_NS, _DAY_NS = 3600 * 10**9, 86_400 * 10**9
_A_DAY = 10
_PRACTITIONERS = ("Dr. Ann Berg", "Dr. Bea Conti", "Carl Dufour", "Dr. Dana Ek", "Eva Fuchs")
_GUN_ZONES = ("face.forehead", "face.cheek.left", "face.cheek.right", "face.chin", "neck.side.left")
_UNIT_ZONES = ("face.cheek.left", "face.cheek.right")
_PRODUCTS = (("HA 1 %", "Maker A", "A"), ("Vitamin mix", "Maker B", "B"), ("Saline", "Maker C", "C"))
_INJECTIONS, _SAMPLES = 30, 40


@dataclass(slots=True)
class _Line:
    """The chunks of one session, on a clock of its own."""

    recorder: Recorder
    start: clock.Stamp
    ms: int = 0

    def stamp(self) -> clock.Stamp:
        return clock.Stamp(self.start.boot_ns + self.ms * 10**6, self.start.wall_ns + self.ms * 10**6)

    def put(self, kind: ChunkKind, data: bytes, link: int = 1) -> None:
        now = self.stamp()
        self.recorder.handle(Chunk(link, kind, now.boot_ns, now.wall_ns, data))

    def state(self, kind: Kind, **content: Any) -> None:
        self.recorder.handle(act(self.stamp(), kind, **content))


class Years:
    """Makes the sessions in a store; use `fill`."""

    def __init__(self, store: Path, seed: int = 1) -> None:
        self._store = store
        self._random = Random(seed)
        self._limits = {
            name: naming.find_protocol(name) for name in ("meso-face-gun-intradermal", "noneedle-ionto-dc-face")
        }

    def fill(self, count: int) -> None:
        """So many sessions, and what lists and searches look at."""
        with Writer.open(self._store) as writer:
            for number in range(count):
                self._session(writer, number)
            catch_up(writer)

    def _session(self, writer: Writer, number: int) -> None:
        random = self._random
        gun = random.random() < 0.8
        driver, name = ("reference-mesogun", "meso-face-gun-intradermal") if gun else (
            "reference-noneedle", "noneedle-ionto-dc-face"
        )  # fmt: skip
        wall = _FIRST_NS + number // _A_DAY * _DAY_NS + number % _A_DAY * _HOUR_NS + random.randrange(600) * 10**9
        start = clock.Stamp(_HOUR_NS + number * _HOUR_NS, wall)
        line = self._begin(writer, driver, self._limits[name], start, gun=gun)
        ledger = writer.begin(line.recorder.plan.session, line.recorder.plan.subject, clock.utc(wall))
        if gun:
            _state_products(line, random, number)
        line.put(ChunkKind.OPENED, b"bench")
        for data in _injections(random) if gun else _samples(random):
            line.ms += 1000
            if data is None:
                line.put(ChunkKind.LOST, b"the cable is out")
                line.ms += 8000
                line.put(ChunkKind.OPENED, b"bench")
            else:
                line.put(ChunkKind.RECEIVED, data)
        line.put(ChunkKind.ENDED, b"the treatment was over", link=NO_LINK)
        ledger.commit(*line.recorder.take(), state="ended")
        if number % 10 == 0:
            row = writer.session(line.recorder.plan.session)
            state_late(writer, row, Kind.ADVERSE_EVENT, {"code": "bruise", "severity": "mild", "by": "Dr. Ann Berg"})

    def _begin(
        self, writer: Writer, driver: str, limits: TreatmentProtocol | None, start: clock.Stamp, *, gun: bool
    ) -> _Line:
        random = self._random
        plan = opening.plan_session(
            writer,
            devices=[naming.parse_device(f"{driver}@bench")],
            protocol=limits,
            subject=f"P-{random.randrange(1200):04d}",
            practitioner=random.choice(_PRACTITIONERS),
            zones=random.sample(_GUN_ZONES, 2) if gun else random.sample(_UNIT_ZONES, 1),
            settings={},
            start=start,
        )
        return _Line(Recorder(plan, limits, start), start)


def _state_products(line: _Line, random: Random, number: int) -> None:
    """Two products of the lots of that month, mixed in one syringe."""
    chosen = random.sample(_PRODUCTS, 2)
    for at, (name, maker, letter) in enumerate(chosen, start=1):
        line.state(
            Kind.PRODUCT,
            product=at,
            name=name,
            maker=maker,
            lot=f"{letter}{24_000 + number // 200}",
            expiry="2030-01-31",
            use="product",
            ingredients=[],
            drawn="1.5",
            unit="mL",
            by="Carl Dufour",
        )
    parts = [{"product": 1, "volume": "1.5"}, {"product": 2, "volume": "1.5"}]
    line.state(Kind.SYRINGE, syringe=1, label="mix", parts=parts, volume="3", unit="mL", by="Carl Dufour")
    line.state(Kind.SYRINGE_IN_USE, syringe=1, because="the first one")


def _opening(model: str, serial: int, settings: str) -> bytes:
    return frame(f"DLR1,ID,{model},SN{serial:06d},FW1.0.0,sim=1") + frame(f"DLR1,CFG,0,1000,3,{settings}")


def _injections(random: Random) -> Iterator[bytes | None]:
    """A meso-gun: two zones with a pause between, now and then too much, a cable out, or a count that differs."""
    serial = random.randrange(1, 7)
    yield _opening("MG-BENCH", serial, "needles=1,depth=extension,volume=commanded,set_dose=20000,set_depth=1500")
    sequence, volume = 0, 0
    for number in range(1, _INJECTIONS + 1):
        sequence += 1
        dose = 60_000 if random.random() < 0.005 else random.randrange(18_000, 24_001, 10) + serial * 100
        depth = 2_500 if random.random() < 0.01 else random.randrange(1_200, 1_801, 10)
        volume += dose
        uptime = 1000 + sequence * 1000
        yield frame(f"DLR1,INJ,{sequence},{uptime},3,{number},{180_000 + number},{dose},{depth},-24500,N,0")
        if number == _INJECTIONS // 2:
            sequence += 1
            yield frame(f"DLR1,HB,{sequence},{1000 + sequence * 1000},3,P,0")
            if random.random() < 0.05:
                yield None
                yield frame(f"DLR1,ID,MG-BENCH,SN{serial:06d},FW1.0.0,sim=1")
    stated = volume + (random.randrange(1, 40_000) if random.random() < 0.03 else 0)
    yield frame(f"DLR1,EOS,{sequence + 1},{1000 + (sequence + 1) * 1000},3,{_INJECTIONS},{stated},0")


def _samples(random: Random) -> Iterator[bytes | None]:
    """A no-needle unit on direct current, now and then above its limit."""
    serial = random.randrange(7, 10)
    yield _opening("NN-BENCH", serial, "current=dc,wave=dc,area=1200,set_current=1500")
    high = random.random() < 0.05
    for sequence in range(1, _SAMPLES + 1):
        measured = (4_200 if high and sequence > 20 else 1_500) + random.randrange(-20, 21) + serial
        body = f"DLR1,EP,{sequence},{1000 + sequence * 1000},3,1500,{measured},{measured * 8},0,0,8000,R,0"
        yield frame(body)
