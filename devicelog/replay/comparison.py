"""Two decodings of the same chunks held against each other, entry by entry.

Entries that came of the same moment are put beside each other by their place on the line. What only moved, because an
entry more or less came before it, is no difference: numbers of entries, layouts, alarms and gaps are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import groupby, takewhile, zip_longest
from typing import Any

from devicelog.ledger import Entry, Kind, Line, Verdict, encode
from devicelog.observation.layout import Column, Layout
from devicelog.treatment.citation import in_words
from devicelog.units import plain

#: Behind the name of a value that is shown as it stood on the wire, besides its value in the record's unit.
_AS_SENT = " as sent"
#: What the first entry says of the program and its drivers; another version may well say it differently.
_OF_THE_PROGRAM = ("software", "devices")
#: Kinds of entry that come of one frame: another driver may take the same frame for another of them.
_OF_A_FRAME = frozenset({Kind.OBSERVATION, Kind.BAD_FRAME, Kind.REPEAT, Kind.CONFLICT, Kind.FROM_MEMORY})


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of one of the two, with the layout that its values have (None: it has no values)."""

    entry: Entry
    layout: Layout | None
    said: dict[str, Any]
    """What it says, without the numbers that only place it in its ledger."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which the two are not the same; None where one of them has no entry."""

    stored: Told | None
    replayed: Told | None

    @property
    def number(self) -> int:
        """The number of the stored entry, or else of the other."""
        told = self.stored or self.replayed
        assert told is not None
        return told.entry.number


