"""A session read from an export, where a store is not at hand: verified first, and never taken into a store.

Whoever has the folder, or its session.json alone, sees what the clinic's own screen showed: the same entries, hashes,
record and seal. It stays the session of the installation that sealed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from devicelog.chunk import Chunk
from devicelog.errors import BadInputError
from devicelog.export.json import session_json
from devicelog.export.json.ledger_file import ExportedLedger
from devicelog.export.proof.check import check_export, check_ledger
from devicelog.ledger import LEDGER_ERRORS, Line, Seal, fingerprint, sealed
from devicelog.store.reader import SessionRow
from devicelog.verification.findings import Findings

#: The number that the one session of an export has here.
_NUMBER = 1
#: What a session's id may be made of, because it becomes the name of a folder.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")

_T = TypeVar("_T")


class ExportedReader:
    """The one session of an export; reads like a store with a single session."""

    def __init__(self, ledger: ExportedLedger, folder: Path | None) -> None:
        self.ledger = ledger
        self.folder = folder
        started = next(iter(ledger.lines())).entry().content
        self._row = SessionRow(_NUMBER, ledger.id, started["subject"], started["at"]["wall"], ledger.state)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The session of an export's folder, or of its session.json; BadInputError if that does not verify."""
        file = path / session_json.FILE if path.is_dir() else path
        if not file.is_file():
            raise BadInputError(
                f"{path} holds no {session_json.FILE}; expected the folder of an export in that format."
            )
        try:
            ledger = ExportedLedger(file)
            findings = check_export(path, None) if path.is_dir() else Findings()
            if not path.is_dir():
                check_ledger(ledger, findings)
            if findings.holds and _ID.fullmatch(ledger.id) is None:
                findings.fault("its session's id is none that devicelog gives", file=session_json.FILE)
            if findings.holds:
                return cls(ledger, path if path.is_dir() else None)
            why = str(findings.faults[0])
        except (BadInputError, *LEDGER_ERRORS) as error:
            why = str(error) or repr(error)
        raise BadInputError(f"{path} does not verify ({why}); see `devicelog verify`, and ask for the export again.")

    @property
    def told(self) -> str:
        """Whose session it is, and what was checked."""
        key = fingerprint(self.ledger.keys.current)
        checked = "its files, its chain and its seals hold"
        if self.folder is None:
            checked = "its chain and its seals hold; the clinic's number and who signed the folder stand in no entry"
        return (
            f"read from an export of installation {self.ledger.installation} (key {key}), not from a store; {checked}"
        )

    def session(self, _name: str) -> SessionRow:
        """The session of the export, which is the only one, whatever it is called."""
        return self._row

    def lines(self, session: int, *, after: int = 0) -> Iterator[Line]:
        """The entries, with the hashes that they have in their store."""
        return (line for line in self._own(session, self.ledger.lines()) if line.number > after)

    def chunks(self, session: int) -> Iterator[Chunk]:
        """What the entries came from."""
        return (chunk for _, chunk in self._own(session, self.ledger.chunks()))

    def seals(self, session: int | None = None) -> Iterator[tuple[int, int, Seal]]:
        """The seals of the session under the numbers of the installation that made them."""
        found = self.ledger.seals() if session is None else self._own(session, self.ledger.seals())
        return ((number, _NUMBER, seal) for number, seal in found)

    def reference(self, subject: str) -> str | None:
        """The clinic's own number for the subject, as the export says it."""
        return self.ledger.reference if subject == self._row.subject else None

    def open_text(self, subject: str, value: Mapping[str, Any]) -> str:
        """A free text, which the export opens; `sealed.ERASED` for one that it does not."""
        opening = self.ledger.opening(value) if subject == self._row.subject else None
        return opening.text if opening is not None else sealed.ERASED

    @staticmethod
    def _own(session: int, found: Iterator[_T]) -> Iterator[_T]:
        return found if session == _NUMBER else iter(())
