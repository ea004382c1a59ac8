"""Driver of a no-needle unit that speaks DLR1, the devicelog reference wire format (docs/wire-format.md).

It reads devices that implement that page; no device on the market is known to.
"""

from __future__ import annotations

from devicelog.driver import Driver, Provenance, ReportKind
from devicelog_drivers.dlr1 import frames
from devicelog_drivers.dlr1.decoder import Dlr1Decoder
from devicelog_drivers.dlr1.runs import FrameRun


def _decoder() -> Dlr1Decoder:
    return Dlr1Decoder(
        {
            b"EP": frames.read_positional("current", frames.SAMPLE),
            b"CFG": frames.read_settings(frames.CURRENT_SETTINGS),
            b"EOS": frames.read_end(b"EP", frames.END_OF_CURRENT),
        },
        FrameRun(b"EP", frames.SAMPLE, lambda _: "current"),
    )


DRIVER = Driver(
    name="reference-noneedle",
    model="any no-needle unit that implements the devicelog reference wire format",
    version="1",
    decoder=_decoder,
    reports=(
        frames.report("current", ReportKind.SAMPLE, frames.SAMPLE),
        *frames.common_reports(frames.CURRENT_SETTINGS, frames.SAMPLE, frames.END_OF_CURRENT, frames.UNREAD_INJECTIONS),
    ),
    wire_format=frames.WIRE_FORMAT,
    provenance=Provenance.PROPOSAL,
    verified_on=None,
    queries=frames.QUERIES,
    expected_interval=frames.EXPECTED_INTERVAL,
    paused_states=frames.PAUSED_STATES,
    idle_states=frames.IDLE_STATES,
    memory=frames.MEMORY,
)
