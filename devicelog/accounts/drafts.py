"""What people keep between the pages on which they open a session: one draft a person, for a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from devicelog.store.accounts.accounts import AccountsFile

Made = TypeVar("Made")

_HOUR = 3600 * 1_000_000_000
#: A draft is kept for so long after its last change (ns of wall time).
KEPT = 24 * _HOUR
#: A draft from further ahead is one of a clock that was wrong: it would never run out.
_AHEAD = _HOUR


class Drafts:
    """Drafts by the id of their person, as bytes that only whoever keeps them understands; safe in several threads.

    All raise NotNowError if the accounts cannot be read or written.
    """

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    def get(self, person: str, now: int) -> bytes | None:
        """What a person keeps; None: nothing, or it has run out."""
        return self.change(person, now, lambda body: (body, body))

    def change(self, person: str, now: int, edit: Callable[[bytes | None], tuple[bytes | None, Made]]) -> Made:
        """Let `edit` make of what is kept what is kept from now on (None: nothing), as one; what it gives besides.

        Two tablets that change a draft at once do so one after the other. `now` is the wall time in ns.
        """
        with self._file.changing() as rows:
            rows.drafts.forget(now - KEPT, now + _AHEAD)
            before = rows.drafts.get(person)
            after, made = edit(before)
            if after is None:
                rows.drafts.drop(person)
            elif after != before:
                rows.drafts.put(person, after, now)
            return made

    def forget(self, concerns: Callable[[bytes], bool]) -> int:
        """Forget every draft of which that is said, whoever keeps it; how many."""
        with self._file.changing() as rows:
            found = [person for person, body in rows.drafts.all() if concerns(body)]
            for person in found:
                rows.drafts.drop(person)
        return len(found)

    def drop(self, person: str, now: int) -> None:
        """Forget what a person keeps."""
        self.change(person, now, lambda _: (None, None))
