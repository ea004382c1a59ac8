"""A link that polls: exactly the declared bytes reach the device, one query at a time, and SENT chunks say when."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from devicelog.chunk import Chunk, ChunkKind
from devicelog.driver import Driver, Effect
from devicelog.link.link import Link
from devicelog_drivers import kds_legato, new_era
from devicelog_simulators import kds_legato as legato_simulator
from devicelog_simulators import new_era as new_era_simulator
from tests.pump_line import PumpLine, queries_in
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from devicelog.simulator import Simulator

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")
Enough = Callable[[list[Chunk]], bool]


def read(link: Link, queue: SimpleQueue[Chunk], enough: Enough) -> list[Chunk]:
    """The chunks of a link until they are enough, and what it still puts before it ends."""
    chunks: list[Chunk] = []
    link.open()
    link.start()
    while not enough(chunks):
        chunks.append(queue.get(timeout=PATIENCE))
    link.stop()
    link.join()
    while not queue.empty():
        chunks.append(queue.get_nowait())
    return chunks


def polled(driver: Driver, pump: PumpLine, enough: Enough, *allowed: Effect) -> list[Chunk]:
    queue: SimpleQueue[Chunk] = SimpleQueue()
    return read(Link(1, pump.url, driver, queue, allowed=frozenset(allowed)), queue, enough)


def sent(chunks: list[Chunk]) -> list[bytes]:
    return [chunk.data for chunk in chunks if chunk.kind is ChunkKind.SENT]


@pytest.mark.parametrize(
    ("driver", "simulator"),
    [(new_era.DRIVER, new_era_simulator.SIMULATOR), (kds_legato.DRIVER, legato_simulator.SIMULATOR)],
    ids=["new-era", "kds-legato"],
)
def test_what_reaches_the_pump_is_what_was_declared_and_what_the_chunks_say(
    driver: Driver, simulator: Simulator
) -> None:
    with PumpLine(simulator.start(1, None)) as pump:
        chunks = polled(driver, pump, lambda chunks: len(sent(chunks)) >= 12)

    assert queries_in(pump.heard, [query.request for query in driver.queries]) == sent(chunks)
    assert pump.heard == b"".join(sent(chunks))


def test_each_query_waits_for_the_reply_to_the_one_before() -> None:
    driver = kds_legato.DRIVER
    with PumpLine(legato_simulator.SIMULATOR.start(1, None)) as pump:
        chunks = polled(driver, pump, lambda chunks: len(sent(chunks)) >= 10)

    kinds = [chunk.kind for chunk in chunks if chunk.kind in (ChunkKind.SENT, ChunkKind.RECEIVED)]
    assert all(
        kinds[place + 1] is ChunkKind.RECEIVED for place, kind in enumerate(kinds[:-1]) if kind is ChunkKind.SENT
    )


def test_a_pump_in_safe_mode_gets_no_packet_that_would_arm_its_time_out_unless_somebody_allowed_that() -> None:
    safe = new_era_simulator.SIMULATOR.scenarios["pump-safe"]
    simulated = new_era_simulator.start(1, Path(safe))
    with PumpLine(simulated) as pump:
        chunks = polled(new_era.DRIVER, pump, lambda chunks: len(sent(chunks)) >= 4)
    assert set(sent(chunks)) <= {query.request for query in new_era.DRIVER.queries if query.dialect == "basic"}
    assert simulated.heard == []

    simulated = new_era_simulator.start(1, Path(safe))
    with PumpLine(simulated) as pump:
        polled(new_era.DRIVER, pump, lambda _: len(simulated.heard) >= 10, Effect.OPENS_SESSION)
    assert b"DIS" in simulated.heard
