"""Vectors: frames with their meaning and where they are from, held against the driver that a profile describes.

What a vector `says` is meant, not sent: quantities are in the record's units or written with a unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec
from pydantic import Field, StrictStr

from devicelog.driver import BadFrame, DeviceTime, Driver, Event, Identity, Reading, Recalled
from devicelog.errors import ProfileFileError, UnitError
from devicelog.numbers import some
from devicelog.observation.layout import Column, layout
from devicelog.problems import Location, Problems, shown
from devicelog.profile.draft import opened, validated
from devicelog.profile.tables import CLOCK, Table, Text
from devicelog.toml_file import text_of
from devicelog.units import plain, quantity


class VectorTable(Table):
    """One [[vector]]. Bytes are hexadecimal, or text where the name ends in `_text`."""

    meaning: Text = Field(description="text: what the frame means")
    origin: Literal["published", "recorded", "firmware", "fixture", "computed", "template"] = Field(
        description="published, recorded, firmware, fixture, computed or template"
    )
    source: StrictStr = Field(default="", description="text: where it was read")
    sends: StrictStr | None = Field(default=None, description='bytes such as "01 03 00 00 00 0A C5 CD"')
    sends_text: StrictStr | None = Field(default=None, description="text")
    asked: list[StrictStr] = Field(default=[], description="a list of the names of queries that were sent before")
    before: StrictStr | None = Field(default=None, description='bytes that came before, such as "01 83 02 C0 F1"')
    received: StrictStr | None = Field(default=None, description='bytes such as "01 83 02 C0 F1"')
    received_text: StrictStr | None = Field(default=None, description="text")
    says: list[dict[str, Any]] = Field(default=[], description="a list of tables with report and values")
    refused: StrictStr | None = Field(default=None, description="text that stands in the reason of the bad frame")


def vectors_in(path: Path) -> list[tuple[VectorTable, str]]:
    """The vectors of a file, each with its place; raises ProfileFileError with the first thing that is wrong."""
    raw, problems = opened(text_of(path, "file of vectors", ProfileFileError), str(path))
    given = raw.get("vector")
    tables = given if isinstance(given, list) else []
    if not tables or set(raw) != {"vector"}:
        raise ProfileFileError(f"{path}: found {', '.join(raw) or 'nothing'}, expected tables written [[vector]] only.")
    found = []
    for number, each in enumerate(tables):
        loc: Location = ("vector", number)
        table = validated(VectorTable, each, problems, loc)
        if table is not None:
            _look_at(table, problems, loc)
            found.append((table, f"{path}, line {problems.lines.get(loc, 0)}, {table.meaning!r}"))
    if problems.found:
        raise ProfileFileError(problems.sentences()[0])
    return found


def _look_at(table: VectorTable, problems: Problems, loc: Location) -> None:
    keys = ("sends", "sends_text", "received", "received_text")
    bytes_given = [key for key in keys if getattr(table, key) is not None]
    if len(bytes_given) != 1:
        found = " and ".join(bytes_given) or "none"
        problems.add(loc, f"found {found} of sends, sends_text, received and received_text, expected one of them")
    for key in ("sends", "before", "received"):
        try:
            bytes.fromhex(getattr(table, key) or "")
        except ValueError:
            problems.add((*loc, key), f"found {shown(getattr(table, key))}, expected bytes in hexadecimal")


def failures(driver: Driver, vectors: Sequence[tuple[VectorTable, str]]) -> list[str]:
    """What a driver makes of the vectors that they do not mean, one sentence each; empty if all hold."""
    return [f"{place}: {what}." for table, place in vectors for what in _failures(driver, table)]


def _failures(driver: Driver, table: VectorTable) -> Iterator[str]:
    if table.sends is not None or table.sends_text is not None:
        request = bytes.fromhex(table.sends) if table.sends is not None else (table.sends_text or "").encode()
        if not any(query.allows(request) for query in driver.queries):
            yield f"found no query that sends {request!r}, expected one"
        return
    received = bytes.fromhex(table.received) if table.received is not None else (table.received_text or "").encode()
    decoder = driver.decoder()
    decoder.feed(bytes.fromhex(table.before or ""))
    sent = getattr(decoder, "sent", None)
    for purpose in table.asked:
        request = next((query.request for query in driver.queries if query.purpose == purpose), b"")
        if not request or sent is None:
            yield f"found no query with the purpose {purpose!r}, expected one"
            return
        sent(request)
    events = [*decoder.feed(received), *decoder.end()]
    if table.refused is not None:
        yield from _refused(table.refused, events)
    else:
        yield from _said(driver, table.says, events)


def _refused(reason: str, events: Sequence[Event]) -> Iterator[str]:
    if not events or not all(isinstance(event, BadFrame) and reason in event.reason for event in events):
        yield f"found {_told(events)}, expected a bad frame because of {reason!r}"


def _said(driver: Driver, says: Sequence[dict[str, Any]], events: Sequence[Event]) -> Iterator[str]:
    if len(events) != len(says) or any(isinstance(event, BadFrame) for event in events):
        yield f"found {_told(events)}, expected {some(len(says), 'report')}"
        return
    for event, expected in zip(events, says, strict=True):
        values = _values(driver, event)
        name = expected.get("report")
        if values.get("report") != name:
            yield f"found the report {values.get('report')!r}, expected {name!r}"
            continue
        for metric, meant in expected.items():
            if metric not in values:
                yield f"found no {metric!r} in {name!r}, expected {shown(meant)}"
            elif (why := _difference(values[metric], meant)) is not None:
                yield f"found {metric} {why}"


def _values(driver: Driver, event: Event) -> dict[str, Any]:
    """What an event says, by metric: the column of a quantity and its value in the record's unit."""
    if isinstance(event, Identity):
        who = {"model": event.model, "serial": event.serial, "firmware": event.firmware}
        return {"report": "identity", **who, **event.more}
    if isinstance(event, DeviceTime):
        return {"report": CLOCK, "said": event.said}
    if isinstance(event, Recalled):
        return {"report": "memory", **msgspec.structs.asdict(event)}
    if not isinstance(event, Reading):
        return {}
    report = driver.report(event.report)
    made = layout(1, 1, report, report.units if event.units is None else event.units)
    found = {
        column.metric: (column, column.resolve(value)) for column, value in zip(made.columns, event.values, strict=True)
    }
    return {"report": event.report, "from_memory": event.from_memory, **found}


def _difference(found: Any, meant: Any) -> str | None:
    """How a value differs from what is meant; None if it does not. A list that is empty means: no value."""
    column, value = found if isinstance(found, tuple) else (None, found)
    if meant == []:
        return None if value is None else f"{shown(value)}, expected no value"
    if isinstance(value, Decimal | int) and isinstance(column, Column):
        try:
            expected = quantity(meant, column.unit or "1") if isinstance(meant, str) else Decimal(meant)
        except (UnitError, ArithmeticError) as error:
            return f"in {column.unit}, expected {shown(meant)}, which is none ({error})"
        unit = f" {column.unit}" if column.unit else ""
        return None if expected == value else f"{plain(Decimal(value))}{unit}, expected {shown(meant)}"
    return None if str(value) == str(meant) and value is not None else f"{shown(value)}, expected {shown(meant)}"


def _told(events: Sequence[Event]) -> str:
    told = [f"a bad frame ({each.reason})" if isinstance(each, BadFrame) else _name(each) for each in events]
    return " and ".join(told) or "nothing"


def _name(event: Event) -> str:
    return f"the report {event.report!r}" if isinstance(event, Reading) else "an identity"
