"""What was amended: the old value beside the new one, who, when and why."""

from __future__ import annotations

from collections.abc import Iterator

from devicelog.amendment import What
from devicelog.export.pdf.block import NONE, Block, Lines, Section, Table, cut, short
from devicelog.export.pdf.zones import zone_name
from devicelog.record.amendment_text import figures, in_zone, told
from devicelog.record.amounts import shown
from devicelog.record.caveats import field_words
from devicelog.record.record import Record
from devicelog.record.views import AmendmentView

#: So many amendments, and changed figures of each, are shown, the newest amendments.
_MOST, _FIGURES = 6, 8


def amendments(record: Record) -> Section:
    """Every amendment with what stood there before."""
    made = record.amendments
    first = max(0, len(made) - _MOST)
    blocks: list[Block] = []
    if first:
        blocks.append(
            Lines([f"… and {first} older ones, not shown here: see amendments.csv or session.json."], is_loud=True)
        )
    for place in range(first, len(made)):
        blocks.append(Lines([short(told(made[place]))]))
        blocks += _changed(record, place)
    return Section("Amendments", blocks, "" if made else "None")


def _changed(record: Record, place: int) -> list[Block]:
    made = record.amendments
    rows = [*_fields(made[place]), *_values(record, place)]
    if not rows:
        return [Lines(["The figures of the whole session are the same; the ledger has the values."])]
    kept, more = cut(rows, len(rows), _FIGURES, "amended_values.csv")
    return [Table("what was amended", ["field or figure", "before", "after"], kept, wide=(0, 1, 2)), *more]


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
