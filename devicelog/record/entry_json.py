"""An entry of a ledger as JSON, for `entries --json` and the API: values by metric and in units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.driver import Origin
from devicelog.ledger import Entry, Kind, Verdict
from devicelog.ledger.amendment import held
from devicelog.numbers import rfc3339
from devicelog.observation.layout import Layout
from devicelog.record.views import WallClock
from devicelog.units import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devicelog.observation.layout import Column

#: What the entries behind them are read with, whichever are asked for.
NEEDED = frozenset({Kind.STARTED, Kind.CLOCK_STEPPED, Kind.RECORDING_RESUMED, Kind.LAYOUT, Kind.AMENDMENT})


class EntryReading:
    """Reads the entries of one session in their order; times and layouts come from the entries themselves.

    What makes no sense raises one of `ledger.LEDGER_ERRORS`.
    """

    def __init__(self, session: str) -> None:
        self._session = session
        self.layouts: dict[int, Layout] = {}
        self.typed: frozenset[int] = frozenset()
        self._clock = WallClock()
        self._amended: EntryReading | None = None

    def learn(self, entry: Entry) -> None:
        """Take note of what later entries are read with."""
        if entry.kind == Kind.LAYOUT:
            self.layouts[entry.content["layout"]] = Layout.from_content(entry.content)
        elif entry.kind == Kind.STARTED:
            self._clock.add(entry.t_us, entry.content["at"]["wall"])
            devices = entry.content["devices"]
            self.typed = frozenset(device["link"] for device in devices if device.get("origin") == Origin.TYPED)
        elif entry.kind in (Kind.CLOCK_STEPPED, Kind.RECORDING_RESUMED):
            self._clock.add(entry.t_us, entry.content["wall"])
        elif entry.kind == Kind.AMENDMENT:
            self._amended = EntryReading(self._session)

    def within(self, content: dict[str, Any]) -> tuple[EntryReading, Entry]:
        """The entry that an amended one holds, and what reads those of its amendment, which has learned it."""
        if self._amended is None:
            raise ValueError("it belongs to no amendment")
        entry = held(content)
        self._amended.learn(entry)
        return self._amended, entry

    def document(self, entry: Entry) -> dict[str, Any]:
        """An entry that was learned, whole."""
        return {
            "entry": entry.number,
            "id": f"{self._session}/{entry.number}",
            "time": rfc3339(self._clock.at(entry.t_us)) if self._clock.is_set else None,
            "elapsed_s": plain(Decimal(entry.t_us) / 1_000_000),
            "kind": entry.kind,
            "content": self.content(entry),
        }

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
            reading, within = self.within(entry.content)
            told = {"entry": within.number, "kind": within.kind, "content": reading.content(within)}
            return {"amendment": entry.content["amendment"], "entry": told}
        if "layout" in entry.content and "values" in entry.content:
            return {**entry.content, **self._values(entry.content["layout"], entry.content["values"])}
        return entry.content

    def _values(self, number: int, values: Sequence[Any]) -> dict[str, Any]:
        layout = self.layouts[number]
        spelled = {column.metric: _value(column, value) for column, value in zip(layout.columns, values, strict=True)}
        origin = {"origin": Origin.TYPED.value} if layout.link in self.typed else {}
        return {"link": layout.link, "report": layout.report, **origin, "values": spelled}


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
