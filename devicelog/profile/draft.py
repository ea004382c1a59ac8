"""From the text of a profile to its reports, metrics and conversions; what is wrong with it, all at once, with lines.

A draft is what an engine gets. What could not be read is in `problems` and missing from the draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from pydantic import ValidationError

from devicelog.driver import Category, Metric, Report, ReportKind
from devicelog.errors import ProfileFileError, UnitError
from devicelog.problems import Location, Problems, guess, line_numbers
from devicelog.profile.complaint import add_complaints
from devicelog.profile.conversion import Conversion
from devicelog.profile.metrics import metrics_of
from devicelog.profile.tables import CLOCK, IDENTITY, GuardTable, MetricTable, ProfileTable, ReportTable, Table
from devicelog.toml_file import tables_of
from devicelog.units import duration

_T = TypeVar("_T", bound=Table)


@dataclass(frozen=True, slots=True)
class Tables:
    """An engine's own tables, with all that the common ones have."""

    file: type[ProfileTable]
    report: type[ReportTable]
    metric: type[MetricTable]


@dataclass(frozen=True, slots=True)
class DraftMetric:
    """A metric of a report: its table with the engine's keys, what it is to the record, and how its value is read.

    `loc` is where it stands in the file. One table gives several of them if it names bits.
    """

    loc: Location
    table: MetricTable
    metric: Metric
    token: str
    conversion: Conversion


@dataclass(frozen=True)
class DraftReport:
    """A report of the file, all of whose metrics could be read."""

    loc: Location
    table: ReportTable
    metrics: tuple[DraftMetric, ...]

    @cached_property
    def is_identity(self) -> bool:
        return self.table.kind == IDENTITY

    @cached_property
    def is_clock(self) -> bool:
        return self.table.kind == CLOCK

    @property
    def is_told(self) -> bool:
        """Whether a reading comes of it."""
        return not self.is_identity and not self.is_clock

    @cached_property
    def sends_units(self) -> bool:
        """Whether the device sends a unit token with any of the values."""
        return any(metric.table.units is not None for metric in self.metrics)

    @cached_property
    def clears(self) -> bool:
        """Whether reading it sets any of the values to zero at the device."""
        return any(metric.table.since_last_read for metric in self.metrics)

    @property
    def report(self) -> Report:
        """What a driver declares; only of what is told."""
        metrics, units = tuple(each.metric for each in self.metrics), tuple(each.token for each in self.metrics)
        return Report(self.table.name, ReportKind(self.table.kind), metrics, units)


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile as far as it is the same for every engine."""

    table: ProfileTable
    reports: tuple[DraftReport, ...]
    problems: Problems

    @property
    def is_complete(self) -> bool:
        """Whether every report of the file could be read: only then is anything missing for good."""
        return len(self.reports) == len(self.table.report)

    def seconds(self, text: str, *loc: str | int) -> float:
        """A duration of the file in seconds; what is none is a problem, and 1."""
        try:
            return float(duration(text))
        except UnitError as error:
            self.problems.add(loc, str(error))
            return 1.0


def opened(text: str, where: str) -> tuple[dict[str, Any], Problems]:
    """The tables of a text, and where problems are gathered; raises ProfileFileError if it is no TOML."""
    return tables_of(text, where, ProfileFileError), Problems(where, line_numbers(text))


def draft(raw: dict[str, Any], problems: Problems, tables: Tables) -> Draft | None:
    """What the tables of a file say that is the same for every engine; None if not even that can be told."""
    table = validated(tables.file, raw, problems, ()) or _mended(tables.file, raw)
    given = raw.get("report")
    raws: list[Any] = given if isinstance(given, list) else []
    read = [_report(each, ("report", place), problems, tables) for place, each in enumerate(raws)]
    reports = tuple(report for report in read if report is not None)
    _look_for_twins(reports, problems)
    _look_for_names(reports, problems, complete=len(reports) == len(raws))
    if table is None:
        return None
    if len(reports) == len(raws):
        _look_at_states(table, reports, problems)
        _look_at_identity(table, reports, problems)
        _look_at_clocks(reports, problems)
    return Draft(table, reports, problems)


#: What stands for a key of every profile that is wrong, so that the rest of the file can be looked at.
_STAND_INS: dict[str, Any] = {
    "name": "x",
    "version": "0",
    "engine": "x",
    "model": "x",
    "wire_format": "x",
    "provenance": "template",
    "serial": {"baudrate": 9600},
    "report": [{}],
}


def _mended(kind: type[ProfileTable], raw: dict[str, Any]) -> ProfileTable | None:
    """The table of a file with stand-ins for what is wrong with it and was told; None if the engine's keys are."""
    mended = dict(raw)
    try:
        return kind.model_validate(mended)
    except ValidationError as error:
        for key in {str(each["loc"][0]) for each in error.errors()}:
            mended.pop(key, None)
    try:
        return kind.model_validate({**_STAND_INS, **mended})
    except ValidationError:
        return None


