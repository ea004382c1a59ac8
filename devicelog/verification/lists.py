"""What lists and searches show held against the ledgers that it was made of: it is no evidence, and must not lie."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from devicelog.errors import StoreFormatError
from devicelog.search.digest import VERSION
from devicelog.search.projector import project
from devicelog.store.projection import Projected, Projection

if TYPE_CHECKING:
    from devicelog.store.reader import Reader, SessionRow
    from devicelog.verification.findings import Findings

_MEND = "the record itself is as it was sealed; `devicelog sessions --rebuild` makes the lists of it anew"


def check_lists(reader: Reader, rows: Iterable[SessionRow], findings: Findings) -> None:
    """Make anew what is kept of each session, and compare. What is not kept, or out of date, is made anew when read."""
    kept: dict[int, Projected] = {}
    with findings.unreadable("the search tables"):
        projection = Projection(reader, VERSION)
        kept = {one.number: one for one in projection.kept()}
        for number in projection.strangers():
            findings.fault(f"lists and searches know a session {number} that is not in the store; {_MEND}")
    for row in rows:
        if row.number in kept and _made(reader, row) != kept[row.number]:
            findings.fault(f"lists and searches show something else than the ledger says; {_MEND}", session=row.id)


def _made(reader: Reader, row: SessionRow) -> Projected | None:
    try:
        return project(reader, row)[1]
    except StoreFormatError:  # said by who checks the session
        return None
