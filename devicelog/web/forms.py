"""Forms as they were sent, with an error beside each field that cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from fastapi import Request
from starlette.formparsers import FormParser, MultiPartException
from starlette.requests import ClientDisconnect

from devicelog.errors import BadInputError, NotNowError
from devicelog.web.english import English

Made = TypeVar("Made")

_URLENCODED = "application/x-www-form-urlencoded"
#: What a page never shows again, and what the page that asks for the password has of its own.
_NOT_KEPT = frozenset(
    {"csrf", "password", "repeated", "pin", "secret", "code", "totp", "next", "then", "language", "back"}
)
#: A form has no more fields than this.
_MOST_FIELDS = 2000


class SaidError(BadInputError):
    """What is wrong with a form, in the language of its page; errors of the core are in English."""


class Form:
    """The fields of a form, each with all its values in order; `errors` are sentences by field.

    `is_not_now`: it may be sent again later as it is.
    """

    def __init__(self, fields: Mapping[str, list[str]] | None = None) -> None:
        self._fields = dict(fields or {})
        self.errors: dict[str, str] = {}
        self.is_not_now = False

    def text(self, name: str, default: str = "") -> str:
        """What was typed, without blanks around it."""
        values = self._fields.get(name)
        return values[-1].strip() if values else default

    def secret(self, name: str) -> str:
        """What was typed, as it was typed."""
        values = self._fields.get(name)
        return values[-1] if values else ""

    def all(self, name: str) -> list[str]:
        """All values of a field that may stand more than once; empty ones are left out."""
        return [value.strip() for value in self._fields.get(name, ()) if value.strip()]

    def has(self, name: str) -> bool:
        """Whether a box is ticked, or a button was the one that was pressed."""
        return name in self._fields

    def kept(self) -> list[tuple[str, str]]:
        """What was typed, field by field, for a page that asks for the password before it is taken; no secrets."""
        return [(name, value) for name, values in self._fields.items() if name not in _NOT_KEPT for value in values]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    @property
    def is_sound(self) -> bool:
        return not self.errors

    @property
    def complaints(self) -> list[tuple[str, str, int]]:
        """What is wrong, each sentence once: the first field that it is about, the sentence, and how many fields."""
        fields: dict[str, list[str]] = {}
        for name, sentence in self.errors.items():
            fields.setdefault(sentence, []).append(name)
        return [(names[0], self.errors[names[0]], len(names)) for names in fields.values()]

    def refuse(self, field: str, why: str | Exception) -> None:
        """Say what is wrong with a field, in the page's language or as an error of the core does; the first stays."""
        self.errors.setdefault(field, why if isinstance(why, str) else English(why))

    @contextmanager
    def at(self, field: str) -> Iterator[None]:
        """What is refused inside is refused at this field, also what is only not possible now: what was typed stays."""
        try:
            yield
        except SaidError as error:
            self.refuse(field, str(error))
        except (BadInputError, NotNowError) as error:
            self.refuse(field, error)
            self.is_not_now |= isinstance(error, NotNowError)

    def read(self, field: str, make: Callable[[str], Made]) -> Made | None:
        """What `make` makes of a field; None where it is refused, with the error beside the field."""
        with self.at(field):
            return make(self.text(field))
        return None


async def read_form(request: Request) -> Form:
    """The form of a request; one that is no form, or too large, is empty."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _URLENCODED:
        return Form()
    try:
        data = await FormParser(request.headers, request.stream()).parse()
    except (MultiPartException, UnicodeDecodeError, ValueError, ClientDisconnect):
        return Form()
    fields: dict[str, list[str]] = {}
    for name, value in data.multi_items()[:_MOST_FIELDS]:
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    return Form(fields)
