"""Follow-ups that were agreed, and whether anything was recorded of the person since.

A follow-up is settled by the next one of the same session, by what was stated of the session on that day or later, or
by a session of the same person on that day or later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from devicelog.acts.merges import Merges
from devicelog.search import terms
from devicelog.search.finding import Search, agreed
from devicelog.store.reader import Reader, SessionRow


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A day on which somebody is to be seen again; `settled` says by what it is settled, None: by nothing."""

    session: str
    subject: str
    entry: int
    on: date
    by: str
    settled: str | None

    def is_due(self, today: date) -> bool:
        """Whether it should have been by now, and nothing was recorded since."""
        return self.settled is None and self.on <= today


@dataclass(frozen=True, slots=True)
class FollowUps:
    """All of a store by their day; `unread` are sessions that cannot be read, of which nobody knows."""

    found: list[FollowUp]
    unread: list[SessionRow]


def follow_ups(reader: Reader) -> FollowUps:
    """All of the store, from what is kept of its sessions for searches."""
    sessions = agreed(reader, Search([terms.with_follow_ups()]))
    people = _People(reader)
    found = [
        FollowUp(
            session=row.id,
            subject=row.subject,
            entry=one.entry,
            on=(on := date.fromisoformat(one.on)),
            by=one.by,
            settled=f"entry {one.settled}" if one.settled is not None else people.came(row, on),
        )
        for row, digest in sessions.sessions
        for one in digest.follow_ups
    ]
    return FollowUps(sorted(found, key=lambda one: (one.on, one.session, one.entry)), sessions.unread)


class _People:
    """The sessions of each person, under whichever subject id they were recorded."""

    def __init__(self, reader: Reader) -> None:
        self._merges: Merges = reader.merges()
        self._sessions: dict[str, list[SessionRow]] = {}
        for row in reader.sessions():
            self._sessions.setdefault(self._merges.root(row.subject), []).append(row)

    def came(self, row: SessionRow, on: date) -> str | None:
        """A later session of the same person on that day or later."""
        same: Sequence[SessionRow] = self._sessions[self._merges.root(row.subject)]
        later = (one for one in same if one.number > row.number)
        return next((one.id for one in later if datetime.fromisoformat(one.started).date() >= on), None)
