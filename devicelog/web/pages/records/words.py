"""The words of a record's sheets in the visitor's language: titles, heads and names of facts, which are a closed list.

What a record says itself, sentences and values, stands as it was recorded; so does a head that has no translation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from devicelog.web.texts import ENGLISH, Texts

_NO_WORD = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """A head of a sheet as a part of the name of its text: "drawn (mL)" is "drawn-ml"."""
    return _NO_WORD.sub("-", text.lower().replace("·", "")).strip("-")


@dataclass(frozen=True, slots=True)
class Words:
    """Says a word of a record in a language: `word("head", "lot")`."""

    texts: Texts

    def __call__(self, kind: str, text: str) -> Markup:
        """The word as it stands in a page; one without a translation says that it is English."""
        name = f"records-{kind}-{slug(text)}"
        if slug(text) and self.texts.has(name):
            return Markup("{}").format(self.texts(name))
        if self.texts.language == ENGLISH or not slug(text):
            return Markup("{}").format(text)
        return Markup('<span lang="en">{}</span>').format(text)

    def plain(self, kind: str, text: str) -> str:
        """The same where only text can stand."""
        name = f"records-{kind}-{slug(text)}"
        return self.texts(name) if slug(text) and self.texts.has(name) else text