@dataclass(frozen=True, slots=True)
class Amount:
    """A value as people read it; in the record's unit, or as sent where its unit is not known."""

    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different within an entry, and both sides of it; None: there is no value."""

    what: str
    stored: Amount | None
    replayed: Amount | None


def compare(stored: Iterable[Line], replayed: Iterable[Line]) -> Iterator[Difference]:
    """The differences in order; ValueError for an entry that cannot be read."""
    left, right = _Side(), _Side()
    for _, old, new in _moments(_same_ones_marked(stored, replayed, left, right)):
        yield from _beside([left.tell(entry) for entry in old], [right.tell(entry) for entry in new])


def changes(difference: Difference) -> list[Change]:
    """What is different between the two entries of a difference; nothing if one of them is not there."""
    if difference.stored is None or difference.replayed is None:
        return []
    before, after = _fields(difference.stored), _fields(difference.replayed)
    differ = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    return [
        Change(name, before.get(name), after.get(name))
        for name in differ
        if name.removesuffix(_AS_SENT) not in differ or not name.endswith(_AS_SENT)
    ]


# -- putting entries beside each other ---------------------------------------------------------------------------

_Pair = tuple[Entry | None, Entry | None]


def _same_ones_marked(
    stored: Iterable[Line], replayed: Iterable[Line], left: _Side, right: _Side
) -> Iterator[tuple[Entry | None, Entry | None]]:
    """The entries of both in pairs of the same number; those that are the same bit for bit only teach the sides."""
    for old, new in zip_longest(stored, replayed):
        if old is not None and new is not None and old.body == new.body:
            if old.kind in _TEACH:
                entry = old.entry()
                left.learn(entry)
                right.learn(entry)
            continue
        yield (old.entry() if old is not None else None), (new.entry() if new is not None else None)


def _moments(pairs: Iterable[_Pair]) -> Iterator[tuple[int, list[Entry], list[Entry]]]:
    """What is not the same at each moment of the session, in the order of time."""
    waiting: tuple[list[Entry], list[Entry]] = ([], [])
    for pair in pairs:
        for side, entry in zip(waiting, pair, strict=True):
            if entry is not None:
                side.append(entry)
        if waiting[0] and waiting[1]:
            yield from _until(min(waiting[0][-1].t_us, waiting[1][-1].t_us), waiting)
    yield from _until(None, waiting)


def _until(
    t_us: int | None, waiting: tuple[list[Entry], list[Entry]]
) -> Iterator[tuple[int, list[Entry], list[Entry]]]:
    """Give out the moments before one (None: all), of which nothing more can come."""
    ready: dict[int, tuple[list[Entry], list[Entry]]] = {}
    for index, side in enumerate(waiting):
        taken = list(takewhile(lambda entry: t_us is None or entry.t_us < t_us, side))
        del side[: len(taken)]
        for moment, group in groupby(taken, key=lambda entry: entry.t_us):
            ready.setdefault(moment, ([], []))[index].extend(group)
    for moment in sorted(ready):
        yield moment, *ready[moment]


def _beside(old: Sequence[Told], new: Sequence[Told]) -> Iterator[Difference]:
    """The entries of one moment beside each other by their place; those that say the same are left out."""
    places = SequenceMatcher(None, [_place(told) for told in old], [_place(told) for told in new], autojunk=False)
    for tag, i1, i2, j1, j2 in places.get_opcodes():
        if tag == "equal":
            pairs = zip(old[i1:i2], new[j1:j2], strict=True)
            yield from (Difference(a, b) for a, b in pairs if not _same(a, b))
        else:
            yield from (Difference(told, None) for told in old[i1:i2])
            yield from (Difference(None, told) for told in new[j1:j2])


def _place(told: Told) -> tuple[Any, ...]:
    """What an entry is about: a frame of a link, or a thing that its kind names."""
    if told.entry.kind in _OF_A_FRAME:
        return "frame", told.said.get("link"), told.said.get("at")
    about = (told.said.get(name) for name in ("link", "report", "text", "zone"))
    return told.entry.kind, *(str(one) if isinstance(one, dict) else one for one in about)  # a sealed text is a dict


def _same(a: Told, b: Told) -> bool:
    """Whether two entries say the same but for which program and drivers were installed."""
    if a.entry.kind != b.entry.kind or a.entry.t_us != b.entry.t_us:
        return False
    if a.entry.kind == Kind.STARTED:
        unsaid = dict.fromkeys(_OF_THE_PROGRAM)
        return {**a.said, **unsaid} == {**b.said, **unsaid}
    return a.said == b.said


class _Side:
    """One of the two as far as it was read: its layouts, alarms and gaps by their numbers."""

    def __init__(self) -> None:
        self._layouts: dict[int, Layout] = {}
        self._alarms: dict[int, str] = {}

    def learn(self, entry: Entry) -> None:
        """Take note of what later entries name by a number."""
        if entry.kind == Kind.LAYOUT:
            self._layouts[entry.content["layout"]] = Layout.from_content(entry.content)
        elif entry.kind == Kind.ALARM:
            self._alarms[entry.content["alarm"]] = entry.content["text"]

    def tell(self, entry: Entry) -> Told:
        """The entry without the numbers that only place it."""
        self.learn(entry)
        if entry.kind == Kind.OBSERVATION:
            number, at, values, verdict, breached = entry.content
            return self._measured(entry, number, {"at": at, "values": values, "verdict": verdict, "breached": breached})
        said = {name: value for name, value in entry.content.items() if name != "gap"}
        if "entry" in said:
            said["entry"] = entry.number - said["entry"]
        if "alarm" in said:
            said["text"] = self._alarms.get(said.pop("alarm"), "")
        if entry.kind != Kind.LAYOUT and "layout" in said:
            return self._measured(entry, said.pop("layout"), said)
        said.pop("layout", None)
        return Told(entry, self._layouts[entry.content["layout"]] if entry.kind == Kind.LAYOUT else None, said)

    def _measured(self, entry: Entry, number: int, said: dict[str, Any]) -> Told:
        layout = self._layouts[number]
        named = {"link": layout.link, "report": layout.report, "columns": layout.columns}
        return Told(entry, layout, {**said, **named})


#: Kinds of entry that later ones name by a number.
_TEACH = frozenset({Kind.LAYOUT, Kind.ALARM})

# -- what an entry says, field by field --------------------------------------------------------------------------


def _fields(told: Told) -> dict[str, Amount | None]:
    """What an entry says by name, its values by metric and in the record's units."""
    fields: dict[str, Amount | None] = {"kind of entry": Amount(told.entry.kind)}
    for name, value in told.said.items():
        if name == "columns" or (name == "values" and told.layout is not None):
            continue
        fields[name] = _verdict(value) if name == "verdict" else _plain(value)
    if told.layout is not None and "values" in told.said:
        for column, value in zip(told.layout.columns, told.said["values"], strict=True):
            fields[column.metric] = amount(column, value)
            fields[column.metric + _AS_SENT] = _plain(value, column.token)
    elif told.layout is not None:
        fields |= {column.metric: Amount(_meaning(column)) for column in told.layout.columns}
    return fields


def amount(column: Column, value: Any) -> Amount | None:
    """A value in the unit of the record; as sent where that is not known."""
    if value is None:
        return None
    if column.factor is None or column.unit is None:
        return Amount(str(value), f"{column.token}, as sent" if column.fault else "")
    return Amount(plain(Decimal(value) * column.factor), column.unit)


def _meaning(column: Column) -> str:
    """What a layout says of a column."""
    said: list[object] = [
        column.category.value,
        column.token and f"sent in {column.token}",
        column.unit and f"as {column.unit}",
    ]
    said += [
        column.factor is not None and f"times {plain(column.factor)}",
        column.basis,
        column.basis_from,
        column.fault,
    ]
    return ", ".join(str(part) for part in said if part)


def _verdict(value: Any) -> Amount | None:
    return Amount(Verdict.WORDS[value]) if value is not None else None


def _plain(value: Any, unit: str = "") -> Amount | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return Amount("yes" if value else "no")
    if isinstance(value, list | dict):
        return Amount(in_words(value) or encode(value).decode())
    return Amount(str(value), unit)
