"""What a guess about unknown bytes makes of a new profile: the keys of an engine's tables, in its beginning."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from devicelog.guess.guess import Claim
from devicelog.profile.engine import Engine

#: A text, a list on one line, or a number or word.
_VALUE = r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^\s#]+'


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An engine that can read what was guessed, and the keys that its profile has for that, by table."""

    engine: str
    tables: Mapping[str, Mapping[str, Any]]

    @property
    def words(self) -> str:
        """The keys as they stand in a profile."""
        said = [
            f"[{table}] {', '.join(f'{key} = {json.dumps(value)}' for key, value in keys.items())}"
            for table, keys in self.tables.items()
        ]
        return f'engine = "{self.engine}"; ' + "; ".join(said)


def suggested(claim: Claim, engines: Iterable[Engine]) -> Suggestion | None:
    """The first engine that can read frames like these; None if they need a driver."""
    for engine in engines:
        tables = engine.suggests(claim) if engine.suggests is not None else None
        if tables is not None:
            return Suggestion(engine.name, tables)
    return None


def filled(text: str, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """A profile's text with these values in the place of those that stand there; comments stay."""
    for table, keys in tables.items():
        head, mark, rest = text.partition(f"[{table}]\n")
        body, blank, behind = rest.partition("\n\n")
        for key, value in keys.items():
            stands = re.search(rf"^{key} = ({_VALUE})", body, re.MULTILINE)
            if stands is not None:
                body = body[: stands.start(1)] + json.dumps(value) + body[stands.end(1) :]
        text = head + mark + body + blank + behind
    return text
