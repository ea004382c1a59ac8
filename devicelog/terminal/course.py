"""A session in its course, for people: where it stands, what was overridden, last time's parameters beside today's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from devicelog.bodymap.names import name_of
from devicelog.record.course import course_content, course_text
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from devicelog.record.course import LastTime
    from devicelog.record.record import Record
    from devicelog.treatment.course import CourseFindings
    from devicelog.treatment.past import Amount

_NONE = "–"


def course_section(record: Record) -> Iterator[tuple[str, Sequence[RenderableType], Text | None]]:
    """The section of a session's summary; none where nobody looked at earlier sessions."""
    course = course_content(record)
    if course is None:
        return
    lines = [Text(clean(course_text(course)))]
    lines += [
        Text(clean(f"override of {made['of']}, by {made['by']}: {_words(made['reason'])}"))
        for made in course["overrides"]
    ]
    yield "Course", lines, None


def _words(reason: object) -> str:
    """A reason as it may be shown: sealed text that was not opened has no words."""
    return reason if isinstance(reason, str) else "[sealed]"


def findings_lines(findings: CourseFindings) -> Iterator[Text]:
    """What the course means for a session that is about to be opened."""
    yield Text(clean(findings.sentence))
    for one in findings.findings:
        yield Text(clean(f"{one.severity}: {one.sentence}"), style="bold yellow")


def last_time_tables(last: LastTime, places: Mapping[str, str | None] | None = None) -> Iterator[RenderableType]:
    """Last time's figures and settings beside today's; `places` are the codes of the zones of both."""
    when = f"{last.last.started:%Y-%m-%d %H:%M}"
    table = _table("zone", "figure", f"last ({when})", "today", "change")
    for one in last.figures:
        change = f"{one.change:+f} %" if one.change is not None else _NONE
        zone = clean(name_of(one.zone, (places or {}).get(one.zone))) if one.zone is not None else "all"
        table.add_row(zone, one.what, _amount(one.last), _amount(one.today), change)
    yield table
    if last.settings:
        settings = _table("setting", "last", "today")
        for each in last.settings:
            settings.add_row(clean(amounts.words(each.name)), clean(each.last or _NONE), clean(each.today or _NONE))
        yield settings


def _amount(amount: Amount | None) -> str:
    if amount is None:
        return _NONE
    return f"{'at least ' if amount.at_least else ''}{amounts.amount(amount.value, amount.unit)}"


def _table(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for number, head in enumerate(heads):
        words = number == 0 or head in ("figure", "last", "today")
        table.add_column(head, justify="left" if words and head != "today" else "right", no_wrap=True)
    return table
