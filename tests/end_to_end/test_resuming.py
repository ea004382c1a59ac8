"""A recording that is killed goes on in the next process: one session, nothing acknowledged lost, a gap with its cause.

The devices stand on pseudo-terminals, and go on while nobody listens.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog.ledger.resumption import NOT_RUNNING, NOT_RUNNING_FOR, By
from devicelog.record.accounting import State
from devicelog.record.record import Record
from devicelog.replay.replay import differences
from devicelog.stored import record_of
from devicelog.verification.store import verify_store
from tests.end_to_end.running import wait_until
from tests.faults.resumed import HOST, Killed

if TYPE_CHECKING:
    from devicelog.testing.plugin import SimulateDevice
    from tests.end_to_end.running import Devicelog

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")

#: A current of which the device remembers nothing.
FORGETFUL = """\
simulator = "reference-noneedle"
title = "a current that is not remembered"
device = { memory = 0 }
steps = [
  { do = "idle", for = "5 s" },
  { do = "ramp", from = "0 mA", to = "1 mA", for = "10 s" },
  { do = "run", for = "200 s" },
  { do = "ramp", to = "0 mA", for = "5 s" },
  { do = "end" },
]
"""


@contextmanager
def the_session(killed: Killed) -> Iterator[Record]:
    """The record of the only session; it verifies, replays as it was recorded, and holds what was acknowledged once."""
    with killed.box.reader() as reader:
        [row] = reader.sessions()
        numbers = Counter(line.number for line in reader.lines(row.number))
        assert set(killed.acknowledged) <= numbers.keys()
        assert len(killed.acknowledged) == len(set(killed.acknowledged))
        assert set(numbers.values()) == {1}
        assert list(differences(reader, row)) == []
        findings = verify_store(reader)
        assert findings.holds, findings.faults
        record = record_of(reader, row)
        for device in record.devices.values():
            assert sum(device.account.seconds(record.last_us).values()) == record.last_us
        yield record


def test_a_session_killed_at_random_moments_is_one_session_and_what_was_missed_is_read_back(
    box: Devicelog, simulated_device: SimulateDevice, tmp_path: Path
) -> None:
    scenario = tmp_path / "forgetful.toml"
    scenario.write_text(FORGETFUL, encoding="utf-8")
    gun = simulated_device("reference-mesogun", speed=30.0)
    unit = simulated_device("reference-noneedle", speed=30.0, scenario=scenario)
    killed = Killed(box, (f"reference-mesogun@{gun.url}", f"reference-noneedle@{unit.url}"))
    chance = random.Random(9)

    for _ in range(5):
        process = killed.start(acknowledges=12)
        time.sleep(chance.uniform(0.0, 0.3))
        killed.kill(process)
        time.sleep(chance.uniform(0.0, 0.3))
    process = killed.start()
    wait_until(lambda: gun.finished and unit.finished, "the end of the scenarios")
    time.sleep(1.0)
    killed.finish(process)

    with the_session(killed) as record:
        assert record.state == "ended"
        assert [stop.by for stop in record.stops.all] == [By.BOOT] * 5
        assert NOT_RUNNING in {gap.cause for gap in record.gaps.values()}
        of_gun = [gap for gap in record.gaps.values() if gap.link == 1]
        assert [gap.missing for gap in of_gun] == [0] * len(of_gun)
        assert sum(gap.filled for gap in of_gun) > 0
        assert {figure["agrees"] for figure in record.reconciled if figure["link"] == 1} == {True}
        assert record.devices[1].account.seconds(record.last_us)[State.RECALLED] > 0
        assert record.tally.session.missing_ms > 0
        assert any("the charge is a lower bound" in what for what in record.missing_things())


def test_a_session_goes_on_after_the_computer_was_restarted_with_a_clock_that_went_back(
    box: Devicelog, simulated_device: SimulateDevice
) -> None:
    gun = simulated_device("reference-mesogun", speed=30.0)
    killed = Killed(box, (f"reference-mesogun@{gun.url}",))

    killed.kill(killed.start(acknowledges=12))
    killed.kill(killed.start({HOST: "second-run 7.5 0"}, acknowledges=12))
    killed.finish(killed.start({HOST: "third-run 3.0 -3600"}, acknowledges=12))

    with the_session(killed) as record:
        assert [stop.by for stop in record.stops.all] == [By.WALL, By.NONE]
        assert {gap.cause for gap in record.gaps.values()} == {NOT_RUNNING, NOT_RUNNING_FOR}
        assert record.last_us < 60_000_000
        assert record.wall(record.last_us) < record.wall(0)


def test_a_process_that_leaves_in_order_loses_nothing_that_it_has_read(
    box: Devicelog, simulated_device: SimulateDevice
) -> None:
    gun = simulated_device("reference-mesogun", speed=30.0)
    killed = Killed(box, (f"reference-mesogun@{gun.url}",))

    killed.leave(killed.start(acknowledges=12))
    assert list(box.states().values()) == ["running"]
    left = kinds(box)
    killed.finish(killed.start(acknowledges=12))

    assert "ended" not in left
    assert "ending" not in left
    with the_session(killed) as record:
        assert record.state == "ended"
        assert [stop.by for stop in record.stops.all] == [By.BOOT]
        assert sorted(killed.acknowledged) == list(range(1, record.entries + 1))


def test_a_port_that_is_not_there_when_the_session_goes_on_is_waited_for(
    box: Devicelog, simulated_device: SimulateDevice
) -> None:
    gun = simulated_device("reference-mesogun", speed=20.0)
    killed = Killed(box, (f"reference-mesogun@{gun.url}",))
    killed.kill(killed.start(acknowledges=12))
    port = Path(gun.url)
    beside = port.with_name("pulled")
    port.rename(beside)

    process = killed.start()
    time.sleep(0.3)
    beside.rename(port)
    wait_until(lambda: "gap_filled" in kinds(box), "what was missed")
    killed.finish(process)

    with the_session(killed) as record:
        [gap] = record.gaps.values()
        assert (gap.cause, gap.missing) == (NOT_RUNNING, 0)


def kinds(box: Devicelog) -> list[str]:
    """The kinds of the entries that are kept so far."""
    with box.reader() as reader:
        [row] = reader.sessions()
        return [line.kind for line in reader.lines(row.number)]
