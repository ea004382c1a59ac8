"""Logs of a device that a person brought after a session: an amendment with the files kept, sealed again.

A file is taken only if the device's serial number and its clock say that it is of this session. What is there already
is no second time; nothing that was recorded is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog

from devicelog import clock
from devicelog.chunk import Chunk, ChunkKind
from devicelog.driver import Driver
from devicelog.driver.logbook import Logbook, plain
from devicelog.errors import BadInputError
from devicelog.ledger import Kind, encode
from devicelog.ledger.amendment import What
from devicelog.numbers import rfc3339
from devicelog.record.record import Record
from devicelog.recorder.dating import Dated, Dating
from devicelog.replay.acceptance import OVER, amend
from devicelog.replay.replay import Named, Replay
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.writer import Writer
from devicelog.stored import record_of

#: A log is no longer than this (bytes).
MOST = 1 << 20
#: So many sessions before and behind are looked at for one with the same device.
_NEAR = 5

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: the number of the amendment (None: nothing was new), and the logs that are new in it."""

    amendment: int | None
    logs: Sequence[Mapping[str, Any]]
    known: int


@dataclass(frozen=True, slots=True)
class _Span:
    """The session's time; one that broke off may have gone on unrecorded, until it was noticed (microseconds)."""

    begin: datetime
    last_us: int

    @classmethod
    def of(cls, record: Record, store: Reader, session: SessionRow) -> _Span:
        """That of a session that is over."""
        begin = record.wall(0)
        noticed = (
            entry.content["noticed"] for entry in store.entries(session.number) if entry.kind == Kind.INTERRUPTED
        )
        broken = [(datetime.fromisoformat(wall) - begin) // timedelta(microseconds=1) for wall in noticed]
        return cls(begin, max([record.last_us, *broken]))


@dataclass(frozen=True, slots=True)
class _Brought:
    """A file that may be taken: as the device would name it, as it was, and the digest of its plain content."""

    path: str
    raw: bytes
    digest: str
    dated: Dated


def import_logs(
    store: Writer, session: SessionRow, files: Sequence[Path], *, driver: str | None, by: str, reason: str
) -> Imported:
    """Let the logs in these files count in a session that is over.

    Raises BadInputError, and nothing is changed, if one of the files is not a log of this session.
    """
    if session.state not in OVER:
        found = f"session {session.id} is {session.state}"
        raise BadInputError(f"{found}, and logs are imported into one that is over; end it and verify it first.")
    replayed = Replay(store, session)
    record = record_of(store, session)
    decoding = replayed.chosen([])
    link, reads = _device(record, decoding.drivers, driver)
    span = _Span.of(record, store, session)
    brought = {one.digest: one for one in (_brought(file, record, link, reads, span) for file in files)}
    there = {log["sha256"] for log in record.device_logs.logs if log["link"] == link}
    new = [one for digest, one in brought.items() if digest not in there]
    if not new:
        return Imported(None, [], len(files))
    neighbours = list(_neighbours(store, session, record, link))
    chunks = [_chunk(link, one, _doubt(one, neighbours)) for one in new]
    made = {"logs": [{"link": link, "path": one.path, "sha256": one.digest} for one in new]}
    number = amend(store, replayed, What.IMPORTED, decoding, by=by, reason=reason, more=made, files=chunks)
    digests = {one.digest for one in new}
    logs = [log for log in record_of(store, session).device_logs.logs if log["sha256"] in digests]
    _log.info("logs imported", session=session.id)
    return Imported(number, logs, len(files) - len(new))


def _device(record: Record, named: Mapping[int, Named], wanted: str | None) -> tuple[int, Driver]:
    """The link of the device whose logs are brought, and the driver that reads them."""
    reading = {link: one.installed() for link, one in named.items() if wanted in (None, one.driver)}
    found = [(link, driver) for link, driver in reading.items() if driver.logbook is not None]
    if len(found) == 1:
        return found[0]
    had = ", ".join(one.driver for one in named.values())
    if found:
        raise BadInputError(f"session {record.session} has {len(found)} devices with logs of their own; give --driver.")
    asked = f"the driver {wanted} that reads logs" if wanted else "a driver that reads logs"
    raise BadInputError(f"session {record.session} was recorded with {had}, expected {asked}; name another session.")


def _brought(file: Path, record: Record, link: int, driver: Driver, span: _Span) -> _Brought:
    """A file that is a log of the device in this session; BadInputError for any other."""
    logbook, device_clock = driver.logbook, driver.clock
    assert logbook is not None
    raw = _content(file)
    content = plain(raw)
    run = logbook.read(content)
    if run is None:
        raise BadInputError(
            f"{file} is no log that {driver.name} can read; expected a run log as its device writes it."
        )
    device = record.devices[link]
    serials = [identity["serial"] for identity in device.identities]
    if not serials or run.serial != serials[-1]:
        raise BadInputError(_not_of(file, run.serial, record.session, device.serial))
    dating = Dating(device_clock) if device_clock is not None else None
    for said in record.device_logs.clocks if dating is not None else ():
        if dating is not None and said["link"] == link:
            dating.recall(said)
    dated = dating.date(run.written) if dating is not None else None
    if dated is None:
        found = f"{file} was written at {run.written or 'a time that it does not say'} by the device's clock"
        raise BadInputError(f"{found}, which session {record.session} never read; it cannot be told where it belongs.")
    _check_time(file, record, span, run.written, dated)
    return _Brought(_path(file, logbook), raw, sha256(content).hexdigest(), dated)


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MOST + 1)
    except OSError as error:
        raise BadInputError(f"{file} cannot be read ({error.strerror}); give the path of a log file.") from None
    if len(raw) > MOST:
        raise BadInputError(f"{file} is longer than {MOST} bytes, which no log is; give the path of a log file.")
    return raw


