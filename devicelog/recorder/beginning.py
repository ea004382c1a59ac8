"""What the first entry of a session says, made into what a recorder begins with; nothing of today's files counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devicelog import clock, registry
from devicelog.recorder.plan import Plan
from devicelog.treatment.kept import protocol_of
from devicelog.treatment.protocol import TreatmentProtocol


def plan_in(content: Mapping[str, Any]) -> Plan:
    """The plan, with the drivers that it names as they are installed; raises UnknownNameError, ProfileFileError."""
    devices = content["devices"]
    return Plan.from_content(
        content, {device["link"]: (registry.recorded_driver(device), device["package"]) for device in devices}
    )


def protocol_in(content: Mapping[str, Any]) -> TreatmentProtocol | None:
    """The treatment protocol as its full text stands in the session, not as a file of that name may stand today."""
    protocol = content["protocol"]
    if not protocol:
        return None
    return protocol_of(protocol, where=f"the protocol kept with session {content['session']}")


def start_in(content: Mapping[str, Any]) -> clock.Stamp:
    """The moment when the session was opened, on both clocks; to the microsecond on that of the wall."""
    at = content["at"]
    return clock.Stamp(at["boot_ns"], clock.wall_ns(at["wall"]))
