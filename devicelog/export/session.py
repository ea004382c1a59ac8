"""What is exported: one session's ledger and the record that it makes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from msgspec.structs import replace

from devicelog import __version__
from devicelog.errors import NotMadeHereError
from devicelog.ledger import Entry, Line, sealed
from devicelog.ledger.amendment import ENDS, Version, versions
from devicelog.ledger.sealed import Opening
from devicelog.record.record import Record, fold
from devicelog.treatment.protocol import Limit
from devicelog.treatment.protocol_file import limits_kept
from devicelog.verification.session import SessionLedger
from devicelog.witness.text import seal_text

_T = TypeVar("_T")
#: In the place of what was made elsewhere, cannot be made here, and is not at hand.
_WITHHELD = object()


class SessionSource(SessionLedger, Protocol):
    """A session with what the clinic knows of its subject, and what opens its free texts."""

    @property
    def reference(self) -> str | None:
        """The clinic's own number for the subject; None if it was erased or is not known."""

    @property
    def name(self) -> str | None:
        """The subject's name; None if it was erased or is not known."""

    @property
    def birth_date(self) -> str | None:
        """The subject's birth date, such as 1984-05-17; None if it was erased or is not known."""

    def opening(self, value: Mapping[str, str]) -> Opening | None:
        """What opens a sealed text; None if it was erased or does not open."""


@dataclass(frozen=True, slots=True)
class ExportedSession:
    """A session ready to be written. `limits` are the names of the limits of its treatment protocol by number.

    `openings` open its free texts, by their digests, for whoever has no key. `software` is what writes the export, or
    what wrote it, when an export is rebuilt to be checked; `made_with` names the programs and fonts on which its bytes
    depend besides.
    """

    source: SessionSource
    record: Record
    limits: Mapping[int, str]
    openings: Mapping[str, Opening]
    software: str
    made_with: Mapping[str, str] = field(default_factory=dict)
    _made: dict[Callable[[ExportedSession], Any], Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        source: SessionSource,
        software: str = f"devicelog {__version__}",
        made_with: Mapping[str, str] | None = None,
    ) -> ExportedSession:
        """Fold the session; LEDGER_ERRORS if its ledger is not one that this version can read."""
        openings: dict[str, Opening] = {}
        record = fold(_opened(source.lines(), partial(_open, source, openings)))
        if not record.session:
            raise ValueError("the session has no entry that starts it")
        limits = {limit.number: limit.name for limit in limits_kept(record.protocol)}
        return cls(source, record, limits, openings, software, made_with or {})

    def once(self, make: Callable[[ExportedSession], _T]) -> _T:
        """What `make` gives of this session, made once however many formats hold it; NotMadeHereError if withheld."""
        if make not in self._made:
            self._made[make] = make(self)
        if self._made[make] is _WITHHELD:
            raise NotMadeHereError("it can be made only with other versions of programs than are installed here")
        found: _T = self._made[make]
        return found

    def made(self, make: Callable[[ExportedSession], _T]) -> _T | None:
        """What `make` gave if it was asked already; None if not."""
        found: _T = self._made.get(make, _WITHHELD)
        return found if found is not _WITHHELD else None

    def given(self, make: Callable[[ExportedSession], _T], made: _T | None) -> None:
        """What `make` gave elsewhere, which cannot be made here; None if that is not at hand, either."""
        self._made[make] = made if made is not None else _WITHHELD

    @property
    def deidentified(self) -> bool:
        """Whether it is a copy without what names a person, a place or a device; it has no ledger then."""
        return bool(self.record.started.get("deidentified"))

    @property
    def seal_text(self) -> str | None:
        """The last seal of the session as a text to print and keep elsewhere; None if it was not sealed yet."""
        last = deque(self.source.seals(), maxlen=1)
        return seal_text(last[0][1]) if last else None

    @property
    def seal_said(self) -> str:
        """The last seal as a text; where there is none, why."""
        if self.deidentified:
            return "Left out: a seal would tell which record this is a copy of."
        return self.seal_text or "This part of the session was not sealed yet."

    def entries(self) -> Iterator[Entry]:
        """The entries, in order, their free texts opened."""
        return _opened(self.source.lines(), self._text)

    def entry(self, line: Line) -> Entry:
        """The entry of a line, its free texts opened."""
        entry = line.entry()
        return sealed.opened(entry, self._text) if sealed.holds_sealed(line.body) else entry

    def counting(self) -> Iterator[Entry]:
        """The entries that count, in order: those of the last amendment that has any, under numbers of the ledger."""
        if not self.record.amendments:
            return self._recorded()
        last = self.once(_last_version)
        entries = _opened(last.lines(self.source.lines), self._text)
        return (replace(entry, number=last.first + entry.number - 1) for entry in entries)

    def _recorded(self) -> Iterator[Entry]:
        """The entries up to the end of the recording; what was stated behind it counts in no version."""
        for entry in self.entries():
            yield entry
            if entry.kind in ENDS:
                return

    def _text(self, value: Mapping[str, str]) -> str:
        opening = self.openings.get(value["digest"])
        return opening.text if opening is not None else sealed.ERASED


def protocol_limits(session: ExportedSession) -> tuple[Limit, ...]:
    """The limits of the session's own treatment protocol; `once`, because its text is parsed for them."""
    return limits_kept(session.record.protocol)


def _last_version(session: ExportedSession) -> Version:
    return versions(session.source.lines)[-1]


def _open(source: SessionSource, openings: dict[str, Opening], value: Mapping[str, str]) -> str:
    """A free text of a session; what opens it is kept."""
    opening = source.opening(value)
    if opening is None:
        return sealed.ERASED
    openings[value["digest"]] = opening
    return opening.text


def _opened(lines: Iterable[Line], open_: sealed.Opener) -> Iterator[Entry]:
    for line in lines:
        entry = line.entry()
        yield sealed.opened(entry, open_) if sealed.holds_sealed(line.body) else entry
