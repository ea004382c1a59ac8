"""What a typed line means before it counts, in other words: said back by every view beside which somebody types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.driver import BadFrame, Category, Identity, Reading
from devicelog.keyboard.typist import SaidBack
from devicelog.observation.layout import NANO, layout
from devicelog.record import amounts

if TYPE_CHECKING:
    from devicelog.driver import Driver, Event, Report

#: What a person calls the metrics of what he states.
_CALLED = {"triggers_given": "shots", "volume_given": "volume", "volume_set": "dose", "depth_set": "depth"}


class Meaning:
    """Says in other words what a line would mean, typed for one device while the `settings` of its link hold."""

    def __init__(self, driver: Driver, link: int, settings: Callable[[], Mapping[str, Any]]) -> None:
        self._driver = driver
        self._link = link
        self._settings = settings

    def __call__(self, line: str) -> SaidBack | None:
        """None for a line that says nothing."""
        events = self._driver.decoder().feed(f"{line}\n".encode())
        bad = next((event for event in events if isinstance(event, BadFrame)), None)
        if bad is not None:
            return SaidBack(f"not read: {bad.reason}", readable=False)
        return SaidBack("; ".join(self._told(events)), readable=True) if events else None

    def _told(self, events: Sequence[Event]) -> list[str]:
        settings = dict(self._settings())
        told = []
        for event in events:
            if isinstance(event, Identity):
                told.append(f"device {event.model}, {f'serial number {event.serial}' if event.serial else 'no number'}")
            elif isinstance(event, Reading):
                told.append(self._reading(event, settings))
        return told

    def _reading(self, reading: Reading, settings: dict[str, Any]) -> str:
        report = self._driver.report(reading.report)
        resolved = layout(0, self._link, report, report.units if reading.units is None else reading.units)
        said = []
        for column, value in zip(resolved.columns, reading.values, strict=True):
            if value is None:
                continue
            unit = amounts.unit_text(column.unit) if column.unit is not None else ""
            shown = column.resolve(value)
            figure = amounts.number(shown, column.unit or "") if isinstance(shown, Decimal) else str(shown)
            said.append(f"{_CALLED.get(column.metric) or amounts.words(column.metric)} {figure} {unit}".rstrip())
            if column.category is Category.SETTING:
                settings[column.metric] = int(Decimal(value) * column.scale) if column.unit is not None else value
            if column.metric == "triggers_given":
                said += _of_each(Decimal(value), settings)
        text = ", ".join(said) or "nothing"
        return f"{_instead(report)}{text}"


def _instead(report: Report) -> str:
    return "in the place of the last: " if report.corrects else ""


def _of_each(triggers: Decimal, settings: dict[str, Any]) -> list[str]:
    """What so many triggers make, with the dose and depth that were stated; what was not is said."""
    dose, depth = settings.get("volume_set"), settings.get("depth_set")
    made = "of no stated dose"
    if dose is not None:
        each = Decimal(dose) / NANO
        made = f"of {amounts.amount(each, 'mL')}, makes {amounts.amount(each * triggers, 'mL')}"
    deep = f"{amounts.amount(Decimal(depth) / NANO, 'mm')} deep" if depth is not None else "of no stated depth"
    return [made, deep]
