"""Times of a profile that contradict each other: a period that no line can keep, an answer expected too early."""

from __future__ import annotations

from collections.abc import Iterable

from devicelog.driver import Polling, Query, SerialSettings
from devicelog.problems import Problems


def look_at_times(
    queries: Iterable[Query],
    polling: Polling | None,
    expected: float | None,
    serial: SerialSettings,
    problems: Problems,
) -> None:
    """That queries can go as often as they should, and that the longest silence allows for them; times in seconds.

    `queries` stand in the order of the file.
    """
    if polling is None:
        return
    periods = [(place, query) for place, query in enumerate(queries) if query.every is not None]
    for place, query in periods:
        least = polling.pause + _on_the_line(query, serial)
        if query.every is not None and query.every < least:
            found = f"found {_told(query.every)}, expected at least {_told(least)}"
            problems.add(("query", place, "every"), f"{found}: the query on the line, and the pause behind its reply")
    if expected is None:
        return
    if polling.timeout > expected:
        found = f"found {_told(polling.timeout)}, expected at most the expected_interval, {_told(expected)}"
        problems.add(("polling", "timeout"), f"{found}: a reply that is waited for is no silence")
        return
    shortest = min((query.every for _, query in periods if query.every is not None), default=0.0)
    if periods and expected < shortest + polling.timeout:
        found = f"found {_told(expected)}, expected at least {_told(shortest + polling.timeout)}"
        problems.add(("expected_interval",), f"{found}: the shortest every, and the timeout of its reply")


def _on_the_line(query: Query, serial: SerialSettings) -> float:
    """How long the bytes of a query take, with start, parity and stop bits."""
    bits = 1 + serial.bytesize + (serial.parity != "N") + serial.stopbits
    return len(query.request) * bits / serial.baudrate


def _told(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{round(seconds * 1000, 1):g} ms"
