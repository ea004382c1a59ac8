"""The layout of a kind of observation: what each of its values is, resolved once so that an entry holds values only.

A reading's values are kept as sent. Its layout says metric, unit token, unit of the record and the exact factor between
them. Arithmetic on values is done in whole billionths of the record's unit (`NANO`), so that a total never drifts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from devicelog.driver import Category, Metric, Report, ReportKind, Value, unit_wanted
from devicelog.errors import UnitError
from devicelog.units import factor, plain

NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """One value of an observation. `factor` turns the value as sent into `unit`; None: text, a code, or unresolved.

    `fault` says in words why a unit could not be resolved; the value is then kept as sent and never evaluated.
    """

    metric: str
    category: Category
    token: str
    unit: str | None
    factor: Decimal | None
    basis: str | None
    basis_from: str | None
    fault: str | None = None

    @property
    def scale(self) -> int:
        """Billionths of the record's unit for each unit as sent; 0 if there is no unit."""
        return int((self.factor * NANO).to_integral_value()) if self.factor is not None else 0

    def resolve(self, value: Value) -> Decimal | str | int | None:
        """A value in the record's unit; as sent where there is no unit."""
        if value is None or self.factor is None:
            return value
        return Decimal(value) * self.factor


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one report of one link, numbered in the session."""

    number: int
    link: int
    report: str
    kind: ReportKind
    columns: tuple[Column, ...]

    def position(self, metric: str) -> int | None:
        """Where a metric stands among the values."""
        return next((i for i, column in enumerate(self.columns) if column.metric == metric), None)

    def category(self, category: Category) -> int | None:
        """Where the first metric of a category stands among the values."""
        return next((i for i, column in enumerate(self.columns) if column.category is category), None)

    def resolve(self, values: Sequence[Value]) -> dict[str, Decimal | str | int | None]:
        """Values by metric, in the record's units."""
        return {column.metric: column.resolve(value) for column, value in zip(self.columns, values, strict=True)}

    def faults(self) -> list[str]:
        """What could not be resolved, in words."""
        return [f"{column.metric}: {column.fault}" for column in self.columns if column.fault is not None]

    def content(self) -> dict[str, Any]:
        """The layout as its entry holds it."""
        columns = [
            {
                key: plain(value) if isinstance(value, Decimal) else value
                for key, value in asdict(column).items()
                if value not in (None, "")
            }
            for column in self.columns
        ]
        return {
            "layout": self.number,
            "link": self.link,
            "report": self.report,
            "kind": self.kind.value,
            "columns": columns,
        }

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> Layout:
        """The layout that an entry holds."""
        columns = tuple(
            Column(
                metric=column["metric"],
                category=Category(column["category"]),
                token=column.get("token", ""),
                unit=column.get("unit"),
                factor=Decimal(column["factor"]) if "factor" in column else None,
                basis=column.get("basis"),
                basis_from=column.get("basis_from"),
                fault=column.get("fault"),
            )
            for column in content["columns"]
        )
        return cls(content["layout"], content["link"], content["report"], ReportKind(content["kind"]), columns)


def nano(value: int | Decimal | str, scale: int) -> int:
    """A value as sent in billionths of the record's unit; an entry holds a decimal as text. 0 without a unit."""
    if type(value) is int:
        return value * scale
    return int(Decimal(value) * scale) if scale else 0


def layout(number: int, link: int, report: Report, tokens: Sequence[str]) -> Layout:
    """Resolve a report's unit tokens through the closed tables of its metrics."""
    columns = tuple(_column(metric, token) for metric, token in zip(report.metrics, tokens, strict=True))
    return Layout(number, link, report.name, report.kind, columns)


def _column(metric: Metric, token: str) -> Column:
    known = Column(metric.name, metric.category, token, metric.unit, None, metric.basis, metric.basis_from)
    wanted = unit_wanted(metric.name, metric.unit)
    if wanted is not None:
        return _unresolved(known, f"the driver keeps it in {metric.unit or 'no unit'}, expected {wanted}")
    if metric.unit is None:
        return known
    pint_unit = metric.wire_units.get(token)
    if pint_unit is None:
        table = ", ".join(repr(t) for t in metric.wire_units) or "none"
        return _unresolved(known, f"the unit {token!r} is not one that the driver knows ({table})")
    try:
        exact = factor(pint_unit, metric.unit)
    except UnitError as error:
        return _unresolved(known, str(error))
    return Column(metric.name, metric.category, token, metric.unit, exact, metric.basis, metric.basis_from)


def _unresolved(column: Column, fault: str) -> Column:
    return Column(column.metric, column.category, column.token, None, None, None, None, fault)
