"""The clock of a profile's device: the query that asks it, and how what it says is read."""

from __future__ import annotations

from collections.abc import Mapping

from devicelog.driver import DeviceClock, Effect, Query
from devicelog.profile.draft import Draft, DraftReport
from devicelog.profile.spelling import Clock


def clock_of(draft: Draft, queries: Mapping[str, Query]) -> DeviceClock | None:
    """The clock of the report of kind "clock", asked by one of these queries; what is wrong is a problem."""
    report = next((report for report in draft.reports if report.is_clock), None)
    if report is None or len(report.metrics) != 1 or report.metrics[0].table.clock is None:
        return None  # told where the reports were read
    name = getattr(report.table, "query", None)
    query = queries.get(name) if name is not None else None
    if query is None:
        _wrong(draft, report, f"found {name!r}, expected the query that asks for the time")
        return None
    if query.effect is not Effect.NONE or query.every is None:
        _wrong(draft, report, f"found {name!r}, expected a query with effect none and a period: it is asked to the end")
        return None
    table = report.metrics[0].table.clock
    clock = Clock(table.format)
    return DeviceClock(query.request, clock.form, clock.resolution, table.zone)


def _wrong(draft: Draft, report: DraftReport, what: str) -> None:
    draft.problems.add((*report.loc, "query"), what)
