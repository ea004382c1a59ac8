"""The table of drivers in drivers/README.md, made of the Driver values: `make table`.

Only the drivers of this repository stand in it; what a driver of another package says, `devicelog drivers` shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from devicelog import registry
from devicelog.driver import Category, Driver, Effect, Query

README = Path(__file__).parents[2] / "drivers" / "README.md"
BEGIN, END = "<!-- made by `make table` -->\n", "<!-- end of what `make table` makes -->\n"
_HEAD = ("driver", "for", "connection", "reads", "may send", "knowledge", "verified on")
_OF_REPORTS = (Category.SEQUENCE, Category.EPOCH, Category.UPTIME)
_EFFECTS = {
    Effect.NONE: "without effect",
    Effect.CLEARS_ALARM: "clears an alarm",
    Effect.DESTRUCTIVE_READ: "destroys what it reads; only if allowed",
    Effect.OPENS_SESSION: "opens a session; only if allowed",
}


def main() -> None:
    """Write the table anew where it stands in the page."""
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")


def with_table(page: str) -> str:
    """The page with the table as the drivers of this moment make it."""
    before, mark, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise SystemExit(f"{README} has no place for the table; expected {BEGIN!r} and {END!r}.")
    return before + mark + "".join(f"{line}\n" for line in table(built_in())) + end + after


def built_in() -> list[Driver]:
    """The drivers that come with devicelog, by name."""
    found = [plugin for plugin in registry.drivers().values() if plugin.package.startswith("devicelog ")]
    broken = [plugin.fault for plugin in found if plugin.value is None]
    if broken:
        raise SystemExit(f"a driver cannot be used: {broken[0]}.")
    return sorted((plugin.value for plugin in found if plugin.value is not None), key=lambda driver: driver.name)


def table(drivers: list[Driver]) -> Iterator[str]:
    """The lines of the table in Markdown."""
    yield _row(_HEAD)
    yield _row("---" for _ in _HEAD)
    for driver in drivers:
        yield _row(
            (
                f"`{driver.name}`",
                driver.model,
                _connection(driver),
                ", ".join(_metrics(driver)),
                _queries(driver.queries),
                driver.provenance.value,
                driver.verified_on or "nothing",
            )
        )


def _row(cells: Iterator[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _connection(driver: Driver) -> str:
    """How the port is set, and who speaks first."""
    serial = driver.serial
    high = "".join(f", {name} high" for name, is_high in (("DTR", serial.dtr), ("RTS", serial.rts)) if is_high)
    often = f" at least every {driver.expected_interval:g} s" if driver.expected_interval is not None else ""
    speaks = "is polled, answers" if driver.polling is not None else "speaks by itself,"
    setting = f"{serial.baudrate} baud {serial.bytesize}{serial.parity}{serial.stopbits:g}{high}"
    return f"{setting}; {speaks}{often}".rstrip(",")


def _metrics(driver: Driver) -> list[str]:
    """What is read, each once, in the record's units; what only numbers and times the reports is left out."""
    metrics = [metric for report in driver.reports for metric in report.metrics if metric.category not in _OF_REPORTS]
    return list(dict.fromkeys(f"{metric.name} ({metric.unit})" if metric.unit else metric.name for metric in metrics))


def _queries(queries: tuple[Query, ...]) -> str:
    """The bytes of the queries, by what they do to the device."""
    if not queries:
        return "nothing, it only listens"
    by_effect = {effect: [query for query in queries if query.effect is effect] for effect in Effect}
    return "; ".join(
        " ".join(f"`{_bytes(query.request)}`" for query in asked) + f" ({_EFFECTS[effect]})"
        for effect, asked in by_effect.items()
        if asked
    )


def _bytes(request: bytes) -> str:
    """Bytes as people read them: text as it is, the end of a line left out, anything else as a Python escape."""
    text = request.rstrip(b"\r\n") or request
    return repr(text)[2:-1].replace("`", r"\x60")


if __name__ == "__main__":
    main()
