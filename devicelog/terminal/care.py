"""Care times as they are listed, and until when each holds after a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from devicelog.screening import told
from devicelog.screening.care_file import hours
from devicelog.screening.rule import STRICTEST
from devicelog.terminal.rules import source_lines
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from devicelog.record.statements import Statement
    from devicelog.screening.care import Care, CareClaim


def care_lines(care: Care) -> Iterator[RenderableType]:
    """Every care time with its claims and sources."""
    yield Text(clean(f"{care.id}  version {care.version}, {care.status}"), style="bold")
    yield Text(clean(f"sha256 {care.sha256}"), style="dim")
    for what in care.lowered:
        yield Text(clean(f"SHORTER than the times that come with devicelog: {what}"), style="bold yellow")
    for item in care.items:
        chosen = f", chosen by {item.chosen_by}" if item.chosen_by != STRICTEST else ""
        split = "; the sources disagree" if item.sources_disagree else ""
        yield Text.assemble((item.code, "bold"), clean(f"  {hours(item.seconds)} {item.when}{chosen}{split}"))
        yield from _said(item.text_for_patient, item.claims)
    for one in care.expectations:
        yield Text.assemble((one.code, "bold"), "  said, without a time that runs out")
        yield from _said(one.text_for_patient, one.claims)
    yield from source_lines(care.sources, list(care.sources))


def _said(text: str, claims: Sequence[CareClaim]) -> Iterator[RenderableType]:
    yield Padding(Text(clean(text)), (0, 0, 0, 4))
    for claim in claims:
        time = f"{hours(claim.seconds)}: " if claim.seconds is not None else ""
        quoted = f', "{claim.quote_short}"' if claim.quote_short is not None else ""
        yield Padding(Text(clean(f"[{claim.source}] {time}{claim.says}{quoted}"), style="dim"), (0, 0, 0, 4))


def told_lines(given: Sequence[Statement]) -> Iterator[RenderableType]:
    """What was told after a session, as the record keeps it."""
    for made in given:
        said = made.now
        leaflet = f"told by {said['by']}, {said['given']}: leaflet {said['leaflet']}, version {said['version']}"
        yield Text(clean(leaflet), style="bold")
        for line in told.due_lines(said) or ["no care times were told with it"]:
            yield Text(clean(f"  {line}"))
    if not given:
        yield Text("the record does not say that anything was told")


def due_lines(care: Care, session: str, ended: datetime) -> Iterator[RenderableType]:
    """Until when each thing holds after a session, in the local time of the place where it was recorded."""
    yield Text(
        clean(f"after session {session}, which ended at {ended:%Y-%m-%d %H:%M} ({ended.tzname()})"), style="bold"
    )
    for one in care.due(ended):
        yield Text(clean(f"  until {one.until:%Y-%m-%d %H:%M}  {one.item.text_for_patient}"))
    for said in care.expectations:
        yield Text(clean(f"  {said.text_for_patient}"))
