"""The tables of the logs that devices keep by themselves: each with its origin, and what the devices' clocks said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from devicelog.export.csv.cell import Cell
from devicelog.export.csv.table import LINK, OF_LINK, SERIAL, Filled, Table, moment, num, required, text, whole, yes_no
from devicelog.numbers import rfc3339, seconds
from devicelog.record.device_logs import ahead_of_utc
from devicelog.record.record import Record


def device_log_tables(record: Record) -> list[Filled]:
    """Both tables; each only if there is something in it."""
    logs = [_logs(record)] if record.device_logs.logs else []
    return [*logs, *([_clocks(record)] if record.device_logs.clocks else [])]


def _logs(record: Record) -> Filled:
    fields = (
        required(whole("log", "1", "number of the log in the session", least=1)),
        required(LINK),
        SERIAL,
        text("path", "the file as the device names it, as far as that is known"),
        text("sha256", "of the file with LF as line ends and no blanks at the ends"),
        whole("length", "1", "bytes of that"),
        text("origin", "read: over the line; imported: brought by a person"),
        text("written", "date and time by the device's clock, as the log says it"),
        *moment("happened", "the same by the host's clock; empty: not known"),
        num("uncertain", "s", "how far off that may be, to either side"),
        yes_no("counted", "whether it counts"),
        text("doubt", "why it may not be what it seems, or is not counted"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for log in record.device_logs.logs:
            serial = record.devices[log["link"]].serial
            head = (log["log"], log["link"], serial, log["path"], log["sha256"], log["length"], log["origin"])
            happened = _moment(record, log["happened"])
            uncertain = seconds(log["uncertain"]) if log["uncertain"] is not None else None
            yield [*head, log["written"], *happened, uncertain, log["counted"], log.get("doubt")]

    return Table("device_logs.csv", "Logs that devices keep by themselves", fields, ("log",), OF_LINK), rows()


def _moment(record: Record, t_us: int | None) -> tuple[Cell, Cell]:
    return (rfc3339(record.wall(t_us)), seconds(t_us)) if t_us is not None else (None, None)


def _clocks(record: Record) -> Filled:
    fields = (
        required(LINK),
        text("said", "what the device's clock said, as sent; it has no zone"),
        *moment("", "the middle of asking and answer"),
        num("uncertain", "s", "how far off that may be, to either side"),
        num("ahead of utc", "s", "the device's clock less the host's in UTC; its zone is part of that"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for said in record.device_logs.clocks:
            when = _moment(record, said["moment"])
            yield [said["link"], said["said"], *when, seconds(said["uncertain"]), ahead_of_utc(record.wall, said)]

    return Table("device_clocks.csv", "What the clocks of the devices said", fields, refers=OF_LINK), rows()
