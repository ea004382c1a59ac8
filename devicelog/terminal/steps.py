"""The steps of a session as people read them: when and by whom, skipped why, and what nobody answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from devicelog.numbers import some
from devicelog.record.steps import Progress, StepView, has_steps, refused_because, steps_of
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.record.record import Record

_STYLES = {
    Progress.TAKEN: "",
    Progress.SKIPPED: "yellow",
    Progress.UNANSWERED: "yellow",
    Progress.NOT_YET: "dim",
}
#: So many codes of unanswered questions are named.
_MOST = 5


def step_lines(record: Record) -> Iterator[Table | Text]:
    """A line a step; nothing for a session whose steps were never stated."""
    if not has_steps(record):
        return
    table = Table.grid(padding=(0, 1))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for view in steps_of(record):
        style = _STYLES[view.progress]
        table.add_row(view.step.value, Text(view.progress.value, style=style), _when(view), _told(view))
    yield table
    because = refused_because(record)
    if because:
        yield Text(clean(f"refused because of {', '.join(because)}"), style="bold red")


def _when(view: StepView) -> str:
    if view.at is not None:
        return clean(f"later, {view.at[:16].replace('T', ' ')} UTC")
    return amounts.since_start(view.t_us) if view.t_us is not None else ""


def _told(view: StepView) -> str:
    count = len(view.unanswered)
    named = ", ".join(view.unanswered[:_MOST]) + (f" and {count - _MOST} more" if count > _MOST else "")
    unanswered = f"{some(count, 'question')} unanswered: {named}" if count and view.progress is Progress.TAKEN else ""
    by = f"by {view.by}" if view.by else ""
    return clean("; ".join(word for word in (view.said, view.text, view.why, unanswered, by) if word))
