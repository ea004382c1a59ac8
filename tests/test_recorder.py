"""The recorder: what enters as chunks comes out as entries, whatever a device, a link or a driver does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.driver import Driver, Event, Reading
from devicelog.ledger import Kind, encode
from devicelog_drivers import reference_mesogun, reference_noneedle

if TYPE_CHECKING:
    from tests.conftest import Gun, Session, Unit

NewGun = Callable[..., "Gun"]
NewUnit = Callable[..., "Unit"]
NewSession = Callable[..., "Session"]
GUN = reference_mesogun.DRIVER


class Broken:
    """A decoder that raises at every `!`, and otherwise does as the meso-gun's."""

    def __init__(self) -> None:
        self._good = GUN.decoder()

    def feed(self, data: bytes) -> list[Event]:
        if b"!" in data:
            raise RuntimeError("the driver's author did not think of this")
        return self._good.feed(data)

    def end(self) -> list[Event]:
        return self._good.end()


class EndsBadly(Broken):
    def end(self) -> list[Event]:
        raise RuntimeError("not even at the end")


class Reports:
    """A decoder that makes these readings of whatever comes."""

    def __init__(self, *readings: Reading) -> None:
        self._readings = list(readings)

    def feed(self, data: bytes) -> list[Event]:
        return [*self._readings]

    def end(self) -> list[Event]:
        return []


def faulty(decoder: Callable[[], object]) -> Driver:
    return replace(GUN, name="faulty", decoder=decoder)  # type: ignore[arg-type]


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
    gun.session.seconds = 4_000
    gun.inject()

    other = type(gun)(gun.session, serial="SN2", needles=1)
    other.inject()
    other.finish()

    session = gun.session
    assert [(changed["before"], changed["serial"]) for changed in session.of("device_changed")] == [("SN1", "SN2")]
    assert session.alarms[0].priority == "high"
    assert session.record.tally.session.injections == 10
    assert session.record.tally.session.elapsed_ms == 0
    assert [figure["agrees"] for figure in session.of("reconciled")[0]["figures"]] == [True, True]


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


# -- bad input -------------------------------------------------------------------------------------------------


def test_a_bad_frame_is_an_entry_with_its_place_and_reason(mesogun: NewGun) -> None:
    gun = mesogun()
    before = sum(len(chunk.data) for chunk in gun.session.chunks if chunk.kind is ChunkKind.RECEIVED)

    gun.session.receive(b"$DLR1,HB,1,0,7,R,0*0000\r\n")

    assert gun.session.of("bad_frame") == [{"link": 1, "at": before + 25, "length": 25, "reason": "the CRC does not match"}]


def test_impossible_values_with_a_right_crc_are_a_bad_frame(mesogun: NewGun) -> None:
    gun = mesogun()

    gun.inject(10**12)
    gun.inject(-20_000)

    assert len(gun.session.of("bad_frame")) == 2
    assert gun.session.record.tally.session.triggers == 0


def test_many_bad_frames_are_one_alarm_that_ends_when_the_line_is_good_again(mesogun: NewGun) -> None:
    gun = mesogun()

    for _ in range(60):
        gun.session.wait(0.5)
        gun.session.receive(b"$\xff\r\n" + gun.frame("HB", "R", 0))
    gun.beat("R", 25)

    (alarm,) = gun.session.alarms
    assert (alarm.priority, alarm.text.partition(":")[0]) == ("low", "many bad frames from reference-mesogun")
    assert alarm.ended_us is not None
    assert alarm.ended_us < 55_000_000


@pytest.mark.parametrize(
    "fault",
    [
        Reading("never declared", (), 1),
        Reading("injection", (1, 2), 1),
        Reading("injection", (1,) * 9, 1, ("nL",)),
        Reading("injection", ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"), 1),
        Reading("injection", (0, 0, 0, 1, 1, 10**30, 1_500, 0, 0, "N"), 1),
        Reading("injection", (0, 0, 0, 1, 1, Decimal("NaN"), 1_500, 0, 0, "N"), 1),
    ],
    ids=["report", "values", "units", "text", "too large", "not a number"],
)
def test_a_driver_that_reports_what_it_never_declared_is_at_fault_and_the_session_goes_on(
    new_session: type[Session], fault: Reading
) -> None:
    session = new_session(faulty(lambda: Reports(fault)), protocol="meso-face-gun-intradermal", zones=["chin"])

    session.receive(b"x")
    session.end()

    assert len(session.of("driver_fault")) == 1
    assert [alarm.priority for alarm in session.alarms if "the driver" in alarm.text] == ["high"]
    assert session.record.state == "ended"


def test_a_driver_that_raises_is_at_fault_its_bytes_are_kept_and_other_devices_go_on(
    new_session: type[Session], mesogun: NewGun
) -> None:
    session = new_session(faulty(Broken), GUN)
    gun = type(mesogun())(session, link=2, needles=1)

    session.receive(b"!!!", link=1)
    gun.inject()

    (fault,) = session.of("driver_fault")
    assert (fault["link"], fault["driver"], fault["at"]) == (1, "faulty", 3)
    assert "did not think of this" in fault["error"]
    assert [(alarm.priority, alarm.latching) for alarm in session.alarms] == [("high", True)]
    assert b"!!!" in [chunk.data for chunk in session.recorder.chunks]
    assert session.record.tally.session.triggers == 1


def test_a_driver_that_raised_begins_anew_and_its_events_keep_their_place_in_the_bytes(
    new_session: type[Session], mesogun: NewGun
) -> None:
    session = new_session(faulty(Broken))
    gun = type(mesogun())(session, needles=1)
    session.receive(b"!!!")

    gun.inject()

    received = sum(len(chunk.data) for chunk in session.chunks if chunk.kind is ChunkKind.RECEIVED)
    assert session.of("observation")[-1][1] == received


def test_a_driver_that_raises_on_and_on_is_a_gap(new_session: type[Session]) -> None:
    session = new_session(faulty(Broken))

    for _ in range(8):
        session.wait(0.5)
        session.receive(b"!")

    assert [gap["cause"] for gap in session.of("gap")] == ["nothing readable arrives"]
    assert len(session.alarms) == 2


@pytest.mark.parametrize("kind", [ChunkKind.LOST, ChunkKind.ENDED])
def test_a_driver_that_raises_at_the_end_spoils_nothing(new_session: type[Session], kind: ChunkKind) -> None:
    session = new_session(faulty(EndsBadly))

    session.put(kind, b"over", link=NO_LINK if kind is ChunkKind.ENDED else 1)

    assert len(session.of("driver_fault")) == 1
    assert session.entries[-1].kind in ("ended", "alarm")
