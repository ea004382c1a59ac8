"""What views and replays ask for one session, whether a store holds it or an export does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from devicelog.chunk import Chunk
    from devicelog.ledger import Line, Seal
    from devicelog.store.reader import SessionRow


class SessionReader(Protocol):
    """Sessions opened for reading; `session` numbers are those of their rows."""

    def session(self, name: str) -> SessionRow:
        """The session of that name; BadInputError if there is none, or more than one."""

    def lines(self, session: int, *, after: int = 0) -> Iterator[Line]:
        """The entries of a session as stored, in order."""

    def chunks(self, session: int) -> Iterator[Chunk]:
        """What a session's entries came from, in order; ValueError for one that cannot be read."""

    def seals(self, session: int | None = None) -> Iterator[tuple[int, int, Seal]]:
        """Number in the installation, session number and seal, in order."""

    def reference(self, subject: str) -> str | None:
        """The clinic's number of a subject id; None if it is not known or was erased."""

    def open_text(self, subject: str, value: Mapping[str, Any]) -> str:
        """A free text of a subject's session, or what stands in its place (`sealed.ERASED`)."""
