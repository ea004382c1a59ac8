"""Small sessions for the tests of export and verification: a recorder and a store, no port, thread or simulator."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devicelog import clock
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.driver import (
    BadFrame,
    Category,
    Driver,
    Event,
    Identity,
    Metric,
    Provenance,
    Reading,
    Report,
    ReportKind,
)
from devicelog.export import chosen
from devicelog.export.folder.package import export
from devicelog.ledger import Kind
from devicelog.recorder.act import act
from devicelog.recorder.plan import Bound, Plan
from devicelog.recorder.recorder import Recorder
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.treatment.protocol_file import find

START = clock.Stamp(1_000_000_000_000, 1_790_000_000_000_000_000)
#: Seals are made as often as this in tests, so that a small session has several.
SEAL_ENTRIES = 16

_SEQUENCE = Metric("sequence", Category.SEQUENCE, modulus=1 << 32)
_VOLUMES = {"nL": "nanoliter", "uL": "microliter"}
_VOLUME = Metric("volume", Category.MEASUREMENT, "mL", _VOLUMES, resolution=Decimal("0.000001"))
_DEPTH = Metric("depth", Category.MEASUREMENT, "mm", {"um": "micrometer"}, basis="extension")
_NEEDLES = Metric("needles", Category.SETTING, "count", {"": "dimensionless"})
_MODE = Metric("mode", Category.STATE)
_TRIGGERS = Metric("triggers_session", Category.COUNTER, "count", {"": "dimensionless"})
_VOLUME_SUM = Metric("volume_session", Category.MEASUREMENT, "mL", _VOLUMES)


class LineDecoder:
    """One JSON object a line: {"id": serial} or {"report": name, "values": [...], "units": [...]}."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0

    def feed(self, data: bytes) -> list[Event]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [self._event(line) for line in lines]

    def end(self) -> list[Event]:
        return []

    def _event(self, line: bytes) -> Event:
        self._at += len(line) + 1
        try:
            said = json.loads(line, parse_float=Decimal)
        except ValueError:
            return BadFrame(line, "not JSON", self._at)
        if "id" in said:
            return Identity("T-1", said["id"], "1.0", self._at, simulated=said.get("simulated", True))
        units = tuple(said["units"]) if "units" in said else None
        return Reading(said["report"], tuple(said["values"]), self._at, units)


DRIVER = Driver(
    name="test-gun",
    model="a gun that speaks JSON lines",
    version="1",
    decoder=LineDecoder,
    reports=(
        Report("injection", ReportKind.INJECTION, (_SEQUENCE, _VOLUME, _DEPTH, _MODE), ("", "nL", "um", "")),
        Report("settings", ReportKind.SETTINGS, (_NEEDLES,), ("",)),
        Report("totals", ReportKind.TOTALS, (_TRIGGERS, _VOLUME_SUM), ("", "nL")),
        Report("../Odd report", ReportKind.STATUS, (Metric("zone", Category.STATE),), ("",)),
        Report("alarms", ReportKind.STATUS, (Metric("state", Category.STATE),), ("",)),
    ),
    wire_format="JSON lines, tests only",
    provenance=Provenance.TEMPLATE,
    verified_on=None,
)


def injections(count: int, *, first: int = 0, volume: int = 20_000) -> list[dict[str, Any]]:
    """Injections of 0.02 mL, 1.5 mm deep."""
    return [{"report": "injection", "values": [n, volume, 1500, "N"]} for n in range(first, first + count)]


#: A device that says who it is, is set, gives 40 injections and its totals.
WHOLE: Sequence[Mapping[str, Any]] = (
    {"id": "SN-1"},
    {"report": "settings", "values": [1]},
    *injections(40),
    {"report": "totals", "values": [40, 800_000]},
)


@dataclass(slots=True)
class Script:
    """What happens in a session: what the device says, what a person does in between, and how it ends."""

    says: Iterable[Mapping[str, Any] | Kind | bytes | tuple[Kind, Mapping[str, Any]]] = WHOLE
    session: str = "20261201-100000-aaaa"
    protocol: str | None = "meso-face-gun-intradermal"
    zones: tuple[str, ...] = ("forehead", "chin")
    subject: str = "P1"
    practitioner: str = "Dr A"
    ended: bool = True
    acts: Mapping[Kind, Mapping[str, Any]] = field(default_factory=dict)


def play(store: Path, script: Script) -> None:
    """Record a session as the script says it, with a commit after every fourth chunk."""
    with Writer.open(store) as writer:
        record_into(writer, script)


