"""The clinical cases that every treatment protocol here must stand, one after the other, against the shipped files.

Each case is played by a device on a virtual clock through the recorder, units, verdicts and alarms included, or asked
of the reader of quantities or of the course where no device is in it. The numbers and their sources are in the shipped
files; `test_injection_limits`, `test_current_limits` and `test_course` go on from here into the corners.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.errors import ProtocolFileError, UnitError
from devicelog.treatment.course import assess
from devicelog.treatment.past import Past
from devicelog.treatment.protocol_file import find, parse
from devicelog.units import quantity
from tests.test_recorder_units import SHOT, driver, say

if TYPE_CHECKING:
    from tests.conftest import Gun, Session, Unit

FACE = "meso-face-gun-intradermal"
FAT = "fat-submental-deoxycholic-label"
IONTO = "noneedle-ionto-dc-face"
PULSED = "noneedle-electroporation-face"
NewGun = Callable[..., "Gun"]
NewUnit = Callable[..., "Unit"]
TODAY = datetime(2026, 11, 22, 10, tzinfo=UTC)


def alarms(session: Session) -> list[tuple[str, str]]:
    """What is alarmed about, and whether it is a soft or a hard limit, or `technical`."""
    contents = session.of("alarm")
    return [(one.get("name", one["text"]), one.get("severity", "technical")) for one in contents]


def hard(session: Session) -> list[str]:
    return [name for name, severity in alarms(session) if severity == "hard"]


def earlier(*days_ago: int, family: str) -> list[Past]:
    return [Past(f"S{days}", TODAY - timedelta(days=days), family, True, False) for days in days_ago]


def course(protocol: str, *days_ago: int) -> list[tuple[str, str]]:
    limits = find(protocol)
    findings = assess(limits, earlier(*days_ago, family=limits.family), TODAY, "+00:00").findings
    return [(one.of, one.severity.value) for one in findings]


# Injections


def test_0_02_ml_a_hundred_times_at_1_5_mm_is_clean(mesogun: NewGun) -> None:
    gun = mesogun(FACE, zones=["forehead", "left_cheek", "right_cheek", "chin"])

    for _ in range(4):
        for _ in range(25):
            gun.inject(20_000, 1_500)
        gun.beat("P")
        gun.beat("R")

    assert gun.session.verdicts == ["within"] * 100
    assert alarms(gun.session) == []
    assert gun.session.record.tally.session.volume_ml == 2


def test_one_shot_of_0_06_ml_is_hard_and_names_its_source(mesogun: NewGun) -> None:
    gun = mesogun(FACE)

    gun.inject(60_000)

    assert alarms(gun.session) == [("injection volume", "hard")]
    assert gun.session.alarms[0].source == "hard limit 0.05 mL [MMFAQ L] of meso-face-gun-intradermal 1"


@pytest.mark.parametrize(("depth", "severity"), [(1_500, []), (2_500, ["soft"]), (4_000, ["soft"]), (4_100, ["hard"])])
def test_2_5_mm_deep_is_soft_and_4_1_mm_is_hard(mesogun: NewGun, depth: int, severity: list[str]) -> None:
    gun = mesogun(FACE)

    gun.inject(20_000, depth)

    assert [found for _, found in alarms(gun.session)] == severity


def test_the_51st_deoxycholic_injection_is_hard(mesogun: NewGun) -> None:
    gun = mesogun(FAT, zones=["submental"])

    for _ in range(50):
        gun.inject(100_000, 6_000)
    assert hard(gun.session) == []
    gun.inject(100_000, 6_000)

    assert hard(gun.session) == ["session injection_count"]
    assert gun.session.alarms[-1].source == "hard limit 50 [KYB H] of fat-submental-deoxycholic-label 1"


# Units


def test_20_ul_is_0_02_ml(new_session: type[Session]) -> None:
    session = new_session(driver(SHOT), protocol=FACE, zones=["chin"])
    session.receive(b"head 1 _\n")

    say(session, "shot 20 ul")
    say(session, "shot 0.02 ml")

    assert session.record.tally.session.volume_ml == Decimal("0.04")
    assert alarms(session) == [("injection depth", "technical")], "the device of this test has no depth"
    assert quantity("20 ul", "mL") == quantity("0.02 ml", "mL") == quantity("0.02 cc", "mL") == Decimal("0.02")


def test_0_02_l_is_a_thousand_times_as_much_hard_and_called_a_slip_of_the_unit(new_session: type[Session]) -> None:
    session = new_session(driver(SHOT), protocol=FACE, zones=["chin"])
    session.receive(b"head 1 _\n")

    say(session, "shot 0.02 ml")
    say(session, "shot 0.02 l")

    assert "injection volume" in hard(session)
    (slip,) = [alarm for alarm in session.alarms if "stepped from one unit to another" in alarm.text]
    assert slip.priority == "medium"
    assert "20 mL (sent in 'l') after 0.02 mL on average; was the unit mistaken?" in slip.text


def test_a_thousandth_is_a_slip_of_the_unit_too_although_no_limit_is_breached(new_session: type[Session]) -> None:
    session = new_session(driver(SHOT), protocol=FACE, zones=["chin"])
    session.receive(b"head 1 _\n")

    for text in ("shot 0.02 ml", "shot 0.02 ul", "shot 0.02 ul", "shot 0.02 ml"):
        say(session, text)

    assert hard(session) == []
    assert len([alarm for alarm in session.alarms if "stepped from one unit to another" in alarm.text]) == 1


def test_80_ma_per_min_is_no_dose() -> None:
    with pytest.raises(UnitError):
        quantity("80 mA/min", "mA*min")
    with pytest.raises(ProtocolFileError, match="mA/min"):
        parse(find(IONTO).text.replace('"80 mA*min"', '"80 mA/min"'), where="test")
    assert quantity("80 mA*min", "mA*min") == 80


@pytest.mark.parametrize(
    ("text", "unit"), [("4 ma", "mA"), ("4 MA", "mA"), ("30 G", "mm"), ("5 shots", "mL"), ("5 shots", "count")]
)
def test_units_that_look_alike_are_refused_in_a_file(text: str, unit: str) -> None:
    with pytest.raises(UnitError):
        quantity(text, unit)


@pytest.mark.parametrize("token", ["ma", "MA", "G", "shots"])
def test_units_that_look_alike_are_refused_from_a_device(token: str, new_session: type[Session]) -> None:
    session = new_session(driver(SHOT), protocol=FACE, zones=["chin"])
    session.receive(b"head 1 _\n")

    say(session, f"shot 0.02 {token}")

    assert session.verdicts == ["not evaluable"]
    assert any(repr(token) in alarm.text for alarm in session.alarms)
    assert session.record.tally.session.volume == 0


# Currents


def test_4_0_ma_is_no_hard_breach_and_4_1_ma_is(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=4_000)

    unit.sample(4_000)
    assert hard(unit.session) == []
    unit.sample(4_100)

    assert hard(unit.session) == ["sample current mean"]
    assert unit.session.alarms[-1].source == "hard limit 4 mA [ADII M] of noneedle-ionto-dc-face 1"


def test_2_ma_on_3_cm2_are_0_667_ma_per_cm2_and_hard(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=300)

    unit.sample(2_000)

    (alarm,) = unit.session.alarms
    assert (alarm.limit_name, alarm.severity) == ("sample current_density mean", "hard")
    assert round(Decimal(str(alarm.peak)), 3) == Decimal("0.667")


def test_with_the_area_missing_the_density_is_not_evaluable(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=None)

    unit.sample(2_000)

    assert unit.session.verdicts == ["not evaluable"]
    (said,) = unit.session.of("alarm")
    assert said["text"].endswith("the contact area of the electrode is not known")
    assert said["protocol"] == {"id": IONTO, "version": "1"}
    assert "citation" not in said, "no value was breached"


def test_4_ma_for_20_min_are_80_ma_min_and_one_second_more_is_hard(noneedle: NewUnit) -> None:
    unit = noneedle(IONTO, area=4_000)
    unit.sample(4_000)

    unit.flow(4_000, 20 * 60)
    assert unit.session.record.tally.session.charge_ma_min == 80
    assert hard(unit.session) == []
    unit.flow(4_000, 1)

    assert hard(unit.session) == ["session charge_dose mean"]


def test_200_ma_peak_450_us_25_hz_biphasic_are_30_ma_rms(noneedle: NewUnit) -> None:
    unit = noneedle(PULSED, current="peak", wave="bi", area=10_000)

    unit.sample(200_000, frequency=25, width=450)

    (alarm,) = unit.session.alarms
    assert (alarm.limit_name, alarm.peak, alarm.severity) == ("sample current rms", "30", "soft")


def test_200_v_for_2_ms_are_160_mj_and_soft(noneedle: NewUnit) -> None:
    unit = noneedle(PULSED, current="rms", wave="bi", area=10_000)

    unit.sample(1_000, voltage=200_000, frequency=10, width=2_000)

    energy = next(alarm for alarm in unit.session.alarms if alarm.limit_name == "pulse pulse_energy")
    assert (energy.peak, energy.unit, energy.severity) == ("160", "mJ", "soft")


def test_italys_limit_for_beauty_salons_is_1_ma_on_10_cm2(noneedle: NewUnit) -> None:
    unit = noneedle(f"{IONTO}+IT", area=1_000)

    unit.sample(1_000)
    assert alarms(unit.session) == []
    unit.sample(1_001)

    assert hard(unit.session) == ["sample current_density mean"]
    assert unit.session.alarms[0].source == "hard limit 0.1 mA/cm**2 [DM110 H] of noneedle-ionto-dc-face+IT 1"


# The course


def test_session_nine_of_eight_is_hard() -> None:
    assert course(FACE, *range(14, 14 * 8, 14)) == [("course:session_count", "soft")], "session eight"
    assert course(FACE, *range(14, 14 * 9, 14)) == [("course:session_count", "hard")], "session nine"


def test_day_six_after_the_last_session_is_hard_where_a_week_is_the_least() -> None:
    assert course(FACE, 6) == [("course:interval", "hard")]
    assert course(FACE, 7) == [("course:interval", "soft")]


def test_day_six_of_a_weekly_no_needle_course_is_soft() -> None:
    assert course(IONTO, 6) == [("course:interval", "soft")]
    assert course(IONTO, 7) == []


# The device


def test_a_counter_that_is_reset_is_noted_and_what_was_counted_is_a_lower_bound(mesogun: NewGun) -> None:
    gun = mesogun(FACE)
    for _ in range(5):
        gun.inject()

    gun.reset(needles=1, depth="extension", volume="commanded")
    gun.triggers = 0
    gun.inject()

    assert [one["metric"] for one in gun.session.of("counter_reset")]
    assert gun.session.record.tally.session.triggers == 6
    assert gun.session.record.tally.session.volume_ml == Decimal("0.12")


def test_a_serial_number_that_changes_is_a_high_alarm_and_a_device_of_its_own(mesogun: NewGun) -> None:
    gun = mesogun(FACE)
    gun.inject()

    gun.session.lose()
    gun.session.wait(1)
    gun.session.reopen()
    gun.identify("SN2")
    gun.configure(needles=1, depth="extension", volume="commanded")
    gun.inject()

    [changed] = gun.session.of("device_changed")
    assert (changed["before"], changed["serial"]) == ("SN1", "SN2")
    assert "high" in [alarm.priority for alarm in gun.session.alarms]
