"""What pages say, in every language: Fluent files in texts/<language>/, one for each part of the pages.

What a session holds (alarms, notes, reasons) is shown as it was recorded; only the page's own words are here. A text
that a language lacks is shown in English, and a test sees to it that none does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number

#: The languages that ship, each in its own words.
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "fr": "Français", "it": "Italiano"}
ENGLISH = "en"

#: Of what somebody typed no more characters stand in a text; Fluent itself refuses twice as many, and more.
_LONGEST = 1000
_FOLDER = Path(__file__).with_name("texts")

#: What a text may be given; numbers choose plural forms and are written as the language writes them.
Value = str | int | Decimal | datetime | date


@cache
def _bundles(language: str) -> tuple[FluentBundle, ...]:
    """The texts of a language, and English behind it."""
    made = []
    for one in dict.fromkeys((language, ENGLISH)):
        bundle = FluentBundle([one], use_isolating=False)
        for file in sorted((_FOLDER / one).glob("*.ftl")):
            bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
        made.append(bundle)
    return tuple(made)


class Texts:
    """The texts of one language; call it with the name of one and what it is given."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else ENGLISH
        self._bundles = _bundles(self.language)
        self._plain: dict[str, str] = {}

    def __call__(self, name: str, /, **given: Value) -> str:
        """The text; KeyError for a name that no language has. `a-b.c` is the attribute c of the message a-b."""
        if not given and name in self._plain:
            return self._plain[name]
        made = self._made(name, given)
        if not given:
            self._plain[name] = made
        return made

    def has(self, name: str) -> bool:
        """Whether there is a text of that name."""
        return any(bundle.has_message(name) for bundle in self._bundles)

    def _made(self, name: str, given: Mapping[str, Any]) -> str:
        message, _, attribute = name.partition(".")
        values = {key: _written(value) for key, value in given.items()}
        for bundle in self._bundles:
            if not bundle.has_message(message):
                continue
            found = bundle.get_message(message)
            pattern = found.attributes.get(attribute) if attribute else found.value
            if pattern is None:
                continue
            text, errors = bundle.format_pattern(pattern, values)
            if errors:
                raise ValueError(f"the text {name} cannot be made in {self.language}: {errors[0]}")
            return str(text)
        raise KeyError(name)


def _written(value: Any) -> Any:
    """A value as a text takes it."""
    if type(value) is int:
        return fluent_number(value)
    return f"{value[:_LONGEST]}…" if isinstance(value, str) and len(value) > _LONGEST else value


def preferred(accepted: str) -> str:
    """The first language of an Accept-Language header that ships (RFC 9110, 12.5.4); English if none does."""
    wanted = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        wanted.append((-quality, place, name.strip().lower().partition("-")[0]))
    return next((name for quality, _, name in sorted(wanted) if quality < 0 and name in LANGUAGES), ENGLISH)
