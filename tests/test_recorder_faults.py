"""Bad input is data: what a device, a line or a driver does wrong is an entry, and the session goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.driver import Driver, Event, Reading
from devicelog_drivers.reference_mesogun import DRIVER as GUN

if TYPE_CHECKING:
    from tests.conftest import Gun, Session

NewGun = Callable[..., "Gun"]


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
        return [*self._readings] if data else []

    def end(self) -> list[Event]:
        return []


def faulty(decoder: Callable[[], object]) -> Driver:
    return replace(GUN, name="faulty", decoder=decoder)  # type: ignore[arg-type]


def test_a_bad_frame_is_an_entry_with_its_place_and_reason(mesogun: NewGun) -> None:
    gun = mesogun()
    before = sum(len(chunk.data) for chunk in gun.session.chunks if chunk.kind is ChunkKind.RECEIVED)

    gun.session.receive(b"$DLR1,HB,1,0,7,R,0*0000\r\n")

    assert gun.session.of("bad_frame") == [
        {"link": 1, "at": before + 25, "length": 25, "reason": "the CRC does not match"}
    ]


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

    assert [gap["cause"] for gap in session.of("gap")] == ["the driver failed"]
    assert [alarm.priority for alarm in session.alarms] == ["high"]


@pytest.mark.parametrize("kind", [ChunkKind.LOST, ChunkKind.ENDED])
def test_a_driver_that_raises_at_the_end_spoils_nothing(new_session: type[Session], kind: ChunkKind) -> None:
    session = new_session(faulty(EndsBadly))

    session.put(kind, b"over", link=NO_LINK if kind is ChunkKind.ENDED else 1)

    assert len(session.of("driver_fault")) == 1
    assert session.entries[-1].kind in ("ended", "alarm")
