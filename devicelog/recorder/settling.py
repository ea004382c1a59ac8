"""Holds what was recorded of a device against its own count whenever that ends, and says so where it cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devicelog.driver import Priority
from devicelog.ledger import Kind
from devicelog.observation.layout import Layout
from devicelog.recorder.journal import Journal
from devicelog.recorder.reconciliation import STATED, Figure, figure_of_stated, reconcile, reconcile_counters
from devicelog.recorder.source import Source
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.monitor import Monitor
from devicelog.treatment.stated import Compared
from devicelog.treatment.totals import Totals


@dataclass(slots=True)
class _Pending:
    """A report of totals that is not held against the record yet, because gaps before it are still being filled."""

    source: Source
    recorded: Totals
    layout: Layout
    values: Sequence[Any]
    waits: set[int]


class Settling:
    """Reconciles the totals of a session, each when all that can be known of it is known."""

    def __init__(self, journal: Journal, alarms: AlarmBook, monitor: Monitor) -> None:
        self._journal = journal
        self._alarms = alarms
        self._monitor = monitor
        self._pending: list[_Pending] = []

    def report(self, source: Source, layout: Layout, values: Sequence[Any], gap: int | None = None) -> None:
        """The device reported its totals, live or in what was read back of a gap; a new count begins."""
        recorded, waits = self._monitor.branches.settle(source.number, gap)
        if gap is None:
            for counter in source.counters.values():
                counter.settle()
        self._pending.append(_Pending(source, recorded, layout, values, waits))
        self._write_due()

    def gap_done(self, gap: int) -> None:
        """All that can be read back of a gap has been."""
        for pending in self._pending:
            pending.waits.discard(gap)
        self._write_due()

    def _write_due(self) -> None:
        due = [pending for pending in self._pending if not pending.waits]
        self._pending = [pending for pending in self._pending if pending.waits]
        for pending in due:
            figures = reconcile(pending.recorded, pending.layout, pending.values)
            self._write(pending.source, figures, "the device's report")

    def without_report(self, source: Source, because: str) -> None:
        """The device's count ends and it reported none: the last values of its counters stand in, if they can."""
        recorded, waits = self._monitor.branches.settle(source.number)
        if source.driver.is_typed:
            self._without_volume(source)
            return
        if not (recorded.triggers or recorded.samples):
            return
        figures = reconcile_counters(recorded, source.counters)
        if figures and not waits:
            self._write(source, figures, "the last values of its counters")
            return
        faults = [f"its counter {c.metric.name} {c.fault}" for c in source.counters.values() if c.fault]
        lacks = "; ".join(faults) or "it sent no report of its totals, and no counter of it can stand in"
        why = f"{because}; {'reports before that were still missing' if waits and not faults else lacks}"
        self._journal.write(Kind.RECONCILED, {"link": source.number, "figures": [], "why": why})

    def stated(self, source: Source, compared: Compared) -> None:
        """A person stated a volume: it is held against what the triggers add up to that he stated."""
        self._alarms.end(("totals", source.number, STATED))
        self._write(source, [figure_of_stated(compared)], "the volume as it was typed")

    def _without_volume(self, source: Source) -> None:
        """Triggers that a person stated, and no volume behind them: nothing can tell whether they are right."""
        if source.statements.are_open:
            why = "no volume was typed behind the last triggers to hold them against"
            self._journal.write(Kind.RECONCILED, {"link": source.number, "figures": [], "why": why})

    def _write(self, source: Source, figures: Sequence[Figure], by: str) -> None:
        content = {"link": source.number, "by": by, "figures": [figure.content() for figure in figures]}
        self._journal.write(Kind.RECONCILED, content)
        for figure in figures:
            if not figure.agrees:
                text = f"{source.driver.name} says {figure.metric} {figure.device}, recorded were {figure.recorded}"
                condition = ("totals", source.number, figure.metric)
                self._alarms.begin(condition, Priority.MEDIUM, text, link=source.number)
