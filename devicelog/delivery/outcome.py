"""What became of a try."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: What may be kept of an answer in the ledger: an id or code, never a sentence.
_ID = re.compile(r"[A-Za-z0-9._:/@^=+-]{1,200}")
#: Words of a receiver are cut to so many letters.
_MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """The receiver has it; `answered` is what of the answer is kept: status or code, its id, how many resources."""

    answered: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not have it, and would not tomorrow: `why` in our words, `said` in its own."""

    why: str
    said: str | None = None


@dataclass(frozen=True, slots=True)
class NotNow:
    """It could not be done at this moment.

    `unanswered`: it may have arrived all the same. `after` is how long the receiver asked to be left alone (s).
    """

    why: str
    said: str | None = None
    unanswered: bool = False
    after: float | None = None


Outcome = Taken | Refused | NotNow


def kept_id(text: object) -> dict[str, str]:
    """An id of the receiver's as it may be kept; nothing if it is none."""
    return {"id": text} if isinstance(text, str) and _ID.fullmatch(text) else {}


def words(text: str) -> str:
    """What a receiver said as people may read it: one line, without what would steer a terminal, not too long."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _MOST_WORDS else f"{line[:_MOST_WORDS]}..."
