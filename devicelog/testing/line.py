"""The promises that show only between a driver and its device: which bytes go out, and who is said to have answered.

The device is the simulator that a suite names; its end of the line is where the bytes are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog import registry
from devicelog.driver import Identity, Query
from devicelog.link.polls import UNASKED
from devicelog.simulator import Questioned, Simulator
from devicelog.testing.simulated import LONGEST
from devicelog.testing.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.testing.plugin import RecordSession, SimulateDevice

#: A device that is polled is played so many times faster than real time, and listened to for so many seconds at most.
SPEED = 20.0
SECONDS = 3.0
#: A number in a query has at most so many digits more than its `#`.
_DIGITS = 9


class LinePromises(Suite):
    """Part of `DriverConformance`; needs a simulator."""

    def test_what_reaches_the_device_is_exactly_the_declared_queries(
        self, simulated_device: SimulateDevice, recorder: RecordSession
    ) -> None:
        speed, seconds = (SPEED, SECONDS) if self.driver.polling is not None else (None, LONGEST)
        device = simulated_device(self._simulator(), speed=speed)

        session = recorder(self.driver, device, seconds=seconds)

        may_go = [query for query in self.driver.queries if query.effect in UNASKED]
        arrived = queries_in(device.heard, may_go)
        known = not arrived or isinstance(device.device, Questioned)
        assert known, "the simulator does not keep the requests that it does not know; expected a list, `unknown`"
        unknown = getattr(device.device, "unknown", [])
        assert not unknown, f"the simulated device does not know {unknown[0]!r}; is that a query of the wire format?"
        assert b"".join(session.sent).startswith(device.heard), "the device got bytes that no link has sent"
        assert arrived == session.sent[: len(arrived)]
        assert len(session.sent) - len(arrived) <= 1, "queries were sent that never reached the device"
        assert bool(session.sent) == any(query.on_open or query.every is not None for query in may_go)

    def test_the_simulator_is_read_and_says_that_it_is_one_wherever_it_names_itself(
        self, recorder: RecordSession
    ) -> None:
        simulator = self._simulator()
        start = (registry.simulator(simulator) if isinstance(simulator, str) else simulator).start

        record = recorder(self.driver, start(1, None)).record

        assert record.observations, "the driver reads nothing of what the simulator sends"
        names_itself = any(type(event) is Identity for event in self.captured.events) or self.driver.asks_on_opening
        named = record.devices[1].identities
        assert named or not names_itself, "the simulator never says who it is, or the driver does not read it"
        for identity in named:
            assert identity["simulated"], f"{identity['serial']!r} is not marked as simulated in views and exports"

    def _simulator(self) -> Simulator | str:
        if self.simulator is None:
            pytest.skip("no simulator is named: `simulator = SIMULATOR` in the suite lets this be tried")
        return self.simulator


def queries_in(heard: bytes, declared: Sequence[Query]) -> list[bytes]:
    """The declared queries of which these bytes consist; fails at the first byte that belongs to none.

    One that the end of the line cut off is passed over.
    """
    found: list[bytes] = []
    at = 0
    while length := max((_length_at(heard, at, query) for query in declared), default=0):
        found.append(heard[at : at + length])
        at += length
    rest = heard[at:]
    is_cut = any(query.request.startswith(rest) for query in declared)
    assert not rest or is_cut, f"the device got {rest[:40]!r}, which is no declared query"
    return found


def _length_at(heard: bytes, at: int, query: Query) -> int:
    """How many bytes from this place on are this query; 0 if they are another one."""
    longest = len(query.request) + _DIGITS * query.request.count(b"#")
    lengths = range(min(longest, len(heard) - at), 0, -1)
    return next((length for length in lengths if query.allows(heard[at : at + length])), 0)
