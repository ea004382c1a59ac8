"""Who read or exported what: the log of accesses, the newest first, and whether it is as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.ledger import LEDGER_ERRORS, decode
from devicelog.numbers import some
from devicelog.store.access import Logged, accesses, head
from devicelog.store.reader import Reader
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.administration.proof import page

pages = Gate()

#: So many stand on a page.
_PAGE = 100
#: The last seals are looked through for one that covers the log.
_SEALS = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accesses: of a person by a part of the name, of a session by the beginning of its id, of a day (UTC)."""

    person: str
    session: str
    day: str

    def fits(self, logged: Logged) -> bool:
        """Whether it is one of them; a line that does not open fits whatever is wanted."""
        one = logged.access
        if one is None:
            return True
        by_name = self.person.casefold() in one.by.casefold()
        return by_name and (one.session or "").startswith(self.session) and one.at.startswith(self.day)


@pages.get("/administration/accesses", needs=Permission.SEE_ACCESSES)
def audit(asked: Asked) -> Response:
    """A page of them."""
    query = asked.request.query_params
    wanted = Wanted(*(query.get(name, "").strip()[:200] for name in ("person", "session", "day")))
    before = query.get("before", "")
    with asked.web.reading() as reader:
        every = list(accesses(reader.folder))
        fault = _fault(reader, every)
    fits = (one for one in reversed(every) if wanted.fits(one))
    if before.isascii() and before.isdigit() and len(before) < 19:
        fits = (one for one in fits if one.number < int(before))
    found = list(islice(fits, _PAGE + 1))
    more = found[_PAGE - 1].number if len(found) > _PAGE else None
    return page(asked, "accesses.html", found=found[:_PAGE], more=more, wanted=wanted, fault=fault, count=len(every))


def _fault(reader: Reader, every: list[Logged]) -> str | None:
    """What is wrong with the log; None if each line is in its place and none that a seal covers is gone."""
    damaged = next((one for one in every if one.fault), None)
    if damaged is not None:
        return f"line {damaged.number} {damaged.fault}"
    if head(reader.folder) is None:
        return "its end cannot be read"
    covered = _covered(reader)
    if covered is None or covered[0] == 0:
        return None
    number, digest = covered
    if number > len(every):
        return f"it has {some(len(every), 'line')}, and a seal covers {number}: it was cut"
    return None if every[number - 1].digest.hex() == digest else f"line {number}, which a seal covers, was changed"


def _covered(reader: Reader) -> tuple[int, str] | None:
    """Number and digest of the last line that one of the last seals covers."""
    found = None
    for seal in reader.seals_from(max(1, reader.seal_count() - _SEALS)):
        try:
            body = decode(seal.body)
            if body.get("accesses") is not None:
                found = int(body["accesses"]), str(body["accesses_head"])
        except LEDGER_ERRORS:
            continue
    return found
