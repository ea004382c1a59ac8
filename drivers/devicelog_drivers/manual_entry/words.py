"""The words that a practitioner may type, each with the report that it makes; docs/manual-entry.md lists them.

All of it is closed: a word or a unit that is not in these tables is refused, and no unit is ever supplied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from devicelog.driver import Category, Metric, Report, ReportKind

#: Unit tokens, and what each stands for. `ML` and `MM` are not among them: capitals mean something else.
_VOLUMES = {
    "mL": "milliliter",
    "ml": "milliliter",
    "cc": "milliliter",
    "uL": "microliter",
    "ul": "microliter",
    "µL": "microliter",
    "µl": "microliter",
}
_LENGTHS = {"mm": "millimeter", "um": "micrometer", "µm": "micrometer"}
_CURRENTS = {"mA": "milliampere", "uA": "microampere", "µA": "microampere"}
_AREAS = {"cm2": "centimeter ** 2", "cm²": "centimeter ** 2", "mm2": "millimeter ** 2", "mm²": "millimeter ** 2"}
_COUNT = {"": "dimensionless"}

_VOLUME = Metric("volume_given", Category.GIVEN, "mL", _VOLUMES, basis_from="volume_basis")
_TRIGGERS = Metric("triggers_given", Category.GIVEN, "count", _COUNT)

#: What was given since the line before: triggers or a volume, and None for the other.
GIVEN = Report("given", ReportKind.INTERVAL, (_TRIGGERS, _VOLUME), ("", "mL"))
#: The same in the place of the last such line; None for both takes it back.
CORRECTION = Report("correction", ReportKind.INTERVAL, GIVEN.metrics, GIVEN.units, corrects=True)
PURGE = Report("purge", ReportKind.PURGE, (Metric("volume", Category.MEASUREMENT, "mL", _VOLUMES),), ("mL",))
CURRENT = Report(
    "current",
    ReportKind.SAMPLE,
    (Metric("current_measured", Category.MEASUREMENT, "mA", _CURRENTS, basis_from="current_basis"),),
    ("mA",),
)
STATUS = Report("status", ReportKind.STATUS, (Metric("state", Category.STATE),), ("",))
PAUSED = "paused"


def _setting(name: str, unit: str | None, tokens: Mapping[str, str], basis_from: str | None = None) -> Report:
    metric = Metric(name, Category.SETTING, unit, tokens, basis_from=basis_from)
    return Report(name, ReportKind.SETTING, (metric,), (next(iter(tokens), ""),))


class Takes(StrEnum):
    """What stands behind a word."""

    COUNT = "a whole number"
    NUMBER = "a number"
    QUANTITY = "a number and a unit"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, what stands behind it, the report that it makes, and a line that shows it."""

    takes: Takes
    report: Report
    example: str
    basis: Report | None = None
    bases: tuple[str, ...] = ()


_CURRENT_BASIS = _setting("current_basis", None, {})
_BASES = ("dc", "mean", "rms", "peak")

#: What is given or flows; a line holds one of these at most.
AMOUNTS = {
    "shots": Word(Takes.COUNT, GIVEN, "shots 40"),
    "volume": Word(Takes.QUANTITY, GIVEN, "volume 1.2 mL"),
    "purge": Word(Takes.QUANTITY, PURGE, "purge 0.1 mL"),
    "current": Word(Takes.QUANTITY, CURRENT, "current 0.4 mA mean", _CURRENT_BASIS, _BASES),
}
#: What holds from its line on. Of a current, set and flowing are two things.
SETTINGS = {
    "dose": Word(Takes.QUANTITY, _setting("volume_set", "mL", _VOLUMES, "volume_basis"), "dose 0.02 mL"),
    "depth": Word(Takes.QUANTITY, _setting("depth_set", "mm", _LENGTHS, "depth_basis"), "depth 1.5 mm"),
    "needles": Word(Takes.COUNT, _setting("needles", "count", _COUNT), "needles 1"),
    "level": Word(Takes.NUMBER, _setting("level", None, {}), "level 5"),
    "set": Word(
        Takes.QUANTITY,
        _setting("current_set", "mA", _CURRENTS, "current_basis"),
        "set 0.5 mA mean",
        _CURRENT_BASIS,
        _BASES,
    ),
    "frequency": Word(
        Takes.QUANTITY, _setting("frequency_set", "Hz", {"Hz": "hertz", "kHz": "kilohertz"}), "frequency 100 Hz"
    ),
    "width": Word(
        Takes.QUANTITY,
        _setting("pulse_width_set", "us", {"us": "microsecond", "µs": "microsecond", "ms": "millisecond"}),
        "width 50 us",
    ),
    "area": Word(Takes.QUANTITY, _setting("electrode_area", "cm**2", _AREAS), "area 12 cm2"),
}
WORDS = {**AMOUNTS, **SETTINGS}

#: What a figure stands for, chosen from a few words.
CHOICES = {
    "basis depth": (_setting("depth_basis", None, {}), ("extension", "perpendicular")),
    "basis volume": (_setting("volume_basis", None, {}), ("commanded", "delivered")),
    "wave": (_setting("waveform", None, {}), ("dc", "mono", "bi")),
}

REPORTS = (
    GIVEN,
    CORRECTION,
    PURGE,
    CURRENT,
    STATUS,
    _CURRENT_BASIS,
    *(word.report for word in SETTINGS.values()),
    *(report for report, _ in CHOICES.values()),
)

#: A line for each thing that can be typed, in the order in which it is usually needed.
EXAMPLES = (
    "device Acme Injector 3 serial 0417",
    "needles 1",
    "basis depth extension",
    "basis volume commanded",
    "dose 0.02 mL depth 1.5 mm",
    *(word.example for word in AMOUNTS.values()),
    *(SETTINGS[name].example for name in ("level", "set", "area", "frequency", "width")),
    "correct shots 14",
    "correct nothing",
    "pause",
)
