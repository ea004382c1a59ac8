"""What a session must hold, kept in the plainest way: lists of what was sent, said and acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from devicelog.ledger import Entry

#: A wall clock that moved by more than this was stepped (ns).
_STEP = 500_000_000


@dataclass(slots=True)
class PlainModel:
    """One session of one meso-gun. `heard` are (sequence, dose) of the frames that arrived whole, in order."""

    acknowledged: list[bytes] = field(default_factory=list)
    heard: list[tuple[int, int]] = field(default_factory=list)
    repeats: int = 0
    missing: int = 0
    notes: list[str] = field(default_factory=list)
    steps: int = 0
    unplugs: int = 0
    offset: int = 0
    _next: int | None = None

    def hear(self, sequence: int, dose: int) -> None:
        """A frame arrived whole; those between it and the one before did not."""
        if self._next is not None:
            self.missing += sequence - self._next
        self._next = sequence + 1
        self.heard.append((sequence, dose))

    def see_offset(self, offset: int) -> None:
        """Something happened while the wall clock was so far from the boot-time clock (ns)."""
        if abs(offset - self.offset) > _STEP:
            self.steps += 1
            self.offset = offset

    def complaint(self, entries: Sequence[Entry]) -> str | None:
        """In what these entries are not what the model says; None if they agree."""
        for what, expected, found in (
            ("numbers", list(range(1, len(entries) + 1)), [entry.number for entry in entries]),
            ("times in order", sorted(entry.t_us for entry in entries), [entry.t_us for entry in entries]),
            ("observations", self.heard, _observed(entries)),
            ("repeats", self.repeats, _count(entries, "repeat")),
            ("missing in gaps", self.missing, _missing(entries)),
            ("notes", self.notes, [entry.content["text"] for entry in entries if entry.kind == "note"]),
            ("clock steps", self.steps, _count(entries, "clock_stepped")),
            ("lost links", self.unplugs, _count(entries, "link_lost")),
        ):
            if expected != found:
                return f"{what}: expected {expected}, found {found}"
        return None


def _count(entries: Sequence[Entry], kind: str) -> int:
    return sum(entry.kind == kind for entry in entries)


def _observed(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """Sequence and dose of each injection."""
    layouts = {entry.content["layout"]: entry.content for entry in entries if entry.kind == "layout"}
    injections = [entry for entry in entries if entry.kind == "observation"]
    found = []
    for entry in injections:
        number, _, values, *_ = entry.content
        if layouts[number]["kind"] == "injection":
            metrics = [column["metric"] for column in layouts[number]["columns"]]
            found.append((values[metrics.index("sequence")], values[metrics.index("volume")]))
    return found


def _missing(entries: Sequence[Entry]) -> int:
    return sum(entry.content["missing"] or 0 for entry in entries if entry.kind == "gap_closed")
