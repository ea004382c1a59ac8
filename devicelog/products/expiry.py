"""Until when a product may be used, as it is printed on it: a day, or a month, which is up to the end of that month."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from devicelog.errors import BadInputError

_PRINTED = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_EXPECTED = "expected a day such as 2026-11-22, or a month such as 2026-11, which is up to its end"


@dataclass(frozen=True, slots=True)
class Expiry:
    """`last` is the last day on which it may be used; `printed` is the day or the month as a person read it."""

    last: date
    printed: str

    @classmethod
    def of(cls, text: str) -> Expiry:
        """What is printed ("2026-11-22", "2026-11"); BadInputError if it is no date."""
        match = _PRINTED.fullmatch(text.strip())
        if match is None:
            raise BadInputError(f"the expiry {text!r} is no date; {_EXPECTED}.")
        year, month = int(match[1]), int(match[2])
        if not 1 <= month <= 12 or year < 1:
            raise BadInputError(
                f"the expiry {text!r} is no date: there is no month {match[2]} of {match[1]}; {_EXPECTED}."
            )
        last_day = monthrange(year, month)[1]
        day = int(match[3]) if match[3] is not None else last_day
        if not 1 <= day <= last_day:
            raise BadInputError(f"the expiry {text!r} is no date: that month has {last_day} days; {_EXPECTED}.")
        return cls(date(year, month, day), text.strip())

    @property
    def is_month(self) -> bool:
        """Whether only a month is printed."""
        return self.printed != self.last.isoformat()

    def has_passed(self, today: date) -> bool:
        """Whether it may not be used any more on that day."""
        return today > self.last

    def __str__(self) -> str:
        return f"{self.last}, the end of {self.printed} as printed" if self.is_month else str(self.last)