def _check_time(file: Path, record: Record, span: _Span, written: str, dated: Dated) -> None:
    """Refuse a log that was not written in the session, whatever the uncertainty of the device's clock."""
    if dated.latest >= 0 and dated.earliest <= span.last_us:
        return
    when, until = rfc3339(span.begin), rfc3339(span.begin + timedelta(microseconds=span.last_us))
    away = -dated.moment if dated.moment < 0 else dated.moment - span.last_us
    side = "before it began" if dated.moment < 0 else "after it ended"
    found = f"{file} was written at {written} by the device's clock, {away / 1e6:.0f} s {side}"
    raise BadInputError(f"{found}; session {record.session} lasted from {when} to {until}, name the one it belongs to.")


def _path(file: Path, logbook: Logbook) -> str:
    """The file as the device names it, as far as its folders show; else its name."""
    root = logbook.root.strip("\\")
    parts = [part.upper() for part in file.parts]
    if root.upper() not in parts:
        return file.name
    place = len(parts) - 1 - parts[::-1].index(root.upper())
    return "\\".join([logbook.root, *file.parts[place + 1 :]])


def _chunk(link: int, one: _Brought, doubt: str) -> Chunk:
    stamp = clock.now()
    head = encode({"path": one.path, "doubt": doubt})
    return Chunk(link, ChunkKind.FILE, stamp.boot_ns, stamp.wall_ns, head + b"\n" + one.raw)


def _neighbours(store: Reader, session: SessionRow, record: Record, link: int) -> Iterator[tuple[str, float]]:
    """The sessions before and behind with the same device, and the seconds between them and this one."""
    rows = store.sessions()
    place = next(number for number, row in enumerate(rows) if row.id == session.id)
    serial = record.devices[link].serial
    for near, is_before in ((rows[:place][-_NEAR:][::-1], True), (rows[place + 1 :][:_NEAR], False)):
        for row in near:
            other = record_of(store, row)
            if serial in {device.serial for device in other.devices.values()}:
                first, then = (other, record) if is_before else (record, other)
                yield row.id, (then.wall(0) - first.wall(first.last_us)).total_seconds()
                break


def _not_of(file: Path, serial: str, session: str, had: str) -> str:
    """Why a log is not of the device of a session."""
    if not serial:
        found = f"{file} has no serial number in it, so nobody can show that it is of the device of session {session}"
        return f"{found}; copy it again if it was cut off, else keep the file in the patient's file, beside the record."
    mend = "name the session it belongs to, see `devicelog sessions`"
    return f"{file} is a log of the device {serial}, and session {session} had {had}; {mend}."


def _doubt(one: _Brought, neighbours: Sequence[tuple[str, float]]) -> str:
    """Why a log may belong to another session: its time is less certain than the two are apart."""
    near = [
        f"{name} is {max(seconds, 0):.0f} s away" for name, seconds in neighbours if one.dated.uncertain / 1e6 > seconds
    ]
    if not near:
        return ""
    uncertain = f"its time is uncertain by {one.dated.uncertain / 1e6:.1f} s"
    return f"{uncertain}, and another session with the device is nearer than that: {', '.join(near)}"
