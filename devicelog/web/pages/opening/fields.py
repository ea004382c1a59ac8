"""Fields of the pages: read into the tables of a draft, with an error beside each that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from markupsafe import Markup
from pydantic import ValidationError

from devicelog.errors import BadInputError
from devicelog.opening.underway import field_name
from devicelog.problems import sentence, shown
from devicelog.steps.plan_schema import EXPECTED, Table
from devicelog.steps.reason import reason
from devicelog.web.forms import Form

T = TypeVar("T", bound=Table)

#: Fields that say something of the form and not of the session.
_OWN = frozenset({"csrf", "do", "of", "once", "turn", "seen"})


def english(text: str) -> str:
    """A sentence of the core, which is English whatever the language of the page."""
    return Markup('<span lang="en">{}</span>').format(sentence(text))


def kept_fields(form: Form) -> dict[str, list[str]]:
    """What of a form is kept while it is filled in."""
    return {name: form.all(name) for name in form if name not in _OWN}


def table(form: Form, kind: type[T], place: tuple[str | int, ...], given: Mapping[str, Any]) -> T | None:
    """A table of the draft; None if it cannot be made, with an error beside each field that is to blame."""
    try:
        return kind.model_validate({name: value for name, value in given.items() if value not in ("", None)})
    except ValidationError as error:
        for each in error.errors(include_url=False):
            name = str(each["loc"][0]) if each["loc"] else ""
            found = "nothing" if each["type"] == "missing" else shown(each["input"])
            expected = EXPECTED.get(name, "text without control characters" if found != "nothing" else "some text")
            form.refuse(field_name(*place, name), english(f"found {found}, expected {expected}"))
        return None


@contextmanager
def beside(form: Form, name: str) -> Iterator[None]:
    """What is refused inside is refused at this field, in the core's own words."""
    try:
        yield
    except BadInputError as error:
        form.refuse(name, english(str(error)))


def day(form: Form, name: str) -> date | None:
    """A day; None for an empty field, and for what is none, with the error beside it."""
    text = form.text(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        form.refuse(name, english(f"found {shown(text)}, expected a day such as 2026-11-22"))
        return None


def why(form: Form, name: str) -> str | None:
    """A reason in words; None for what is none, with the error beside it."""
    with beside(form, name):
        return reason(form.text(name))
    return None


def numbers(form: Form, room: str) -> list[int]:
    """The numbers of the rows of a form that are called room-0, room-1, ..., in order."""
    found = set()
    for name in form:
        begin, _, rest = name.partition("-")
        number = rest.partition("-")[0]
        if begin == room and number.isascii() and number.isdecimal() and len(number) < 4:
            found.add(int(number))
    return sorted(found)
