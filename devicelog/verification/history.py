"""The history of a store, checked: what was restored or salvaged, and what is known to be missing since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from devicelog.chunk import Chunk
from devicelog.errors import StoreFormatError
from devicelog.ledger import ChunkDigest, Line
from devicelog.store.evidence import Evidence
from devicelog.store.history import Event, Happening, happenings
from devicelog.verification.findings import Findings
from devicelog.verification.session import SessionLedger


class SetBack(NamedTuple):
    """A copy that reached to `seal`: seals after it that were made until `wall` (RFC 3339, UTC) need not be here."""

    seal: int
    wall: str | None
    """When the store went on from there; None for a copy that stays as it is, such as a backup."""
    told: str


_DONE = {Event.RESTORED: "restored", Event.SALVAGED: "salvaged"}


@dataclass(slots=True)
class Explained:
    """What a signed history explains: what a restore or a salvage left behind, and the sessions it left damaged.

    `keys` are those that signed it, or that came after a backup; `history` is whether an older history was lost;
    `damaged` has, by number of the session, what was kept of it.
    """

    keys: set[bytes] = field(default_factory=set)
    set_back: list[SetBack] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    history: bool = False
    sessions: set[int] = field(default_factory=set)
    seals: set[int] = field(default_factory=set)
    accesses: bool = False
    """Whether the log of accesses was lost or damaged before a salvage."""
    approvals: set[int] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    damaged: dict[int, Mapping[str, Any]] = field(default_factory=dict)

    def why_gone(self, number: int, made: str | None, *, replaced: bool) -> str | None:
        """What explains that a seal of this number, made at that moment, is not here; None if nothing does.

        Behind the end of a copy other seals may be in their place (`replaced`); what a salvage lost is a hole.
        """
        for set_back in self.set_back:
            since = set_back.wall is None or (made is not None and made <= set_back.wall)
            if number > set_back.seal and since:
                return set_back.told
        return "the salvage lost it" if number in self.seals and not replaced else None


def check_history(evidence: Evidence, findings: Findings) -> Explained:
    """Check the lines of a store's history; what those that can be believed explain."""
    explained = Explained()
    try:
        history = happenings(evidence.reader.folder, evidence.keys)
    except StoreFormatError as error:
        findings.fault(f"the history of the store cannot be read: {error}")
        return explained
    for happening in history:
        if happening.faulty:
            findings.fault(f"line {happening.number} of the store's history {happening.faulty}")
            continue
        explained.digests.add(happening.digest.hex())
        explained.keys.add(happening.key)
        findings.note(_told(happening))
        if happening.event in _DONE:
            _set_back(explained, happening)
        if happening.event == Event.SALVAGED:
            _take(explained, happening.content)
    return explained


def _set_back(explained: Explained, happening: Happening) -> None:
    said, done = happening.content, _DONE[Event(happening.event)]
    seal, wall = int(said.get("seal", 0)), str(said.get("wall"))
    explained.set_back.append(SetBack(seal, wall, f"the store was {done} on {wall} and went on from seal {seal}"))


def _told(happening: Happening) -> str:
    said = happening.content
    if happening.event == Event.RESTORED:
        newer = said.get("newer_seal")
        lost = f"; a later backup, up to seal {newer}, was known then: this is an older copy" if newer else ""
        found = (
            f"the store was restored on {said.get('wall')} from the backup {said.get('backup')} of {said.get('made')}"
        )
        return f"{found}, which ends with seal {said.get('seal')}{lost}. What was recorded between is not here"
    if happening.event == Event.SALVAGED:
        whole = "nothing was lost" if said.get("whole") else "its report names what was lost"
        return f"the store was salvaged from a damaged one on {said.get('wall')}: {whole}"
    return f"line {happening.number} of the store's history says {happening.event!r}, of a later devicelog"


def _take(explained: Explained, said: Mapping[str, Any]) -> None:
    lost = said.get("lost", {})
    explained.history |= lost.get("history") is True
    explained.accesses |= lost.get("accesses") is True
    explained.sessions.update(_numbers(lost.get("sessions", ())))
    explained.seals.update(_numbers(lost.get("seals", ())))
    explained.approvals.update(_numbers(lost.get("approvals", ())))
    explained.subjects.update(lost.get("subjects", ()))
    explained.damaged.update({damaged["number"]: damaged for damaged in said.get("damaged", ())})


def _numbers(spans: Iterable[Any]) -> Iterable[int]:
    """The numbers in spans `[first, last]`."""
    return (number for first, last in spans for number in range(first, last + 1))


def check_damaged(ledger: SessionLedger, said: Mapping[str, Any], findings: Findings) -> None:
    """Check that what a salvage kept of a damaged session is still there as it was."""
    findings.sessions += 1
    with findings.unreadable("what was kept of the session", session=ledger.id):
        lines = list(ledger.lines())
        try:
            chunks = list(ledger.chunks())
        except ValueError as error:
            findings.fault(f"a chunk that was kept cannot be read: {error}", session=ledger.id)
            return
        findings.entries += len(lines)
        findings.chunks += len(chunks)
        if kept_digest(lines, chunks) != said.get("kept"):
            findings.fault("what the salvage kept of the damaged session was changed", session=ledger.id)
    findings.note(
        f"session {ledger.id} is damaged: a part of it was lost before the salvage; it proves only what is here"
    )


def kept_digest(lines: Iterable[Line], chunks: Iterable[tuple[int, Chunk]]) -> str:
    """A digest over entries and chunks with their numbers, hexadecimal, whatever is missing between them."""
    running = sha256()
    for line in lines:
        running.update(b"%d %b%b" % (line.number, line.hash, sha256(line.body).digest()))
    for number, chunk in chunks:
        digest = ChunkDigest()
        digest.add(chunk)
        running.update(b"%d %b" % (number, digest.head))
    return running.hexdigest()
