"""What a salvage saved and what it did not, by session and entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from devicelog.numbers import entries, some
from devicelog.salvage.proving import Proved, Span, spans

FILE = "salvage.json"


class Part(msgspec.Struct, frozen=True):
    """The entries or chunks of a session: how many were saved; `missing` nowhere, `unproved` read and not saved."""

    saved: int
    missing: Sequence[Span]
    unproved: Sequence[Span]

    @classmethod
    def of(cls, proved: Proved) -> Part:
        return cls(len(proved.numbers), proved.missing, proved.unproved)

    @property
    def whole(self) -> bool:
        return not self.missing and not self.unproved


class SessionReport(msgspec.Struct, frozen=True):
    """What came of one session; `session` is None if nothing says what it was called."""

    number: int
    session: str | None
    outcome: str
    """whole; rebuilt: entries made again from the kept bytes and proved by the final seal; cut: not ended, saved as far
    as anything is left; damaged; or lost."""
    entries: Part
    chunks: Part
    lacks: Sequence[str] = ()
    """What else it lacks, in words."""

    @property
    def saved(self) -> bool:
        return self.outcome in ("whole", "rebuilt")


class Report(msgspec.Struct, frozen=True):
    """What came of a store; numbers of seals and approvals and ids of subjects that are lost."""

    installation: str
    pages: int
    unreadable_pages: Sequence[Span]
    unreadable_frames: int
    sessions: Sequence[SessionReport]
    lost_seals: Sequence[Span]
    lost_approvals: Sequence[Span]
    lost_subjects: Sequence[str]
    notes: Sequence[str]

    @property
    def whole(self) -> bool:
        """Whether nothing is known to be lost."""
        rest = (self.lost_seals, self.lost_approvals, self.lost_subjects)
        return all(session.saved for session in self.sessions) and not any(rest)

    def lost(self) -> dict[str, Any]:
        """What the history of the new store says is missing in it."""
        return {
            "sessions": spans(session.number for session in self.sessions if session.outcome == "lost"),
            "seals": self.lost_seals,
            "approvals": self.lost_approvals,
            "subjects": self.lost_subjects,
        }

    def content(self) -> dict[str, Any]:
        """The report as `--json` and salvage.json show it."""
        return {"whole": self.whole, **msgspec.to_builtins(self)}

    def told(self) -> Iterator[str]:
        """What is not saved, a line each, for people."""
        for session in self.sessions:
            if not session.saved:
                yield from _told(session)
        for what, lost in (("seals", self.lost_seals), ("approvals", self.lost_approvals)):
            if lost:
                yield f"{what} lost: {listed(lost)}"
        if self.lost_subjects:
            yield f"who they are is lost of: {', '.join(self.lost_subjects)}"


def _told(session: SessionReport) -> Iterator[str]:
    name = session.session or f"session number {session.number}"
    if session.outcome == "lost":
        known = session.entries.missing or session.entries.unproved
        yield f"{name}: lost" + (
            f"; entries {listed([*session.entries.missing, *session.entries.unproved])}" if known else ""
        )
    else:
        saved = f"{entries(session.entries.saved)} and {some(session.chunks.saved, 'chunk')}"
        yield f"{name}: {session.outcome}; {saved} saved"
    for what, part in (("entries", session.entries), ("chunks", session.chunks)):
        if part.missing and session.outcome != "lost":
            yield f"  {what} lost: {listed(part.missing)}"
        if part.unproved and session.outcome != "lost":
            yield f"  {what} read, but nothing proves them: {listed(part.unproved)}"
    for lacks in session.lacks:
        yield f"  {lacks}"


def listed(given: Iterable[Span]) -> str:
    """Spans as people write them: 1-20, 25."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in sorted(given))
