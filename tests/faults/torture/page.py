"""docs/reliability.md: the rows of the last full run of each check, with what they mean and what could not be run."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.faults.torture.check import Row, State

_INTRODUCTION = """\
# Reliability: what was tried, and what came of it

`make torture` does to devicelog what a bad day does: it kills recordings, cuts the power at every write, fills the
disk, pulls the cable in the middle of a frame, damages frames by the million, steps the clock and changes what is kept.
Each line of the table is one such check with its size, what must come of it and what came. This page is written by that
command; nothing in it is typed by hand.

What the words mean. *Acknowledged* is an entry that `--print-acks` has printed: it is durable from then on. *Control*
is the same check on something broken on purpose; a check whose control is not caught counts as not reached. *not here*
is a check that needs what the computer of this run was not, such as a real adapter; nobody should read it as passed.
*not built* is a check that nobody has written yet.

What the table does not say. Power cuts are simulated: every write and sync of a store is recorded, and every state that
a disk may hold after a cut is opened and verified. A pseudo-terminal stands in for a USB adapter. Sessions are those of
simulated devices. A disk that loses what it has reported as written long ago, memory that flips bits and a person with
root rights while recording are outside of what any of this shows. How stations were killed in the middle of what they
were asked is told in [station.md](station.md#what-was-tried).
"""


#: The folders of an absolute path.
_FOLDERS = re.compile(r"(?<![\w/:.])/(?:[\w.+-]+/)+")


@dataclass(frozen=True, slots=True)
class Dated:
    """A row and the run that it is from."""

    row: Row
    at: str
    version: str
    machine: str


class Book:
    """The rows of the last full run of each check, kept in a file between runs."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._rows: dict[str, Dated] = {}
        if file.exists():
            for content in json.loads(file.read_text(encoding="utf-8")):
                dated = _dated(content)
                self._rows[dated.row.key] = dated

    def take(self, row: Row, at: str, version: str, machine: str) -> None:
        """Put a row in the place of the one before."""
        self._rows[row.key] = Dated(row, at, version, machine)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps([asdict(dated) for dated in self._rows.values()], indent=1), encoding="utf-8")

    def page(self, keys: Sequence[str]) -> str | None:
        """The page with these rows; None while one of them has never been run."""
        if any(key not in self._rows for key in keys):
            return None
        return as_markdown([self._rows[key] for key in keys])


def as_markdown(rows: Sequence[Dated]) -> str:
    """The whole page."""
    head = ("id", "what", "size", "must be", "found", "control", "time", "result")
    lines = [_INTRODUCTION, _summary(rows), "", _line(head), _line("---" for _ in head)]
    for dated in rows:
        row = dated.row
        took = f"{row.seconds:,.0f} s" if row.seconds else ""
        state = row.state.value if row.state is State.REACHED else f"**{row.state.value}**"
        lines.append(_line((row.key, row.what, row.size, row.criterion, row.found, row.control, took, state)))
    return "\n".join(lines) + "\n"


def _summary(rows: Sequence[Dated]) -> str:
    counts = {state: sum(dated.row.state is state for dated in rows) for state in State}
    told = ", ".join(f"{count} {state.value}" for state, count in counts.items() if count)
    days = sorted({dated.at[:10] for dated in rows})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    versions = ", ".join(sorted({dated.version for dated in rows}))
    machines = sorted({dated.machine for dated in rows})
    whose = "this computer" if len(machines) == 1 else "these computers, each check on one of them"
    return f"**{when}, devicelog {versions}:** {told}.\n\nRun on: {'; '.join(machines)}. Times are of {whose}."


def _line(cells: Any) -> str:
    return "| " + " | ".join(_cell(str(cell)) for cell in cells) + " |"


def _cell(text: str) -> str:
    """One line, and of a path of this computer its last part alone."""
    return _FOLDERS.sub("…/", text).replace("|", "\\|").replace("\n", " ")


def _dated(content: dict[str, Any]) -> Dated:
    row = content.pop("row")
    return Dated(Row(**{**row, "state": State(row["state"])}), **content)
