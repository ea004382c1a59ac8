"""`devicelog stats`: counts over time, as tables in the terminal and as SVG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.moments import span_options
from devicelog.cli.options import at_home, json_option, print_json, say, store_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from devicelog.search.statistics import Statistics, Stretch

_PRIORITIES = ("high", "medium", "low")


@click.command("stats")
@span_options
@click.option("--by", type=click.Choice(["day", "week", "month"]), default="month", help="How long a period is.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Also draw it there.")
@store_option
@json_option
def command(since: str | None, until: str | None, by: str, svg: Path | None, store: Path, as_json: bool) -> None:
    """Sessions, alarms of each treatment protocol, drift of devices and gaps, over time.

    What was refused before a device was read is no session, and is counted apart. Drift is what a device measured
    against what was set, in sessions in which one value was set throughout, and its own counters against what was
    recorded.
    """
    from devicelog.search import finding
    from devicelog.search.statistics import By, statistics
    from devicelog.store.reader import Reader

    with Reader.open(store) as reader:
        found = finding.counted(reader, finding.Search(since=since, until=until))
    counted = statistics([one for _, one in found.sessions], By(by))
    if svg is not None:
        from devicelog.search.statistics_chart import chart

        at_home(svg).write_text(chart(counted) + "\n", encoding="utf-8")
    if as_json:
        print_json(_content(counted, [row.id for row in found.unread]))
    elif counted.periods:
        _print(counted)
    else:
        say("no sessions")
    if found.unread:
        say(f"not counted, as they cannot be read: {', '.join(row.id for row in found.unread)}")


# -- tables -------------------------------------------------------------------------------------------------------


def _print(counted: Statistics) -> None:
    heads = (str(counted.by), "sessions", "refused", "interrupted", "nothing given", *_PRIORITIES, "gaps", "gap min")
    rows = [
        (
            str(period.begin)[: 7 if counted.by == "month" else None],
            str(period.sessions),
            str(period.refused),
            str(period.interrupted),
            str(period.untreated),
            *(str(period.alarms.get(priority, 0)) for priority in _PRIORITIES),
            str(period.gaps.count),
            f"{period.gaps.seconds / 60:.1f}",
        )
        for period in counted.periods
    ]
    _table(f"Sessions by {counted.by}, with their alarms and gaps", heads, rows, right=range(1, 10))
    _table(
        "Alarms of each treatment protocol",
        ("protocol", "limit or text", "priority", "alarms", "in 100 sessions", "sessions"),
        [
            (
                one.protocol or "none, NO LIMITS",
                one.name,
                one.priority,
                str(one.count),
                f"{one.per_hundred:.1f}",
                f"{one.sessions} of {one.of_sessions}",
            )
            for one in counted.alarms
        ],
        right=(3, 4, 5),
    )
    _drift(counted)
    _table(
        "Gaps by cause",
        ("cause", "gaps", "min", "missing reports", "sessions"),
        [
            (cause, str(gap.count), f"{gap.seconds / 60:.1f}", _missing(gap), str(gap.sessions))
            for cause, gap in counted.gaps.items()
        ],
        right=(1, 2, 3, 4),
    )


def _drift(counted: Statistics) -> None:
    rows = []
    for drift in counted.drifts:
        known = [drift.periods[begin].relative for begin in sorted(drift.periods)]
        spans = (_percent(drift.whole.relative), _percent(known[0]), _percent(known[-1]))
        rows.append((drift.serial, drift.metric, str(drift.whole.sessions), *spans))
    heads = ("device", "metric", "sessions", "in all", f"first {counted.by}", f"last {counted.by}")
    _table("Devices: measured against set", heads, rows, right=range(2, 6))
    _table(
        "Devices: recorded against the device's own counters",
        ("device", "counter", "sessions", "differ", "greatest difference"),
        [
            (one.serial, one.metric, str(one.compared), str(one.differ), _percent(one.greatest) if one.differ else "-")
            for one in counted.counters
        ],
        right=(2, 3, 4),
    )


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int]) -> None:
    from devicelog.terminal.plain import print_columns

    click.echo(f"{title}\n")
    if rows:
        print_columns(heads, rows, right=right, fold=[at for at in range(len(heads)) if at not in right])
    else:
        click.echo("none")
    click.echo("")


def _percent(part: Decimal | None) -> str:
    return f"{part * 100:+.2f} %" if part is not None else "not known"


def _missing(gap: Stretch) -> str:
    return f"{gap.missing} and more" if gap.unknown else str(gap.missing)


# -- JSON ---------------------------------------------------------------------------------------------------------


def _content(counted: Statistics, unread: list[str]) -> dict[str, Any]:
    return {
        "by": counted.by.value,
        "sessions": counted.sessions,
        "refused": counted.refused,
        "periods": [
            {
                "begin": str(period.begin),
                "sessions": period.sessions,
                "refused": period.refused,
                "interrupted": period.interrupted,
                "untreated": period.untreated,
                "alarms": {priority: period.alarms.get(priority, 0) for priority in _PRIORITIES},
                "gaps": _gap(period.gaps),
            }
            for period in counted.periods
        ],
        "alarms": [
            {
                "protocol": one.protocol,
                "name": one.name,
                "priority": one.priority,
                "count": one.count,
                "per_100_sessions": _number(one.per_hundred),
                "sessions": one.sessions,
                "of_sessions": one.of_sessions,
            }
            for one in counted.alarms
        ],
        "drift": [
            {
                "device": drift.serial,
                "metric": drift.metric,
                "sessions": drift.whole.sessions,
                "relative": _number(drift.whole.relative),
                "periods": [
                    {"begin": str(begin), "sessions": against.sessions, "relative": _number(against.relative)}
                    for begin, against in sorted(drift.periods.items())
                ],
            }
            for drift in counted.drifts
        ],
        "counters": [
            {
                "device": one.serial,
                "metric": one.metric,
                "sessions": one.compared,
                "differ": one.differ,
                "greatest_relative": _number(one.greatest),
            }
            for one in counted.counters
        ],
        "gaps": [{"cause": cause, **_gap(gap)} for cause, gap in counted.gaps.items()],
        "unread": unread,
    }


def _gap(gap: Stretch) -> dict[str, Any]:
    from devicelog.numbers import number

    return {
        "count": gap.count,
        "duration": {"value": number(gap.seconds), "unit": "s"},
        "missing_reports": gap.missing,
        "missing_not_known": gap.unknown,
        "sessions": gap.sessions,
    }


def _number(part: Decimal | None) -> str | None:
    from devicelog.numbers import number

    return number(part) if part is not None else None
