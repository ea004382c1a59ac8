"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How much a finding matters to a recording."""

    GOOD = "good"
    UNCHECKED = "unchecked"
    """Nobody can see it from here; somebody should look."""
    CARE = "care"
    """A recording works, and something may go wrong."""
    BAD = "bad"
    """A recording would not work, lose something, or be open to others."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and what to do (empty if all is well)."""

    about: str
    grade: Grade
    found: str
    mend: str = ""
