"""What the Gemini reports: set and measured apart, each unit from a closed table of the tokens that its logs write.

`us` and `ms` of the pulse width are from the device's range of settings; no log of a square wave has been published.
"""

from __future__ import annotations

from devicelog.driver import Category, Condition, Metric, Priority, Report, ReportKind

_VOLT = {"V": "volt"}
_OHM = {"ohms": "ohm", "Ohms": "ohm"}
_COUNT = {"": "dimensionless"}
_SECOND = {"sec": "second"}
_WIDTH = {"us": "microsecond", "ms": "millisecond"}


def _set(name: str, unit: str | None = None, tokens: dict[str, str] | None = None) -> Metric:
    return Metric(name, Category.SETTING, unit, tokens or {})


def _measured(name: str, unit: str, tokens: dict[str, str], basis: str | None = None) -> Metric:
    return Metric(name, Category.MEASUREMENT, unit, tokens, basis=basis)


def _said(name: str, conditions: dict[int | str, Condition] | None = None) -> Metric:
    return Metric(name, Category.STATE, conditions=conditions or {})


def _report(name: str, kind: ReportKind, *metrics: Metric) -> Report:
    return Report(name, kind, metrics, tuple(next(iter(metric.wire_units), "") for metric in metrics))


_ENDED_BADLY: dict[int | str, Condition] = {
    "no": Condition(Priority.MEDIUM, "a run of the electroporator did not end as complete and without error", True)
}
_REFUSED: dict[int | str, Condition] = {"yes": Condition(Priority.LOW, "the electroporator refused a query")}

RUN = _report(
    "run",
    ReportKind.SETTINGS,
    _set("written"),
    _set("mode"),
    _set("program"),
    _set("pulse_shape"),
    _set("voltage_set", "V", _VOLT),
    _set("pulse_width_set", "us", _WIDTH),
    _set("pulses_set", "count", _COUNT),
    _set("interval_set", "s", _SECOND),
    _set("electrode_gap", "mm", {"mm": "millimeter"}),
    _set("plate_columns", "count", _COUNT),
    _set("resistance_set", "ohm", _OHM),
    _set("capacitance_set", "uF", {"uF": "microfarad"}),
    _set("prepulse"),
    _set("firmware_gui"),
    _set("firmware_generator"),
)
PREPULSE = _report(
    "prepulse",
    ReportKind.STATUS,
    _measured("external_load", "ohm", _OHM),
    _measured("droop", "1", {"%": "percent"}),
)
PULSE = _report(
    "pulse",
    ReportKind.PULSE,
    _said("pulse"),
    _set("voltage_set", "V", _VOLT),
    _measured("voltage_measured", "V", _VOLT),
    _measured("time_constant", "us", {"us": "microsecond"}),
    _measured("total_load", "ohm", _OHM),
    _measured("field_strength", "V/cm", {"V/mm": "volt / millimeter"}, "measured voltage over the electrode gap"),
)
RESULT = _report(
    "result",
    ReportKind.STATUS,
    _said("result"),
    _said("status_code"),
    _said("status_text"),
    _said("ended_well", _ENDED_BADLY),
)
#: A line of a log that the driver does not know, or whose value is no number.
LINE = _report("log_line", ReportKind.STATUS, _said("name"), _said("text"))
#: Everything else that the shell says, and refusals.
MESSAGE = _report("message", ReportKind.STATUS, _said("asked"), _said("text"), _said("refused", _REFUSED))
#: How the parts of the device talk to each other.
LINE_COUNTS = _report(
    "communication",
    ReportKind.STATUS,
    *(Metric(name, Category.COUNTER, "count", _COUNT) for name in ("sent", "received", "failed", "retried")),
)
REPORTS = (RUN, PREPULSE, PULSE, RESULT, LINE, MESSAGE, LINE_COUNTS)
