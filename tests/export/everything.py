"""A session with every kind of entry, every field that docs/ledger.md has, written by hand; and a source that holds it.

What may not leave the house stands in words that begin with `Marker`, and on the days of DAYS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from devicelog.acts.keychain import KeyChain
from devicelog.chunk import Chunk, ChunkKind
from devicelog.ledger import Chain, Kind, Line, Seal, encode
from devicelog.ledger.sealed import Opening
from devicelog.treatment.kept import kept
from devicelog.treatment.protocol_file import find
from tests.export.everything_stated import (
    AT,
    BORN,
    BY,
    CONSENT,
    DAYS,
    EARLIER,
    SESSION,
    STARTED,
    TAKEN,
    WALL,
    Said,
    afterwards,
    happenings,
    steps,
)

__all__ = ["CONSENT", "DAYS", "STARTED", "TAKEN", "Source", "lines"]


#: So much later is each entry than the one before it (microseconds).
_EACH_US = 1000


def recorded() -> list[Said]:
    """What is recorded up to the end, in its order."""
    ends: list[Said] = [
        (Kind.INTERRUPTED, {"noticed": WALL, "because": "Marker's driver is gone"}),
        (Kind.ENDED, {"because": "Marker was tired", "received": {"1": 4711}}),
    ]
    treated = [*_beginning(), *steps(), *_treatment()]
    first = next(number for number, (kind, _) in enumerate(treated, start=1) if kind == Kind.ALARM)
    return [*treated, *happenings(alarmed_us=first * _EACH_US), *ends]


def _gone_on() -> dict[str, Any]:
    return {
        "wall": f"{STARTED}T14:14:01.000000Z",
        "boot_ns": 4713,
        "boot_id": "Marker boot",
        "by": "wall clock",
        "away": 1_000_000,
        "since": 0,
        "software": "devicelog 1",
    }


def _beginning() -> list[Said]:
    device = {
        "link": 1,
        "url": "socket://marker-host:4711",
        "driver": "test-gun",
        "driver_version": "1",
        "package": "/home/marker/board.toml",
        "model": "a gun",
        "wire_format": "JSON lines",
        "provenance": "template",
        "verified_on": "Marker's own gun",
        "expected_interval_ms": 1000,
        "idle_states": ["I"],
        "binding": 17,
        "profile": {"engine": "1", "sha256": "bb" * 32, "text": "# by Marker Author"},
    }
    started = {
        "format": 1,
        "session": SESSION,
        "software": "devicelog test",
        "subject": "subject-00000000000marker",
        "practitioner": BY,
        "protocol": kept(find("meso-face-gun-intradermal"), {"by": "Dr. Marker Boss", "at": f"{EARLIER}T08:00:00Z"}),
        "devices": [device],
        "host": {"boot_id": "Marker-boot", "zone": "+02:00", "installation": "store-Marker", "history": "Marker"},
        "zones": ["forehead", "Marker's dimple"],
        "settings": {"electrode_area": 12_000_000_000},
        "body_map": {"version": "1", "sha256": "cc" * 32},
        "begun": {"through": "page", "by": BY},
        "at": {"wall": WALL, "boot_ns": 4711},
    }
    who = {
        "link": 1,
        "model": "T-1",
        "serial": "SN-Marker-1",
        "firmware": "1.0",
        "simulated": False,
        "more": {"owner": "Marker"},
    }
    return [
        (Kind.STARTED, started),
        (Kind.LINK_OPENED, {"link": 1, "port": "/dev/marker"}),
        (Kind.DEVICE_BOUND, who),
        (Kind.DEVICE_CONFIRMED, who),
        (Kind.ASKED, {"link": 1, "effect": "none", "purpose": "Marker's question"}),
        (Kind.LAYOUT, _layout(1, "injection", "injection", _COLUMNS)),
        (
            Kind.LAYOUT,
            _layout(
                2,
                "status",
                "status",
                [
                    {"metric": "state", "category": "state"},
                    {"metric": "operator", "category": "state"},
                    {"metric": "epoch", "category": "epoch"},
                ],
            ),
        ),
    ]


_COLUMNS = [
    {"metric": "sequence", "category": "sequence"},
    {"metric": "volume", "category": "measurement", "token": "uL", "unit": "mL", "factor": "0.001"},
    {
        "metric": "depth",
        "category": "measurement",
        "token": "um",
        "unit": "mm",
        "factor": "0.001",
        "basis": "extension",
    },
]


def _layout(number: int, report: str, kind: str, columns: list[dict[str, Any]]) -> dict[str, Any]:
    return {"layout": number, "link": 1, "report": report, "kind": kind, "columns": columns}


def _treatment() -> list[Said]:
    said: list[Said] = [
        (Kind.ZONE, {"zone": "forehead", "because": "chosen", "code": "forehead"}),
        (Kind.SYRINGE_IN_USE, {"syringe": 1, "because": "Marker chose"}),
        (Kind.OBSERVATION, [2, 10, ["I", "Marker Operator", 1_790_000_000], None, []]),
    ]
    said += [(Kind.OBSERVATION, [1, 20 + n, [n, 20, 1500 + n], 0, []]) for n in range(8)]
    log = {
        "log": 1,
        "link": 1,
        "at": 90,
        "path": f"MARKER/{STARTED.replace('-', '')}.csv",
        "sha256": "dd" * 32,
        "length": 100,
        "origin": "read",
        "written": f"{STARTED}T16:13:30",
        "happened": 10_000_000,
        "uncertain": 1000,
        "counted": True,
        "doubt": "it is of the device SN-Marker-2",
    }
    return [
        *said,
        (
            Kind.ALARM,
            {
                "alarm": 1,
                "priority": "low",
                "latching": False,
                "text": "zone volume_total 0.52 mL in forehead is above the soft limit of 0.5 mL, says Marker",
                "entry": 12,
                "link": 1,
                "limit": 3,
                "name": "zone volume_total",
                "severity": "soft",
                "value": "0.52",
                "bound": "0.5",
                "unit": "mL",
                "zone": "forehead",
                "protocol": {"id": "meso-face-gun-intradermal", "version": "1"},
                "citation": {"key": "E", "grade": "E"},
            },
        ),
        (Kind.ALARM_ENDED, {"alarm": 1, "entry": 13, "peak": "0.6", "unit": "mL", "readings": 2, "because": "Marker"}),
        (
            Kind.ALARM,
            {
                "alarm": 2,
                "priority": "high",
                "latching": True,
                "link": 1,
                "text": "another device on the line: SN-Marker-2 in the place of SN-Marker-1",
            },
        ),
        (
            Kind.ALARM,
            {
                "alarm": 3,
                "priority": "high",
                "latching": True,
                "link": 1,
                "text": "Marker's battery is low",
                "state": "7",
            },
        ),
        (
            Kind.ALARM,
            {
                "alarm": 4,
                "priority": "high",
                "latching": True,
                "link": 1,
                "text": f"nobody knows this sentence of Marker, {STARTED}",
            },
        ),
        (Kind.LINK_LOST, {"link": 1, "cause": "/dev/marker: gone"}),
        (Kind.GAP, {"gap": 1, "link": 1, "cause": "Marker pulled it", "since": 100}),
        (Kind.LINK_RESTORED, {"link": 1, "port": "/dev/marker"}),
        (
            Kind.GAP_CLOSED,
            {
                "gap": 1,
                "link": 1,
                "cause": "Marker pulled it",
                "until": 200,
                "missing": 1,
                "read_back": True,
                "certain": True,
                "restarted": 1_790_000_001,
            },
        ),
        (
            Kind.FROM_MEMORY,
            {
                "gap": 1,
                "link": 1,
                "at": 60,
                "layout": 1,
                "values": [8, 20, 1500],
                "happened": 150,
                "zone": "forehead",
                "verdict": 0,
                "breached": [],
            },
        ),
        (Kind.GAP_FILLED, {"gap": 1, "link": 1, "filled": 1, "missing": 0, "because": "all of it was read back"}),
        (Kind.DEVICE_RESTARTED, {"link": 1, "at": 70, "epoch": 1_790_000_002}),
        (
            Kind.DRIVER_FAULT,
            {"link": 1, "driver": "test-gun", "error": "KeyError('Marker')", "at": 71, "asked_no_more": False},
        ),
        (Kind.BAD_FRAME, {"link": 1, "at": 72, "length": 9, "reason": "b'Marker' is no number"}),
        (Kind.REPEAT, {"link": 1, "at": 73}),
        (Kind.CONFLICT, {"link": 1, "at": 74, "layout": 1, "values": [1, 21, 1500], "because": "conflict"}),
        (Kind.UNCONFIRMED, {"link": 1, "at": 75, "layout": 2, "values": ["I", "Marker Other", 3]}),
        (Kind.INTERVAL, {"layout": 1, "link": 1, "since": 210, "until": 220, "given": {}, "entry": 14, "odd": {}}),
        (
            Kind.COUNTER_WRAPPED,
            {"link": 1, "at": 76, "metric": "volume", "before": 9, "now": 1, "counted": 2, "exact": True},
        ),
        (
            Kind.COUNTER_RESET,
            {"link": 1, "at": 77, "metric": "volume", "before": 9, "now": 1, "counted": 1, "exact": False},
        ),
        (Kind.COUNTER_ANOMALY, {"link": 1, "at": 78, "metric": "volume", "before": 9, "now": 1}),
        (
            Kind.DEVICE_CLOCK,
            {
                "link": 1,
                "at": 79,
                "said": f"CLK {STARTED} 16:13:21",
                "read": f"{STARTED}T16:13:21",
                "moment": 1_000_000,
                "uncertain": 500,
            },
        ),
        (Kind.LOGS_LISTED, {"link": 1, "folders": 2, "logs": 3}),
        (Kind.DEVICE_LOG, log),
        (
            Kind.DEVICE_CHANGED,
            {
                "link": 1,
                "model": "T-1",
                "serial": "SN-Marker-2",
                "firmware": "1.0",
                "simulated": False,
                "more": {},
                "before": "SN-Marker-1",
            },
        ),
        (
            Kind.RECONCILED,
            {
                "link": 1,
                "by": "the device's report",
                "why": "Marker's counter",
                "figures": [
                    {
                        "metric": "volume",
                        "unit": "mL",
                        "device": "0.18",
                        "recorded": "0.18",
                        "difference": "0",
                        "agrees": True,
                    }
                ],
            },
        ),
        (Kind.CLOCK_STEPPED, {"wall": f"{STARTED}T14:14:00.000000Z", "boot_ns": 4712, "step_ms": 500}),
        (Kind.RECORDING_RESUMED, _gone_on()),
    ]


def lines() -> list[Line]:
    """The ledger: recorded, stated later, decoded again, and corrected."""
    made: list[tuple[str, Any]] = [(kind.value, content) for kind, content in [*recorded(), *afterwards()]]
    own = [
        (number, number * _EACH_US, kind.value, content) for number, (kind, content) in enumerate(recorded(), start=1)
    ]
    act = {"by": "Dr. Marker Boss", "reason": "Marker said so", "at": AT, "software": "devicelog test"}
    of = {"first": 1, "last": len(own), "head": "ab" * 32}
    again = {"amendment": 1, "what": "decoded_again", **act, "of": of, "entries": len(own), "head": "ac" * 32}
    again["drivers"] = [{"link": 1, "driver": "test-gun", "driver_version": "2", "package": "/home/marker/x"}]
    made.append((Kind.AMENDMENT.value, again))
    made += [(Kind.AMENDED.value, {"amendment": 1, "entry": _spread(*one)}) for one in own]
    number = 1 + next(n for n, (kind, _) in enumerate(made) if kind == Kind.CONSENT)
    changes = [
        {
            "entry": number,
            "kind": "consent",
            "field": "on",
            "old": CONSENT,
            "new": TAKEN,
            "name": "consent.on of Marker",
        },
        {"entry": number, "kind": "consent", "field": "taken_by", "old": "Nurse Marker", "new": "Sister Marker"},
        {"entry": 1, "kind": "started", "field": "practitioner", "old": BY, "new": "Dr. Marker Other"},
    ]
    corrected = {"amendment": 2, "what": "corrected", **act, "of": of, "entries": 0, "head": None, "changes": changes}
    made.append((Kind.AMENDMENT.value, corrected))
    made.append(("of_a_later_version", {"text": "Marker", "on": STARTED}))
    chain = Chain()
    return [
        chain.append(encode(_spread(number, number * _EACH_US, kind, _with_more(kind, content))))
        for number, (kind, content) in enumerate(made, start=1)
    ]


def _spread(number: int, t_us: int, kind: str, content: Any) -> list[Any]:
    return [number, t_us, kind, *(content if kind == Kind.OBSERVATION else [_with_more(kind, content)])]


def _with_more(kind: str, content: Any) -> Any:
    """Fields of a later version, in every object that is not a table of names."""
    if isinstance(content, list):
        return [_with_more(kind, one) for one in content] if kind != Kind.OBSERVATION else content
    if not isinstance(content, dict) or kind == Kind.AMENDED or not content or all(one.isdecimal() for one in content):
        return content
    more = {name: _with_more(kind, inside) for name, inside in content.items() if name not in ("entry", "sources")}
    return {**content, **more, "of_later": f"Marker {STARTED}"}


class Source:
    """The session as a store would give it."""

    def __init__(self) -> None:
        self._lines = lines()
        self.id = SESSION
        self.state = "ended"
        self.installation = "store-Marker"
        self.keys = KeyChain("store-Marker", bytes(32))
        self.reference: str | None = "Marker-P-1"
        self.name: str | None = "Marker Example"
        self.birth_date: str | None = BORN

    def lines(self) -> Iterator[Line]:
        return iter(self._lines)

    def chunks(self) -> Iterator[tuple[int, Chunk]]:
        return iter([(1, Chunk(1, ChunkKind.RECEIVED, 1, 1, b"SN-Marker-1"))])

    def seals(self) -> Iterator[tuple[int, Seal]]:
        return iter(())

    def opening(self, value: Mapping[str, str]) -> Opening | None:  # noqa: ARG002
        return None
