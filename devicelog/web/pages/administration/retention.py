"""How long the records of each person are to be kept, and the rule; nothing is ever deleted by it."""

from __future__ import annotations

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.errors import BadInputError
from devicelog.store.access import Access
from devicelog.store.people import today
from devicelog.store.retaining import kept, rule, set_rule
from devicelog.web.accesses import keep
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.administration.proof import by, page, proved
from devicelog.web.pages.witnesses import tell_witnesses

pages = Gate()


@pages.get("/administration/retention", needs=Permission.MANAGE_RETENTION)
def retention(asked: Asked) -> Response:
    """Those that need not be kept any more first."""
    return show(asked)


def show(asked: Inquiry) -> Response:
    """The page, with what is wrong with a form on it."""
    with asked.web.reading() as reader:
        day = today()
        found = sorted(((one, one.until <= day) for one in kept(reader)), key=lambda pair: pair[0].until)
        keep(reader.folder, Access("retention", by(asked), subjects=tuple(one.subject.id for one, _ in found)))
        return page(asked, "retention.html", rule=rule(reader), found=found)


@pages.post("/administration/retention/rule", needs=Permission.MANAGE_RETENTION)
def set_(asked: Asked) -> Response:
    """Another rule."""
    years, minor_until = asked.form.read("years", _years), asked.form.read("minor_until", _years)
    if years is None or minor_until is None or not proved(asked):
        return show(asked)
    with asked.form.at("years"):
        asked.web.station.desk.do(lambda writer: set_rule(writer, years, minor_until, by=by(asked)))
    if not asked.form.is_sound:
        return show(asked)
    tell_witnesses(asked.web)
    return asked.go("/administration/retention")


def _years(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise BadInputError(f"found {text!r}, expected a number of years, such as 8.")
    return int(text)
