"""The sum of what was recorded against the device's own count: the difference is shown, never smoothed away."""

from __future__ import annotations

import pytest

from devicelog.driver import Report
from devicelog.observation.layout import NANO, Layout, layout
from devicelog.recorder.reconciliation import Figure, reconcile
from devicelog.treatment.totals import CHARGE_SCALE, Totals
from devicelog_drivers import reference_mesogun, reference_noneedle


def of(report: Report) -> Layout:
    return layout(1, 1, report, report.units)


INJECTIONS = of(reference_mesogun.DRIVER.report("totals"))
CURRENT = of(reference_noneedle.DRIVER.report("totals"))
#: sequence, uptime, boot
NUMBERS = (9, 9_000, 1)


def injections(triggers: int | None, nanolitres: int | None, totals: Totals) -> list[Figure]:
    return reconcile(totals, INJECTIONS, (*NUMBERS, triggers, nanolitres, 0))


def charge(microcoulombs: int | None, totals: Totals) -> list[Figure]:
    figures = reconcile(totals, CURRENT, (*NUMBERS, 60_000, microcoulombs, 0))
    return [figure for figure in figures if figure.metric == "charge"]


def test_totals_that_agree_have_a_difference_of_zero() -> None:
    figures = injections(42, 840_000, Totals(triggers=42, volume=840_000 * NANO // 1_000_000))

    assert [(f.metric, f.unit, f.device, f.recorded, f.difference, f.agrees) for f in figures] == [
        ("triggers_session", "count", "42", "42", "0", True),
        ("volume_session", "mL", "0.84", "0.84", "0", True),
    ]


@pytest.mark.parametrize(("recorded", "difference"), [(40, "-2"), (43, "1")])
def test_one_trigger_too_few_or_too_many_is_a_difference(recorded: int, difference: str) -> None:
    figure = injections(42, None, Totals(triggers=recorded))[0]

    assert (figure.difference, figure.agrees) == (difference, False)


def test_one_nanolitre_is_a_difference() -> None:
    figure = injections(1, 20_000, Totals(triggers=1, volume=20_001_000))[1]

    assert (figure.difference, figure.agrees) == ("0.000001", False)


@pytest.mark.parametrize(
    ("microcoulombs", "agrees"), [(59_999, True), (59_998, False), (60_001, True), (60_002, False)]
)
def test_a_charge_may_differ_by_the_microcoulomb_that_the_device_rounds(microcoulombs: int, agrees: bool) -> None:
    figure = charge(60_000, Totals(charge=microcoulombs * CHARGE_SCALE // 60_000))[0]

    assert (figure.metric, figure.unit, figure.device, figure.agrees) == ("charge", "mA*min", "1", agrees)


def test_what_the_device_does_not_say_is_not_compared() -> None:
    assert injections(None, None, Totals(triggers=5)) == []
    assert charge(None, Totals()) == []


def test_a_device_that_counted_nothing_agrees_only_with_nothing() -> None:
    assert [figure.agrees for figure in injections(0, 0, Totals())] == [True, True]
    assert [figure.agrees for figure in injections(0, 0, Totals(triggers=1, volume=1))] == [False, False]
    assert [figure.agrees for figure in charge(0, Totals(charge=CHARGE_SCALE))] == [False]


def test_a_figure_goes_into_its_entry_as_it_is() -> None:
    figure = injections(1, None, Totals(triggers=1))[0]

    assert figure.content() == {
        "metric": "triggers_session",
        "unit": "count",
        "device": "1",
        "recorded": "1",
        "difference": "0",
        "agrees": True,
    }
