"""Who sees which record: one look at the store for one request, and a line in the log of accesses for what is shown.

A record that somebody may not see and one that does not exist are answered in the same way, so that nobody learns by
asking that a person was treated here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import structlog
from starlette.exceptions import HTTPException

from devicelog.accounts.permission import Permission, sees
from devicelog.accounts.person import key_of
from devicelog.errors import BadInputError
from devicelog.search.finding import Found, Search, line_of, listed
from devicelog.store.access import Access
from devicelog.store.people import Known, known
from devicelog.subject import SUBJECT_ID
from devicelog.web.accesses import keep

if TYPE_CHECKING:
    from devicelog.account import Person
    from devicelog.search.digest import Listed
    from devicelog.store.reader import Reader, SessionRow
    from devicelog.web.inquiry import Inquiry

_T = TypeVar("_T")
_log = structlog.get_logger()


def nothing() -> HTTPException:
    """What is answered for what is not there, or not for this person: a page that tells nothing."""
    return HTTPException(404)


class Sight:
    """What the visitor of one request sees of a store."""

    def __init__(self, asked: Inquiry, reader: Reader) -> None:
        self.asked = asked
        self.reader = reader
        self.person: Person = asked.person

    @property
    def sees_all(self) -> bool:
        """Whether the sessions of everybody are open to this person."""
        return self.asked.visitor.may(Permission.SEE_ALL)

    def sees(self, practitioner: str | None) -> bool:
        """Whether the sessions of a practitioner are; one that names nobody is for those who see all."""
        return sees(self.person, practitioner) if practitioner else self.sees_all

    def owns(self, practitioner: str | None) -> bool:
        """Whether this person is that practitioner."""
        return practitioner is not None and key_of(practitioner) == key_of(self.person.name)

    def may(self, permission: Permission) -> bool:
        return self.asked.visitor.may(permission)

    # -- sessions ----------------------------------------------------------------------------------------------

    def session(self, name: str) -> tuple[SessionRow, Listed]:
        """The session of that very id, and its line in a list; 404 if there is none that this person sees."""
        try:
            row = self.reader.session(name)
        except BadInputError:
            raise nothing() from None
        if row.id != name:
            raise nothing()
        line = line_of(self.reader, row)
        if not self.sees(line.practitioner):
            raise nothing()
        return row, line

    def listed(self, search: Search) -> Found[Listed]:
        """What of a search this person sees, oldest first; of what cannot be read nobody knows whose it is."""
        found = listed(self.reader, search)
        mine = [(row, line) for row, line in found.sessions if self.sees(line.practitioner)]
        return Found(mine, found.unread if self.sees_all else [])

    # -- people ------------------------------------------------------------------------------------------------

    def subject(self, name: str) -> tuple[Known, list[tuple[SessionRow, Listed]]]:
        """The person of a random id with the sessions that are seen; 404 if this person treated none of them."""
        if SUBJECT_ID.fullmatch(name) is None:
            raise nothing()
        try:
            subject = known(self.reader, name)
        except BadInputError:
            raise nothing() from None
        sessions = self.listed(Search(subjects=subject.merged)).sessions
        if not sessions and not self.sees_all and not self._added(subject):
            raise nothing()
        return subject, sessions

    def _added(self, subject: Known) -> bool:
        """Whether this person made the entry of that subject: nobody has treated it yet."""
        rows = (self.reader.sessions(subject=one) for one in subject.merged)
        return subject.person is not None and self.owns(subject.person.added_by) and not any(rows)

    # -- the log -----------------------------------------------------------------------------------------------

    def log(self, what: str, *, session: SessionRow | None = None, subjects: Iterable[str] = ()) -> None:
        """Log that something of a record is about to be shown; it is shown also if that cannot be written."""
        of: Sequence[str] = (session.subject,) if session is not None else list(dict.fromkeys(subjects))
        if session is None and not of:
            return
        access = Access(what, self.person.name, session=session.id if session is not None else None, subjects=tuple(of))
        if keep(self.reader.folder, access) is not None:
            _log.warning("an access could not be logged", person=self.person.id)


@contextmanager
def sight(asked: Inquiry) -> Iterator[Sight]:
    """The store as the visitor sees it, for one request."""
    with asked.web.reading() as reader:
        yield Sight(asked, reader)


def paged(items: Sequence[_T], wanted: str, size: int) -> tuple[Sequence[_T], int, int]:
    """A page of a list, its number from 1, and how many there are; a number that is none is the first."""
    count = max(1, -(-len(items) // size))
    number = min(max(1, int(wanted)), count) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
    return items[(number - 1) * size : number * size], number, count
