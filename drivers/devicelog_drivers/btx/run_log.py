"""A run log of the Gemini: one run as the device wrote it on its card, with its pulses and how it ended.

Layouts and names: the logs in the tests of github.com/PyLabRobot/pylabrobot, `btx/file_transfer_control_tests.py`
(firmware 4.0.4, an exponential wave). Whether they were taken from a device is not said there. `Pulse Duration` and
`Pulse Width` are read by analogy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal

from devicelog.driver import Report, Value
from devicelog.driver.logbook import Logged, RunLog
from devicelog_drivers.btx.fields import Field, fields
from devicelog_drivers.btx.reports import LINE, PREPULSE, PULSE, RESULT, RUN

_RUN = {
    "mode": "mode",
    "protocol name": "program",
    "protocol type": "pulse_shape",
    "pulse amplitude": "voltage_set",
    "pulse duration": "pulse_width_set",
    "pulse width": "pulse_width_set",
    "number of pulses": "pulses_set",
    "# of pulses": "pulses_set",
    "pulse interval": "interval_set",
    "electrode gap": "electrode_gap",
    "gap": "electrode_gap",
    "plate columns": "plate_columns",
    "resistance": "resistance_set",
    "capacitance": "capacitance_set",
    "auto-prepulse": "prepulse",
    "gui software version": "firmware_gui",
    "gui firmware": "firmware_gui",
    "dc pulse generator firmware version": "firmware_generator",
    "dc firmware": "firmware_generator",
}
_PREPULSE = {"prepulse external load": "external_load", "prepulse droop": "droop", "droop": "droop"}
_PULSE = {"voltage": "voltage_measured", "time constant": "time_constant", "total load": "total_load"}
_OF_A_PULSE = re.compile(r"pulse ([0-9]{1,4}) (.+)")
_STATUS = re.compile(r"(0x[0-9A-Fa-f]{1,16}(?:\.[0-9A-Fa-f]{1,16})?)(?:\s*-\s*(.*))?")
_NO_ERROR = re.compile(r"0x0+(?:\.0+)?")
_HEADS = frozenset({"date/time", "date", "time", "model", "serial number"})
#: The form in which a table says that it writes dates; of any other, nobody knows which number is the month.
_DATE = ("", "MM/DD/YYYY")
#: A field strength is computed to this step, in V/mm.
_STEP = Decimal("0.001")

#: A value and its unit token (None: that of the report).
_Cell = tuple[Value, str | None]


def read(content: bytes) -> RunLog | None:
    """The run that a log file holds; None if it is no such log. Raises nothing, whatever the bytes."""
    log = _Log(list(fields(content.decode("ascii", "replace"))))
    if log.said("model") != "BTX Gemini" and not log.has("protocol name"):
        return None
    return RunLog(log.said("serial number"), log.written, log.is_whole, tuple(log.readings()))


class _Log:
    def __init__(self, found: list[Field]) -> None:
        self._run: dict[str, _Cell] = {}
        self._prepulse: dict[str, _Cell] = {}
        self._pulses: dict[int, dict[str, _Cell]] = {}
        self._fields: dict[str, Field] = {}
        self._lines: list[tuple[Value, ...]] = []
        for field in found:
            self._take(field)

    def has(self, name: str) -> bool:
        """Whether the log has a field."""
        return name in self._fields

    def said(self, name: str) -> str:
        """What a field says; "" if there is none."""
        return self._fields[name].text if name in self._fields else ""

    @property
    def written(self) -> str:
        """Date and time as written, in the form in which the device also tells the time; "" if that is not sure."""
        if self.has("date/time"):
            return self.said("date/time")
        if not self.has("date") or not self.has("time") or self._fields["date"].token not in _DATE:
            return ""
        return f"{self.said('date')} {self.said('time')}"

    @property
    def is_whole(self) -> bool:
        """Whether it has the end of a log."""
        return self.has("protocol result") and (self.has("status") or self.has("status code"))

    def _take(self, field: Field) -> None:
        pulse = _OF_A_PULSE.fullmatch(field.name)
        if field.name in self._fields:  # said twice: the first is taken, the other is kept as a line
            self._lines.append((field.name, field.text))
            return
        if field.name:
            self._fields[field.name] = field
        if field.name in _RUN:
            self._put(self._run, RUN, _RUN[field.name], field)
        elif field.name in _PREPULSE:
            self._put(self._prepulse, PREPULSE, _PREPULSE[field.name], field)
        elif pulse is not None and pulse[2] in _PULSE:
            self._put(self._pulses.setdefault(int(pulse[1]), {}), PULSE, _PULSE[pulse[2]], field)
        elif field.name not in _HEADS and field.name not in _ENDS:
            self._lines.append((field.name, field.text))

    def _put(self, cells: dict[str, _Cell], report: Report, metric: str, field: Field) -> None:
        """A value in its place; what should be a number and is none is kept as a line."""
        if not _has_unit(report, metric):
            cells[metric] = field.text, None
            return
        number = field.number()
        if number is None or metric in cells:
            self._lines.append((field.name, field.text))
        else:
            cells[metric] = number

    def readings(self) -> Iterator[Logged]:
        """The reports of the run, in the order in which things happened."""
        self._run["written"] = self.written or None, None
        yield _logged(RUN, self._run)
        if self._prepulse:
            yield _logged(PREPULSE, self._prepulse)
        for number in sorted(self._pulses):
            yield _logged(PULSE, self._pulse(number))
        if self.has("protocol result") or self.has("status") or self.has("status code"):
            yield _logged(RESULT, self._result())
        for line in self._lines:
            yield Logged(LINE.name, line)

    def _pulse(self, number: int) -> dict[str, _Cell]:
        cells = {"pulse": (number, None), **self._pulses[number]}
        if "voltage_set" in self._run:
            cells["voltage_set"] = self._run["voltage_set"]
        field = _field_strength(cells.get("voltage_measured"), self._run.get("electrode_gap"))
        return cells | ({"field_strength": field} if field is not None else {})

    def _result(self) -> dict[str, _Cell]:
        status = self.said("status") or self.said("status code")
        match = _STATUS.fullmatch(status)
        code, text = (match[1], match[2] or self.said("status message").strip("()")) if match else (status, "")
        well = self.said("protocol result") == "Complete" and _NO_ERROR.fullmatch(code) is not None
        return {
            "result": (self.said("protocol result") or None, None),
            "status_code": (code or None, None),
            "status_text": (text or None, None),
            "ended_well": ("yes" if well else "no", None),
        }


_ENDS = frozenset({"protocol result", "status", "status code", "status message"})


def _has_unit(report: Report, metric: str) -> bool:
    return any(known.name == metric and known.unit is not None for known in report.metrics)


def _field_strength(voltage: _Cell | None, gap: _Cell | None) -> _Cell | None:
    """The nominal field E = U / d, as between parallel plates; None unless both are known, in V and mm."""
    if voltage is None or gap is None or voltage[1] != "V" or gap[1] != "mm":
        return None
    volts, millimetres = voltage[0], gap[0]
    if not isinstance(volts, int | Decimal) or not isinstance(millimetres, int | Decimal) or millimetres <= 0:
        return None
    return (Decimal(volts) / millimetres).quantize(_STEP, ROUND_HALF_EVEN), "V/mm"


def _logged(report: Report, cells: dict[str, _Cell]) -> Logged:
    """A report with its values in their order; the token of a value that is not there is that of the report."""
    found = [cells.get(metric.name, (None, None)) for metric in report.metrics]
    tokens = tuple(usual if token is None else token for (_, token), usual in zip(found, report.units, strict=True))
    return Logged(report.name, tuple(value for value, _ in found), tokens if tokens != report.units else None)
