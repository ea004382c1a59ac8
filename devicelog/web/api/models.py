"""What the API answers with; names are those of `devicelog ... --json`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """An answer: what is not described is not in it."""

    model_config = ConfigDict(extra="forbid")


class SessionLine(Answer):
    """A session in a list."""

    session: str
    started: str
    state: str
    subject: str
    practitioner: str | None
    protocol: str | None
    protocol_approved: bool
    devices: list[str]
    simulated: bool
    typed: bool
    refused: bool
    not_asked: bool


class SessionList(Answer):
    """A page of sessions, oldest first; `next` is the `after` of the next page, null on the last one.

    `unread` are sessions whose ledger had to be read for the search and cannot be.
    """

    sessions: list[SessionLine]
    next: str | None
    unread: list[str]


class SessionState(Answer):
    """How a session stands; `entries` are those that are durable. `recording`: the station records it at this moment.

    `trouble` says why what is recorded now is not safe; null: it is.
    """

    session: str
    state: str
    entries: int
    recording: bool
    trouble: str | None


class EntryDocument(Answer):
    """An entry, as `entries --json` has it; `content` depends on its kind (docs/ledger.md)."""

    entry: int
    id: str
    time: str | None
    elapsed_s: str
    kind: str
    content: Any


class EntryList(Answer):
    """A page of entries; `after` is for the next one. `more`: it can be asked for at once.

    `state` is that of the session when they were read: behind the last entry of one that is not `running` come only
    statements made afterwards.
    """

    session: str
    state: str
    entries: list[EntryDocument]
    after: int
    more: bool


class Begun(Answer):
    """A session that began; `notes` are what must be known of it. `repeated`: by an earlier request with that key."""

    session: str
    state: str
    notes: list[str]
    repeated: bool


class Ended(Answer):
    """A session that was ended; `running` while its devices still write their logs."""

    session: str
    state: str


class Stated(Answer):
    """A statement that was taken: its entry follows those before it."""

    session: str
    kind: str


class File(Answer):
    """A file of an export."""

    name: str
    size: int
    sha256: str


class Export(Answer):
    """An export; its files are there when it is `ready`, until `until`."""

    export: str
    session: str
    state: Literal["making", "ready", "failed"]
    formats: list[str]
    deidentified: bool
    why: str | None
    until: str | None
    files: list[File]


class Adapter(Answer):
    """The adapter that a device is bound to."""

    usb: str | None
    serial_number: str | None
    channel: str | None
    alone: bool


class BoundDevice(Answer):
    """A bound device, as `bindings --json` has it."""

    binding: int
    name: str
    driver: str
    profile_sha256: str | None
    model: str | None
    serial: str | None
    firmware: str | None
    simulated: bool
    adapter: Adapter | None
    place: str | None
    bound_at: str
    by: str
    at: str
    replaces: list[int]
    port: str | None
    why_not: str | None


class PluggedPort(Answer):
    """A serial port, as `ports --json` has it."""

    url: str
    make: str
    serial_number: str | None
    usb: str | None
    location: str | None
    bound: str | None
    recorded: str | None
    hints: list[str]
    usable: bool
    why_not: str | None


class InstalledDriver(Answer):
    """An installed driver, with the fields of `drivers --json` that say what it is for; `fault`: why it is unusable."""

    name: str
    package: str
    usable: bool
    fault: str | None
    version: str | None
    model: str | None
    wire_format: str | None
    provenance: str | None
    verified_on: str | None
    caution: str | None


class Devices(Answer):
    """What is bound, plugged in, and installed."""

    bound: list[BoundDevice]
    ports: list[PluggedPort]
    drivers: list[InstalledDriver]


class Webhook(Answer):
    """Somebody who is told; `waiting` deliveries are still to be made, `last_*` are of the last that was tried."""

    webhook: str
    url: str
    events: list[str]
    by: str
    at: str
    waiting: int
    last_event: str | None
    last_state: str | None
    last_why: str | None


class Webhooks(Answer):
    """All that are told."""

    webhooks: list[Webhook]


class NewWebhook(Webhook):
    """One that was just made; `secret` is shown this once."""

    secret: str


class Check(Answer):
    """One thing that has to hold; `why` says why it does not."""

    holds: bool
    why: str | None


class Health(Answer):
    """Whether the station is well."""

    status: Literal["well", "unwell"]
    checks: dict[str, Check]
