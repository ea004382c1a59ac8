"""What came after a treatment, and who signed its record, in the summary of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from devicelog.record.afterwards import response, statements
from devicelog.record.afterwards_text import signed, told
from devicelog.record.signatures import Status, signatures, status
from devicelog.screening.told import due_lines
from devicelog.terminal.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.record.record import Record


def afterwards_lines(record: Record) -> Iterator[Text]:
    """The skin's response, then whatever else was said, each with who and when."""
    yield Text(f"reactions: {clean(response(record))}")
    for made in statements(record):
        yield Text(clean(told(record, made)))
        for line in due_lines(made.now):
            yield Text(clean(f"  {line}"), style="dim")


def signature_lines(record: Record) -> Iterator[Text]:
    """What became of what was signed, then each signature with name, role, time and meaning, and what was missing."""
    now = status(record)
    yield Text(now.value, style="" if now is Status.SIGNED else "bold yellow")
    for signature in signatures(record):
        yield Text(clean(signed(signature)))
        for what in signature.missing:
            yield Text(f"  missing when it was signed: {clean(what)}", style="dim")
