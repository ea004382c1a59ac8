"""What becomes of a link that fails, of a device that may be another, and of a driver that does not come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from devicelog import registry
from devicelog.chunk import ChunkKind
from devicelog.driver import Event
from devicelog.patience import DriverHungError
from devicelog.replay.replay import differences, replay
from devicelog_drivers.reference_mesogun import DRIVER as GUN
from tests.conftest import dlr1
from tests.replaying import ROW, kept

if TYPE_CHECKING:
    from devicelog.driver import Decoder
    from tests.conftest import Gun, Session

NewGun = Callable[..., "Gun"]
LISTENER = replace(GUN, queries=())


def injection(number: int, *, boot: int = 7) -> bytes:
    return dlr1("INJ", number, 1000 * number, boot, number, 1000 + number, 20_000, 1_500, -24_500, "N", 0)


def counted(session: Session) -> int:
    return session.record.tally.session.triggers


def assert_replays(session: Session) -> None:
    assert [line.body for line in replay(kept(session), ROW)] == [line.body for line in session.recorder.lines]


# -- a device that may be another --------------------------------------------------------------------------------


def test_what_comes_before_a_device_said_again_who_it_is_waits_and_then_counts_for_it(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    gun.session.lose()
    gun.session.reopen()

    gun.inject()
    before = counted(gun.session)
    gun.identify("SN1")

    assert before == 1
    assert counted(gun.session) == 2
    kinds = gun.session.kinds
    assert kinds.index("device_confirmed") < kinds.index("gap_closed") < len(kinds) - kinds[::-1].index("observation")
    assert_replays(gun.session.end())


def test_what_another_device_reported_before_it_said_who_it_is_never_counts_for_the_old_one(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    gun.session.lose()
    gun.session.reopen()

    gun.inject()
    gun.identify("SN2")

    kinds = gun.session.kinds
    changed = kinds.index("device_changed")
    assert "observation" in kinds[changed:]
    assert "observation" not in kinds[kinds.index("link_restored") : changed]
    assert [alarm.priority for alarm in gun.session.alarms if "another device" in alarm.text] == ["high"]
    assert_replays(gun.session.end())


def test_a_device_that_does_not_say_who_it_is_is_a_high_alarm_and_what_it_reports_is_kept_and_not_counted(
    mesogun: NewGun,
) -> None:
    gun = mesogun()
    gun.inject()
    gun.session.lose()
    gun.session.reopen()

    for _ in range(4):
        gun.session.wait(1)
        gun.inject()
    gun.session.lose()

    assert counted(gun.session) == 1
    assert len(gun.session.of("unconfirmed")) == 4
    [alarm] = [alarm for alarm in gun.session.alarms if "does not say who it is" in alarm.text]
    assert alarm.priority == "high"
    assert_replays(gun.session.end())


def test_the_alarm_ends_when_it_says_so_at_last_and_nothing_is_lost(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.session.lose()
    gun.session.reopen()
    for _ in range(5):
        gun.session.wait(1)
        gun.inject()

    gun.identify("SN1")

    assert counted(gun.session) == 5
    assert gun.session.of("unconfirmed") == []
    assert all(alarm.ended_us is not None for alarm in gun.session.alarms if "who it is" in alarm.text)


def test_a_device_that_cannot_be_asked_is_taken_at_its_word(new_session: type[Session]) -> None:
    session = new_session(LISTENER)
    session.receive(dlr1("ID", "MG", "SN1", "FW1", "sim=1") + injection(0))
    session.lose()
    session.reopen()

    session.receive(injection(1))

    assert counted(session) == 2


def test_of_readings_that_wait_a_bounded_number_is_held(mesogun: NewGun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devicelog.recorder.recorder.MOST_HELD", 10)
    gun = mesogun()
    gun.session.lose()
    gun.session.reopen()

    for _ in range(25):
        gun.inject()

    assert len(gun.session.of("unconfirmed")) == 15
    assert len(gun.session.recorder.sources[1].held) == 10


# -- a link that fails -------------------------------------------------------------------------------------------


def test_a_reader_that_failed_is_a_lost_link_a_gap_and_a_high_alarm_until_it_is_back(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()

    gun.session.put(ChunkKind.FAULT, b"reader failed: the thread that reads the port has died")
    gun.session.put(ChunkKind.LOST, b"said again by a thread that came to late")
    gun.session.reopen()
    gun.identify("SN1")
    gun.inject()

    assert gun.session.of("link_lost") == [
        {"link": 1, "cause": "reader failed: the thread that reads the port has died"}
    ]
    assert len(gun.session.of("link_restored")) == 1
    assert [gap["cause"] for gap in gun.session.of("gap")] == ["the reader failed"]
    [alarm] = [alarm for alarm in gun.session.alarms if "is not read" in alarm.text]
    assert (alarm.priority, alarm.latching) == ("high", True)
    assert alarm.ended_us is not None
    assert_replays(gun.session.end())


def test_a_port_that_may_be_somebody_else_s_is_a_high_alarm_until_the_link_is_back(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.session.lose()

    gun.session.put(ChunkKind.FAULT, b"port not taken: /dev/ttyUSB1 is not taken: the adapter: looks the same")
    during = [(alarm.priority, alarm.text, alarm.ended_us) for alarm in gun.session.alarms][-1]
    gun.session.reopen()

    assert during == ("high", "/dev/ttyUSB1 is not taken: the adapter: looks the same", None)
    assert gun.session.alarms[-1].ended_us is not None
    assert_replays(gun.session.end())


def test_a_fault_of_a_later_version_changes_nothing(mesogun: NewGun) -> None:
    gun = mesogun()
    before = gun.session.kinds

    for data in (b"", b"new kind of fault", b"new: \xff"):
        gun.session.put(ChunkKind.FAULT, data)

    assert gun.session.kinds == before


def test_bytes_that_go_on_without_making_a_frame_mark_the_link_within_three_seconds(new_session: type[Session]) -> None:
    session = new_session(replace(GUN, expected_interval=None))

    for _ in range(30):
        session.seconds += 0.1
        session.receive(b"\xfe\x80\xfe")

    [gap] = session.of("gap")
    assert gap["cause"] == "nothing readable arrives"
    assert [alarm.priority for alarm in session.alarms] == ["medium"]


def test_a_little_noise_now_and_then_marks_nothing(new_session: type[Session]) -> None:
    session = new_session(replace(GUN, expected_interval=None))

    for _ in range(10):
        session.wait(2)
        session.receive(b"\xfe\x80\xfe")

    assert session.of("gap") == []


# -- a driver that does not come back ----------------------------------------------------------------------------


class Hangs:
    """A decoder that is cut off at every `!`; what a recorder sees of one that hangs."""

    def __init__(self) -> None:
        self._good = GUN.decoder()

    def feed(self, data: bytes) -> list[Event]:
        if b"!" in data:
            raise DriverHungError("it did not come back within 3 s")
        return self._good.feed(data)

    def end(self) -> list[Event]:
        return self._good.end()


class HangsAtTheEnd(Hangs):
    def end(self) -> list[Event]:
        raise DriverHungError("it did not come back within 3 s")


class NeverAsked(Hangs):
    """A decoder of a replay: it may be asked only for what the first one answered."""

    def feed(self, data: bytes) -> list[Event]:
        assert b"!" not in data
        return self._good.feed(data)

    def end(self) -> list[Event]:
        raise AssertionError("asked after it hung")


def driver(decoder: Callable[[], Decoder], **other: Any) -> Any:
    return replace(GUN, decoder=decoder, **other)


@pytest.fixture
def hung(new_session: type[Session], mesogun: NewGun) -> Session:
    """Two guns; the driver of the first hangs after one injection."""
    session = new_session(driver(Hangs), driver(Hangs))
    first = type(mesogun())(session, needles=1)
    other = type(first)(session, link=2, serial="SN9", needles=1)
    first.inject()
    session.seconds = 1
    session.receive(b"!!!")
    first.inject()
    other.inject()
    return session


def test_a_driver_that_hangs_is_asked_no_more_its_bytes_are_kept_and_the_others_go_on(hung: Session) -> None:
    (fault,) = hung.of("driver_fault")
    assert fault["asked_no_more"]
    assert fault["error"] == "it did not come back within 3 s"
    assert [gap["cause"] for gap in hung.of("gap")] == ["the driver failed"]
    [alarm] = [alarm for alarm in hung.alarms if alarm.text.startswith("the driver")]
    assert (alarm.priority, alarm.latching) == ("high", True)
    kept_bytes = b"".join(c.data for c in hung.recorder.chunks if c.kind is ChunkKind.RECEIVED and c.link == 1)
    assert fault["at"] == kept_bytes.index(b"!!!")
    assert counted(hung) == 2


def test_a_replay_gives_the_same_entries_and_never_asks_the_driver_that_hung(
    hung: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung.end()
    monkeypatch.setattr(registry, "driver", lambda _: driver(NeverAsked))
    with pytest.raises(AssertionError):
        NeverAsked().end()

    bodies = [line.body for line in hung.recorder.lines]
    again = [line.body for line in replay(kept(hung), ROW)]

    assert [body for body in again if b'"link":1' in body] == [body for body in bodies if b'"link":1' in body]


@pytest.mark.parametrize("ends", [ChunkKind.LOST, ChunkKind.ENDED])
def test_a_driver_that_hangs_at_the_end_spoils_nothing(
    new_session: type[Session], monkeypatch: pytest.MonkeyPatch, ends: ChunkKind
) -> None:
    session = new_session(driver(HangsAtTheEnd))
    session.receive(injection(0))

    session.put(ends, b"over", link=1 if ends is ChunkKind.LOST else 0)
    session.end()

    assert len(session.of("driver_fault")) == 1
    assert session.kinds[-1] == "ended"
    monkeypatch.setattr(registry, "driver", lambda _: driver(NeverAsked))
    assert list(differences(cast("Any", kept(session)), ROW)) == []


def test_a_mended_driver_gets_its_chance_in_a_replay(hung: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    hung.end()
    monkeypatch.setattr(registry, "driver", lambda _: replace(GUN, version="mended"))

    again = [line.entry() for line in replay(kept(hung), ROW)]

    assert [entry.kind for entry in again].count("driver_fault") == 0
    assert [entry.kind for entry in again].count("observation") > hung.kinds.count("observation")
