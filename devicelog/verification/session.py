"""One session's entries, chunks and seals held against each other, wherever they are kept; constant memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from devicelog.acts.keychain import KeyChain
from devicelog.chunk import Chunk
from devicelog.driver import Origin
from devicelog.ledger import FORMAT, ChunkDigest, Kind, Line, Seal, check_chain
from devicelog.ledger import Fault as ChainFault
from devicelog.numbers import entries, some
from devicelog.verification.amendments import Amendments
from devicelog.verification.findings import Findings

_CLOSED = {"ended": Kind.ENDED, "interrupted": Kind.INTERRUPTED}


class SessionLedger(Protocol):
    """A session as it is kept. `lines` and `seals` may be asked for more than once; `state` is what its list says."""

    id: str
    state: str
    installation: str
    keys: KeyChain

    def lines(self) -> Iterator[Line]:
        """The entries in order."""

    def chunks(self) -> Iterator[tuple[int, Chunk]]:
        """The chunks in order under their numbers; ValueError for one that cannot be read."""

    def seals(self) -> Iterator[tuple[int, Seal]]:
        """The seals in order under their numbers in the installation."""


class SealBody(msgspec.Struct, frozen=True):
    """What a seal says."""

    seal: int
    installation: str
    session: str
    entries: int
    head: str
    chunks: int
    chunks_head: str
    previous: str
    public_key: str
    final: bool
    approvals: int | None = None
    approvals_head: str | None = None
    accesses: int | None = None
    accesses_head: str | None = None


_body_of = msgspec.json.Decoder(SealBody).decode


def seal_body(seal: Seal) -> SealBody | None:
    """What a seal says; None if it cannot be read."""
    try:
        return _body_of(seal.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


@dataclass(frozen=True, slots=True)
class Ends:
    """The first and last entry of a session and how many there are; None where there is none that can be read.

    `last_kind` is that of the last entry of the recording: amendments may follow it.
    """

    first: dict[str, Any] | None
    last_kind: str | None
    entries: int
    chunks: int


def check_session(ledger: SessionLedger, findings: Findings) -> Ends:
    """Check one session; what its ends are."""
    findings.sessions += 1
    last = _check_seals(ledger, findings)
    first, last_kind, entries = _check_entries(ledger, findings)
    chunks = _check_chunks(ledger, findings)
    findings.entries += entries
    findings.chunks += chunks
    ends = Ends(first, last_kind, entries, chunks)
    if entries == 0:
        findings.fault("the session has no entries", session=ledger.id)
    else:
        _check_first(ledger, first, findings)
        _note_typed(ledger, first, findings)
        _check_last(ledger, ends, last, findings)
    return ends


def _note_typed(ledger: SessionLedger, first: dict[str, Any] | None, findings: Findings) -> None:
    """What a person typed is as it was typed; whether it was right, nothing here can show."""
    devices = (first or {}).get("devices")
    planned = [device for device in devices if isinstance(device, dict)] if isinstance(devices, list) else []
    typed = [str(device.get("driver")) for device in planned if device.get("origin") == Origin.TYPED]
    if typed:
        said = f"{ledger.id}: what {', '.join(typed)} recorded was typed by a person"
        findings.note(f"{said}; that it was not changed since was checked, that it is true cannot be")


def _check_seals(ledger: SessionLedger, findings: Findings) -> SealBody | None:
    """Check each seal by itself and against the one before; the last one that can be read."""
    last: SealBody | None = None
    before: tuple[int, Seal] | None = None
    with findings.unreadable("the seals", session=ledger.id):
        for number, seal in ledger.seals():
            findings.seals += 1
            body = seal_body(seal)
            for what in _seal_faults(ledger, number, seal, body):
                findings.fault(f"seal {number} {what}", session=ledger.id)
            if body is None:
                before = None
                continue
            if last is not None and last.final and not body.final:  # an amendment is sealed at its end
                findings.fault(f"seal {number} follows the final seal {last.seal}", session=ledger.id)
            if before is not None and before[0] == number - 1 and body.previous != before[1].digest.hex():
                findings.fault(f"seal {number} does not refer to seal {before[0]} as it is", session=ledger.id)
            before, last = (number, seal), body
    return last


def _seal_faults(ledger: SessionLedger, number: int, seal: Seal, body: SealBody | None) -> Iterator[str]:
    key = ledger.keys.at(number)
    if not seal.is_signed_by(key):
        yield "was changed or is not signed by this installation"
    if body is None:
        yield "cannot be read"
        return
    if body.seal != number:
        yield f"says of itself that it is seal {body.seal}"
    if body.session != ledger.id:
        yield f"belongs to session {body.session!r}"
    if body.installation != ledger.installation:
        yield f"belongs to installation {body.installation!r}"
    if body.public_key != key.hex():
        yield "names another public key"


class _Marks:
    """What the seals say of a chain, held against the chain as it goes by; says the first difference only."""

    def __init__(self, marks: Iterable[tuple[int, int, str]], what: str, session: str, findings: Findings) -> None:
        self._marks = iter(marks)
        self._what = what
        self._session = session
        self._findings = findings
        self._covered = 0
        self._next = next(self._marks, None)

    def reach(self, count: int, head: bytes) -> None:
        """The chain has so many links and this head."""
        while self._next is not None and self._next[1] <= count:
            number, covers, expected = self._next
            if covers < count or head.hex() != expected:
                self._differs(f"seal {number} does not fit the {self._what} {self._covered + 1} to {covers}")
                return
            self._covered = covers
            self._next = next(self._marks, None)

    def end(self, count: int) -> None:
        """The chain has no more links than these."""
        if self._next is not None:
            number, covers, _ = self._next
            self._differs(f"seal {number} covers {covers} {self._what}, and only {count} are there: the rest is gone")

    def _differs(self, what: str) -> None:
        entry = self._covered + 1 if self._what == "entries" else None
        self._findings.fault(what, session=self._session, entry=entry)
        self._next = None


def _check_entries(ledger: SessionLedger, findings: Findings) -> tuple[dict[str, Any] | None, str | None, int]:
    first: Line | None = None
    last: Line | None = None
    entries = 0
    amendments = Amendments()
    with findings.unreadable("the entries", session=ledger.id):
        marks = _Marks(_seal_marks(ledger, "entries", "head"), "entries", ledger.id, findings)
        for found in check_chain(ledger.lines()):
            if isinstance(found, ChainFault):
                findings.fault(found.what, session=ledger.id, entry=found.entry)
                continue
            entries += 1
            first, last = first or found, found
            marks.reach(found.number, found.hash)
            for what in amendments.take(found):
                findings.fault(what, session=ledger.id, entry=found.number)
        marks.end(last.number if last is not None else 0)
        for what in amendments.end():
            findings.fault(what, session=ledger.id, entry=entries)
    return _content(first), amendments.last_kind, entries


def _check_chunks(ledger: SessionLedger, findings: Findings) -> int:
    digest = ChunkDigest()
    with findings.unreadable("the chunks", session=ledger.id):
        marks = _Marks(_seal_marks(ledger, "chunks", "chunks_head"), "chunks", ledger.id, findings)
        try:
            for number, chunk in ledger.chunks():
                if number != digest.count + 1:
                    what = f"chunk {digest.count + 1} is missing: chunk {number} follows {digest.count}"
                    findings.fault(what, session=ledger.id)
                    return digest.count
                digest.add(chunk)
                marks.reach(digest.count, digest.head)
        except ValueError as error:
            findings.fault(f"chunk {digest.count + 1} cannot be read: {error}", session=ledger.id)
            return digest.count
        marks.end(digest.count)
    return digest.count


def _seal_marks(ledger: SessionLedger, count: str, head: str) -> Iterator[tuple[int, int, str]]:
    for number, seal in ledger.seals():
        body = seal_body(seal)
        if body is not None:
            yield number, getattr(body, count), getattr(body, head)


def _check_first(ledger: SessionLedger, first: dict[str, Any] | None, findings: Findings) -> None:
    if first is None:
        findings.fault("the first entry is not the one that starts a session", session=ledger.id, entry=1)
        return
    host = first.get("host")
    installation = host.get("installation") if isinstance(host, dict) else None
    for found, expected, what in (
        (first.get("format"), FORMAT, "ledger format"),
        (first.get("session"), ledger.id, "session"),
        (installation, ledger.installation, "installation"),
    ):
        if found != expected:
            findings.fault(f"the first entry says {what} {found!r}, expected {expected!r}", session=ledger.id, entry=1)
    for what in _profile_faults(first):
        findings.fault(f"the first entry {what}", session=ledger.id, entry=1)


def _profile_faults(first: dict[str, Any]) -> Iterator[str]:
    """Device profiles that are not the ones whose SHA-256 stands beside them."""
    devices = first.get("devices")
    for device in devices if isinstance(devices, list) else []:
        profile = device.get("profile") if isinstance(device, dict) else None
        if profile is None:
            continue
        text = profile.get("text") if isinstance(profile, dict) else None
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() if isinstance(text, str) else None
        if digest is None or profile.get("sha256") != digest:
            yield f"holds a profile of {device.get('driver')!r} whose SHA-256 is {digest}, and states another"


def _check_last(ledger: SessionLedger, ends: Ends, seal: SealBody | None, findings: Findings) -> None:
    """A closed session ends with its own entry and is covered to the end; what a running one lacks is named."""
    covered = seal.entries if seal is not None else 0
    if ledger.state not in _CLOSED:
        if ledger.state != "running" or ends.last_kind in _CLOSED.values() or (seal is not None and seal.final):
            what = f"the session is listed as {ledger.state!r}, and its last entry is {ends.last_kind!r}"
            findings.fault(what, session=ledger.id, entry=ends.entries)
        elif covered < ends.entries or seal is None or seal.chunks < ends.chunks:
            span = f"what follows entry {covered} (of {ends.entries})"
            findings.note(f"{ledger.id} is running: {span} is not covered by a seal yet, a cut there is not seen")
        return
    if ends.last_kind != _CLOSED[ledger.state]:
        what = f"the session is listed as {ledger.state!r}, and its last entry is {ends.last_kind!r}"
        findings.fault(what, session=ledger.id, entry=ends.entries)
    if seal is None or not seal.final or seal.entries != ends.entries or seal.chunks != ends.chunks:
        what = (
            f"no final seal covers all {entries(ends.entries)} and {some(ends.chunks, 'chunk')} of the closed session"
        )
        findings.fault(what, session=ledger.id, entry=min(covered + 1, ends.entries))


def _content(line: Line | None) -> dict[str, Any] | None:
    """The content of the entry that starts a session."""
    try:
        entry = line.entry() if line is not None else None
    except ValueError:
        return None
    return entry.content if entry is not None and entry.kind == Kind.STARTED else None