def record_into(writer: Writer, script: Script) -> None:
    """Record a session into a store that is open."""
    limits = find(script.protocol) if script.protocol is not None else None
    plan = _plan(writer, script)
    recorder = Recorder(plan, limits, START)
    ledger = writer.begin(plan.session, plan.subject, clock.utc(START.wall_ns))
    for number, chunk in enumerate(_chunks(script)):
        recorder.handle(chunk)
        if number % 4 == 3 and not recorder.ended:
            ledger.commit(*recorder.take())
    ledger.commit(*recorder.take(), state="ended" if script.ended else None)


def _plan(writer: Writer, script: Script) -> Plan:
    limits = find(script.protocol) if script.protocol is not None else None
    kept = ("id", "version", "title", "sha256", "text")
    protocol: dict[str, Any] | None = None
    if limits is not None:
        protocol = {name: getattr(limits, name) for name in kept}
        protocol |= {"status": limits.status.value, "approved": None}
    return Plan(
        session=script.session,
        subject=writer.subject_for(script.subject),
        practitioner=script.practitioner,
        protocol=protocol,
        devices=(Bound(1, DRIVER, "tests 0", "/dev/test"),),
        software="devicelog test",
        host={"boot_id": "boot", "zone": "+01:00", "installation": writer.folder.id},
        zones=script.zones,
    )


def _chunks(script: Script) -> Iterator[Chunk]:
    boot, offset = START.boot_ns, START.wall_ns - START.boot_ns
    yield Chunk(1, ChunkKind.OPENED, boot, boot + offset, b"/dev/test")
    for said in script.says:
        boot += 100_000_000
        if isinstance(said, tuple):
            kind, content = said
            yield act(clock.Stamp(boot, boot + offset), kind, **content)
        elif isinstance(said, Kind):
            yield act(clock.Stamp(boot, boot + offset), said, **script.acts[said])
        else:
            data = said if isinstance(said, bytes) else json.dumps(said).encode() + b"\n"
            yield Chunk(1, ChunkKind.RECEIVED, boot, boot + offset, data)
    if script.ended:
        yield Chunk(NO_LINK, ChunkKind.ENDED, boot + 1, boot + 1 + offset, b"the test was over")


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys of their own for the stores of a test, and many seals."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr("devicelog.store.ledger_writer.SEAL_ENTRIES", SEAL_ENTRIES)
    return tmp_path / "keys"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where a test's store is."""
    return tmp_path / "store"


@pytest.fixture
def session(store: Path) -> Callable[..., Path]:
    """Records a session in the test's store: `session(says=..., ended=...)`; the store's folder."""

    def make(**script: Any) -> Path:
        play(store, Script(**script))
        return store

    return make


@pytest.fixture
def whole() -> Sequence[Mapping[str, Any]]:
    """What the device says in a session that is as it should be."""
    return WHOLE


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command line in this process: exit code, stdout, stderr."""
    from devicelog.cli import main

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["devicelog", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture(scope="session")
def exported_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `store`, `keys` and `out`, the export of a whole session in every format; no test changes it."""
    room = tmp_path_factory.mktemp("exported-once")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(room / "keys"))
        patch.setattr("devicelog.store.ledger_writer.SEAL_ENTRIES", SEAL_ENTRIES)
        play(room / "store", Script())
        with Reader.open(room / "store") as reader:
            export(reader, "last", room / "out", chosen([]))
    return room


@pytest.fixture
def exported(exported_once: Path, store: Path, keys: Path, tmp_path: Path) -> Path:
    """The export of a whole session in every format, which the test's own store holds, to spoil."""
    for name, place in (("store", store), ("keys", keys), ("out", tmp_path / "out")):
        shutil.copytree(exported_once / name, place)
    return next((tmp_path / "out").iterdir())


@pytest.fixture(scope="session")
def four_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `store` and `keys`: four small sessions of two patients; no test changes it."""
    from tests.export.four import record_four

    room = tmp_path_factory.mktemp("four-once")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(room / "keys"))
        patch.setattr("devicelog.store.ledger_writer.SEAL_ENTRIES", SEAL_ENTRIES)
        record_four(room / "store")
    return room


@pytest.fixture
def four(four_once: Path, store: Path, keys: Path) -> Path:
    """A store with four small sessions of two patients."""
    shutil.copytree(four_once / "keys", keys)
    return Path(shutil.copytree(four_once / "store", store))
