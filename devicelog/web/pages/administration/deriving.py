"""A treatment protocol of the clinic's own: a copy with other limits, shown beside its base before it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.approving import keep_derived
from devicelog.errors import BadInputError
from devicelog.naming import named
from devicelog.treatment.derive import Change, Side, derive
from devicelog.treatment.difference import Differences, differences
from devicelog.treatment.protocol import Citation, Grade, Limit, Source, TreatmentProtocol
from devicelog.treatment.protocol_file import amount
from devicelog.treatment.sanity import examine
from devicelog.units import plain
from devicelog.web.english import English
from devicelog.web.forms import Form
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.administration.known import KnownProtocols
from devicelog.web.pages.administration.proof import by, page

pages = Gate()

_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_SIDES = ("soft", "hard")
#: What is said to whoever names only a part of a source.
_PART = "found a part of a source; expected its key, its title, and where it was read."


@pages.get("/administration/protocols/{name}/derive", needs=Permission.MANAGE_PROTOCOLS)
def deriving(name: str, asked: Asked) -> Response:
    """The limits of the base, to be changed."""
    base = _base(asked, name)
    values = {"id": f"our-{base.id}"[:60], "version": "1", "title": base.title}
    for limit in base.limits:
        values |= {f"{side}-{limit.number}": _written(limit, side) for side in _SIDES}
        values[f"source-{limit.number}"] = ""
        values[f"grade-{limit.number}"] = Grade.ENGINEERING_CHOICE.value
    values |= dict.fromkeys(("source-key", "source-title", "source-where"), "")
    return _page(asked, name, base, values, None)


@pages.post("/administration/protocols/{name}/derive", needs=Permission.MANAGE_PROTOCOLS, once=True)
def derived(name: str, asked: Asked) -> Response:
    """Show what it differs in, or keep it: it is checked before either."""
    base = _base(asked, name)
    new = _made(asked, base)
    if new is not None and asked.form.text("act") == "keep":
        with asked.form.at("id"):
            target = keep_derived(asked.web.store, new)
            return asked.go(f"/administration/protocols/{target.name}")
    found = differences(base, new) if new is not None else None
    values = {field: asked.form.text(field) for field in asked.form}
    for limit in base.limits:
        for field in ("soft", "hard", "source", "grade"):
            values.setdefault(f"{field}-{limit.number}", "")
    for field in ("id", "version", "title", "source-key", "source-title", "source-where"):
        values.setdefault(field, "")
    return _page(asked, name, base, values, found)


def _page(
    asked: Inquiry, name: str, base: TreatmentProtocol, values: dict[str, str], found: Differences | None
) -> Response:
    keys = [*base.sources, *([values["source-key"]] if values["source-key"] else [])]
    context: dict[str, Any] = {
        "name": name,
        "base": base,
        "values": values,
        "found": found,
        "keys": keys,
        "grades": list(Grade),
    }
    return page(asked, "derive.html", **context)


def _base(asked: Inquiry, name: str) -> TreatmentProtocol:
    protocol = KnownProtocols(asked.web.store).get(name).protocol
    assert protocol is not None
    return protocol


def _written(limit: Limit, side: str) -> str:
    value = limit.soft if side == "soft" else limit.hard
    return plain(value) if value is not None else ""


def _made(asked: Inquiry, base: TreatmentProtocol) -> TreatmentProtocol | None:
    """The new protocol, found sound; None if the form says what is wrong."""
    form = asked.form
    version = form.read("version", lambda text: named(text, "version"))
    title = form.read("title", lambda text: named(text, "title"))
    changes = list(_changes(form, base))
    sources = _sources(form)
    if not form.is_sound:
        return None
    with form.at("id"):
        new = derive(
            base,
            new_id=form.text("id"),
            version=version or "",
            by=by(asked),
            changes=changes,
            title=title,
            sources=sources,
        )
        faults = examine(new, new.id).faults
        if faults:
            raise BadInputError(faults[0])
        return new
    return None


def _sources(form: Form) -> list[tuple[str, Source]]:
    key, title, where = (form.text(f"source-{name}") for name in ("key", "title", "where"))
    if not (key or title or where):
        return []
    if not (key and title and where):
        form.refuse("source-key", English(_PART))
    return [(key, Source(title, where))]


def _changes(form: Form, base: TreatmentProtocol) -> Iterator[Change]:
    for limit in base.limits:
        sides: dict[str, Side] = {}
        for name in _SIDES:
            field = f"{name}-{limit.number}"
            text = form.text(field)
            if not form.has(field) or text == _written(limit, name):
                continue
            with form.at(field):
                value = amount(_with_unit(text, limit), limit.unit) if text else None
                before = limit.soft if name == "soft" else limit.hard
                if value != before:
                    sides[name] = Side(value, _citation(form, limit) if value is not None else None)
        if sides:
            yield Change(limit.name, sides)


def _with_unit(text: str, limit: Limit) -> str:
    """A bare number is meant in the limit's own unit, which stands beside the field."""
    if _NUMBER.fullmatch(text) is None:
        return text
    number = text.replace(",", ".")
    return number if limit.unit == "count" else f"{number} {limit.unit}"


def _citation(form: Form, limit: Limit) -> Citation | None:
    key, grade = form.text(f"source-{limit.number}"), form.text(f"grade-{limit.number}")
    if not key:
        return None
    if grade not in {one.value for one in Grade}:
        raise BadInputError(f"found the grade {grade!r}, expected {', '.join(one.value for one in Grade)}.")
    return Citation(key, Grade(grade))
