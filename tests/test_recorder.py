"""The recorder: what enters as chunks comes out as entries, whatever a device, a link or a driver does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.ledger import Kind, encode
from devicelog_drivers import reference_mesogun, reference_noneedle

if TYPE_CHECKING:
    from tests.conftest import Gun, Session, Unit

NewGun = Callable[..., "Gun"]
NewUnit = Callable[..., "Unit"]
NewSession = Callable[..., "Session"]
GUN = reference_mesogun.DRIVER


# -- the beginning and the end ---------------------------------------------------------------------------------


def test_the_first_entry_holds_the_plan_and_the_protocol_s_full_text(mesogun: NewGun) -> None:
    session = mesogun("meso-face-gun-intradermal", zones=["forehead", "chin"]).session

    first = session.entries[0]
    assert first.kind == "started"
    assert session.limits is not None
    assert first.content["protocol"]["text"] == session.limits.text
    assert first.content["zones"] == ["forehead", "chin"]
    assert [device["driver"] for device in first.content["devices"]] == ["reference-mesogun"]


def test_a_device_is_bound_by_the_serial_number_that_it_sends(mesogun: NewGun) -> None:
    session = mesogun(serial="SN42").session

    assert [bound["serial"] for bound in session.of("device_bound")] == ["SN42"]
    assert session.record.simulated


def test_the_last_entry_says_why_the_session_ended_and_how_many_bytes_came(mesogun: NewGun) -> None:
    gun = mesogun()
    session = gun.session.end()

    received = sum(len(chunk.data) for chunk in session.chunks if chunk.kind is ChunkKind.RECEIVED)
    assert session.entries[-1].kind == "ended"
    assert session.entries[-1].content == {"because": "the test was over", "received": {"1": received}}


def test_a_frame_cut_by_the_end_is_kept_as_a_bad_one(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.session.receive(b"$DLR1,INJ,5")

    gun.session.end()

    assert [bad["reason"] for bad in gun.session.of("bad_frame")] == ["the frame was not finished"]


# -- zones and acts --------------------------------------------------------------------------------------------


def test_the_next_zone_begins_at_a_pause_and_only_once_the_last_one_was_treated(mesogun: NewGun) -> None:
    gun = mesogun(zones=["left", "right"])

    gun.beat("P")
    gun.beat("R")
    gun.inject()
    gun.beat("P")
    gun.beat("P")
    gun.beat("R")
    gun.inject()

    assert [zone["zone"] for zone in gun.session.of("zone")] == ["left", "right"]
    assert {zone: totals.triggers for zone, totals in gun.session.record.tally.zones.items()} == {"left": 1, "right": 1}


def test_what_a_person_does_is_an_entry_among_the_others(mesogun: NewGun) -> None:
    gun = mesogun()

    gun.session.put(ChunkKind.ACT, encode({"kind": Kind.NOTE, "text": "a drop of blood"}), link=NO_LINK)
    gun.session.put(ChunkKind.ACT, encode({"kind": Kind.ZONE, "zone": "neck"}), link=NO_LINK)
    gun.inject()

    assert gun.session.record.notes == [(0, "a drop of blood")]
    assert gun.session.record.tally.zones["neck"].triggers == 1


# -- clocks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [1, -1])
def test_a_step_of_the_wall_clock_is_an_entry_and_changes_neither_order_nor_duration(
    mesogun: NewGun, hours: int
) -> None:
    gun = mesogun()
    gun.inject()
    gun.session.seconds = 10
    gun.session.wall_steps = hours * 3600
    gun.inject()

    session = gun.session
    assert [step["step_ms"] for step in session.of("clock_stepped")] == [hours * 3_600_000]
    times = [entry.t_us for entry in session.entries]
    assert times == sorted(times)
    assert session.record.tally.session.elapsed_ms == 10_000
    between = session.record.wall(10_000_000) - session.record.wall(9_999_999)
    assert round(between.total_seconds()) == hours * 3600


def test_a_wall_clock_that_drifts_by_less_than_half_a_second_is_left_alone(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.session.wall_steps = 0.4

    gun.inject()

    assert gun.session.of("clock_stepped") == []


def test_chunks_of_two_links_that_overtake_each_other_keep_time_from_running_back(new_session: type[Session]) -> None:
    session = new_session(GUN, reference_noneedle.DRIVER)
    for seconds, link in ((2.0, 1), (1.9, 2), (2.1, 1)):
        session.seconds = seconds
        session.receive(b"\r\n", link=link)

    times = [entry.t_us for entry in session.entries]
    assert times == sorted(times)


def test_two_devices_that_treat_at_once_do_not_make_the_session_twice_as_long(
    new_session: type[Session], mesogun: NewGun, noneedle: NewUnit
) -> None:
    session = new_session(GUN, reference_noneedle.DRIVER)
    gun = type(mesogun())(session, needles=1)
    unit = type(noneedle())(session, link=2, current="dc", wave="dc")

    for _ in range(11):
        gun.inject()
        unit.sample(1_000)
        session.seconds += 1

    assert session.record.tally.session.elapsed_ms == 10_000


# -- devices that change ---------------------------------------------------------------------------------------


def test_another_device_on_the_line_is_a_high_alarm_and_nothing_of_the_old_one_holds_for_it(mesogun: NewGun) -> None:
    gun = mesogun("meso-face-gun-intradermal", needles=9)
    gun.inject()

    other = type(gun)(gun.session, serial="SN2", needles=1)
    other.started -= 4_000  # it has been on for longer
    other.inject()
    other.finish()

    session = gun.session
    assert [(changed["before"], changed["serial"]) for changed in session.of("device_changed")] == [("SN1", "SN2")]
    assert session.alarms[0].priority == "high"
    assert session.record.tally.session.injections == 10
    assert session.record.tally.session.elapsed_ms == 0
    assert [figure["agrees"] for figure in session.of("reconciled")[-1]["figures"]] == [True, True]


def test_settings_of_the_device_before_say_nothing_about_another(mesogun: NewGun) -> None:
    gun = mesogun("meso-face-gun-intradermal", needles=9)

    gun.identify("SN2")
    gun.inject()

    assert gun.session.verdicts == ["not evaluable"]


def test_a_gap_that_ends_with_another_device_misses_nobody_knows_how_much(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.session.lose()
    gun.session.seconds = 5

    gun.session.reopen()
    type(gun)(gun.session, serial="SN2")

    assert [gap["missing"] for gap in gun.session.of("gap_closed")] == [None]
