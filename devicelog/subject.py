"""Who a subject is: what the clinic calls it, and what is known of the person; sealed as one JSON object in the store.

    {"reference", "name", "birth_date", "contact", "note", "before": [{"until", "by", "values"}]}

`before` holds what was changed, the oldest first: the older values, until when they stood, and who changed them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from devicelog.errors import BadInputError

#: A subject id, which also names a file of keys.
SUBJECT_ID = re.compile(r"subject-[0-9a-f]{16}")
#: What is known of a person besides the clinic's number, in the order in which it is shown.
FIELDS = ("name", "birth_date", "contact", "note")
#: Nobody who is treated was born before.
_EARLIEST = date(1900, 1, 1)


class Ground(StrEnum):
    """Why somebody is erased: the cases of Art. 17(1) GDPR that a clinic meets, and what is none of them."""

    NOT_NEEDED = "not-needed"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    OBJECTION = "objection"
    UNLAWFUL = "unlawful"
    LEGAL_DUTY = "legal-duty"
    OTHER = "other"


class Former(msgspec.Struct, frozen=True):
    """What stood before a change: the older values of what was changed."""

    until: str
    by: str
    values: dict[str, str | None]


class Subject(msgspec.Struct, frozen=True):
    """A person as the clinic knows it; `reference` is the clinic's own number, the only one that can be looked up.

    `added_by` is who added the person by a command; None where a recording did.
    """

    reference: str
    name: str | None = None
    birth_date: str | None = None
    contact: str | None = None
    note: str | None = None
    before: tuple[Former, ...] = ()
    added_by: str | None = None

    @property
    def born(self) -> date | None:
        """The birth date; None if it is not known."""
        return date.fromisoformat(self.birth_date) if self.birth_date else None

    def content(self) -> dict[str, Any]:
        """Number and what is known of the person, without what stood before."""
        return {"reference": self.reference, **{field: getattr(self, field) for field in FIELDS}}

    def matches(self, text: str) -> bool:
        """Whether a text is its number, its birth date, or a part of its name, whatever the case."""
        wanted = text.strip().casefold()
        named = self.name is not None and wanted in self.name.casefold()
        return named or wanted in (self.reference.casefold(), self.birth_date)

    def changed(self, values: Mapping[str, str | None], *, wall: str, by: str) -> Subject:
        """This subject with other values; what stood before is kept. The same object if nothing changes."""
        own = {"reference": self.reference, **self.content()}
        other = {field: value for field, value in values.items() if own[field] != value}
        if not other:
            return self
        former = Former(wall, by, {field: own[field] for field in other})
        return msgspec.structs.replace(self, **other, before=(*self.before, former))


encode = msgspec.json.Encoder(order="sorted").encode
_subject_of = msgspec.json.Decoder(Subject).decode


def decode(data: bytes) -> Subject:
    """The subject that `encode` wrote; ValueError for anything else."""
    try:
        return _subject_of(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ValueError("what is sealed of a subject cannot be read") from None


def given(field: str, text: str, today: date) -> str | None:
    """What a person typed of a field; None for an empty text. BadInputError for a date that is no birth date."""
    value = " ".join(text.split()) if field != "note" else text.strip()
    if not value:
        return None
    return birth_date(value, today) if field == "birth_date" else value


def birth_date(text: str, today: date) -> str:
    """A birth date as year, month and day; BadInputError for any other text, and for a day that cannot be one."""
    expected = "expected a day such as 1984-05-17"
    try:
        born = date.fromisoformat(text)
    except ValueError:
        raise BadInputError(f"the birth date that was given is no date; {expected}.") from None
    if born.isoformat() != text or not _EARLIEST <= born <= today:
        raise BadInputError(f"the birth date that was given cannot be one; {expected}, not before 1900 or after today.")
    return text
