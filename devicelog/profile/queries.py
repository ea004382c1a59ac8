"""Queries and how they are put, whatever their bytes are, and what must be right of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from devicelog.driver import Effect, Polling, Query
from devicelog.problems import Location, Problems
from devicelog.profile.draft import Draft
from devicelog.profile.tables import PollingTable, QueryTable


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
    timeout = draft.seconds(table.timeout, *loc, "timeout") if table.timeout is not None else None
    return Query(
        request,
        table.effect,
        table.purpose,
        table.on_open,
        every,
        is_literal=True,
        clears=clears,
        timeout=timeout,
        retries=table.retries,
    )


def _cleared(draft: Draft, table: QueryTable) -> tuple[str, ...]:
    """The metrics that the query sets to zero: in its own reports, and in those that name no query."""
    reports = [report for report in draft.reports if getattr(report.table, "query", None) in (table.name, None)]
    names = [each.metric.name for report in reports for each in report.metrics if each.table.since_last_read]
    return tuple(dict.fromkeys(names))


def polling_of(
    draft: Draft, table: PollingTable, is_whole: Callable[[bytes, bytes], bool] | None, ends: tuple[bytes, ...] = ()
) -> Polling:
    """How the queries of a profile are put: a reply is over with one of `ends`, or when it is whole."""
    before = len(draft.problems.found)
    timeout = draft.seconds(table.timeout, "polling", "timeout")
    inter_byte = draft.seconds(table.inter_byte, "polling", "inter_byte") if table.inter_byte is not None else None
    if inter_byte is not None and inter_byte >= timeout and len(draft.problems.found) == before:
        what = f"found {table.inter_byte!r}, expected less than the timeout of a reply ({table.timeout})"
        draft.problems.add(("polling", "inter_byte"), what)
    pause = draft.seconds(table.pause, "polling", "pause")
    return Polling(ends, timeout, table.retries, pause, is_whole, inter_byte=inter_byte)