def validated(kind: type[_T], raw: Any, problems: Problems, loc: Location) -> _T | None:
    """A table of the file, or None and what is wrong with it."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        add_complaints(problems, error, kind, loc)
        return None


def _report(raw: Any, loc: Location, problems: Problems, tables: Tables) -> DraftReport | None:
    table = validated(tables.report, raw, problems, loc)
    given = raw.get("metric") if isinstance(raw, dict) else None
    metrics: list[DraftMetric] = []
    complete = True
    for place, each in enumerate(given if isinstance(given, list) else []):
        here: Location = (*loc, "metric", place)
        found = validated(tables.metric, each, problems, here)
        made = metrics_of(found, table.kind if table else None, problems, here) if found is not None else None
        complete = complete and made is not None
        if found is not None and made is not None:
            metrics += [DraftMetric(here, found, *each_made) for each_made in made]
    return DraftReport(loc, table, tuple(metrics)) if table is not None and complete else None


def _look_for_twins(reports: Sequence[DraftReport], problems: Problems) -> None:
    """Names that stand twice where they must be told apart."""
    seen: set[str] = set()
    for report in reports:
        if report.table.name in seen:
            problems.add((*report.loc, "name"), f"found {report.table.name!r} again, expected each report once")
        seen.add(report.table.name)
        inside: set[str] = set()
        for metric in report.metrics:
            if metric.metric.name in inside:
                problems.add((*metric.loc, "name"), f"found {metric.metric.name!r} again, expected it once in a report")
            inside.add(metric.metric.name)


def _guards(reports: Sequence[DraftReport]) -> Iterator[tuple[Location, GuardTable]]:
    for report in reports:
        if report.table.valid_while is not None:
            yield report.loc, report.table.valid_while
        yield from ((m.loc, m.table.valid_while) for m in report.metrics if m.table.valid_while is not None)


def _look_for_names(reports: Sequence[DraftReport], problems: Problems, *, complete: bool) -> None:
    """Metrics that others refer to; not asked of a file of which a part could not be read."""
    if not complete:
        return
    names = {metric.metric.name for report in reports for metric in report.metrics}
    for loc, guard in _guards(reports):
        if guard.metric not in names:
            what = f"found {guard.metric!r}, expected the name of a metric{guess(guard.metric, names)}"
            problems.add((*loc, "valid_while"), what)
    metrics = [metric for report in reports for metric in report.metrics]
    settings = {each.metric.name for each in metrics if each.metric.category is Category.SETTING}
    for each in metrics:
        source = each.metric.basis_from
        if source is not None and source not in settings:
            problems.add((*each.loc, "basis_from"), f"found {source!r}, expected the name of a setting of this profile")


def _look_at_states(table: ProfileTable, reports: Sequence[DraftReport], problems: Problems) -> None:
    """Idle and paused states must be states that the device can say."""
    states = [each for report in reports for each in report.metrics if each.metric.name == "state"]
    known = {word for each in states for word in (each.table.means or {}).values()}
    for key in ("idle", "paused"):
        for word in getattr(table.states, key):
            if not states:
                problems.add(("states", key), f"found {word!r}, expected none: no metric is called 'state'")
            elif known and word not in known:
                problems.add(("states", key), f"found {word!r}, expected a word that 'state' means{guess(word, known)}")


def _look_at_identity(table: ProfileTable, reports: Sequence[DraftReport], problems: Problems) -> None:
    """What is expected of a device must be something that it can say."""
    said = {metric.metric.name for report in reports if report.is_identity for metric in report.metrics}
    for key, name in (("models", "model"), ("serial_required", "serial")):
        if getattr(table.identity, key) and name not in said:
            what = f"found it, expected a report of kind identity with a metric {name!r}: the device would never fit"
            problems.add(("identity", key), what)


def _look_at_clocks(reports: Sequence[DraftReport], problems: Problems) -> None:
    """One clock, which is one text of a known format."""
    clocks = [report for report in reports if report.is_clock]
    for report in clocks[1:]:
        problems.add((*report.loc, "kind"), "found 'clock' again, expected one clock")
    for report in clocks:
        if len(report.metrics) != 1 or report.metrics[0].table.clock is None:
            problems.add((*report.loc, "metric"), "expected one metric, with clock = { format = ..., zone = ... }")
