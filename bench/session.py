"""A devicelog session for the figures that need no port: what a recorder wants to know before the first byte."""

from __future__ import annotations

from collections.abc import Sequence

from devicelog import clock, naming
from devicelog.recorder.plan import Plan
from devicelog.recording import opening
from devicelog.store.writer import Writer
from devicelog.treatment.protocol import TreatmentProtocol


def plan_session(store: Writer, devices: Sequence[str], protocol: TreatmentProtocol | None, start: clock.Stamp) -> Plan:
    """The plan of a session on the face with these devices (`DRIVER@URL`)."""
    return opening.plan_session(
        store,
        devices=[naming.parse_device(device) for device in devices],
        protocol=protocol,
        subject="bench",
        practitioner="bench",
        zones=("face",),
        settings={},
        start=start,
    )
