"""Records that were folded just now: pages, charts and tables of one session ask for the same one after the other.

A record is good for the last entry of its ledger and as long as the subject's key is there. Long sessions are folded
one at a time, so that they leave the computer to whoever else asks, and to the recording.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devicelog import __version__
from devicelog.errors import StoreFormatError
from devicelog.export.session import ExportedSession
from devicelog.record.trace import Trace, trace
from devicelog.store.evidence import Evidence
from devicelog.stored import readable
from devicelog.subject import SUBJECT_ID

if TYPE_CHECKING:
    from devicelog.ledger.sealed import Opening
    from devicelog.record.record import Record
    from devicelog.store.reader import Reader, SessionRow

#: So many sessions are kept, and of all together so many points of their charts.
_SESSIONS, _POINTS = 12, 400_000

_Key = tuple[str, int, bytes, str, bool]


@dataclass(slots=True)
class Folded:
    """A record, and what of it costs to be made; what is in it is read and never changed."""

    record: Record
    limits: Mapping[int, str]
    openings: Mapping[str, Opening]
    traced: Trace | None = None
    guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def points(self) -> int:
        """How much memory it takes, in points of its charts."""
        traced = self.traced
        if traced is None:
            return 0
        return len(traced.injections) + len(traced.added) + sum(len(one.points) for one in traced.samples.values())

    def session(self, reader: Reader, row: SessionRow) -> ExportedSession:
        """The session as exports have it, on a store that is open."""
        source = Evidence(reader).session(row)
        return ExportedSession(source, self.record, self.limits, dict(self.openings), f"devicelog {__version__}")


class Shelf:
    """The records of one process; safe in several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Folded] = OrderedDict()
        self._guard = threading.Lock()
        self._folding = threading.Lock()

    def folded(self, reader: Reader, row: SessionRow) -> Folded:
        """The record of a session as its ledger stands; StoreFormatError if it makes none."""
        key = _key(reader, row)
        with self._guard:
            found = self._found(key)
        if found is not None:
            return found
        with self._folding:
            with self._guard:
                found = self._found(key)
            if found is None:
                found = _fold(reader, row)
                with self._guard:
                    self._keep(key, found)
        return found

    def traced(self, reader: Reader, row: SessionRow) -> tuple[Folded, Trace]:
        """The record with what it is made of, moment by moment."""
        found = self.folded(reader, row)
        with found.guard:
            if found.traced is None:
                with self._folding, readable("the record", row):
                    found.traced = trace(found.session(reader, row).counting())
                with self._guard:
                    self._tidy()
            return found, found.traced

    def _found(self, key: _Key) -> Folded | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def _keep(self, key: _Key, made: Folded) -> None:
        for old in [one for one in self._kept if one[:2] == key[:2]]:  # of a session only what it is now
            del self._kept[old]
        self._kept[key] = made
        self._tidy()

    def _tidy(self) -> None:
        """Give up the oldest, but for the one that was asked for just now."""
        while len(self._kept) > 1 and (
            len(self._kept) > _SESSIONS or sum(one.points for one in self._kept.values()) > _POINTS
        ):
            self._kept.popitem(last=False)


def _key(reader: Reader, row: SessionRow) -> _Key:
    last = reader.last_line(row.number)
    subject = row.subject
    is_open = SUBJECT_ID.fullmatch(subject) is not None and reader.folder.keys.subject_key(subject) is not None
    return str(reader.folder.path), row.number, last.hash if last is not None else b"", row.state, is_open


def _fold(reader: Reader, row: SessionRow) -> Folded:
    if reader.last_line(row.number) is None:
        raise StoreFormatError(f"session {row.id} holds no entry: its recording ended before anything was durable.")
    with readable("the record", row):
        made = ExportedSession.of(Evidence(reader).session(row))
    return Folded(made.record, made.limits, made.openings)


#: The one of this process; it knows by the place of a store which one a record is of.
SHELF = Shelf()
