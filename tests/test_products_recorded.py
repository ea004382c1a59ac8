"""Two lots are mixed in one syringe and a second syringe is taken in the middle: recorded, sealed, replayed, read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from devicelog import clock
from devicelog.chunk import Chunk
from devicelog.clock import Stamp
from devicelog.ledger import Entry, Kind, Line
from devicelog.products import alarms
from devicelog.products.expiry import Expiry
from devicelog.products.syringe import Leftover
from devicelog.record.as_json import content
from devicelog.record.unexplained import unexplained, unstated
from devicelog.recorder.act import act
from devicelog.recorder.recorder import Recorder
from devicelog.recording.opening import plan_session
from devicelog.recording.recording import Recording
from devicelog.replay.replay import replay
from devicelog.store.reader import Reader
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from devicelog.stored import record_of
from devicelog.testing.simulated import BEGINS, LONGEST, play
from devicelog.verification.store import verify_store
from devicelog_drivers.reference_mesogun import DRIVER
from devicelog_simulators.reference_mesogun import SIMULATOR
from tests.products.kit import product, syringe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from devicelog.record.record import Record
    from devicelog.recorder.plan import Plan
    from devicelog.testing.plugin import SimulateDevice

TODAY = date(2026, 1, 1)
HYAL = product(1, drawn=Decimal("2.5"))
LIDO = product(2, name="Lido", inside="lidocaine", holds="2 % (w/v)", drawn=Decimal("0.5"), expiry=Expiry.of("2025-12"))
MIXED = syringe(1, (1, "0.6"), (2, "0.2"), label="forehead")
PURE = syringe(2, (1, "1.6"), label="cheeks")
PREPARED = [
    *((Kind.PRODUCT, one.content()) for one in (HYAL, LIDO)),
    *((Kind.SYRINGE, one.content()) for one in (MIXED, PURE)),
]
FIRST = alarms.put_in_use(MIXED, None, [HYAL, LIDO], TODAY)
SECOND = alarms.put_in_use(PURE, MIXED, [HYAL, LIDO], TODAY)
#: Three times injections of 0.02 mL with a pause in between, a purge of 0.1 mL before.
FACE = ["forehead", "left_cheek", "right_cheek"]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    return tmp_path / "store"


def planned(writer: Writer, url: str, start: Stamp) -> Plan:
    return plan_session(
        writer,
        devices=[(DRIVER, "test", url)],
        protocol=None,
        subject="P-1",
        practitioner="Dr. Test",
        zones=FACE,
        settings={},
        start=start,
    )


def acts(stamp: Stamp, said: Sequence[tuple[Kind, dict[str, Any]]]) -> list[Chunk]:
    return [act(stamp, kind, **what) for kind, what in said]


def recorded(store: Path) -> None:
    """The shipped scenario on a virtual clock; the second syringe is taken in the pause after 30 injections."""
    with Writer.open(store) as writer:
        plan = planned(writer, "simulated:reference-mesogun", BEGINS)
        recorder = Recorder(plan, None, BEGINS)
        ledger = writer.begin(plan.session, plan.subject, clock.utc(BEGINS.wall_ns))
        waiting = [PREPARED, FIRST, SECOND]
        for chunk in play(DRIVER, SIMULATOR.start(1, SIMULATOR.scenarios["face"]), LONGEST):
            while waiting and (len(waiting) > 1 or recorder.tally.session.triggers == 30):
                for one in acts(Stamp(chunk.boot_ns, chunk.wall_ns), waiting.pop(0)):
                    recorder.handle(one)
            recorder.handle(chunk)
        ledger.commit(*recorder.take(), state="ended")


def holds_and_replays(store: Path) -> Record:
    """The record, after the store was verified and the kept chunks gave the same ledger bit for bit."""
    with Reader.open(store) as reader:
        row = reader.session("last")
        assert verify_store(reader).faults == []
        assert [(line.body, line.hash) for line in replay(reader, row)] == [
            (line.body, line.hash) for line in reader.lines(row.number)
        ]
        return record_of(reader, row)


def test_the_doses_are_those_of_a_hand_calculation_and_survive_the_store(store: Path) -> None:
    recorded(store)

    shown = content(holds_and_replays(store))["products"]

    volumes = {
        (dose["product"], zone["zone"]): zone["volume"]["value"] for dose in shown["doses"] for zone in dose["zones"]
    }
    assert volumes == {
        (1, "forehead"): "0.45",  # three quarters of 30 times 0.02 mL
        (2, "forehead"): "0.15",
        (1, "left_cheek"): "0.7",  # 35 times 0.02 mL
        (1, "right_cheek"): "0.7",
    }
    assert {dose["name"]: dose["dose"] for dose in shown["ingredients"]} == {
        "hyaluronic acid": {"value": "18.5", "unit": "mg"},  # 1.85 mL of 10 mg/mL
        "lidocaine": {"value": "3", "unit": "mg"},  # 0.15 mL of 20 mg/mL
    }
    assert shown["not_exact"] is None
    assert [one["syringe"] for one in shown["reconciliation"] if one["purged"]["value"] == "0.1"] == [1]


def test_an_expired_lot_alarms_while_its_syringe_is_in_use(store: Path) -> None:
    recorded(store)

    record = holds_and_replays(store)

    [alarm] = [alarm for alarm in record.alarms.values() if "expired" in alarm.text]
    assert alarm.priority == "high"
    assert alarm.text.startswith("syringe 1 (forehead): product 2 (Lido, lot A2) expired on 2025-12-31")
    assert [alarm.began_us, alarm.ended_us] == [at for at, _ in record.doses.changes]
    [_, lido] = content(record)["products"]["taken"]
    assert lido["expired"]


def test_a_difference_is_asked_for_and_explained_behind_the_end(store: Path) -> None:
    recorded(store)
    with Writer.open(store) as writer:
        for number, left in ((1, "0.1"), (2, "0.05")):
            said = Leftover(number, Decimal(left), Decimal(0), "Ann").content()
            state_late(writer, writer.session("last"), Kind.LEFTOVER, said)

    record = holds_and_replays(store)
    assert [one.of for one in unexplained(record)] == ["syringe:2"]  # 1.6 mL less 1.4 mL less 0.05 mL is 0.15 mL
    assert unstated(record) == []

    with Writer.open(store) as writer:
        said = {"of": "syringe:2", "reason": "a drop fell", "by": "Ann"}
        state_late(writer, writer.session("last"), Kind.EXPLAINED, said)
    assert unexplained(holds_and_replays(store)) == []


# -- over a real line ------------------------------------------------------------------------------------------

QUICK = """\
simulator = "reference-mesogun"
title = "two stretches of injections"
[device]
triggers_total = 100
needles = 1
depth = "extension"
volume = "commanded"
[[steps]]
do = "shots"
count = 60
dose = "0.02 mL"
depth = "1.5 mm"
depth_jitter = "0.01 mm"
every = "0.04 s"
every_jitter = "0.001 s"
vacuum = "-24.5 kPa"
vacuum_jitter = "0.1 kPa"
[[steps]]
do = "end"
"""


@dataclass
class Hands:
    """Somebody who takes the first syringe at once, and the second one when 10 injections are in the ledger."""

    recording: Recording | None = None
    injections: int = 0
    waiting: list[Sequence[tuple[Kind, dict[str, Any]]]] = field(default_factory=lambda: [[*PREPARED, *FIRST], SECOND])

    def see(self, lines: Sequence[Line]) -> None:
        self.injections += sum(line.kind == Kind.OBSERVATION for line in lines)
        if self.waiting and (len(self.waiting) == 2 or self.injections >= 10):
            for one in acts(clock.now(), self.waiting.pop(0)):
                assert self.recording is not None
                self.recording.put(one)


def by_hand(entries: Sequence[Entry]) -> dict[int, int]:
    """Billionths of a mL from each syringe, by the order of the entries alone."""
    number, sums, volume = 0, {0: 0, 1: 0, 2: 0}, {}
    for entry in entries:
        if entry.kind == Kind.LAYOUT:
            names = [column["metric"] for column in entry.content["columns"]]
            volume[entry.content["layout"]] = names.index("volume") if entry.content["kind"] == "injection" else None
        elif entry.kind == Kind.SYRINGE_IN_USE:
            number = entry.content["syringe"]
        elif entry.kind == Kind.OBSERVATION and volume[entry.content[0]] is not None:
            sums[number] += entry.content[2][volume[entry.content[0]]] * 1_000  # sent in nL
    return sums


def test_a_recording_over_a_real_line_draws_from_the_syringe_that_was_in_use(
    store: Path, tmp_path: Path, simulated_device: SimulateDevice
) -> None:
    scenario = tmp_path / "quick.toml"
    scenario.write_text(QUICK)
    hands = Hands()
    with Writer.open(store) as writer:
        device = simulated_device("reference-mesogun", scenario=scenario, speed=1)
        start = clock.now()
        recording = hands.recording = Recording(writer, planned(writer, device.url, start), None, start, hands.see)
        recording.open_ports()
        recording.run(quiet_seconds=1.5)

    record = holds_and_replays(store)
    with Reader.open(store) as reader:
        expected = by_hand(list(reader.entries(reader.session("last").number)))

    given = {one.origin[0] or 0: 0 for one in record.doses.given(record.tally)}
    for one in record.doses.given(record.tally):
        given[one.origin[0] or 0] += one.volume
    assert given == {number: volume for number, volume in expected.items() if volume}
    assert sum(given.values()) == 1_200_000_000
    assert {1, 2} <= given.keys()
