"""What becomes of every field of every kind of entry. What is not in this table is left out.

`started` and what a device reports need more than their own field to be understood: `session.py` has them.
"""

from __future__ import annotations

from collections.abc import Mapping

from devicelog.export.deidentified.cover import LEFT_OUT
from devicelog.export.deidentified.protocol import overlay_name, protocol_name, treatment_protocol
from devicelog.export.deidentified.rules import (
    Each,
    Fields,
    Named,
    Rule,
    Words,
    digest,
    figures,
    kept,
    left_out,
    machine,
    moment,
    no_offset,
    offset,
    said_moment,
    session,
    subject,
    version,
    zone,
)
from devicelog.export.deidentified.sentences import CAUSES
from devicelog.export.deidentified.stated import SAID, STATED_TABLE
from devicelog.ledger import Kind

_PERSON, _DEVICE = Named("person"), Named("device")
_CAUSE = Words(CAUSES)

_DRIVER: Mapping[str, Rule] = {"link": figures, "driver": machine, "driver_version": machine, "package": machine}

_PLAN = Fields(
    {
        **_DRIVER,
        "model": machine,
        "wire_format": kept,
        "provenance": kept,
        "verified_on": left_out,
        "expected_interval_ms": figures,
        "idle_states": kept,
        "caution": kept,
        "allowed": kept,
        "origin": kept,
        "profile": Fields({"engine": kept, "sha256": digest, "text": left_out}),
        "direction": kept,
        "first": figures,
        "lacks": kept,
    },
    {"url": LEFT_OUT},
)
_IDENTITY = Fields(
    {"link": figures, "model": machine, "serial": _DEVICE, "firmware": machine, "simulated": kept, "before": _DEVICE},
    {"more": {}},
)
_COUNTER = Fields(dict.fromkeys(("link", "at", "before", "now", "counted", "exact"), figures) | {"metric": kept})
_INTERVAL: Mapping[str, Rule] = {"given": figures, "each": figures, "without_volume": figures}
#: `values` of these is covered column by column.
_REPORT: Mapping[str, Rule] = {"link": figures, "at": figures, "layout": figures}

