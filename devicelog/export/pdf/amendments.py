"""What was amended: the old value beside the new one, who, when and why."""

from __future__ import annotations

from collections.abc import Iterator

from devicelog.export.pdf.block import NONE, Block, Lines, Section, Table, room_for, short
from devicelog.export.pdf.zones import zone_name
from devicelog.ledger.amendment import What
from devicelog.record.amendment_text import figures, in_zone, told
from devicelog.record.amounts import shown
from devicelog.record.caveats import field_words
from devicelog.record.record import Record
from devicelog.record.views import AmendmentView

#: So many amendments, and changed figures of each, are shown: the first, which has what was recorded, and the newest.
_MOST, _FIGURES = 6, 8


def amendments(record: Record) -> Section:
    """Every amendment with what stood there before."""
    made = record.amendments
    hidden = max(0, len(made) - room_for(_MOST))
    blocks: list[Block] = []
    if hidden:
        said = f"{hidden} between the first and the second of these are not shown here"
        blocks.append(Lines([f"{said}: see amendments.csv or session.json."], is_loud=True))
    rows = [row for place in range(len(made)) if not 0 < place <= hidden for row in _changed(record, place)]
    if rows:
        heads = ["which, when, by whom, and why", "field or figure", "before", "after"]
        blocks.append(Table("amendments", heads, rows, wide=(0, 0, 1, 2, 3)))
    return Section("Amendments", blocks, "" if made else "None")


def _changed(record: Record, place: int) -> Iterator[tuple[str, ...]]:
    """A row for each field or figure; the first says which amendment it was, the last what is not shown."""
    made = record.amendments[place]
    rows = [*_fields(made), *_values(record, place)] or [("the figures of the whole session are the same", NONE, NONE)]
    most = room_for(_FIGURES)
    for number, row in enumerate(rows[:most]):
        yield (short(told(made)) if not number else "", *row)
    if len(rows) > most:
        yield "", f"… and {len(rows) - most} more, not shown here: see amended_values.csv or session.json", "", ""


def _fields(amendment: AmendmentView) -> Iterator[tuple[str, str, str]]:
    """Each field that a person corrected."""
    if amendment.content["what"] == What.CORRECTED:
        for change in amendment.content["changes"]:
            old, new = (short(shown(change[name], change["field"])) for name in ("old", "new"))
            yield f"{field_words(change)} (entry {change['entry']})", old, new


def _values(record: Record, place: int) -> Iterator[tuple[str, str, str]]:
    """Figures of the session and its zones that are others since."""
    before = record.amendments[place].before
    if before is None:
        return
    after = next((one.before for one in record.amendments[place + 1 :] if one.before is not None), record)
    for zone in dict.fromkeys([*before.tally.zones, *after.tally.zones]):
        was, now = in_zone(before, zone), in_zone(after, zone)
        if was != now:
            yield zone_name(after if zone in after.places else before, zone), was, now
    old, new = dict(figures(before)), dict(figures(after))
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield name, old.get(name) or NONE, new.get(name) or NONE
