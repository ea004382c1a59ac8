"""Driver of the SD-10 syringe dispenser (invented); the README has its wire format."""

from __future__ import annotations

from devicelog.driver import (
    Category,
    Driver,
    Metric,
    Provenance,
    Report,
    ReportKind,
    SerialSettings,
)

from example_dispenser.decoder import Decoder

#: The names "triggers_session", "volume" and "state" are those that treatment protocols and the record know.
DOSE = Report(
    "dose",
    ReportKind.INJECTION,
    (
        Metric(
            "triggers_session",
            Category.COUNTER,
            "count",
            {"": "dimensionless"},
            modulus=1_000_000,
            max_rate=5,
            zeroed=True,
        ),
        Metric("volume", Category.MEASUREMENT, "mL", {"uL": "microliter", "mL": "milliliter"}, basis="commanded"),
    ),
    units=("", "uL"),
)
STATUS = Report("status", ReportKind.STATUS, (Metric("state", Category.STATE),), units=("",))

DRIVER = Driver(
    name="example-dispenser",
    model="SD-10 syringe dispenser (invented)",
    version="1",
    decoder=Decoder,
    reports=(DOSE, STATUS),
    wire_format="SD-10, README of devicelog-example-dispenser",
    provenance=Provenance.TEMPLATE,
    verified_on=None,
    serial=SerialSettings(baudrate=9600),
    expected_interval=2.0,
    paused_states=frozenset({"paused"}),
    idle_states=frozenset({"ready", "paused", "empty"}),
)
