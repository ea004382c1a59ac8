"""Who approved which treatment protocol, and who took that back: a fold over the signed approvals of a store.

An approval keeps the full text, so that what a clinic approved is found by its id without the file it came from. What
is taken back is a line behind it that names the same text; nothing is removed. Of several approved versions of one id
the one that was approved last counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from devicelog.clock import told


class Act(StrEnum):
    """What a line of the approvals does."""

    APPROVED = "treatment protocol"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval; `text` is None for those of an older version, `withdrawn` what took it back."""

    number: int
    id: str
    version: str
    sha256: str
    by: str
    role: str | None
    at: str
    text: str | None
    withdrawn: Mapping[str, Any] | None = None

    @property
    def person(self) -> str:
        """Who approved, by name and role."""
        return self.by if self.role is None else f"{self.by}, {self.role}"

    @property
    def sentence(self) -> str:
        """Who approved it and when, for people here."""
        return f"approved by {self.person} at {told(self.at)}"

    def content(self) -> dict[str, Any]:
        """As listed: without the text."""
        return {
            "number": self.number,
            "id": self.id,
            "version": self.version,
            "sha256": self.sha256,
            "by": self.by,
            "role": self.role,
            "at": self.at,
            "has_text": self.text is not None,
            "withdrawn": dict(self.withdrawn) if self.withdrawn is not None else None,
        }


def is_withdrawal(content: Mapping[str, Any]) -> bool:
    """Whether a line takes an approval back."""
    return content.get("approval") == Act.WITHDRAWN


def holds_its_text(content: Mapping[str, Any]) -> bool:
    """Whether the text that an approval keeps, if any, is the one that it names."""
    text = content.get("text")
    return text is None or sha256(str(text).encode("utf-8")).hexdigest() == content.get("sha256")


def folded(contents: Iterable[Mapping[str, Any]]) -> list[Approval]:
    """The approvals in order, each with what took it back."""
    found: list[Approval] = []
    for content in contents:
        if is_withdrawal(content):
            told = {name: content.get(name) for name in ("by", "role", "reason", "at")}
            of = content.get("sha256")
            found = [
                replace(one, withdrawn=told) if one.sha256 == of and one.withdrawn is None else one for one in found
            ]
        else:
            found.append(_approval(content))
    return found


def _approval(content: Mapping[str, Any]) -> Approval:
    return Approval(
        number=int(content.get("number", 0)),
        id=str(content.get("id")),
        version=str(content.get("version")),
        sha256=str(content.get("sha256")),
        by=str(content.get("by")),
        role=content.get("role"),
        at=str(content.get("at")),
        text=content.get("text"),
    )


def in_force(approvals: Iterable[Approval]) -> dict[str, Approval]:
    """The approval that counts of each id whose text is kept: the last one that nobody took back."""
    return {one.id: one for one in approvals if one.withdrawn is None and one.text is not None}


def standing(approvals: Iterable[Approval], text: str) -> Approval | None:
    """The last approval of a text, by its SHA-256, that nobody took back."""
    found = [one for one in approvals if one.sha256 == text and one.withdrawn is None]
    return found[-1] if found else None
