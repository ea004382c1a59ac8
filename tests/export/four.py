"""Four small sessions of two patients, exported into one folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from devicelog.export.folder.package import Placed
from devicelog.export.many.bulk import Bulk, Manner, Outcome, Outcomes
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from tests.export.conftest import WHOLE, Script, record_into

IDS = [f"2026120{day}-100000-aaaa" for day in range(1, 5)]
FEW = ["json", "csv"]


def record_four(store: Path) -> Path:
    """A store with four small sessions of two patients."""
    with Writer.open(store) as writer:
        for number, session in enumerate(IDS):
            record_into(writer, Script(says=WHOLE[:4], session=session, subject=f"P{1 + number % 2}"))
    return store


def export_many(store: Path, to: Path, tell: Callable[[Outcome], None] | None = None, **manner: Any) -> Outcomes:
    """Export every session of a store."""
    with Reader.open(store) as reader:
        return Bulk(reader, to, Manner(**{"formats": FEW, **manner})).run(reader.sessions(), tell or (lambda _: None))


def placed(outcomes: Outcomes) -> list[Placed | None]:
    """What became of the place of each."""
    return [one.placed for one in outcomes.all]
