"""A report's unit tokens are resolved through the driver's closed table, once; what is not in it is kept as sent."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import Category, Metric, Report, ReportKind
from devicelog.ledger import encode
from devicelog.observation.layout import NANO, Layout, layout
from devicelog_drivers import reference_mesogun, reference_noneedle

VOLUME = Metric("volume", Category.MEASUREMENT, "mL", {"uL": "microliter", "mL": "milliliter", "s": "second"})
MODE = Metric("mode", Category.STATE)
REPORT = Report("injection", ReportKind.INJECTION, (VOLUME, MODE), ("uL", ""))
ALL_REPORTS = [r for d in (reference_mesogun.DRIVER, reference_noneedle.DRIVER) for r in d.reports]


@pytest.mark.parametrize(("token", "value", "in_ml"), [("uL", 12, "0.012"), ("mL", Decimal("0.02"), "0.02")])
def test_a_known_token_gives_the_exact_value_in_the_record_s_unit(token: str, value: int | Decimal, in_ml: str) -> None:
    resolved = layout(1, 1, REPORT, (token, ""))

    assert resolved.faults() == []
    assert resolved.resolve((value, "N")) == {"volume": Decimal(in_ml), "mode": "N"}


@pytest.mark.parametrize("token", ["ML", "ul", "µL", "cc", "shots", "", " mL", "milliliter"])
def test_a_token_that_is_not_in_the_table_is_a_fault_in_words_and_the_value_is_as_sent(token: str) -> None:
    resolved = layout(1, 1, REPORT, (token, ""))

    (fault,) = resolved.faults()
    assert fault == f"volume: the unit {token!r} is not one that the driver knows ('uL', 'mL', 's')"
    assert resolved.resolve((12, "N")) == {"volume": 12, "mode": "N"}
    assert resolved.columns[0].scale == 0
    assert resolved.columns[0].unit is None


def test_a_table_that_leads_to_another_dimension_is_a_fault_and_the_value_is_as_sent() -> None:
    resolved = layout(1, 1, REPORT, ("s", ""))

    assert resolved.faults() == ["volume: 'second' cannot be turned into 'mL': it measures something else."]
    assert resolved.resolve((12, "N"))["volume"] == 12


def test_no_value_stays_no_value() -> None:
    assert layout(1, 1, REPORT, ("uL", "")).resolve((None, None)) == {"volume": None, "mode": None}


@pytest.mark.parametrize("report", ALL_REPORTS, ids=lambda report: report.name)
def test_every_report_of_the_reference_drivers_resolves_whole(report: Report) -> None:
    resolved = layout(1, 1, report, report.units)

    assert resolved.faults() == []
    for column, metric in zip(resolved.columns, report.metrics, strict=True):
        assert (column.factor is None) == (metric.unit is None)


@pytest.mark.parametrize("report", ALL_REPORTS, ids=lambda report: report.name)
def test_a_layout_comes_back_whole_from_its_entry(report: Report) -> None:
    resolved = layout(3, 2, report, report.units)

    assert Layout.from_content(json.loads(encode(resolved.content()))) == resolved


def test_a_layout_with_a_fault_comes_back_whole_from_its_entry() -> None:
    resolved = layout(3, 2, REPORT, ("ML", ""))

    assert Layout.from_content(json.loads(encode(resolved.content()))) == resolved


@given(st.lists(st.integers(0, 10_000_000), max_size=200))
def test_a_sum_in_billionths_is_the_sum_of_the_exact_values(doses: list[int]) -> None:
    report = reference_mesogun.DRIVER.report("injection")
    resolved = layout(1, 1, report, report.units)
    volume = resolved.columns[resolved.position("volume") or 0]

    total = Decimal(sum(dose * volume.scale for dose in doses)) / NANO

    assert total == sum((Decimal(dose) / 1_000_000 for dose in doses), Decimal(0))
