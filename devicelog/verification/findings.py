"""What a verification found: faults, notes on what could not be checked, and how much was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from devicelog.errors import StoreFormatError

#: So many faults are kept in full; further ones are counted.
KEPT = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold, and where: at an entry of a session, or in a file of an export."""

    what: str
    session: str | None = None
    entry: int | None = None
    file: str | None = None

    @property
    def where(self) -> str:
        """`<file>`, `<session>/<entry>` or `<session>`; empty if it has no place of its own."""
        if self.file is not None:
            return self.file
        if self.session is None:
            return ""
        return self.session if self.entry is None else f"{self.session}/{self.entry}"

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


@dataclass(slots=True)
class Findings:
    """Grows while things are checked. It holds if there is no fault."""

    sessions: int = 0
    entries: int = 0
    chunks: int = 0
    seals: int = 0
    files: int = 0
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.fault_count == 0

    def fault(
        self, what: str, *, session: str | None = None, entry: int | None = None, file: str | None = None
    ) -> None:
        """Something does not hold."""
        self.fault_count += 1
        if len(self.faults) < KEPT:
            self.faults.append(Fault(what, session, entry, file))

    def note(self, what: str) -> None:
        """Something could not be checked, or must be known to judge the result."""
        if what not in self.notes:
            self.notes.append(what)

    @contextmanager
    def unreadable(self, what: str, *, session: str | None = None) -> Iterator[None]:
        """A damaged page inside is a fault; what follows outside is still checked."""
        try:
            yield
        except StoreFormatError as error:
            self.fault(f"{what} cannot be read to the end: {error}", session=session)

    def content(self) -> dict[str, Any]:
        """The findings as `--json` shows them."""
        return {
            "holds": self.holds,
            "checked": {
                "sessions": self.sessions,
                "entries": self.entries,
                "chunks": self.chunks,
                "seals": self.seals,
                "files": self.files,
            },
            "faults": [
                {"where": f.where, "session": f.session, "entry": f.entry, "file": f.file, "what": f.what}
                for f in self.faults
            ],
            "fault_count": self.fault_count,
            "notes": self.notes,
        }
