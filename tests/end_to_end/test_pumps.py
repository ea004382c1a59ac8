"""`devicelog record` polls a pump on a pty: what reaches it is counted at its end, what it gave is recorded."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog import registry
from devicelog.chunk import ChunkKind
from devicelog_drivers import kds_legato, new_era
from devicelog_simulators import kds_legato as legato_simulator
from devicelog_simulators import new_era as new_era_simulator
from tests.pump_line import PumpLine, queries_in

if TYPE_CHECKING:
    from devicelog.driver import Driver
    from devicelog.simulator import Simulator
    from tests.end_to_end.running import Devicelog

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys"),
    pytest.mark.skipif("new-era" not in registry.drivers(), reason="the pumps' drivers are not installed here"),
]
PUMPS = pytest.mark.parametrize(
    ("driver", "simulator"),
    [(new_era.DRIVER, new_era_simulator.SIMULATOR), (kds_legato.DRIVER, legato_simulator.SIMULATOR)],
    ids=["new-era", "kds-legato"],
)


@PUMPS
def test_a_polled_pump_is_recorded_and_gets_exactly_the_declared_queries(
    box: Devicelog, driver: Driver, simulator: Simulator
) -> None:
    pump = simulator.start(1, None)
    with PumpLine(pump, speed=2) as line, box.record(line.url, driver=driver.name) as recording:
        recording.wait_for_entry("interval", 4)
        assert recording.end() == 0
    entries = box.entries()
    heard = queries_in(line.heard, [query.request for query in driver.queries])
    with box.reader() as reader:
        chunks = list(reader.chunks(reader.session("last").number))
    sent = [chunk.data for chunk in chunks if chunk.kind is ChunkKind.SENT]
    assert heard == sent
    assert len(sent) > 8
    given = sum(
        Decimal(entry.content["given"].get("volume_session", "0")) for entry in entries if entry.kind == "interval"
    )
    assert given > 0
    totals = box("show", "last", "--json").document["totals"]
    assert Decimal(totals["injections"]["volume"]["value"]) == given
    assert totals["injections"]["injections"] is None
    box("verify")
    box("replay", "last")


def test_a_pump_in_safe_mode_is_left_alone_until_somebody_allows_it(box: Devicelog) -> None:
    pump = new_era_simulator.start(1, new_era_simulator.SIMULATOR.scenarios["pump-safe"])
    with PumpLine(pump) as line:
        with box.record(line.url, "--for", "3 s", driver="new-era") as recording:
            assert recording.wait() == 0
        assert pump.heard == []
        assert "--allow opens_session" in recording.err
        with box.record(line.url, "--allow", "opens_session", driver="new-era") as recording:
            recording.wait_for_entry("observation", 3)
            assert recording.end() == 0

    asked = [entry.content["effect"] for entry in box.entries() if entry.kind == "asked"]
    assert asked == ["clears_alarm", "opens_session"]
    assert b"DIS" in pump.heard
    box("verify")
