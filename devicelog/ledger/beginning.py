"""By which way a session was begun, and by whom, as its first entry holds it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Through(StrEnum):
    """The way by which somebody began a session."""

    TERMINAL = "terminal"
    PAGE = "page"
    API = "api"


@dataclass(frozen=True, slots=True)
class Beginning:
    """By which way a session was begun, and by whom: a person's name, or that of a token (None: nobody is known)."""

    through: Through
    by: str | None = None

    def content(self) -> dict[str, str]:
        return {"through": self.through.value, **({"by": self.by} if self.by is not None else {})}
