"""From a lot to whom it was given: the sessions for which it was taken, their subjects, and the doses in each zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from devicelog.search.digest import VERSION, Digest, Lot
from devicelog.search.finding import Search, digests
from devicelog.search.terms import by_lot_ever, by_product, folded
from devicelog.store.projection import Projection

if TYPE_CHECKING:
    from devicelog.store.reader import Reader, SessionRow


@dataclass(frozen=True, slots=True)
class Taken:
    """A lot that was taken for a session."""

    session: Digest
    lot: Lot


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a lot went, oldest session first; of the sessions that cannot be read it is not known.

    `corrected` had it stated until that was corrected to another lot.
    """

    taken: list[Taken]
    corrected: list[Taken]
    unread: list[SessionRow]

    @property
    def subjects(self) -> dict[str, list[Taken]]:
        """What was taken for each subject, by its random id."""
        found: dict[str, list[Taken]] = {}
        for taken in self.taken:
            found.setdefault(taken.session.subject, []).append(taken)
        return found


def trace(reader: Reader, lot: str, product: str | None = None) -> Trace:
    """Where a lot went; of one product only, where makers give their lots the same numbers."""
    wanted = [by_lot_ever(lot)] + ([by_product(product)] if product is not None else [])
    found = digests(reader, Search(wanted))
    every = [taken for _, digest in found.sessions for taken in _of_product(digest, product)]
    taken = [one for one in every if folded(one.lot.lot or "") == folded(lot)]
    corrected = [one for one in every if folded(lot) in map(folded, one.lot.before) and one not in taken]
    return Trace(taken, corrected, found.unread)


def _of_product(digest: Digest, product: str | None) -> Iterator[Taken]:
    for one in digest.lots:
        if product is None or folded(one.product) == folded(product):
            yield Taken(digest, one)


def similar(reader: Reader, lot: str) -> list[str]:
    """Lots that were taken and are spelt much alike: a number that was read wrongly from a box."""
    known = set(Projection(reader, VERSION).values("lot")) - {folded(lot)}  # there, and corrected since
    return get_close_matches(folded(lot), sorted(known), n=3, cutoff=0.7)