TABLE: Mapping[Kind, Fields] = {
    Kind.STARTED: Fields(
        {
            "format": figures,
            "session": session,
            "software": kept,
            "subject": subject,
            "practitioner": _PERSON,
            "protocol": treatment_protocol,
            "devices": Each(_PLAN),
            "host": Fields({"zone": no_offset}, {"boot_id": LEFT_OUT, "installation": LEFT_OUT}),
            "zones": Each(zone),
            "body_map": Fields({"version": kept, "sha256": kept}),
            "begun": Fields({"through": kept, "by": _PERSON}),
            "at": Fields({"wall": moment}),
        },
        {"deidentified": True},
    ),
    Kind.LINK_OPENED: Fields({"link": figures}, {"port": LEFT_OUT}),
    Kind.LINK_RESTORED: Fields({"link": figures}, {"port": LEFT_OUT}),
    Kind.LINK_LOST: Fields({"link": figures, "cause": _CAUSE}),
    Kind.DEVICE_BOUND: _IDENTITY,
    Kind.DEVICE_CONFIRMED: _IDENTITY,
    Kind.DEVICE_CHANGED: _IDENTITY,
    Kind.DEVICE_RESTARTED: Fields({"link": figures, "at": figures}),
    Kind.DRIVER_FAULT: Fields(
        {"link": figures, "driver": machine, "error": left_out, "at": figures, "asked_no_more": kept}
    ),
    Kind.LAYOUT: Fields(
        {
            "layout": figures,
            "link": figures,
            "report": kept,
            "kind": kept,
            "columns": Each(
                Fields(
                    {
                        "metric": kept,
                        "category": kept,
                        "token": kept,
                        "unit": kept,
                        "fault": left_out,
                        "factor": kept,
                        "basis": kept,
                        "basis_from": kept,
                    }
                )
            ),
        }
    ),
    Kind.OBSERVATION: Fields({}),
    Kind.INTERVAL: Fields(
        {
            **_INTERVAL,
            "layout": figures,
            "link": figures,
            "since": figures,
            "until": figures,
            "entry": figures,
            "zone": zone,
            "instead_of": Fields(_INTERVAL),
        }
    ),
    Kind.ASKED: Fields({"link": figures, "effect": kept}, {"purpose": LEFT_OUT}),
    Kind.BAD_FRAME: Fields({"link": figures, "at": figures, "length": figures, "reason": left_out}),
    Kind.REPEAT: Fields({"link": figures, "at": figures, "from_memory": kept}),
    Kind.CONFLICT: Fields({**_REPORT, "because": _CAUSE, "from_memory": kept}),
    Kind.UNCONFIRMED: Fields(_REPORT),
    Kind.FROM_MEMORY: Fields(
        {
            **_REPORT,
            "gap": figures,
            "log": figures,
            "happened": figures,
            "zone": zone,
            "verdict": figures,
            "breached": figures,
            "broken": kept,
        }
    ),
    Kind.DEVICE_CLOCK: Fields(
        {
            "link": figures,
            "at": figures,
            "said": said_moment,
            "read": moment,
            "moment": figures,
            "uncertain": figures,
            "zone": offset,
        }
    ),
    Kind.DEVICE_LOG: Fields(
        {
            "log": figures,
            "link": figures,
            "at": figures,
            "path": left_out,
            "sha256": digest,
            "length": figures,
            "origin": kept,
            "written": said_moment,
            "happened": figures,
            "uncertain": figures,
            "counted": kept,
            "doubt": left_out,
        }
    ),
    Kind.LOGS_LISTED: Fields({"link": figures, "logs": figures}),
    Kind.ENDING: Fields({"because": _CAUSE}),
    Kind.GAP: Fields({"gap": figures, "link": figures, "cause": _CAUSE, "since": figures}),
    Kind.GAP_CLOSED: Fields(
        {
            "gap": figures,
            "link": figures,
            "cause": _CAUSE,
            "until": figures,
            "missing": figures,
            "read_back": kept,
            "certain": kept,
        }
    ),
    Kind.GAP_FILLED: Fields(
        {"gap": figures, "link": figures, "filled": figures, "missing": figures, "because": _CAUSE}
    ),
    Kind.COUNTER_WRAPPED: _COUNTER,
    Kind.COUNTER_RESET: _COUNTER,
    Kind.COUNTER_ANOMALY: _COUNTER,
    Kind.ALARM: Fields(
        {
            "alarm": figures,
            "priority": kept,
            "latching": kept,
            "entry": figures,
            "link": figures,
            "limit": figures,
            "name": kept,
            "severity": kept,
            "value": figures,
            "bound": figures,
            "unit": kept,
            "zone": zone,
            "protocol": Fields({"id": protocol_name, "version": version, "overlay": overlay_name}),
            "citation": Fields({"key": kept, "grade": kept}),
        },
        {"text": LEFT_OUT},
    ),
    Kind.ALARM_ENDED: Fields(
        {"alarm": figures, "entry": figures, "peak": figures, "unit": kept, "readings": figures, "because": _CAUSE}
    ),
    Kind.CLOCK_STEPPED: Fields({"wall": moment, "step_ms": figures}),
    Kind.RECORDING_RESUMED: Fields(
        {"wall": moment, "by": kept, "away": figures, "since": figures, "software": kept}, {"boot_id": LEFT_OUT}
    ),
    Kind.ZONE: Fields({"zone": zone, "code": zone, "because": _CAUSE}),
    Kind.RECONCILED: Fields(
        {
            "link": figures,
            "by": _CAUSE,
            "why": _CAUSE,
            "figures": Each(
                Fields(
                    {
                        "metric": kept,
                        "unit": kept,
                        "device": figures,
                        "recorded": figures,
                        "difference": figures,
                        "agrees": kept,
                    }
                )
            ),
        }
    ),
    Kind.INTERRUPTED: Fields({"noticed": moment, "because": left_out}),
    Kind.ENDED: Fields({"received": figures}, {"because": LEFT_OUT}),
    Kind.AMENDMENT: Fields(
        {
            **SAID,
            "amendment": figures,
            "what": kept,
            "role": kept,
            "reason": left_out,
            "software": kept,
            "of": Fields({"first": figures, "last": figures, "head": digest}),
            "entries": figures,
            "head": digest,
            "drivers": Each(Fields(_DRIVER)),
            "logs": Each(Fields({"link": figures, "path": left_out, "sha256": digest})),
            "zones": Each(
                Fields(
                    {
                        "zone": zone,
                        "code": zone,
                        "entries": figures,
                        "ranges": Each(Fields({"link": figures, "first": figures, "last": figures})),
                        "logs": Each(digest),
                    }
                )
            ),
        }
    ),
    Kind.AMENDED: Fields({"amendment": figures}),
    **STATED_TABLE,
}
