"""Every second of a session is data, idle, read back or a gap with a cause, for every link, whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import Entry, Kind
from devicelog.record.accounting import NOT_YET, State
from devicelog.record.as_json import content
from devicelog.record.record import Record, fold
from devicelog.recorder.plan import links_of
from devicelog.recorder.recorder import Recorder
from devicelog_drivers import dgus_tap, kds_legato, reference_mesogun, reference_noneedle
from tests.conftest import BEGINS, dlr1
from tests.faults.backfill import gun_line, unplug
from tests.profile.profiles import LINES, driver_of

if TYPE_CHECKING:
    from devicelog.driver import Driver
    from tests.conftest import Gun, Session

NewGun = Callable[..., "Gun"]
SHOTS = driver_of(LINES)


def assert_tiled(record: Record) -> None:
    """The pieces of every link tile the session, and their states sum up to its length."""
    for device in record.devices.values():
        pieces = list(device.account.pieces(record.last_us))
        assert sum(piece.lasted_us for piece in pieces) == record.last_us
        assert all(piece.lasted_us > 0 for piece in pieces)
        assert all(one.until_us == other.since_us for one, other in pairwise(pieces))
        assert not pieces or (pieces[0].since_us, pieces[-1].until_us) == (0, record.last_us)
        assert all((piece.cause is None) == (piece.state in (State.DATA, State.IDLE)) for piece in pieces)
        assert sum(device.account.seconds(record.last_us).values()) == record.last_us
        missing = device.account.seconds(record.last_us)[State.GAP]
        assert sum(device.account.causes(record.last_us).values()) == missing


def accounted(session: Session | Record) -> list[tuple[str, str | None, float, float]]:
    """State, cause, beginning and end (s) of each piece of link 1."""
    record = session if isinstance(session, Record) else session.record
    assert_tiled(record)
    pieces = record.devices[1].account.pieces(record.last_us)
    return [(piece.state, piece.cause, piece.since_us / 1e6, piece.until_us / 1e6) for piece in pieces]


def test_a_device_that_is_heard_gives_data_and_one_that_says_so_is_idle(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.beat("R", 10)
    gun.beat("P", 5)
    gun.beat("R", 5)
    gun.inject()
    gun.finish()
    gun.session.wait(20)

    assert accounted(gun.session.end()) == [
        ("data", None, 0, 11),
        ("idle", None, 11, 16),
        ("data", None, 16, 20),
        ("idle", None, 20, 40),
    ]


def test_each_gap_has_its_cause(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.beat("R", 5)
    gun.session.wait(5)
    gun.beat()
    for _ in range(5):
        gun.session.wait(1)
        gun.session.receive(b"\0\xff")
    gun.beat()
    gun.session.lose()
    gun.session.seconds += 30
    gun.session.reopen()
    gun.beat()

    assert accounted(gun.session.end()) == [
        ("data", None, 0, 5),
        ("gap", "the device is silent", 5, 10),
        ("gap", "nothing readable arrives", 10, 15),
        ("gap", "link lost", 15, 45),
    ]


def test_a_host_that_slept_is_a_gap_of_its_own_cause(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.beat("R", 5)
    gun.session.seconds += 600  # the boot-time clock went on; no link said that nothing came
    gun.beat()

    assert accounted(gun.session.end())[-1] == ("gap", "the host was asleep or stopped", 5, 605)


def test_a_port_that_opens_late_is_a_gap_until_then(new_session: type[Session]) -> None:
    session = new_session()
    recorder = type(session.recorder)(new_session(reference_mesogun.DRIVER).plan, None, BEGINS)
    recorder.handle(Chunk(1, ChunkKind.OPENED, BEGINS.boot_ns + 2_000_000_000, BEGINS.wall_ns + 2_000_000_000, b"x"))
    later = BEGINS.boot_ns + 3_000_000_000, BEGINS.wall_ns + 3_000_000_000
    recorder.handle(Chunk(NO_LINK, ChunkKind.ENDED, *later, b"over"))

    record = fold(line.entry() for line in recorder.lines)

    assert accounted(record) == [("gap", "the port was not open yet", 0, 2), ("gap", NOT_YET, 2, 3)]


@pytest.mark.parametrize("driver", [kds_legato.DRIVER, SHOTS], ids=["polled", "of any interval"])
def test_a_device_that_is_never_heard_has_no_data(new_session: type[Session], driver: Driver) -> None:
    session = new_session(driver)
    session.wait(5)

    ((state, _, since, until),) = accounted(session.end())

    assert (state, since, until) == ("gap", 0, 5)
    assert session.alarms == []


def test_a_device_that_is_heard_at_once_was_there_since_its_port_was_open(new_session: type[Session]) -> None:
    session = new_session(reference_mesogun.DRIVER)
    session.wait(1.5)
    session.receive(dlr1("HB", 0, 1500, 1, "R", 0))

    assert accounted(session.end()) == [("data", None, 0, 1.5)]
    assert session.of("gap") == []


def test_until_a_device_is_heard_for_the_first_time_there_is_no_data_and_no_alarm(new_session: type[Session]) -> None:
    session = new_session(reference_mesogun.DRIVER)
    session.wait(2.5)
    session.receive(dlr1("HB", 0, 2500, 1, "P", 0))
    session.wait(1)

    assert accounted(session.end()) == [("gap", NOT_YET, 0, 2.5), ("idle", None, 2.5, 3.5)]
    assert session.alarms == []


def test_a_device_of_any_interval_is_there_from_its_first_report_on(new_session: type[Session]) -> None:
    session = new_session(SHOTS)
    session.wait(40)
    session.receive(b"SHOT 1 20 ul\r\n")
    session.wait(60)

    assert accounted(session.end()) == [("gap", NOT_YET, 0, 40), ("data", None, 40, 100)]


@pytest.mark.parametrize(
    ("seconds", "pieces"),
    [
        (1.5, [("data", None, 0, 6.5)]),
        (2.5, [("data", None, 0, 5), ("gap", "the device was not heard to the end", 5, 7.5)]),
        (3.5, [("data", None, 0, 5), ("gap", "the device is silent", 5, 8.5)]),
    ],
)
def test_what_nothing_encloses_at_the_end_is_no_data(
    mesogun: NewGun, seconds: float, pieces: list[tuple[str, str | None, float, float]]
) -> None:
    gun = mesogun()
    gun.beat("R", 5)
    gun.session.wait(seconds)

    assert accounted(gun.session.end()) == pieces


def test_a_treatment_that_is_over_may_be_silent_to_the_end(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.inject()
    gun.finish()
    gun.session.wait(60)

    assert [state for state, _, _, _ in accounted(gun.session.end())] == ["idle"]
    assert gun.session.of("gap") == []


def test_the_second_line_of_a_device_may_be_silent(new_session: type[Session]) -> None:
    session = new_session()
    links = links_of(dgus_tap.DRIVER, "test", {1: "test:1", 2: "test:2"})
    session.recorder = Recorder(replace(session.plan, devices=tuple(links)), None, BEGINS)
    for link in (1, 2):
        session.put(ChunkKind.OPENED, b"/dev/test", link=link)
    session.seconds = 2
    record = session.end().record

    accounts = {link: device.account.causes(record.last_us) for link, device in record.devices.items()}

    assert accounts == {1: {NOT_YET: 2_000_000}, 2: {}}


def test_a_session_that_a_kill_cut_off_is_accounted_for_up_to_its_last_entry(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.beat("R", 5)
    gun.session.wait(5)
    entries = gun.session.entries
    last = entries[-1]
    cut = [*entries, Entry(last.number + 1, last.t_us, Kind.INTERRUPTED, {"noticed": "2026-01-01T10:00:00Z"})]

    record = fold(cut)

    assert accounted(record) == [("data", None, 0, 5), ("gap", "the device is silent", 5, 8.5)]
    assert content(record)["accounting"][0]["interrupted"] is True


def test_what_was_read_back_in_full_is_no_gap(mesogun: NewGun) -> None:
    line = gun_line([unplug(10, 5)])
    line.play(40)

    pieces = accounted(line.end().record)

    assert [(state, cause) for state, cause, _, _ in pieces if state not in ("data", "idle")] == [
        ("recalled", "link lost")
    ]


def test_the_json_says_the_same_seconds(mesogun: NewGun) -> None:
    gun = mesogun()
    gun.beat("R", 5)
    gun.session.wait(5)
    gun.beat()

    [account] = content(gun.session.end().record)["accounting"]

    assert account["data"] == {"value": "5", "unit": "s"}
    assert account["gap"] == {"value": "5", "unit": "s"}
    assert account["causes"] == {"the device is silent": {"value": "5", "unit": "s"}}


#: What a device says, by name: frame type and what follows its numbers.
_SAID = {
    "heartbeat": ("HB", "R", 0),
    "skip": ("HB", "R", 0),
    "restart": ("HB", "I", 0),
    "pause": ("HB", "P", 0),
    "shot": ("INJ", 1, 1, 20_000, 1_500, None, "N", 0),
    "end": ("EOS", 1, 20_000, 0),
}
#: What else may happen on a line.
_HAPPENED = {
    "noise": (ChunkKind.RECEIVED, b"\0\xff$"),
    "quiet": (ChunkKind.QUIET, b""),
    "lost": (ChunkKind.LOST, b"gone"),
    "opened": (ChunkKind.OPENED, b"/dev/test"),
}
_STEPS = st.tuples(st.sampled_from([*_SAID, *_HAPPENED]), st.integers(1, 2), st.integers(0, 12_000))


@settings(max_examples=200, deadline=None)
@given(steps=st.lists(_STEPS, max_size=60), ends=st.booleans())
def test_for_any_chunks_the_pieces_tile_the_session(
    new_session: type[Session], steps: list[tuple[str, int, int]], ends: bool
) -> None:
    session = new_session(reference_mesogun.DRIVER, reference_noneedle.DRIVER)
    boots, sequences = {1: 1, 2: 1}, {1: 0, 2: 0}
    for what, link, waited in steps:
        session.seconds += waited / 1000
        if what in _HAPPENED:
            session.put(*_HAPPENED[what], link=link)
            continue
        if what == "restart":
            boots[link], sequences[link] = boots[link] + 1, 0
        kind, *fields = _SAID[what]
        sequences[link] += 7 if what == "skip" else 1
        session.receive(dlr1(kind, sequences[link], round(session.seconds * 1000), boots[link], *fields), link=link)
    if ends:
        session.end()

    assert_tiled(session.record)
