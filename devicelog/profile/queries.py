"""What must be right of a query, whatever its bytes are."""

from __future__ import annotations

from collections.abc import Iterable

from devicelog.driver import Effect, Query
from devicelog.problems import Location, Problems
from devicelog.profile.draft import Draft
from devicelog.profile.tables import QueryTable


def look_at_query(table: QueryTable, others: Iterable[str], loc: Location, problems: Problems) -> None:
    """That it is sent at some time, has a name of its own, and nothing has an effect that nobody chose."""
    if table.on_open and table.effect is not Effect.NONE:
        problems.add((*loc, "on_open"), f"found true with effect {table.effect}, expected effect none on opening")
    if table.every is None and not table.on_open:
        problems.add((*loc, "every"), "found nothing, expected a period, or on_open = true: it would never be sent")
    if table.name in others:
        problems.add((*loc, "name"), f"found {table.name!r} again, expected each query once")


def query_of(draft: Draft, table: QueryTable, request: bytes, loc: Location) -> Query:
    """The query as a driver declares it."""
    every = draft.seconds(table.every, *loc, "every") if table.every is not None else None
    clears = _cleared(draft, table) if table.effect is Effect.DESTRUCTIVE_READ else ()
    return Query(request, table.effect, table.purpose, table.on_open, every, is_literal=True, clears=clears)


def _cleared(draft: Draft, table: QueryTable) -> tuple[str, ...]:
    """The metrics that the query sets to zero: in its own reports, and in those that name no query."""
    reports = [report for report in draft.reports if getattr(report.table, "query", None) in (table.name, None)]
    names = [each.metric.name for report in reports for each in report.metrics if each.table.since_last_read]
    return tuple(dict.fromkeys(names))
