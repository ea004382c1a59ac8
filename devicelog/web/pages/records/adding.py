"""What is said of a session behind its end: reactions, adverse events, aftercare, photographs, notes, follow-ups ..."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from devicelog import clock
from devicelog.accounts.permission import Permission
from devicelog.amending.adding import add
from devicelog.amending.fields import REACTIONS, SEVERITY, WHEN
from devicelog.amending.values import Amount, Day, Moment
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.naming import named
from devicelog.record import amounts
from devicelog.record.response import Reaction, Severity, When
from devicelog.screening.care_file import load
from devicelog.screening.told import told_content
from devicelog.web.gate import Asked, Gate
from devicelog.web.pages.records.sheets import can
from devicelog.web.pages.records.shelf import SHELF
from devicelog.web.pages.records.sight import nothing, sight
from devicelog.web.pages.records.words import Words
from devicelog.web.pages.records.writing import must, must_be_over, written

if TYPE_CHECKING:
    from devicelog.record.record import Record
    from devicelog.web.forms import Form

pages = Gate()

_SHA256 = re.compile(r"[0-9a-f]{64}")


@pages.get("/sessions/{session}/add", needs=Permission.AMEND_OWN)
def ask(session: str, asked: Asked) -> Response:
    """A form for each kind of statement."""
    return _page(session, asked)


@pages.post("/sessions/{session}/add", needs=Permission.AMEND_OWN, once=True)
def state(session: str, asked: Asked) -> Response:
    """State one of them."""
    form = asked.form
    made = _KINDS.get(form.text("what"))
    if made is None:
        raise nothing()
    kind, content_of = made
    with sight(asked) as seen:
        row, line = seen.session(session)
        must_be_over(row)
        must(can(seen, row, line).amend)
        content = content_of(form, SHELF.folded(seen.reader, row).record)
        happened = form.text("happened") or None
        if kind is Kind.AFTERCARE and happened is None:
            happened = Moment().read(clock.utc(clock.now().wall_ns))
        if form.is_sound:
            content["by"] = seen.person.name
            with form.at("what"):
                written(asked, row, lambda writer, now: add(writer, now, kind, content, happened=happened))
        if form.is_sound:
            return asked.go(f"/sessions/{row.id}#stated")
    return _page(session, asked, 422)


def _page(session: str, asked: Asked, status: int = 200) -> Response:
    with sight(asked) as seen:
        row, line = seen.session(session)
        must_be_over(row)
        must(can(seen, row, line).amend)
        seen.log("add", session=row)
        record = SHELF.folded(seen.reader, row).record
        syringes = [made.now for made in record.statements.of(Kind.SYRINGE)]
    return asked.page(
        "records/add.html",
        status,
        row=row,
        line=line,
        word=Words(asked.t),
        what=asked.form.text("what") or "reaction",
        reactions=[one.value for one in Reaction],
        severities=[one.value for one in Severity],
        whens=[one.value for one in When],
        syringes=[(str(one["syringe"]), str(one.get("label") or one["syringe"])) for one in syringes],
    )


# -- what each form says: a field that cannot be used is refused beside it -------------------------------------


def _reaction(form: Form, _: Record) -> dict[str, Any]:
    codes = form.all("codes")
    found: dict[str, Any] = {}
    with form.at("codes"):
        found["codes"] = REACTIONS.read(",".join(codes))
    return found | _optional(form, "severity", SEVERITY.read) | _text(form)


def _adverse_event(form: Form, _: Record) -> dict[str, Any]:
    """What happened; that there was none is a reaction that was stated, and no event."""
    found = {"code": _words(form, "code"), "severity": form.read("severity", SEVERITY.read)}
    found |= _optional(form, "action", _named) | _optional(form, "reported_to", _named)
    return found | {"text": _words(form, "text")}


def _aftercare(form: Form, record: Record) -> dict[str, Any]:
    found: dict[str, Any] = {"leaflet": _words(form, "leaflet"), "version": _words(form, "version")}
    if form.has("care"):
        found |= told_content(load(None), amounts.local(record, record.last_us))
    return found


def _follow_up(form: Form, _: Record) -> dict[str, Any]:
    return {"on": form.read("on", Day().read)} | _text(form)


def _photograph(form: Form, _: Record) -> dict[str, Any]:
    """By name and SHA-256, which the page's script or `devicelog add photograph` works out: no picture is sent here."""
    return {
        "file": _words(form, "file"),
        "sha256": form.read("sha256", _digest),
        "when": form.read("when", WHEN.read),
    }


def _note(form: Form, _: Record) -> dict[str, Any]:
    return {"text": _words(form, "text")}


def _leftover(form: Form, _: Record) -> dict[str, Any]:
    volume = Amount("mL")
    return {
        "syringe": form.read("syringe", _number),
        "left": form.read("left", volume.read),
        "wasted": form.read("wasted", volume.read) if form.text("wasted") else "0",
        "unit": "mL",
    }


_KINDS: Mapping[str, tuple[Kind, Callable[[Form, Record], dict[str, Any]]]] = {
    "reaction": (Kind.REACTION, _reaction),
    "adverse-event": (Kind.ADVERSE_EVENT, _adverse_event),
    "aftercare": (Kind.AFTERCARE, _aftercare),
    "follow-up": (Kind.FOLLOW_UP, _follow_up),
    "photograph": (Kind.PHOTOGRAPH, _photograph),
    "note": (Kind.NOTE, _note),
    "leftover": (Kind.LEFTOVER, _leftover),
}


def _words(form: Form, field: str) -> str | None:
    return form.read(field, _named)


def _named(text: str) -> str:
    return named(text, "text")


def _text(form: Form) -> dict[str, Any]:
    return _optional(form, "text", _named)


def _optional(form: Form, field: str, read: Callable[[str], Any]) -> dict[str, Any]:
    return {field: form.read(field, read)} if form.text(field) else {}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise BadInputError(f"found {text[:40]!r}, expected one of the session's syringes.")
    return int(text)


def _digest(text: str) -> str:
    found = text.strip().lower()
    if _SHA256.fullmatch(found) is None:
        raise BadInputError(f"found {text[:20]!r}, expected the SHA-256 of the picture: 64 digits 0 to 9 and a to f.")
    return found
