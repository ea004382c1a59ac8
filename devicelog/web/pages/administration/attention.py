"""What needs attention: findings of the doctor, backups, protocols nobody approved, old keys, and the outbox."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from devicelog import clock
from devicelog.backup import place
from devicelog.doctor import Finding, Grade, System, examine
from devicelog.errors import DevicelogError
from devicelog.ledger import LEDGER_ERRORS, Seal
from devicelog.station.station import Station
from devicelog.store import outbox
from devicelog.store.approvals import standing
from devicelog.store.reader import Reader
from devicelog.web.certificate import EARLY
from devicelog.web.context import Web

#: A backup is due after this time, and a key is called old after that.
BACKUP_DUE, KEY_OLD = timedelta(days=1), timedelta(days=2 * 365)
#: The treatment protocols of so many sessions, the last ones, are looked at.
_SESSIONS = 30
#: Findings of the doctor are shown for so long before it looks again.
_FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing: the name of its text with what that is given, or a sentence of the core; where it is mended."""

    is_bad: bool
    path: str
    text: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """What the doctor found, and when it looked."""

    at: datetime
    findings: tuple[Finding, ...]

    @property
    def bad(self) -> list[Finding]:
        return [one for one in self.findings if one.grade is Grade.BAD]


_LAST: WeakKeyDictionary[Station, Examined] = WeakKeyDictionary()


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.fromisoformat(clock.utc(clock.now().wall_ns)).astimezone(UTC)


def examined(station: Station, *, anew: bool = False) -> Examined:
    """What the doctor found a short while ago; it looks again if that is too long ago, or if asked."""
    last = _LAST.get(station)
    if last is None or anew or not timedelta() <= now() - last.at <= _FRESH:
        found = examine(System.here(), station.store)
        last = _LAST[station] = Examined(now(), tuple(one for one in found if not _is_ourselves(one)))
    return last


def _is_ourselves(finding: Finding) -> bool:
    """Whether the doctor only found that this station is at work."""
    return finding.found.endswith(f"in use by process {os.getpid()}")


def attention(web: Web) -> list[Item]:
    """Everything, what is bad first."""
    found = [
        Item(one.grade is Grade.BAD, "/administration/doctor", sentence=f"{one.about}: {one.found}")
        for one in examined(web.station).findings
        if one.grade in (Grade.BAD, Grade.CARE)
    ]
    found += _certificate(web.settings.ends)
    with web.reading() as reader:
        found += [*_backups(reader), *_protocols(reader), *_keys(reader), *_outbox(reader)]
    return sorted(found, key=lambda item: not item.is_bad)


def _certificate(ends: datetime | None) -> Iterator[Item]:
    """That the certificate of the station ends soon: a new one is taken at a start."""
    if ends is not None and ends - now() < EARLY:
        given = {"at": f"{ends:%Y-%m-%d}"}
        yield Item(ends <= now(), "/administration/doctor", "admin-attention-certificate", given)


def _backups(reader: Reader) -> Iterator[Item]:
    path = "/administration/backups"
    try:
        folder = place.chosen(reader.folder)
        if folder is None:
            yield Item(True, path, "admin-attention-no-backups")
            return
        made = place.made(reader.folder, folder)
    except DevicelogError as error:
        yield Item(True, path, sentence=str(error))
        return
    if not made:
        yield Item(True, path, "admin-attention-no-backup")
        return
    last = made[-1][1]
    if not last.holds:
        yield Item(True, path, "admin-attention-backup-bad")
    if now() - datetime.fromisoformat(last.made) > BACKUP_DUE:
        yield Item(True, path, "admin-attention-backup-old", {"at": clock.told(last.made)})


def _protocols(reader: Reader) -> Iterator[Item]:
    approvals = reader.approved()
    found: dict[str, int] = {}
    for row in reader.sessions()[-_SESSIONS:]:
        protocol = _protocol_of(reader, row.number)
        if protocol is not None and standing(approvals, str(protocol.get("sha256"))) is None:
            name = f"{protocol.get('id')} {protocol.get('version')}"
            found[name] = found.get(name, 0) + 1
    for name, count in found.items():
        yield Item(False, "/administration/protocols", "admin-attention-unapproved", {"name": name, "count": count})


def _protocol_of(reader: Reader, session: int) -> dict[str, Any] | None:
    """The treatment protocol of a session as its first entry names it; None of one that has none or is damaged."""
    try:
        content = next(reader.lines(session)).entry().content
        protocol: dict[str, Any] | None = content.get("protocol")
    except (*LEDGER_ERRORS, StopIteration, AttributeError):
        return None
    return protocol


def key_since(reader: Reader) -> list[datetime | None]:
    """Since when each key is in force, in their order; None where nobody can tell."""
    first = next(iter(reader.seals_from(1)), None)
    return [_wall(seal) for seal in (first, *reader.keychain().handovers)]


def _wall(seal: Seal | None) -> datetime | None:
    with suppress(*LEDGER_ERRORS):
        return datetime.fromisoformat(str(seal.content["wall"])) if seal is not None else None
    return None


def _keys(reader: Reader) -> Iterator[Item]:
    last = key_since(reader)[-1]
    if last is not None and now() - last > KEY_OLD:
        yield Item(False, "/administration/keys", "admin-attention-key-old", {"at": f"{last:%Y-%m-%d}"})


def _outbox(reader: Reader) -> Iterator[Item]:
    rows = outbox.unfinished(outbox.deliveries(reader))
    refused = sum(row.state is outbox.State.REFUSED for row in rows)
    if refused:
        yield Item(True, "/administration/outbox", "admin-attention-refused", {"count": refused})
    if len(rows) > refused:
        yield Item(False, "/administration/outbox", "admin-attention-waiting", {"count": len(rows) - refused})
