"""What a replay reads differently, in words: what was recorded, what it is now, in units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.replay.comparison import Amount, amount, changes
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean
from devicelog.treatment.citation import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.replay.comparison import Change, Difference, Told

#: A longer text is cut; JSON has all of it.
_MOST = 100
_NONE = "no value"


def tell(difference: Difference) -> Iterator[str]:
    """The difference as lines: where, and what changed from what to what."""
    stored, replayed = difference.stored, difference.replayed
    either = stored or replayed
    assert either is not None
    where = f"entry {difference.number}" if stored is not None else f"new, as entry {difference.number}"
    yield clean(f"{where}, {amounts.since_start(either.entry.t_us)}, {_name(either)}")
    if stored is None or replayed is None:
        yield f"  recorded: {clean(_said(stored))}"
        yield f"  now:      {clean(_said(replayed))}"
        return
    for change in changes(difference):
        yield f"  {clean(_changed(change))}"


def _name(told: Told) -> str:
    """What the entry is: its report where it has values, else its kind."""
    report = told.said.get("report")
    return f"{amounts.words(told.entry.kind)} ({report})" if report else amounts.words(told.entry.kind)


def _said(told: Told | None) -> str:
    if told is None:
        return "nothing"
    if told.layout is not None and "values" in told.said:
        pairs = zip(told.layout.columns, told.said["values"], strict=True)
        values = ((column.metric, amount(column, value)) for column, value in pairs)
        return ", ".join(f"{amounts.words(metric)} {_amount(value)}" for metric, value in values if value is not None)
    return _cut(
        ", ".join(
            f"{amounts.words(name)} {in_words(value) or value}"
            for name, value in told.said.items()
            if name != "columns"
        )
    )


def _changed(change: Change) -> str:
    return f"{amounts.words(change.what)}: {_amount(change.stored)} → {_amount(change.replayed)}"


def _amount(value: Amount | None) -> str:
    return f"{_cut(value.value)} {amounts.unit_text(value.unit)}".rstrip() if value is not None else _NONE


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"
