"""Care times: what a person is told to keep to before and after a session, on whose word, and until when.

Files are read in `devicelog.screening.care_file`. Durations are counted from the end of a session. Recording and
documentation only: the times say what was told, and are no clinical advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from devicelog.screening.rule import Source
from devicelog.treatment.protocol import Status


class When(StrEnum):
    """Whether something holds before or after a session."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class CareClaim:
    """What one source says; `seconds` only if it names a time."""

    source: str
    says: str
    quote_short: str | None
    seconds: Decimal | None


@dataclass(frozen=True, slots=True)
class CareItem:
    """One thing to keep to, and for how long (seconds); the longest time of all sources, or what a clinic chose."""

    code: str
    when: When
    seconds: Decimal
    text_for_patient: str
    claims: tuple[CareClaim, ...]
    sources_disagree: bool
    chosen_by: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is said of the time after a session, and runs out at no time."""

    code: str
    text_for_patient: str
    claims: tuple[CareClaim, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """Until when something is to be kept to."""

    item: CareItem
    until: datetime


@dataclass(frozen=True, slots=True)
class Care:
    """The care times as one file states them, with its exact text and the sha256 of its bytes (hex).

    `lowered`: sentences about times that are shorter than those that come with devicelog.
    """

    id: str
    version: str
    title: str
    status: Status
    notes: str
    items: tuple[CareItem, ...]
    expectations: tuple[Expectation, ...]
    sources: Mapping[str, Source] = field(hash=False)
    text: str = field(repr=False)
    sha256: str
    lowered: tuple[str, ...] = ()

    def of(self, when: When) -> tuple[CareItem, ...]:
        """What holds before, or after, a session, in the order of the file."""
        return tuple(item for item in self.items if item.when is when)

    def due(self, ended: datetime) -> tuple[Due, ...]:
        """Until when each thing holds after a session that ended then, in the zone of `ended`; the first over first."""
        due = [Due(item, ended + timedelta(microseconds=int(item.seconds * 1_000_000))) for item in self.of(When.AFTER)]
        return tuple(sorted(due, key=lambda one: one.until))

    @property
    def named(self) -> dict[str, str]:
        """What names these care times in an entry: `id`, `version`, `sha256`."""
        return {"id": self.id, "version": self.version, "sha256": self.sha256}


def due_content(care: Care, ended: datetime) -> dict[str, Any]:
    """What an `aftercare` entry says of the care times that were given: which, and until when each holds."""
    due = [
        {"code": one.item.code, "text": one.item.text_for_patient, "until": one.until.isoformat()}
        for one in care.due(ended)
    ]
    return {"care": care.named, "due": due}
