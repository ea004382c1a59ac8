"""From a profile to the map of its display: which variable is read how, on which pages, and in which report."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from devicelog.driver import ReportKind, Value
from devicelog.profile.binary import Binary, Order, Raw, WrongValueError, number
from devicelog.profile.draft import Draft, DraftMetric, DraftReport
from devicelog.profile.spelling import Spelled, spelled
from devicelog_drivers.dgus.map import Map, Page, Says, Told, Variable
from devicelog_drivers.dgus.tables import DgusMetric, DgusProfile, Held

_SPELLED = {held: Spelled(held.value) for held in (Held.TEXT, Held.NUMBER, Held.HEX, Held.DURATION)}
#: A display fills the text of a variable up with blanks, and shows none of what stands behind FF or 0.
_FILLED = b"\xff\x00 "


def map_of(draft: Draft, table: DgusProfile) -> Map:
    """The map of a profile in which nothing is wrong."""
    countdown, keys = table.countdown, table.keys
    reload = countdown.reload if countdown is not None else None
    return Map(
        model=table.model,
        pages={number: Page(page.function, page.state) for page in table.page for number in page.numbers},
        variables=dict(_variables(draft)),
        reports=tuple(_told(report, table) for report in draft.reports),
        running_at=countdown.running_at if countdown is not None else None,
        reload=round(draft.seconds(reload, "countdown", "reload")) if reload is not None else None,
        keys_at=keys.address if keys is not None else None,
        keys={int(code, 16): name for code, name in keys.names.items()} if keys is not None else {},
        simulated_at=table.simulated_at,
        page_set_at=table.page_set_at,
        page_told_at=table.page_told_at,
    )


def counts_down(report: DraftReport, table: DgusProfile) -> bool:
    """Whether this is the report of the time left."""
    timer = table.countdown.metric if table.countdown is not None else None
    return any(each.table.name == timer for each in report.metrics)


def _told(report: DraftReport, table: DgusProfile) -> Told:
    parts = tuple(_part(each) for each in report.metrics)
    return Told(report.table.name, parts, report.table.kind == ReportKind.SETTINGS, counts_down(report, table))


def _part(metric: DraftMetric) -> int | Says:
    table = metric.table
    assert isinstance(table, DgusMetric)
    part = table.address if table.address is not None else table.says
    assert part is not None
    return part


def _variables(draft: Draft) -> Iterator[tuple[int, Variable]]:
    for report in draft.reports:
        for each in report.metrics:
            table = each.table
            assert isinstance(table, DgusMetric)
            if table.address is None or table.holds is None:
                continue
            guard = table.valid_while or report.table.valid_while
            pages = frozenset(map(str, guard.is_)) if guard is not None else frozenset()
            left = each.conversion.value(table.on_leaving, each.token) if table.on_leaving is not None else None
            yield table.address, Variable(table.name, partial(_value, each, table.holds), pages, left)


def _value(metric: DraftMetric, holds: Held, content: bytes) -> Value:
    """The value of a content; a code that the profile does not know is none, because nothing else shows damage."""
    raw = _raw(holds, content)
    value, means = metric.conversion.value(raw, metric.token), metric.table.means
    if value is not None and means is not None and value not in means.values():
        raise WrongValueError(f"{metric.table.name} is {raw!r}, expected one of {', '.join(means)}")
    return value


def _raw(holds: Held, content: bytes) -> Raw:
    """What a variable holds; raises WrongValueError."""
    if holds in _SPELLED:
        text = number(Binary.TEXT, content.rstrip(_FILLED), Order.ABCD)
        return spelled(_SPELLED[holds], str(text))
    kind = Binary(holds.value)
    if len(content) != kind.size:
        raise WrongValueError(f"{len(content)} bytes are written, where {holds} has {kind.size}")
    return number(kind, content, Order.ABCD)
