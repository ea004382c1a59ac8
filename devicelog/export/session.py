"""What is exported: one session's ledger, the record that it makes, and what every reader of it must be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from devicelog import __version__
from devicelog.errors import ProtocolFileError
from devicelog.ledger import Entry
from devicelog.record import Record, fold
from devicelog.verification.session import SessionLedger

#: What a damaged or foreign ledger may raise when it is folded; never a reason for a traceback.
LEDGER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RecursionError)


class SessionSource(SessionLedger, Protocol):
    """A session with the clinic's own number for its subject."""

    @property
    def reference(self) -> str | None:
        """The number; None if it was erased or is not known."""


@dataclass(frozen=True, slots=True)
class ExportedSession:
    """A session ready to be written. `limits` are the names of the limits of its treatment protocol by number.

    `software` is what writes the export, or what wrote it, when an export is rebuilt to be checked.
    """

    source: SessionSource
    record: Record
    limits: Mapping[int, str]
    software: str

    @classmethod
    def of(cls, source: SessionSource, software: str = f"devicelog {__version__}") -> ExportedSession:
        """Fold the session; LEDGER_ERRORS if its ledger is not one that this version can read."""
        record = fold(line.entry() for line in source.lines())
        if not record.session:
            raise ValueError("the session has no entry that starts it")
        return cls(source, record, _limit_names(record.protocol), software)

    def entries(self) -> Iterator[Entry]:
        """The entries, in order."""
        return (line.entry() for line in self.source.lines())

    def marks(self) -> list[str]:
        """What every page of the session has to say of it."""
        return list(_marks(self.record))


def _marks(record: Record) -> Iterator[str]:
    if record.simulated:
        yield "SIMULATED: a device of this session said that it is a simulator; nobody was treated"
    if record.state == "running":
        yield f"NOT FINISHED: the session was still running; this is what was recorded up to entry {record.entries}"
    if record.state == "interrupted":
        yield "INTERRUPTED: the recording broke off; nothing is known of what came after"
    protocol = record.protocol
    if protocol is None:
        yield "NO LIMITS: no treatment protocol was chosen, nothing was checked"
    elif protocol["approved"] is None:
        name = f"{protocol['id']} version {protocol['version']}"
        yield f"UNAPPROVED PROTOCOL: {name} is {protocol['status']}; nobody at the clinic had approved it"
    for device in record.devices.values():
        if device.plan["verified_on"] is None:
            yield f"UNVERIFIED DRIVER: {device.plan['driver']} has not been verified on any real device"


def _limit_names(protocol: Mapping[str, Any] | None) -> dict[int, str]:
    """The names that the protocol's own text gives its limits; empty if this version cannot read it."""
    if protocol is None:
        return {}
    from devicelog.treatment.protocol_file import parse

    try:
        limits = parse(protocol["text"], where="the session's treatment protocol").limits
    except ProtocolFileError:
        return {}
    return {limit.number: limit.name for limit in limits}
