"""What came of the treatment: reactions and events; and what was noted, advised and arranged afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from devicelog.export.pdf.block import Block, Lines, Section, cut, short
from devicelog.ledger import Kind
from devicelog.record import afterwards, amounts
from devicelog.record.afterwards_text import told
from devicelog.record.happenings import happenings
from devicelog.record.record import Record
from devicelog.record.statements import Statement
from devicelog.screening.told import due_lines

#: So many sentences of each part are shown.
_MOST = 8
#: What belongs to the skin's response.
_RESPONSE = frozenset({Kind.REACTION, Kind.ADVERSE_EVENT})


def reactions(record: Record) -> Section:
    """Reactions, "None reported" only if somebody said so; where nobody said anything, that."""
    stated = afterwards.reactions(record) is not None
    word = afterwards.response(record) if stated else "reactions not stated, not even that there were none"
    made = [one for one in afterwards.statements(record) if one.kind in _RESPONSE]
    blocks = _sentences([_short(told(record, one)) for one in made], "afterwards.csv")
    found = happenings(record)
    events = [f"{amounts.since_start(one.t_us)}  {short(one.sentence)}" for one in found]
    return Section("Reactions and events", [*blocks, *_sentences(events, "events.csv")], word)


def notes(record: Record) -> Section:
    """Notes, aftercare, follow-ups and whatever else was stated behind the end."""
    noted = [f"{amounts.since_start(t_us)}  note: {short(text)}" for t_us, text in afterwards.notes(record)]
    made = [one for one in afterwards.statements(record) if one.kind not in _RESPONSE]
    lines = [*noted, *(line for one in made for line in _told(record, one))]
    return Section("Notes, aftercare, follow-up", _sentences(lines, "afterwards.csv"), "" if lines else "None stated")


def _told(record: Record, made: Statement) -> Iterator[str]:
    yield _short(told(record, made))
    due = due_lines(made.now)
    if due:
        yield f"{due[0]} {'; '.join(' '.join(line.split()) for line in due[1:])}"


def _short(sentence: str) -> str:
    first = short(sentence)
    return f"{first[:1].upper()}{first[1:]}"


def _sentences(lines: Sequence[str], file: str) -> list[Block]:
    if not lines:
        return []
    shown, more = cut(lines, len(lines), _MOST, file)
    return [Lines(shown), *more]
