"""Limits of a current: its statistic, its density, its dose, its pulses; and what cannot be evaluated says so."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.record.as_json import content

if TYPE_CHECKING:
    from tests.conftest import Session, Unit

IONTO = "noneedle-ionto-dc-face"
PULSED = "noneedle-electroporation-face"
NewUnit = Callable[..., "Unit"]


def open_alarms(unit: Unit) -> list[tuple[str, str]]:
    return [(alarm.text, alarm.priority) for alarm in unit.session.record.open_alarms]


def current(session: Session) -> dict[str, object]:
    """What the record says of the charge."""
    found: dict[str, object] = content(session.record)["totals"]["current"]
    return found


def test_4_0_ma_is_no_hard_breach_and_4_1_ma_is(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=4_000)

    unit.sample(4_000)
    unit.sample(4_100)

    assert unit.session.verdicts == ["warning", "exceeded"]
    assert open_alarms(unit) == [("sample current mean 4.1 mA is above the hard limit of 4 mA", "high")]


def test_2_ma_through_3_cm2_exceed_the_density(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=300)

    unit.sample(2_000)

    assert unit.session.verdicts == ["exceeded"]
    text = "sample current_density mean 0.666666666 mA/cm**2 is above the hard limit of 0.5 mA/cm**2"
    assert open_alarms(unit) == [(text, "high")]


def test_exactly_half_a_milliampere_per_cm2_is_no_hard_breach(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=400)

    unit.sample(2_000)

    assert unit.session.verdicts == ["warning"]


def test_without_an_area_a_density_is_not_evaluable_and_never_within(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=None)

    unit.sample(2_000)
    unit.sample(100)

    assert unit.session.verdicts == ["not evaluable"] * 2
    text = "sample current_density mean cannot be evaluated: the contact area of the electrode is not known"
    assert open_alarms(unit) == [(text, "medium")]


def test_an_area_that_a_person_states_makes_it_evaluable(noneedle: NewUnit, new_session: type[Session]) -> None:
    driver = noneedle().session.plan.devices[0].driver
    session = new_session(driver, protocol=IONTO, settings={"electrode_area": 12_000_000_000})

    type(noneedle())(session, current="dc", wave="dc").sample(1_000)

    assert session.verdicts == ["within"]


def test_20_minutes_at_4_ma_are_80_ma_min_and_no_breach_and_one_second_more_is(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=4_000)
    unit.sample(4_000)

    unit.flow(4_000, 20 * 60)

    assert unit.session.record.tally.session.charge_ma_min == 80
    assert unit.session.verdicts[-1] == "warning"

    unit.flow(4_000, 1)

    assert unit.session.verdicts[-1] == "exceeded"
    assert ("high", "session charge_dose mean 80.066666667 mA*min is above the hard limit of 80 mA*min") in [
        (alarm.priority, alarm.text) for alarm in unit.session.alarms
    ]


def test_a_dose_summed_from_quarter_seconds_does_not_drift_over_its_limit(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=4_000)
    unit.sample(3_333)

    unit.flow(3_333, 720, every=0.25)

    assert unit.session.record.tally.session.charge_ma_min == Decimal("39.996")
    assert "exceeded" not in unit.session.verdicts


def test_a_biphasic_peak_of_200_ma_450_us_25_hz_is_30_ma_rms(noneedle: NewUnit) -> None:
    unit = noneedle(PULSED, current="peak", wave="bi", area=10_000)

    unit.sample(200_000, frequency=25, width=450)

    assert open_alarms(unit) == [("sample current rms 30 mA is above the soft limit of 10 mA", "low")]


def test_an_rms_current_exactly_at_its_limit_is_no_breach_in_spite_of_the_square_root(noneedle: NewUnit) -> None:
    unit = noneedle(PULSED, current="peak", wave="bi", area=100_000)

    unit.sample(40_000, frequency=50, width=625)

    assert unit.session.verdicts == ["within"]


def test_200_v_for_2_ms_are_160_mj_and_warn(noneedle: NewUnit) -> None:
    unit = noneedle(PULSED, current="rms", wave="bi", area=10_000)

    unit.sample(1_000, voltage=200_000, frequency=10, width=2_000)

    assert ("pulse pulse_energy 160 mJ is above the soft limit of 150 mJ", "low") in open_alarms(unit)
    assert ("sample voltage peak 200 V is above the soft limit of 100 V", "low") in open_alarms(unit)


def test_a_current_without_its_basis_is_not_evaluable(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, current=None)

    unit.flow(4_100, 2)

    assert unit.session.verdicts == ["not evaluable"] * 2
    said = [text for text, priority in open_alarms(unit) if "does not state the basis of its current" in text]
    assert len(said) == 3  # the current, its density, its dose
    assert current(unit.session)["charge"] is None


def test_charge_from_before_the_basis_was_stated_is_missing_and_said_to_be(noneedle: NewUnit) -> None:
    unit = noneedle(current=None)
    unit.flow(1_000, 10)

    unit.configure(current="dc", wave="dc")
    unit.flow(1_000, 60)

    assert unit.session.record.tally.session.charge_ma_min == Decimal(59) / 60
    assert current(unit.session)["charge_lower_bound"]


def test_a_zero_mean_current_has_no_charge_dose_which_is_not_a_dose_of_0(noneedle: NewUnit) -> None:
    unit = noneedle(PULSED, current="rms", wave="bi", area=10_000)

    unit.flow(5_000, 10, frequency=1_000, width=50)

    assert unit.session.verdicts == ["within"] * 10
    assert unit.session.alarms == []
    assert current(unit.session)["charge"] is None
    assert current(unit.session)["charge_unknown"] == "the current alternates around zero: it has no charge dose"
    assert not current(unit.session)["charge_lower_bound"]


def test_a_protocol_for_direct_current_checks_nothing_of_a_zero_mean_one_and_says_so(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, current="rms", wave="bi")

    unit.sample(150_000, frequency=1_000, width=50)

    assert unit.session.verdicts == ["not evaluable"]
    assert [(text.partition(":")[0], priority) for text, priority in open_alarms(unit)] == [
        ("nothing is checked", "medium")
    ]


def test_a_protocol_for_injections_says_aloud_that_it_checks_no_current(noneedle: NewUnit) -> None:
    unit = noneedle("meso-face-gun-intradermal")

    unit.sample(4_100)

    assert unit.session.verdicts == ["not evaluable"]
    assert open_alarms(unit)[0][0].startswith("nothing is checked")


def test_a_unit_that_does_not_measure_its_current_is_not_evaluable_and_says_so(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO)

    unit.sample(None)
    unit.sample(None)

    assert unit.session.verdicts == ["not evaluable"] * 2
    assert ("sample current mean cannot be evaluated: the device sent no value", "medium") in open_alarms(unit)


def test_no_current_is_within_whatever_else_is_not_known(noneedle: NewUnit) -> None:
    unit = noneedle(PULSED, current="peak", wave="bi")

    unit.send("EP", 0, 0, 0, 0, 0, None, "C", 0)

    assert unit.session.verdicts == ["within"]


@pytest.mark.parametrize("zone", ["orbital", "mouth"])
def test_a_zone_that_the_protocol_excludes_is_a_high_alarm_while_it_is_treated(noneedle: NewUnit, zone: str) -> None:
    unit = noneedle(IONTO, zones=[zone, "cheek"])
    unit.flow(1_000, 2)

    assert open_alarms(unit) == [(f"the zone {zone} is excluded by the treatment protocol {IONTO}", "high")]

    unit.beat("P")
    unit.beat("R")

    assert open_alarms(unit) == []
