"""What a ledger says of a gun on a line that is not well, and what must hold of what was counted there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devicelog.ledger import Entry
    from tests.end_to_end.running import Recording
    from tests.faults.ptys import Gun


class Counts:
    """What became of a line in a recording, counted."""

    __slots__ = ()

    @property
    def promises(self) -> dict[str, bool]:
        """What must hold, however slow the computer is."""
        raise NotImplementedError

    @property
    def in_time(self) -> dict[str, bool]:
        """What must hold on a computer that does nothing else."""
        return {}

    def broken(self, *, timed: bool = True) -> list[str]:
        """What does not hold of it; unless `timed`, however long it took."""
        promised = {**self.promises, **(self.in_time if timed else {})}
        return [promise for promise, holds in promised.items() if not holds]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a session's ledger says of one gun."""

    entries: list[Entry]
    numbers: list[int]
    unaccounted: list[int]
    """Numbers that are missing and stand in no gap."""

    @classmethod
    def of(cls, entries: list[Entry]) -> Heard:
        layouts = {entry.content["layout"]: entry.content for entry in entries if entry.kind == "layout"}
        numbers: list[int] = []
        unaccounted: list[int] = []
        missing = 0
        for entry in entries:
            if entry.kind == "gap_closed":
                missing += entry.content["missing"] or 0
            if entry.kind != "observation" or layouts[entry.content[0]]["report"] != "injection":
                continue
            metrics = [column["metric"] for column in layouts[entry.content[0]]["columns"]]
            number = entry.content[2][metrics.index("sequence")]
            if numbers and number - numbers[-1] - 1 != missing:
                unaccounted += range(numbers[-1] + 1, number)
            numbers.append(number)
            missing = 0
        return cls(entries, numbers, unaccounted)

    def count(self, kind: str) -> int:
        return sum(entry.kind == kind for entry in self.entries)

    def contents(self, kind: str) -> list[Any]:
        return [entry.content for entry in self.entries if entry.kind == kind]


def report(gun: Gun, recording: Recording, count: int) -> None:
    """So many good frames, and wait until they are recorded: what was before them was handled, too."""
    for _ in range(count):
        gun.sent.append(gun.next)
        gun.line.send_all(gun.frame())
    recording.wait_for_entry("observation", len(gun.sent))
