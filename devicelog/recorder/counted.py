"""What is known from running counters or from what a person states: given between two moments, at none of them."""

from __future__ import annotations

from devicelog.driver import ReportKind, Value
from devicelog.ledger import Kind
from devicelog.observation.layout import Layout
from devicelog.recorder.journal import Journal
from devicelog.recorder.source import Source
from devicelog.recorder.upkeep import Upkeep
from devicelog.treatment.check import NO_VERDICT, Judgement
from devicelog.treatment.intervals import Interval
from devicelog.treatment.monitor import Monitor


class Counted:
    """Intervals of all links on their way into the ledger."""

    def __init__(self, journal: Journal, monitor: Monitor, upkeep: Upkeep) -> None:
        self._journal = journal
        self._monitor = monitor
        self._upkeep = upkeep

    def judge(self, source: Source, layout: Layout, values: tuple[Value, ...]) -> Judgement:
        """What was given since the device was asked last, or a person stated something; when, nobody knows."""
        if source.driver.is_typed:
            interval = self._upkeep.statement(source, layout, values)
            if interval is None:
                return NO_VERDICT
        else:
            metrics = source.driver.report(layout.report).metrics
            source.marks.lose(source.clearings.answered({metric.name for metric in metrics}))
            interval = source.marks.see(layout, metrics, values, self._journal.t)
        if interval is None:
            return self._monitor.judge_interval(layout, Interval.nothing(self._journal.t))
        return self._take(source, layout, interval)

    def end(self, source: Source) -> None:
        """What the device was made to clear last, and never told, is missing from its totals."""
        for shape in source.shapes.values():
            lost = source.clearings.unanswered & {column.metric for column in shape.layout.columns}
            if shape.layout.kind is ReportKind.INTERVAL and lost:
                self._take(source, shape.layout, source.marks.missing(lost, self._journal.t))

    def _take(self, source: Source, layout: Layout, interval: Interval) -> Judgement:
        self._journal.write(Kind.INTERVAL, interval.content(layout))
        self._upkeep.interval(source, interval)
        return self._monitor.judge_interval(layout, interval)
