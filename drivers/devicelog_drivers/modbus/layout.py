"""Where the values of a profile stand in the replies, and what contradicts in that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devicelog.driver import Effect
from devicelog.problems import Location, Problems, guess
from devicelog.profile.binary import Binary, Order, Raw, WrongValueError, number
from devicelog.profile.draft import DraftMetric, DraftReport
from devicelog.profile.spelling import Spelled, spelled
from devicelog_drivers.modbus.frames import IDENTIFICATION, REPORT_ID, Frame
from devicelog_drivers.modbus.queries import BITS, REGISTERS, Asked
from devicelog_drivers.modbus.tables import ModbusMetric, ModbusReport


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: function, address, how many registers (0: to the end), type and order; what a text says."""

    function: int
    address: int
    size: int
    type: Binary
    order: Order
    text_is: Spelled = Spelled.TEXT

    def raw(self, frame: Frame, start: int) -> Raw:
        """What a reply holds there; `start` is the address of its first register or bit. Raises WrongValueError."""
        if self.function in BITS:
            place = self.address - start
            return frame.data[1 + place // 8] >> place % 8 & 1
        if self.function == IDENTIFICATION:
            return _object(frame.data, self.address)
        if self.function == REPORT_ID:
            first = 1 + self.address
            data = frame.data[first : first + self.size * 2 if self.size else None]
        else:
            first = 1 + (self.address - start) * 2
            data = frame.data[first : first + self.size * 2]
        size = self.type.size
        if len(data) < size:
            raise WrongValueError(f"the reply ends before byte {first + size}")
        found = number(self.type, data[: size or None], self.order)
        return spelled(self.text_is, found) if isinstance(found, str) and self.type is Binary.TEXT else found


def _object(data: bytes, wanted: int) -> Raw:
    """An object of an identification, None if the device has none of that number."""
    place = 6
    while place + 1 < len(data):
        which, length = data[place : place + 2]
        if which == wanted:
            return number(Binary.TEXT, data[place + 2 : place + 2 + length], Order.ABCD)
        place += 2 + length
    return None


@dataclass(frozen=True, slots=True)
class Layout:
    """A report with the place of each of its metrics."""

    report: DraftReport
    places: tuple[Place, ...]
    start: int

    def found(self, frame: Frame) -> list[tuple[Raw, str | None]]:
        """What a reply holds for each metric; raises WrongValueError."""
        return [(place.raw(frame, self.start), None) for place in self.places]


def layouts(
    reports: Sequence[DraftReport], queries: Mapping[str, Asked], order: Order, problems: Problems
) -> dict[str, list[Layout]]:
    """The layouts of the reports by the name of their query; what contradicts is a problem."""
    made: dict[str, list[Layout]] = {name: [] for name in queries}
    seen: list[tuple[str, Place]] = []
    for report in reports:
        table = report.table
        assert isinstance(table, ModbusReport)
        query = queries.get(table.query)
        if query is None:
            what = f"found {table.query!r}, expected the name of a query{guess(table.query, queries)}"
            problems.add((*report.loc, "query"), what)
            continue
        places = [_place(metric, query, order, problems) for metric in report.metrics]
        for metric, place in zip(report.metrics, places, strict=True):
            _look_for_overlaps(metric, place, seen, problems)
            seen.append((metric.table.name, place))
        made[table.query].append(Layout(report, tuple(places), query.table.start or 0))
    return made


def _place(metric: DraftMetric, query: Asked, order: Order, problems: Problems) -> Place:
    table = metric.table
    assert isinstance(table, ModbusMetric)
    function = query.table.function
    if table.since_last_read and query.table.effect is not Effect.DESTRUCTIVE_READ:
        what = f"found it with a query of effect {query.table.effect}, expected destructive_read"
        problems.add((*metric.loc, "since_last_read"), what)
    if table.units is not None:
        problems.add((*metric.loc, "units"), "found it at a register, which holds no unit token, expected sent_in")
    kind = _kind(table, function, metric.loc, problems)
    size = (table.length or 0) if kind is Binary.TEXT else kind.size // 2
    if table.text_is is not None and table.type is not Binary.TEXT:
        problems.add((*metric.loc, "text_is"), f"found {table.text_is}, expected it with type text only")
    place = Place(function, table.address, size, kind, table.order or order, table.text_is or Spelled.TEXT)
    if function in (*BITS, *REGISTERS):
        _look_at_range(metric, place, query, problems)
    return place


def _kind(table: ModbusMetric, function: int, loc: Location, problems: Problems) -> Binary:
    """What stands there; bits and objects of an identification need no type."""
    if function in BITS or function == IDENTIFICATION:
        if table.type is not None:
            problems.add((*loc, "type"), f"found {table.type}, expected none: function {function} has no registers")
        return Binary.U16 if function in BITS else Binary.TEXT
    if table.type is None or table.type in (Binary.U8, Binary.I8):
        found = "nothing" if table.type is None else table.type
        kinds = ", ".join(kind for kind in Binary if kind.size != 1)
        problems.add((*loc, "type"), f"found {found}, expected one of {kinds}")
        return Binary.U16
    if function in REGISTERS and (table.type is Binary.TEXT) != (table.length is not None):
        expected = "how many registers it takes" if table.type is Binary.TEXT else f"none: {table.type} has its own"
        problems.add((*loc, "length"), f"found {table.length or 'nothing'}, expected {expected}")
    return table.type


def _look_at_range(metric: DraftMetric, place: Place, query: Asked, problems: Problems) -> None:
    start, count = query.table.start or 0, query.table.count or 0
    last = place.address + (1 if place.function in BITS else max(1, place.size)) - 1
    if place.address < start or last >= start + count:
        found = f"found {place.address}" + (f" to {last}" if last > place.address else "")
        what = f"{found}, expected what the query {query.table.name!r} reads: {start} to {start + count - 1}"
        problems.add((*metric.loc, "address"), what)


def _look_for_overlaps(
    metric: DraftMetric, place: Place, seen: Sequence[tuple[str, Place]], problems: Problems
) -> None:
    """Registers that two metrics read in different ways: one of them is wrong."""
    if place.function not in REGISTERS:
        return
    for name, other in seen:
        apart = place.address >= other.address + other.size or other.address >= place.address + place.size
        if other.function != place.function or apart or other == place:
            continue
        what = f"found {place.type} at {place.address}, expected no register of {name!r}"
        problems.add((*metric.loc, "address"), f"{what} ({other.type} {other.order} at {other.address})")
        return
