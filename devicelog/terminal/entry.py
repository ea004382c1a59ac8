"""One entry of a ledger in words or as JSON, with the values of an observation by metric and in units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from devicelog import stored
from devicelog.amendment import held
from devicelog.driver import Origin
from devicelog.errors import StoreFormatError
from devicelog.layout import Layout
from devicelog.ledger import LEDGER_ERRORS, Kind, Verdict
from devicelog.numbers import rfc3339
from devicelog.record.views import WallClock
from devicelog.sealed import is_sealed, words
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean
from devicelog.treatment.citation import in_words
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from devicelog.layout import Column
    from devicelog.ledger import Entry, Line
    from devicelog.store.reader import SessionRow
    from devicelog.store.reading import SessionReader

#: What the entries behind them are read with, whichever kind is asked for.
_NEEDED = {Kind.STARTED, Kind.CLOCK_STEPPED, Kind.LAYOUT, Kind.AMENDMENT}
_to_json = msgspec.json.Encoder().encode


class EntryTeller:
    """Tells the entries of one session in their order; times and layouts come from the entries themselves."""

    def __init__(self, row: SessionRow) -> None:
        self._row = row
        self._layouts: dict[int, Layout] = {}
        self._clock = WallClock()
        self._amended: EntryTeller | None = None
        self._typed: frozenset[int] = frozenset()

    def tell(
        self, lines: Iterable[Line], kind: str | None, *, as_json: bool, reader: SessionReader | None = None
    ) -> Iterator[str]:
        """Each entry of a kind (None: all) as one line; StoreFormatError for one that cannot be read.

        Free texts are opened by the `reader` of the store that has their keys; without one they stay sealed.
        """
        wanted = (line for line in lines if kind is None or (found := line.kind) == kind or found in _NEEDED)
        told = stored.entries(wanted, self._row) if reader is None else stored.opened(reader, wanted, self._row)
        for entry in told:
            try:
                self.learn(entry)
                if kind is None or entry.kind == kind:
                    yield self._json(entry) if as_json else self._text(entry)
            except LEDGER_ERRORS as error:
                found = f"entry {entry.number} of session {self._row.id} makes no sense ({error!r})"
                raise StoreFormatError(f"{found}; see `devicelog verify {self._row.id}`.") from None

    def learn(self, entry: Entry) -> None:
        """Take note of what later entries are read with."""
        if entry.kind == Kind.LAYOUT:
            self._layouts[entry.content["layout"]] = Layout.from_content(entry.content)
        elif entry.kind == Kind.STARTED:
            self._clock.add(entry.t_us, entry.content["at"]["wall"])
            devices = entry.content["devices"]
            self._typed = frozenset(device["link"] for device in devices if device.get("origin") == Origin.TYPED)
        elif entry.kind == Kind.CLOCK_STEPPED:
            self._clock.add(entry.t_us, entry.content["wall"])
        elif entry.kind == Kind.AMENDMENT:
            self._amended = EntryTeller(self._row)

    def _within(self, content: dict[str, Any]) -> tuple[EntryTeller, Entry]:
        """The entry that an amended one holds, and the teller of its amendment, who has read it."""
        if self._amended is None:
            raise ValueError("it belongs to no amendment")
        entry = held(content)
        self._amended.learn(entry)
        return self._amended, entry

    # -- JSON --------------------------------------------------------------------------------------------------

    def _json(self, entry: Entry) -> str:
        document = {
            "entry": entry.number,
            "id": f"{self._row.id}/{entry.number}",
            "time": self._time(entry),
            "elapsed_s": plain(Decimal(entry.t_us) / 1_000_000),
            "kind": entry.kind,
            "content": self.content(entry),
        }
        return _to_json(document).decode()

    def _time(self, entry: Entry) -> str | None:
        return rfc3339(self._clock.at(entry.t_us)) if self._clock.is_set else None

    def content(self, entry: Entry) -> Any:
        """What the entry holds, its values by metric and in units."""
        if entry.kind == Kind.OBSERVATION:
            number, at, values, verdict, breached = entry.content
            return {
                **self._values(number, values),
                "at": at,
                "verdict": Verdict.WORDS[verdict] if verdict is not None else None,
                "breached": breached,
            }
        if entry.kind == Kind.AMENDED:
            teller, within = self._within(entry.content)
            told = {"entry": within.number, "kind": within.kind, "content": teller.content(within)}
            return {"amendment": entry.content["amendment"], "entry": told}
        if "layout" in entry.content and "values" in entry.content:
            return {**entry.content, **self._values(entry.content["layout"], entry.content["values"])}
        return entry.content

    def _values(self, number: int, values: Sequence[Any]) -> dict[str, Any]:
        layout = self._layouts[number]
        spelled = {column.metric: _value(column, value) for column, value in zip(layout.columns, values, strict=True)}
        origin = {"origin": Origin.TYPED.value} if layout.link in self._typed else {}
        return {"link": layout.link, "report": layout.report, **origin, "values": spelled}

    # -- words -------------------------------------------------------------------------------------------------

    def _text(self, entry: Entry) -> str:
        return f"{entry.number:>7} {_elapsed(entry.t_us)} {entry.kind:<16} {clean(self.said(entry))}"

    def said(self, entry: Entry) -> str:
        """What the entry holds, in words."""
        content = entry.content
        if entry.kind == Kind.OBSERVATION:
            number, _, values, verdict, _ = content
            return self._measured(number, values) + (f"; {Verdict.WORDS[verdict]}" if verdict is not None else "")
        if entry.kind == Kind.AMENDED:
            teller, within = self._within(content)
            return f"{within.number} {_elapsed(within.t_us)} {within.kind}: {teller.said(within)}"
        if "layout" in content and "values" in content:
            return self._measured(content["layout"], content["values"])
        if entry.kind == Kind.LAYOUT:
            return _columns(self._layouts[content["layout"]])
        if entry.kind == Kind.STARTED:
            return _in_words({name: content.get(name) for name in ("format", "session", "subject", "practitioner")})
        return _in_words(content)

    def _measured(self, number: int, values: Sequence[Any]) -> str:
        layout = self._layouts[number]
        said = [
            f"{amounts.words(column.metric)} {_shown(column, value)}"
            for column, value in zip(layout.columns, values, strict=True)
            if value is not None and column.category not in ("sequence", "epoch", "uptime")
        ]
        typed = "typed, " if layout.link in self._typed else ""
        return f"{typed}{layout.report}: {', '.join(said)}"


def _value(column: Column, value: Any) -> Any:
    """A value in its unit, or as sent with the reason where the unit is not known."""
    if value is None:
        return None
    if column.fault is not None:
        return {"sent": value, "unit_sent": column.token, "fault": column.fault}
    if column.factor is None:
        return value
    basis = {"basis": column.basis} if column.basis is not None else {}
    return {"value": plain(Decimal(value) * column.factor), "unit": column.unit, **basis}


def _shown(column: Column, value: Any) -> str:
    if column.factor is None or column.unit is None:
        return f"{value}{f' {column.token}, as sent' if column.fault else ''}"
    return f"{plain(Decimal(value) * column.factor)} {amounts.unit_text(column.unit)}".rstrip()


def _columns(layout: Layout) -> str:
    """What a layout says of its values: "volume nL as mL"."""
    said = [
        f"{amounts.words(column.metric)} {column.token} as {amounts.unit_text(column.unit)}"
        if column.unit is not None and column.unit != "count"
        else f"{amounts.words(column.metric)}{f' ({column.fault})' if column.fault else ''}"
        for column in layout.columns
    ]
    return f"{layout.number}, {layout.report}: {', '.join(said)}"


def _in_words(content: dict[str, Any]) -> str:
    """The fields of an entry; in full only in the JSON form."""
    return ", ".join(f"{amounts.words(name)} {_word(value)}" for name, value in content.items())


def _word(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, dict | list) and not is_sealed(value):
        return in_words(value) or _to_json(value).decode()
    return words(value)


def _elapsed(microseconds: int) -> str:
    return f"{amounts.since_start(microseconds)}.{microseconds % 1_000_000 // 1000:03d}"
