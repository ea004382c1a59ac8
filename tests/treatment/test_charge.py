"""The charge of a session: the trapezoid rule between samples, and nothing where samples are missing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.record.as_json import content

if TYPE_CHECKING:
    from tests.conftest import Unit

NewUnit = Callable[..., "Unit"]


def test_charge_and_time_of_the_current_are_held_against_the_devices_own(noneedle: NewUnit) -> None:
    unit = noneedle()
    unit.sample(1_000)
    unit.flow(1_000, 60)

    unit.finish(60_000, 60_500)

    figures = {figure["metric"]: figure for figure in unit.session.of("reconciled")[0]["figures"]}
    assert figures["current_time"]["agrees"]
    assert figures["charge"]["difference"] == "-0.008333333"
    assert not figures["charge"]["agrees"]


@pytest.mark.parametrize("seconds", [2, 30], ids=["short", "long"])
def test_no_charge_is_interpolated_over_missing_samples_and_it_is_a_lower_bound(
    noneedle: NewUnit, seconds: int
) -> None:
    unit = noneedle()
    unit.sample(1_000)
    unit.flow(1_000, 30)

    unit.frame("EP", 1_000)
    unit.session.seconds += seconds
    unit.sample(1_000)
    unit.flow(1_000, 30)

    totals = unit.session.record.tally.session
    assert (totals.charge_ma_min, totals.missing_ms) == (Decimal(1), seconds * 1000)
    assert content(unit.session.record)["totals"]["current"]["charge_lower_bound"]
    assert "the charge dose is a lower bound" in unit.session.alarms[-1].text


def test_a_charge_goes_on_through_a_change_of_settings_and_of_the_zone(noneedle: NewUnit) -> None:
    unit = noneedle(zones=["left", "right"])
    unit.sample(1_000)
    unit.flow(1_000, 20)

    unit.configure(current="dc", wave="dc", area=1_200, set_current=1_000)
    unit.flow(1_000, 20)
    unit.beat("P")
    unit.flow(1_000, 20)

    tally = unit.session.record.tally
    assert (tally.session.charge_ma_min, tally.session.missing_ms) == (Decimal(1), 0)
    assert sum(totals.charge for totals in tally.zones.values()) == tally.session.charge


def test_a_restart_while_current_flows_makes_the_charge_a_lower_bound(noneedle: NewUnit) -> None:
    unit = noneedle()
    unit.sample(1_000)
    unit.flow(1_000, 60)

    unit.session.seconds += 1
    unit.reset(current="dc", wave="dc")
    unit.sample(1_000)

    totals = unit.session.record.tally.session
    assert (totals.charge_ma_min, totals.missing_ms) == (Decimal(1), 1_000)


def test_no_gap_hides_a_verdict(noneedle: NewUnit) -> None:
    unit = noneedle("noneedle-ionto-dc-face", area=4_000)
    unit.session.wait(20)

    unit.sample(4_100)

    assert unit.session.verdicts == ["exceeded"]


def test_time_before_and_after_the_current_is_no_treatment_time_and_a_pause_between_is(noneedle: NewUnit) -> None:
    unit = noneedle()
    unit.sample(0)
    unit.flow(0, 600)
    unit.flow(1_000, 60)
    unit.flow(0, 30)
    unit.flow(1_000, 60)
    unit.flow(0, 600)

    assert unit.session.recorder.tally.session.elapsed_ms // 1000 in range(148, 153)
