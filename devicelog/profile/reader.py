"""What was found in one frame, as an event: a reading, an identity, or a bad frame with the reason. One per link."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from devicelog.driver import BadFrame, DeviceTime, Identity, Reading, Value
from devicelog.profile.binary import Raw, WrongValueError
from devicelog.profile.draft import DraftMetric, DraftReport
from devicelog.profile.tables import GuardTable

#: What was found of one metric: the number or text, and the unit token if one was sent with it.
Found = tuple[Raw, str | None]

#: A serial number with this beginning is that of a simulator.
_SIMULATED = "SIM-"


class ReportReader:
    """Reads the reports of a profile. It remembers the values that guards ask for, and sums of what reading clears."""

    def __init__(self, reports: Sequence[DraftReport], model: str) -> None:
        self._model = model
        guards = [report.table.valid_while for report in reports]
        guards += [metric.table.valid_while for report in reports for metric in report.metrics]
        self._asked_for = frozenset(guard.metric for guard in guards if guard is not None)
        self._known: dict[str, Value] = {}
        self._sums: dict[str, int | Decimal] = {}

    def know(self, metric: str, value: Value) -> None:
        """Something that guards ask for was learnt outside of a report."""
        if metric in self._asked_for:
            self._known[metric] = value

    def events(
        self, parts: Sequence[tuple[DraftReport, Sequence[Found]]], raw: bytes, at: int
    ) -> list[Reading | Identity | DeviceTime | BadFrame]:
        """What a frame says: each of its reports with one `Found` for each metric. If one is wrong, so is the frame."""
        try:
            read = [
                [self._value(metric, *each) for metric, each in zip(report.metrics, found, strict=True)]
                for report, found in parts
            ]
        except WrongValueError as error:
            return [BadFrame(raw, str(error), at)]
        for (report, _), values in zip(parts, read, strict=True) if self._asked_for else ():
            for metric, value in zip(report.metrics, values, strict=True):
                self.know(metric.metric.name, value)
        told = [(part, values) for part, values in zip(parts, read, strict=True) if not part[0].is_clock or values[0]]
        return [self._event(*part, values, at) for part, values in told]

    def _event(
        self, report: DraftReport, found: Sequence[Found], values: Sequence[Value], at: int
    ) -> Reading | Identity | DeviceTime:
        if report.is_identity:
            return self._identity(report, values, at)
        if report.is_clock:
            return DeviceTime(str(found[0][0]), at)
        kept: Sequence[Value] = values
        if self._asked_for or report.clears:
            kept = [
                self._sum(metric, value) if self._holds(report, metric) else None
                for metric, value in zip(report.metrics, values, strict=True)
            ]
        return Reading(report.table.name, tuple(kept), at, _units(report, found) if report.sends_units else None)

    def _value(self, metric: DraftMetric, raw: Raw, token: str | None) -> Value:
        return metric.conversion.value(raw, metric.token if token is None else token)

    def _holds(self, report: DraftReport, metric: DraftMetric) -> bool:
        """Whether the values mean something now."""
        return self._is(report.table.valid_while) and self._is(metric.table.valid_while)

    def _is(self, guard: GuardTable | None) -> bool:
        if guard is None:
            return True
        value = self._known.get(guard.metric)
        return value is not None and str(value) in map(str, guard.is_)

    def _sum(self, metric: DraftMetric, value: Value) -> Value:
        """What reading sets to zero at the device is added up here."""
        if not metric.table.since_last_read or isinstance(value, str | None):
            return value
        total = self._sums.get(metric.metric.name, 0) + value
        self._sums[metric.metric.name] = total
        return total

    def _identity(self, report: DraftReport, values: Sequence[Value], at: int) -> Identity:
        said = {
            metric.metric.name: str(value)
            for metric, value in zip(report.metrics, values, strict=True)
            if value is not None
        }
        model, serial, firmware = said.pop("model", self._model), said.pop("serial", ""), said.pop("firmware", "")
        return Identity(model, serial, firmware, at, serial.startswith(_SIMULATED), said)


def _units(report: DraftReport, found: Sequence[Found]) -> tuple[str, ...]:
    """The unit tokens as sent, and those that the report fixes."""
    return tuple(
        metric.token if token is None else token for metric, (_, token) in zip(report.metrics, found, strict=True)
    )
