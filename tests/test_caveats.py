"""What must be known before a record's figures are believed, and the record as JSON that says it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.ledger import Entry
from devicelog.record.as_json import content
from devicelog.record.caveats import Dose, dose, marks
from devicelog.record.record import Record, fold
from devicelog_drivers import reference_mesogun, reference_noneedle

if TYPE_CHECKING:
    from tests.conftest import Gun, Session, Unit

NewGun = Callable[..., "Gun"]
NewUnit = Callable[..., "Unit"]


def test_what_nobody_may_overlook(mesogun: NewGun) -> None:
    gun = mesogun()
    running = marks(gun.session.record)
    ended = marks(gun.session.end().record)
    broken = marks(fold([*gun.session.entries[:-1], Entry(99, 9, "interrupted", {"noticed": "later"})]))

    assert list(ended) == ["simulated", "no_limits", "driver_unverified"]
    assert list(running) == ["simulated", "running", "no_limits", "driver_unverified"]
    assert list(broken) == ["simulated", "interrupted", "no_limits", "driver_unverified"]
    assert "UNVERIFIED DRIVER: reference-mesogun" in ended["driver_unverified"]


def test_only_those_who_said_so_are_called_simulators(new_session: type[Session]) -> None:
    bound = [Entry(90 + n, 9, "device_bound", {"link": n, "serial": "SN", "simulated": n == 1}) for n in (1, 2)]
    record = fold([*new_session(reference_mesogun.DRIVER, reference_noneedle.DRIVER).entries, *bound])

    assert marks(record)["simulated"] == ("SIMULATED: the device on link 1 (reference-mesogun) said to be a simulator")


def test_a_protocol_that_nobody_approved_is_a_mark(mesogun: NewGun) -> None:
    record = mesogun("meso-face-gun-intradermal").session.end().record

    assert "meso-face-gun-intradermal" in marks(record)["protocol_unapproved"]
    assert "no_limits" not in marks(record)
    record.started["protocol"]["approved"] = {"by": "Dr A", "at": "2026-01-01T00:00:00.000000Z"}
    assert "protocol_unapproved" not in marks(record)


@pytest.mark.parametrize(
    ("skipped", "said"),
    [(1, "1 report of the devices is missing"), (2, "2 reports of the devices are missing")],
)
def test_missing_reports_are_counted_in_words(mesogun: NewGun, skipped: int, said: str) -> None:
    gun = mesogun()
    gun.inject()
    gun.sequence += skipped
    gun.inject()

    assert said in gun.session.record.missing_things()


def test_gaps_are_counted_in_words(mesogun: NewGun) -> None:
    gaps = [Entry(90 + n, 9, "gap", {"gap": n, "link": 1, "cause": "link lost", "since": 9}) for n in (1, 2)]
    entries = mesogun().session.entries

    assert "1 gap in which an unknown number of reports is missing" in fold([*entries, *gaps[:1]]).missing_things()
    assert "2 gaps in which an unknown number of reports is missing" in fold([*entries, *gaps]).missing_things()


def test_the_last_value_is_never_one_of_an_earlier_report(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject(depth=1_500)
    assert gun.session.record.devices[1].last["depth"] == 1_500_000_000

    gun.inject(depth=None)

    record = gun.session.record
    assert record.devices[1].last["depth"] is None
    assert record.devices[1].last["volume"] == 20_000_000
    assert record.spreads[None, "depth"].count == 1


def test_the_json_names_the_limits_of_the_protocol_and_of_an_alarm(mesogun: NewGun) -> None:
    gun = mesogun("meso-face-gun-intradermal")
    gun.inject(depth=4_500)
    found = content(gun.session.end().record)
    names = {limit["limit"]: limit["name"] for limit in found["protocol"]["limits"]}
    (alarm,) = [alarm for alarm in found["alarms"] if "depth" in alarm["text"]]

    assert alarm["limit_name"] == names[alarm["limit"]] == "injection depth"
    assert alarm["peak"] == {"value": "4.5", "unit": "mm"}


def test_the_json_of_a_protocol_that_cannot_be_read_names_no_limits(mesogun: NewGun) -> None:
    record = mesogun("meso-face-gun-intradermal").session.record
    record.started["protocol"]["text"] = "from = 'the future'"

    assert content(record)["protocol"]["limits"] == []


def test_the_json_says_what_a_person_stated(new_session: type[Session]) -> None:
    session = new_session(reference_noneedle.DRIVER, settings={"electrode_area": 8_000_000_000})
    found = content(session.record)

    assert found["given_settings"] == {"electrode_area": {"value": "8", "unit": "cm**2"}}
    assert found["devices"][0]["settings"] == found["given_settings"]


def test_a_record_without_an_entry_is_one() -> None:
    found = content(Record())

    assert (found["state"], found["started"], found["host"]) == ("running", None, {})


def test_what_is_not_known_is_null_with_a_reason(noneedle: NewUnit) -> None:
    unit = noneedle(current=None)
    unit.flow(1000, 5)
    found = content(unit.session.end().record)

    assert found["totals"]["current"]["charge"] is None
    assert "basis" in found["totals"]["current"]["charge_unknown"]
    assert found["totals"]["injections"] is None


def test_a_volume_that_was_not_reported_is_not_zero(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject(volume=None)
    found = content(gun.session.end().record)["totals"]["injections"]

    assert (found["triggers"], found["volume"], found["without_volume"]) == (1, None, 1)


def test_a_dose_is_known_or_a_lower_bound_or_not_known(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject(volume=None)
    assert dose(gun.session.record, None, "volume") == Dose(None, why="no trigger came with a volume")
    gun.inject()
    one = Dose(Decimal("0.02"), at_least=True, why="1 trigger came without a volume")
    assert dose(gun.session.record, None, "volume") == one
    assert dose(gun.session.record, "cheek", "volume") == one
    assert dose(gun.session.record, None, "injections") == Dose(Decimal(2))


def test_a_purge_without_a_volume_is_not_a_purge_of_nothing(mesogun: NewGun) -> None:
    gun = mesogun()
    assert dose(gun.session.record, None, "purged") == Dose(Decimal(0))
    gun.inject(volume=None, mode="P")
    assert dose(gun.session.record, None, "purged").value is None
    gun.inject(mode="P")
    assert dose(gun.session.record, None, "purged") == Dose(Decimal("0.02"), True, "1 purge came without a volume")
    assert content(gun.session.record)["totals"]["injections"]["purges"] == 2


def test_a_charge_of_which_no_sample_came_with_a_current_is_not_known(noneedle: NewUnit) -> None:
    unit = noneedle()
    for _ in range(3):
        unit.session.seconds += 1
        unit.sample(None)

    assert dose(unit.session.record, None, "charge") == Dose(None, why="no sample came with a current")


def test_reports_that_one_device_lost_say_nothing_of_the_dose_of_another(
    new_session: type[Session], mesogun: NewGun, noneedle: NewUnit
) -> None:
    session = new_session(reference_mesogun.DRIVER, reference_noneedle.DRIVER)
    gun = type(mesogun())(session, needles=1)
    unit = type(noneedle())(session, link=2, current="dc", wave="dc")
    gun.inject()
    gun.sequence += 1
    gun.inject()
    unit.flow(1_000, 3)

    assert dose(session.record, None, "volume").at_least
    assert dose(session.record, None, "charge") == Dose(Decimal(2) / 60)
