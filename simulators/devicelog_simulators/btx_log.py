"""Run logs of a BTX Gemini X2 in the two layouts that public parsers know: lines with colons, and tables with tabs.

Only logs of exponential pulses have been published, so that a simulated run is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from devicelog_simulators.quantities import Duration, Micrometres, Microseconds, Milliseconds, Millivolts, Ohms
from devicelog_simulators.toml_file import Table

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random


class Pulse(Table):
    """What the device measured in one pulse."""

    voltage: Millivolts
    time_constant: Microseconds
    load: Ohms


class Run(Table):
    """One run: what is set, what is measured (by the seed, unless it is said), and what becomes of its log."""

    do: Literal["run"]
    lasting: Duration = Field(alias="for", default=2_000)
    name: Annotated[str, Field(pattern=r"^[ -~]{1,28}$")] = "SIM"
    voltage: Annotated[int, Field(ge=5, le=3_000)]
    pulses: Annotated[int, Field(ge=1, le=10)] = 1
    interval: Annotated[Milliseconds, Field(ge=0)] = 0
    gap: Micrometres = 2_000
    resistance: Ohms = 200
    capacitance: Annotated[int, Field(ge=1)] = 25
    columns: Annotated[int, Field(ge=1)] = 1
    measured: Annotated[list[Pulse], Field(default_factory=list)]
    result: str = "Complete"
    status: Annotated[str, Field(pattern=r"^0x[0-9A-F]{8}\.[0-9A-F]{8}$")] = "0x00000000.00000000"
    message: str = "No error."
    layout: Literal["lines", "table"] = "lines"
    log: Literal["whole", "missing", "in_parts"] = "whole"
    log_after: Annotated[Milliseconds, Field(ge=0)] = 0
    suffix: Literal["", "PP"] = ""

    def pulses_measured(self, random: Random) -> list[Pulse]:
        """The pulses as measured: within half a percent of what is set, 1 ohm less than the resistance."""
        return self.measured or [
            Pulse.model_construct(
                voltage=10 * round(self.voltage * 100 * random.uniform(0.995, 1.005)),
                time_constant=round(self.resistance * self.capacitance * random.uniform(0.995, 1.005)),
                load=max(self.resistance - 1, 1),
            )
            for _ in range(self.pulses)
        ]


@dataclass(frozen=True, slots=True)
class Heading:
    """What of a log is not the run's own: who and when."""

    serial: str
    firmware: str
    at: datetime


def clock_text(at: datetime) -> str:
    """A time as the device writes it: month first, twelve hours, no zone."""
    return f"{at:%m/%d/%Y} {at.hour % 12 or 12}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}"


def path_of(run: Run, at: datetime) -> str:
    """Where the log of a run that began at this time of the device's clock stands on the card."""
    return f"\\BTXDATA\\{at:%Y-%m}\\{at:%y%m%d}\\{at:%H%M%S}{run.suffix}.TXT"


def log_text(run: Run, pulses: list[Pulse], heading: Heading) -> str:
    """The whole log."""
    return _lines(run, pulses, heading) if run.layout == "lines" else _table(run, pulses, heading)


def begun(text: str) -> str:
    """The log while the run's last words are missing."""
    return text[: text.index("Protocol Result")]


def _volts(millivolts: int) -> str:
    return f"{millivolts // 1_000}.{millivolts % 1_000 // 10:02d}"


def _lines(run: Run, pulses: list[Pulse], heading: Heading) -> str:
    measured = [
        line
        for number, pulse in enumerate(pulses, 1)
        for line in (
            f"Pulse {number} Voltage: {_volts(pulse.voltage)} V",
            f"Pulse {number} Time Constant: {pulse.time_constant} us",
            f"Pulse {number} Total Load: {pulse.load} ohms",
        )
    ]
    return "\n".join(
        [
            f"Date/Time: {clock_text(heading.at)}",
            "Model: BTX Gemini",
            "Mode: Electroporation",
            f"Serial Number: {heading.serial}",
            f"GUI Software Version: {heading.firmware}",
            f"DC Pulse Generator Firmware Version: {heading.firmware}",
            "Auto-PrePulse: On",
            f"Protocol Name: {run.name}",
            "Protocol Type: Exponential",
            f"Pulse Amplitude: {run.voltage} V",
            f"Number of Pulses: {run.pulses}",
            f"Pulse Interval: {run.interval / 1_000:g} sec",
            f"Electrode Gap: {run.gap / 1_000:.1f} mm",
            f"Plate Columns: {run.columns}",
            f"Resistance: {run.resistance} ohms",
            f"Capacitance: {run.capacitance} uF",
            "PrePulse External Load: 5000 ohms",
            "Droop: 0.0%",
            *measured,
            f"Protocol Result: {run.result}",
            f"Status: {run.status} - {run.message}",
        ]
    )


def _table(run: Run, pulses: list[Pulse], heading: Heading) -> str:
    date, _, time = clock_text(heading.at).partition(" ")
    firmware = heading.firmware
    told = {
        "Date (MM/DD/YYYY)": date,
        "Time (HHMMSS)": time,
        "Model": "BTX Gemini",
        "Mode": "Electroporation",
        "Serial Number": heading.serial,
        "GUI Firmware": firmware,
        "DC Firmware": firmware,
        "Auto-PrePulse": "On",
    }
    set_to = {
        "Protocol Name": run.name,
        "Protocol Type": "Exponential",
        "Pulse Amplitude (V)": f"{run.voltage}",
        "# of Pulses": f"{run.pulses}",
        "Pulse Interval (sec)": f"{run.interval / 1_000:g}",
        "Gap (mm)": f"{run.gap / 1_000:.1f}",
        "Plate Columns": f"{run.columns}",
        "Resistance (Ohms)": f"{run.resistance}",
        "Capacitance (uF)": f"{run.capacitance}",
    }
    rows = [
        list(told),
        list(told.values()),
        [],
        list(set_to),
        list(set_to.values()),
        [],
        ["PrePulse:", "External Load (Ohms):", "5000", "Droop (%):", "0.0"],
        ["DC Pulses", "Voltage (V)", "Time Constant (us)", "Total Load (Ohms)"],
        *(
            [f"Pulse {number}", _volts(pulse.voltage), f"{pulse.time_constant}", f"{pulse.load}"]
            for number, pulse in enumerate(pulses, 1)
        ),
        [],
        ["Protocol Result", "Status Code"],
        [run.result, run.status, f"({run.message})"],
    ]
    return "\n".join("\t".join(row) for row in rows)
