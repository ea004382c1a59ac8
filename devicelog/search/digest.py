"""A session in short, as lists, recalls and statistics need it; what is kept of it beside the ledger.

Amounts are decimals as text, times RFC 3339 in UTC. What people wrote in free text is never in it: it would outlive
the erasure of a subject. `VERSION` grows with everything that makes a digest differ.
"""

from __future__ import annotations

from typing import Any

import msgspec

VERSION = 3


# Thousands are read at once, and none of them can be part of a cycle: hence gc=False.
class Device(msgspec.Struct, frozen=True, gc=False):
    """A device of the session; without model and serial number if it never said who it is.

    One that was changed for another on the same link stands before it.
    """

    link: int
    driver: str
    model: str | None
    serial: str | None
    simulated: bool
    typed: bool

    @property
    def name(self) -> str:
        """Model and serial number, or the driver of one that never said who it is."""
        return f"{self.model} {self.serial or ''}".rstrip() if self.model is not None else self.driver


class Given(msgspec.Struct, frozen=True, gc=False):
    """What was given in a zone, or in all; None: no device of the session knows it. `at_least`: more may have been."""

    zone: str | None
    injections: int | None
    volume: str | None
    """In mL."""
    charge: str | None
    """In mA*min."""
    at_least: bool = False
    code: str | None = None
    """Of the zone on the body map; what is not on it stands as it was typed."""


class ZoneVolume(msgspec.Struct, frozen=True, gc=False):
    """Millilitres of one lot in a zone; None: it was given there, and how much of it nobody knows."""

    zone: str | None
    volume: str | None


class Lot(msgspec.Struct, frozen=True, gc=False):
    """A lot of a product that was taken for the session; `given` is None where it does not follow from the record."""

    product: str
    maker: str | None
    lot: str | None
    expiry: str | None
    use: str | None
    drawn: str | None
    given: str | None
    zones: list[ZoneVolume]
    before: list[str] = []
    """What was stated as its lot until it was corrected."""


class Alarms(msgspec.Struct, frozen=True, gc=False):
    """Alarms of one sort: of one limit (`name`, `limit`), or with one text."""

    priority: str
    name: str
    limit: int | None
    count: int


class Gaps(msgspec.Struct, frozen=True, gc=False):
    """Gaps of one cause: how many, how long together, and how many reports are missing (None: not known)."""

    cause: str
    count: int
    seconds: str
    missing: int | None


class Mean(msgspec.Struct, frozen=True, gc=False):
    """The mean of what was measured of a metric, and what was set if that was one value throughout.

    `serial` is of the device that measured it, None if several did.
    """

    metric: str
    unit: str
    count: int
    mean: str
    set: str | None
    serial: str | None


class Difference(msgspec.Struct, frozen=True, gc=False):
    """A total as the device had it and as it was recorded; `relative` to the device's (None: it had nothing)."""

    metric: str
    unit: str
    serial: str | None
    by: str
    device: str
    recorded: str
    difference: str
    relative: str | None
    agrees: bool


class FollowUp(msgspec.Struct, frozen=True, gc=False):
    """A follow-up that was agreed (`record.follow_ups.Agreed`), its day as text."""

    entry: int
    on: str
    by: str
    settled: int | None


class Digest(msgspec.Struct, frozen=True, gc=False):
    """One session."""

    number: int
    session: str
    subject: str
    state: str
    started: str
    until: str | None
    zone: str | None
    """The offset of the host's wall time from UTC ("+01:00")."""
    seconds: str
    entries: int
    practitioner: str | None
    role: str | None
    protocol: str | None
    protocol_version: str | None
    family: str | None
    approved: bool
    modality: list[str]
    devices: list[Device]
    total: Given
    elapsed: str
    zones: list[Given]
    lots: list[Lot]
    alarms: list[Alarms]
    gaps: list[Gaps]
    means: list[Mean]
    differences: list[Difference]
    treated: bool
    refused: bool
    """It was stopped before a device was read, because of `refused_because`."""
    refused_because: list[str]
    not_asked: list[str]
    """What of screening and consent was skipped before the treatment."""
    overrides: list[str]
    signed: str
    """What became of what was signed: `record.signatures.Status`."""
    follow_ups: list[FollowUp]
    adverse_events: int
    amendments: int
    past: dict[str, Any] | None
    """The session as later ones of its course see it (`Past.content`); None if it holds no entry."""


class Listed(msgspec.Struct, frozen=True, gc=False):
    """A session in a list."""

    practitioner: str | None
    protocol: str | None
    approved: bool
    devices: list[str]
    simulated: bool
    typed: bool
    zone: str | None
    """The offset of the host's wall time from UTC."""
    refused: bool
    """It was stopped before a device was read."""
    not_asked: bool
    """Screening or consent was skipped."""


class CountedMean(msgspec.Struct, frozen=True, gc=False):
    """Of a mean what statistics need."""

    metric: str
    count: int
    mean: str
    set: str | None
    serial: str | None


class CountedDifference(msgspec.Struct, frozen=True, gc=False):
    """Of a difference what statistics need."""

    metric: str
    serial: str | None
    relative: str | None
    agrees: bool


class Agreed(msgspec.Struct, frozen=True, gc=False):
    """Of a digest what a list of follow-ups needs."""

    number: int
    follow_ups: list[FollowUp]


class Counted(msgspec.Struct, frozen=True, gc=False):
    """Of a digest what statistics need: thousands are read at once."""

    number: int
    state: str
    started: str
    zone: str | None
    protocol: str | None
    treated: bool
    refused: bool
    alarms: list[Alarms]
    gaps: list[Gaps]
    means: list[CountedMean]
    differences: list[CountedDifference]


def listed(digest: Digest) -> Listed:
    """The line of a session in a list; of each link the first device."""
    names: dict[int, str] = {}
    for device in digest.devices:
        names.setdefault(device.link, device.name)
    return Listed(
        practitioner=digest.practitioner,
        protocol=digest.protocol,
        approved=digest.approved,
        devices=list(names.values()),
        simulated=any(device.simulated for device in digest.devices),
        typed=any(device.typed for device in digest.devices),
        zone=digest.zone,
        refused=digest.refused,
        not_asked=bool(digest.not_asked),
    )


encode = msgspec.json.Encoder(order="deterministic").encode
read_digest = msgspec.json.Decoder(Digest).decode
read_agreed = msgspec.json.Decoder(Agreed).decode
read_counted = msgspec.json.Decoder(Counted).decode
read_listed = msgspec.json.Decoder(Listed).decode
