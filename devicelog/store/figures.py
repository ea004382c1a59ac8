"""How much a store holds, for whoever watches over it: counts and moments, nothing of a patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devicelog.store.database import translated
from devicelog.store.outbox import open_deliveries

if TYPE_CHECKING:
    from devicelog.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Figures:
    """Sessions by state, the wall time of the last seal (None: nothing was sealed), and open deliveries by format."""

    sessions: dict[str, int]
    sealed: str | None
    waiting: dict[str, int]


def figures(reader: Reader) -> Figures:
    """Those of a store now; StoreFormatError if it cannot be read."""
    with translated(reader.folder):
        rows = list(reader.connection.execute("SELECT state, count(*) FROM session GROUP BY state"))
    last = next(reader.seals_from(reader.seal_count()), None)
    waiting: dict[str, int] = {}
    for row in open_deliveries(reader):
        waiting[row.content.format] = waiting.get(row.content.format, 0) + 1
    sealed = last.content.get("wall") if last is not None else None
    return Figures({str(state): int(count) for state, count in rows}, sealed, waiting)
