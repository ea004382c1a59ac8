"""One entry of a ledger in words or as JSON, with the values of an observation by metric and in units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from devicelog import stored
from devicelog.errors import StoreFormatError
from devicelog.ledger import LEDGER_ERRORS, Kind, Verdict
from devicelog.ledger.sealed import is_sealed, words
from devicelog.record.entry_json import NEEDED, EntryReading
from devicelog.terminal import amounts
from devicelog.terminal.screen import clean
from devicelog.treatment.citation import in_words
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from devicelog.ledger import Entry, Line
    from devicelog.observation.layout import Column, Layout
    from devicelog.store.reader import SessionRow
    from devicelog.store.reading import SessionReader

_to_json = msgspec.json.Encoder().encode


class EntryTeller:
    """Tells the entries of one session in their order; times and layouts come from the entries themselves."""

    def __init__(self, row: SessionRow, reading: EntryReading | None = None) -> None:
        self._row = row
        self._reading = reading if reading is not None else EntryReading(row.id)

    def tell(
        self, lines: Iterable[Line], kind: str | None, *, as_json: bool, reader: SessionReader | None = None
    ) -> Iterator[str]:
        """Each entry of a kind (None: all) as one line; StoreFormatError for one that cannot be read.

        Free texts are opened by the `reader` of the store that has their keys; without one they stay sealed.
        """
        wanted = (line for line in lines if kind is None or (found := line.kind) == kind or found in NEEDED)
        told = stored.entries(wanted, self._row) if reader is None else stored.opened(reader, wanted, self._row)
        for entry in told:
            try:
                self._reading.learn(entry)
                if kind is None or entry.kind == kind:
                    yield _to_json(self._reading.document(entry)).decode() if as_json else self._text(entry)
            except LEDGER_ERRORS as error:
                found = f"entry {entry.number} of session {self._row.id} makes no sense ({error!r})"
                raise StoreFormatError(f"{found}; see `devicelog verify {self._row.id}`.") from None

    def learn(self, entry: Entry) -> None:
        """Take note of what later entries are read with."""
        self._reading.learn(entry)

    def content(self, entry: Entry) -> Any:
        """What the entry holds, its values by metric and in units."""
        return self._reading.content(entry)

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
            reading, within = self._reading.within(content)
            said = EntryTeller(self._row, reading).said(within)
            return f"{within.number} {_elapsed(within.t_us)} {within.kind}: {said}"
        if "layout" in content and "values" in content:
            return self._measured(content["layout"], content["values"])
        if entry.kind == Kind.LAYOUT:
            return _columns(self._reading.layouts[content["layout"]])
        if entry.kind == Kind.STARTED:
            return _in_words({name: content.get(name) for name in ("format", "session", "subject", "practitioner")})
        return _in_words(content)

    def _measured(self, number: int, values: Sequence[Any]) -> str:
        layout = self._reading.layouts[number]
        said = [
            f"{amounts.words(column.metric)} {_shown(column, value)}"
            for column, value in zip(layout.columns, values, strict=True)
            if value is not None and column.category not in ("sequence", "epoch", "uptime")
        ]
        typed = "typed, " if layout.link in self._reading.typed else ""
        return f"{typed}{layout.report}: {', '.join(said)}"


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
