"""What somebody looks for among the sessions, as they say it, and the search that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devicelog.search.finding import Search
    from devicelog.store.projection import Wanted
    from devicelog.store.reader import Reader

#: What can be looked for in words: the names of `terms.BY`, in the order in which they are asked.
TERMS = ("practitioner", "protocol", "device", "zone", "product", "lot", "alarm")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said; None: nothing of that. `subject` is the clinic's number, the moments are RFC 3339 in UTC."""

    subject: str | None = None
    since: str | None = None
    until: str | None = None
    signed: bool | None = None
    terms: Mapping[str, str] = field(default_factory=dict)

    def search(self, reader: Reader) -> Search | None:
        """The search in a store; None if no session of that patient is known."""
        from devicelog.search.finding import Search

        ids = reader.subject_ids(self.subject) if self.subject is not None else None
        if ids == []:
            return None
        return Search(list(self._wanted()), ids, self.since, self.until)

    def _wanted(self) -> Iterator[Wanted]:
        from devicelog.search import terms

        for name, text in self.terms.items():
            yield terms.BY[name](text)
        if self.signed is not None:
            yield terms.by_signature(signed=self.signed)
