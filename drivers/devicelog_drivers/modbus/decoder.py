"""The decoder of a Modbus profile: replies to readings, each paired with its query or said to be of nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from devicelog.driver import BadFrame, Category, Condition, Event, Metric, Priority, Reading, Report, ReportKind
from devicelog.profile.binary import WrongValueError
from devicelog.profile.reader import ReportReader
from devicelog_drivers.modbus.frames import EXCEPTION, Frame, Framer, Shapes
from devicelog_drivers.modbus.layout import Layout
from devicelog_drivers.modbus.queries import Asked, Signature, answers, signature
from devicelog_drivers.outstanding import Outstanding

_EXCEPTIONS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledged, not done yet",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target does not answer",
}
#: What a device always refuses with these words it does not have: then the profile is not of this device.
_FOR_GOOD = frozenset({1, 2, 3})
#: A query that the device refuses, and the reports that cannot come because of it.
REFUSED = Report(
    "refused",
    ReportKind.STATUS,
    (
        Metric("asked", Category.STATE),
        Metric("lacks", Category.STATE),
        Metric(
            "exception",
            Category.STATE,
            conditions={
                text: Condition(
                    Priority.MEDIUM if code in _FOR_GOOD else Priority.LOW,
                    f"the device refuses a query: {text}",
                    latching=True,
                )
                for code, text in _EXCEPTIONS.items()
            },
        ),
    ),
    ("", "", ""),
)


@dataclass(frozen=True, slots=True)
class Map:
    """What all decoders of a profile share: its queries, and where the values stand in their replies."""

    model: str
    slave: int
    echo: bool
    queries: Mapping[str, Asked]
    layouts: Mapping[str, list[Layout]]

    def decoder(self) -> ModbusDecoder:
        """A decoder of one link."""
        return ModbusDecoder(self)

    @property
    def shapes(self) -> Shapes:
        """The replies that may come; 0 bytes of data are any number of them."""
        shapes: dict[int, frozenset[int]] = {}
        for query in self.queries.values():
            function, size = query.signature
            shapes[function] = shapes.get(function, frozenset()) | ({size} if size else frozenset())
        return shapes

    def of(self, sign: Signature) -> list[str]:
        """The queries whose replies look like this."""
        return [name for name, query in self.queries.items() if query.signature == sign]

    @property
    def naming(self) -> frozenset[str]:
        """Queries whose replies look like no other's."""
        return frozenset(name for name, query in self.queries.items() if len(self.of(query.signature)) == 1)

    def name_of(self, request: bytes) -> str | None:
        """The query with these bytes."""
        return next((name for name, query in self.queries.items() if query.request == request), None)

    def candidates(self, frame: Frame) -> frozenset[str]:
        """The queries that a reply or a refusal may be of."""
        if frame.function & EXCEPTION:
            function = frame.function - EXCEPTION
            return frozenset(name for name, query in self.queries.items() if query.table.function == function)
        return frozenset(self.of(signature(frame)))

    def lacks(self, name: str | None) -> str | None:
        """The reports that hang on a query, as one text; None if nobody can say which."""
        reports = [
            layout.report.table.name for layout in self.layouts.get(name or "", []) if not layout.report.is_identity
        ]
        return ", ".join(reports) or None

    def is_whole(self, request: bytes, came: bytes) -> bool:
        """Whether the reply to a query, or its refusal, is among the bytes that came behind it."""
        name = self.name_of(request)
        if name is None:
            return False
        framer = Framer(self.shapes)
        framer.cut(request if self.echo else b"")
        sign = self.queries[name].signature
        return any(isinstance(frame, Frame) and answers(frame, request, sign) for frame in framer.feed(came))

    def read(self, name: str, frame: Frame, reader: ReportReader) -> list[Event]:
        """What the reply to a query says."""
        try:
            parts = [(layout.report, layout.found(frame)) for layout in self.layouts[name]]
        except WrongValueError as error:
            return [BadFrame(frame.raw, str(error), frame.at)]
        return [*reader.events(parts, frame.raw, frame.at)]


class ModbusDecoder:
    """One link. A late reply is never paired with a later query that it cannot be told from: see `Outstanding`."""

    def __init__(self, shared: Map) -> None:
        self._framer = Framer(shared.shapes)
        self._reader = ReportReader(
            [layout.report for each in shared.layouts.values() for layout in each], shared.model
        )
        self._outstanding = Outstanding(shared.naming)
        self._slave = shared.slave
        self._echo = shared.echo
        self._name_of, self._candidates, self._read = shared.name_of, shared.candidates, shared.read
        self._lacks = shared.lacks

    def sent(self, request: bytes) -> None:
        """A query left the host: the reply to the one before is over, or was given up."""
        self._framer.cut(request if self._echo else b"")
        name = self._name_of(request)
        if name is not None:
            self._outstanding.sent(name)

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        return [event for found in self._framer.feed(data) for event in self._events(found)]

    def end(self) -> list[Event]:
        """What is left; what was asked is answered no more."""
        events = [event for found in self._framer.end() for event in self._events(found)]
        self._outstanding.clear()
        return events

    def _events(self, found: Frame | BadFrame) -> list[Event]:
        if isinstance(found, BadFrame):
            return [found]
        if found.slave != self._slave:
            reason = f"the device with address {found.slave} answers, {self._slave} was asked"
            return [BadFrame(found.raw, reason, found.at)]
        names = self._candidates(found)
        name = self._outstanding.among(names)
        if found.function & EXCEPTION:
            return [Reading(REFUSED.name, (name, self._lacks(name), _words(found.data[0])), found.at)]
        if name is None:
            reason = f"a reply to one of {', '.join(sorted(names))}, and nobody can tell to which"
            return [BadFrame(found.raw, reason, found.at)]
        return self._read(name, found, self._reader)


def _words(code: int) -> str:
    return _EXCEPTIONS.get(code, f"exception {code}")
