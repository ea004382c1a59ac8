"""Driver of a meso-gun that speaks DLR1, the devicelog reference wire format (docs/wire-format.md).

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
            b"INJ": frames.read_triggers,
            b"CFG": frames.read_settings(frames.INJECTION_SETTINGS),
            b"EOS": frames.read_end(b"INJ", frames.END_OF_INJECTIONS),
        },
        FrameRun(b"INJ", frames.TRIGGER, frames.report_of_mode),
    )


DRIVER = Driver(
    name="reference-mesogun",
    model="any meso-gun that implements the devicelog reference wire format",
    version="1",
    decoder=_decoder,
    reports=(
        frames.report("injection", ReportKind.INJECTION, frames.TRIGGER),
        frames.report("purge", ReportKind.PURGE, frames.TRIGGER),
        *frames.common_reports(
            frames.INJECTION_SETTINGS, frames.TRIGGER, frames.END_OF_INJECTIONS, frames.UNREAD_CURRENTS
        ),
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
