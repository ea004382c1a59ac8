"""Which subjects are one person: acts in the chain of seals, folded; pure (docs/privacy.md).

A clinic gives a person a second number by mistake. A merge says that both are one; entries and sessions stay under the
subject that they were recorded for, and lists and searches treat both as one. Another act takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from devicelog.ledger import Seal

#: What the act of merging a subject into another one is called.
SUBJECTS_MERGED = "subjects_merged"
#: What the act of taking a merge back is called.
SUBJECTS_PARTED = "subjects_parted"


class Merge(msgspec.Struct, frozen=True):
    """The act that says that `subject` and `into` are one person; `number` is its own in the chain of seals."""

    number: int = msgspec.field(name="seal")
    wall: str
    subject: str
    into: str
    by: str


class _Parted(msgspec.Struct, frozen=True):
    merge: int


class _Act(msgspec.Struct, frozen=True):
    act: str


class Merges:
    """All merges that hold. `acts` were signed by the installation, in order; one that cannot be read says nothing."""

    def __init__(self, acts: Iterable[Seal] = ()) -> None:
        self._of: dict[str, Merge] = {}
        for act in acts:
            self._take(act.body)

    def __iter__(self) -> Iterator[Merge]:
        return iter(self._of.values())

    def of(self, subject: str) -> Merge | None:
        """The merge that put this subject into another one; None if none did."""
        return self._of.get(subject)

    def root(self, subject: str) -> str:
        """The subject that this one was merged into in the end; itself if it was not."""
        while (merge := self._of.get(subject)) is not None:
            subject = merge.into
        return subject

    def group(self, subject: str) -> list[str]:
        """All subjects that are one person with this one: the one that the others were merged into first."""
        found = [self.root(subject)]
        for one in found:  # grows while it is gone through
            found.extend(merge.subject for merge in self._of.values() if merge.into == one)
        return found

    def _take(self, body: bytes) -> None:
        try:
            act = msgspec.json.decode(body, type=_Act).act
            if act == SUBJECTS_MERGED:
                self._merge(msgspec.json.decode(body, type=Merge))
            elif act == SUBJECTS_PARTED:
                self._part(msgspec.json.decode(body, type=_Parted).merge)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return

    def _merge(self, merge: Merge) -> None:
        if merge.subject not in self._of and self.root(merge.into) != merge.subject:  # never a circle
            self._of[merge.subject] = merge

    def _part(self, number: int) -> None:
        self._of = {subject: merge for subject, merge in self._of.items() if merge.number != number}
