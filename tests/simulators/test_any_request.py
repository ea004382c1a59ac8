"""Whatever a host sends, a simulated device answers or keeps silent; it never fails, and it counts every byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog_simulators import btx_gemini, dgus_panel, lines, modbus
from devicelog_simulators.checksums import modbus as crc

if TYPE_CHECKING:
    from devicelog.simulator import Simulator


def framed(slave: int, request: bytes) -> bytes:
    frame = bytes([slave]) + request
    return frame + crc(frame).to_bytes(2, "little")


#: Noise, and what comes close to a request of each device.
REQUESTS = st.one_of(
    st.binary(max_size=40),
    st.builds(framed, st.integers(0, 3), st.binary(min_size=1, max_size=12)),
    st.builds(lambda text, end: text.encode() + end, st.text(), st.sampled_from([b"\r", b"\n", b"\r\n"])),
    st.sampled_from([b"!INF_VI|B42C\r", b"sddir \\\r\n", b"sdsend \\BTXDATA\\x\r\n", b"time\r\n", b"*IDN?\n"]),
)  # fmt: skip
EVERY_SCENARIO = [
    pytest.param(simulator, name, id=name)
    for simulator in (module.SIMULATOR for module in (modbus, lines, btx_gemini, dgus_panel))
    for name in simulator.scenarios
]


@pytest.mark.parametrize(("simulator", "scenario"), EVERY_SCENARIO)
@settings(deadline=None)
@given(requests=st.lists(st.tuples(REQUESTS, st.floats(0, 20))))
def test_a_device_takes_any_bytes_at_any_time(
    simulator: Simulator, scenario: str, requests: list[tuple[bytes, float]]
) -> None:
    device = simulator.start(1, simulator.scenarios[scenario])

    sent = 0
    for request, seconds in requests:
        device.answer(request)
        device.advance(seconds)
        sent += len(request)

    truth = getattr(device, "truth", {})
    assert truth["bytes heard"] == str(sent)
