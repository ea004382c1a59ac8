"""The screening of a session in its summary: what was raised, what was overridden and why, what nobody answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from devicelog.numbers import some
from devicelog.record.screening import raised, screening_of, why
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from devicelog.record.record import Record
    from devicelog.record.screening import Screening
    from devicelog.record.statements import Statement

INKS = {"stop": "bold red", "caution": "bold yellow", "ask": "cyan", "none": "dim"}


def screening_section(record: Record) -> Iterator[tuple[str, Sequence[RenderableType], Text | None]]:
    """Title, content and the line for what was cut; none where nobody stated a screening."""
    screening = screening_of(record)
    if screening is not None:
        yield "Screening", list(_lines(screening)), None


def _lines(screening: Screening) -> Iterator[RenderableType]:
    asked, unanswered = len(screening.holding), screening.unanswered
    unknown = [code for code in unanswered if screening.holding[code].now["answer"] == "unknown"]
    silent = [code for code in unanswered if code not in unknown]
    rules = "; ".join(f"{one['id']}, version {one['version']}, sha256 {one['sha256'][:12]}" for one in screening.rules)
    counted = f"{some(asked, 'question')}, {asked - len(silent)} answered"
    yield Text(clean(f"{counted}; rules {rules or 'not stated'}"))
    shown = [made for made in screening.findings if raised(made) == "stop" or made.now["code"] not in unanswered]
    if shown:
        yield _findings(screening, shown)
    for what, codes in (("answered with unknown", unknown), ("not answered", silent)):
        if codes:
            yield Text(clean(f"{what}: {', '.join(map(amounts.words, codes))}"), style="yellow")
    for made in screening.overrides:
        if made.now["of"].partition(":")[2] not in {one.now["code"] for one in shown}:
            yield Text(clean(f"{amounts.words(made.now['of'])}: {_override(made)}"))


def _findings(screening: Screening, shown: Sequence[Statement]) -> Table:
    """What was answered and raised something, and every stop that was not answered."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for made in shown:
        severity, content = raised(made), made.now
        ended = f" Said behind the end of the recording by {content.get('by')}." if made.late else ""
        table.add_row(Text(severity.upper(), style=INKS[severity]), clean(why(made) + ended))
        if (detail := content.get("detail")) is not None:
            table.add_row("", clean(f"said: {_words(detail)}"))
        if (override := screening.override_of(content["code"])) is not None:
            table.add_row("", Text(clean(_override(override)), style="bold"))
        elif severity == "stop" and content.get("from") == "learned":
            table.add_row("", Text(f"learned {'after' if made.late else 'during'} the session", style="bold red"))
        elif severity == "stop" and not made.late:
            table.add_row("", Text("not overridden", style="bold red"))
    return table


def _override(made: Statement) -> str:
    content = made.now
    opinion = f" Opinion of {content['specialist']}." if content.get("specialist") else ""
    return f"overridden by {content['by']}: {_words(content['reason'])}.{opinion}"


def _words(text: object) -> str:
    """A free text as people see it; one that was not opened is an object."""
    return text.removesuffix(".") if isinstance(text, str) else "[sealed]"
