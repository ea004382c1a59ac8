"""What is wrong with a profile of a display bus that its tables do not show one by one."""

from __future__ import annotations

from collections.abc import Iterator, Set

from devicelog.driver import ReportKind
from devicelog.problems import Location, guess, shown
from devicelog.profile.binary import WrongValueError
from devicelog.profile.draft import Draft, DraftMetric, DraftReport
from devicelog_drivers.dgus.map import Says
from devicelog_drivers.dgus.tables import DgusMetric, DgusProfile


def look(draft: Draft, table: DgusProfile, taken: Set[str]) -> None:
    """Problems that no table shows by itself; `taken` are names of reports that the engine tells by itself."""
    for report in draft.reports:
        _look_at_report(draft, report, taken)
        for each in report.metrics:
            _look_at_leaving(draft, each)
    seen: dict[int, str] = {}
    for loc, metric in _metrics(draft):
        if metric.address is not None and metric.address in seen:
            what = f"found {metric.address:#06x} again, expected it once: it is {seen[metric.address]!r}"
            draft.problems.add((*loc, "address"), what)
        elif metric.address is not None:
            seen[metric.address] = metric.name
        _look_at_metric(draft, table, loc, metric)
    numbers = [number for page in table.page for number in page.numbers]
    for place, page in enumerate(table.page):
        twice = next((number for number in page.numbers if numbers.count(number) > 1), None)
        if twice is not None:
            draft.problems.add(("page", place, "numbers"), f"found {twice} again, expected each page once")
    _look_at_countdown(draft, table)


def _look_at_report(draft: Draft, report: DraftReport, taken: Set[str]) -> None:
    if report.table.name in taken:
        draft.problems.add((*report.loc, "name"), f"found {report.table.name!r}, which the engine tells by itself")
    if report.is_identity:
        draft.problems.add((*report.loc, "kind"), "found 'identity', expected none: nobody on the bus says who it is")
    if report.is_clock:
        draft.problems.add((*report.loc, "kind"), "found 'clock', expected none: nobody on the bus is asked for it")
    variables = sum(metric.address is not None for metric in _tables(report))
    if report.is_told and report.table.kind != ReportKind.SETTINGS and variables != 1:
        what = f"found {variables} variables, expected one: each is written by itself"
        draft.problems.add((*report.loc, "metric"), what)


def _look_at_metric(draft: Draft, table: DgusProfile, loc: Location, metric: DgusMetric) -> None:
    if (metric.address is None) == (metric.says is None) or (metric.address is None) != (metric.holds is None):
        draft.problems.add(loc, "found neither a variable nor the panel, expected address and holds, or says")
    if metric.units is not None:
        draft.problems.add((*loc, "units"), "found it at a variable, which holds no unit token, expected sent_in")
    functions = {page.function for page in table.page}
    guard = metric.valid_while
    if guard is None:
        return
    if guard.metric != Says.FUNCTION:
        draft.problems.add((*loc, "valid_while"), f"found {guard.metric!r}, expected 'function': what a page is for")
    for word in guard.is_:
        if word not in functions:
            what = f"found {word!r}, expected the function of a page{guess(word, functions)}"
            draft.problems.add((*loc, "valid_while"), what)


def _look_at_leaving(draft: Draft, metric: DraftMetric) -> None:
    """What a variable is set to when its page is left has to be a value that it can hold."""
    table = metric.table
    assert isinstance(table, DgusMetric)
    if table.on_leaving is None:
        return
    try:
        value = metric.conversion.value(table.on_leaving, metric.token)
    except WrongValueError as error:
        draft.problems.add((*metric.loc, "on_leaving"), f"found {shown(table.on_leaving)}: {error}")
        return
    if value is not None and table.means is not None and value not in table.means.values():
        what = f"found {shown(table.on_leaving)}, expected one of {', '.join(table.means)}"
        draft.problems.add((*metric.loc, "on_leaving"), what)


def _look_at_countdown(draft: Draft, table: DgusProfile) -> None:
    if table.countdown is None:
        return
    timer = next((metric for _, metric in _metrics(draft) if metric.name == table.countdown.metric), None)
    if timer is None or timer.unit != "s" or timer.address is None:
        what = f"found {table.countdown.metric!r}, expected a variable of this profile in s"
        draft.problems.add(("countdown", "metric"), what)
    if table.countdown.reload is not None:
        draft.seconds(table.countdown.reload, "countdown", "reload")


def _metrics(draft: Draft) -> Iterator[tuple[Location, DgusMetric]]:
    for report in draft.reports:
        for each, table in zip(report.metrics, _tables(report), strict=True):
            yield each.loc, table


def _tables(report: DraftReport) -> Iterator[DgusMetric]:
    for each in report.metrics:
        assert isinstance(each.table, DgusMetric)
        yield each.table
