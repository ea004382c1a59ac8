"""Whole sessions through a profile on a virtual clock: nine shots a second, late replies, an echo, replay."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from pymodbus.framer import FramerRTU

from devicelog.recorder.plan import Plan
from devicelog.recorder.recorder import Recorder
from devicelog.store.reader import Reader
from devicelog.testing.simulated import BEGINS
from tests.profile.profiles import PROFILES, driver_of

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.testing.plugin import RecordSession

TEMPLATE = PROFILES["modbus-injector"].read_text(encoding="utf-8")
RATE, SECONDS = 9, 60
SHOT = 203  # tenths of a microlitre


class Board:
    """A slave that fires nine shots a second for a minute.

    Every so many requests it takes `late` seconds, and hears nothing in between.
    """

    def __init__(self, late: float = 0.0, every: int = 5, *, echo: bool = False) -> None:
        self.shots = 0
        self._now = 0.0
        self._late, self._every, self._echo = late, every, echo
        self._asked = 0
        self._waiting: list[tuple[float, bytes]] = []

    @property
    def finished(self) -> bool:
        return self._now > SECONDS + 10

    def advance(self, seconds: float) -> bytes:
        self._now += seconds
        self.shots = min(int(self._now * RATE), RATE * SECONDS)
        due = b"".join(data for at, data in self._waiting if at <= self._now)
        self._waiting = [(at, data) for at, data in self._waiting if at > self._now]
        return due

    def answer(self, request: bytes) -> bytes:
        self._asked += 1
        reply = self._reply(request[1])
        if self._waiting:
            return b""
        if self._late and self._asked % self._every == 0:
            self._waiting.append((self._now + self._late, reply))
            return b""
        return request + reply if self._echo else reply

    def _reply(self, function: int) -> bytes:
        who = b"\x0e\x03\x01\x00\x00\x03\x00\x05Maker\x01\x03B-3\x02\x031.2"
        body = {
            4: struct.pack(">BIIIhHHH", 20, self.shots, self.shots, self.shots * SHOT, -2550, 1, 0, 0),
            3: struct.pack(">BHfHHHHH", 16, SHOT, 4.1, 5, 0, 0, 0x4E39, 0),
            0x2B: who,
        }[function]
        frame = bytes([1, function]) + body
        return frame + FramerRTU.compute_CRC(frame).to_bytes(2, "big")


@pytest.mark.parametrize("late", [0.0, 0.7, 1.3])
def test_nine_shots_a_second_are_intervals_with_counts_and_never_invented_moments(
    recorder: RecordSession, late: float
) -> None:
    board = Board(late)

    session = recorder(driver_of(TEMPLATE), board)

    intervals = [entry.content for entry in session.of("interval")]
    assert sum(int(each["given"]["triggers_session"]) for each in intervals) == RATE * SECONDS
    assert sum(Decimal(each["given"]["volume_session"]) for each in intervals) == Decimal("10.962")
    assert session.record.tally.session.volume_ml == Decimal("10.962")
    assert 15 < len(intervals) < RATE * SECONDS / 4
    assert all(each["since"] < each["until"] for each in intervals)
    assert not any("odd" in each for each in intervals)
    settings = {entry.content[2][1] for entry in session.of("observation") if len(entry.content[2]) == 6}
    assert settings <= {"4.1"}


def test_a_jump_behind_a_reply_that_was_seconds_late_is_said_and_never_counted(
    recorder: RecordSession,
) -> None:
    session = recorder(driver_of(TEMPLATE), Board(3.1))

    intervals = [entry.content for entry in session.of("interval")]
    known = sum(int(each["given"].get("triggers_session", 0)) for each in intervals)
    jumps = [each for each in intervals if each.get("odd", {}).get("triggers_session") == "anomaly"]
    assert known < RATE * SECONDS
    assert jumps
    assert all("triggers_session" not in each["given"] for each in jumps)
    assert any("triggers_session jumped" in alarm.text for alarm in session.record.alarms.values())


def test_the_simulated_board_has_the_map_of_the_template(recorder: RecordSession) -> None:
    from devicelog_simulators import modbus

    session = recorder(driver_of(TEMPLATE), modbus.start(1, None))

    assert session.record.tally.session.triggers == 100
    assert session.record.tally.session.volume_ml == 2
    assert session.record.simulated
    assert session.record.devices[1].serial == "SIM-MB-0001"
    assert session.record.missing_things() == []
    assert [alarm.text for alarm in session.record.alarms.values()] == ["the device reports an empty syringe"]


def test_a_report_whose_query_is_always_refused_is_missing_and_more_than_a_note(recorder: RecordSession) -> None:
    from devicelog_simulators import modbus

    other = TEMPLATE.replace("function = 4\nstart = 0\ncount = 10", "function = 4\nstart = 50\ncount = 10")
    for before, now in ((8, 58), (7, 57), (6, 56), (4, 54), (2, 52), (0, 50)):
        head, _, tail = other.partition('name = "settings"')
        other = head.replace(f"address = {before}\n", f"address = {now}\n") + _ + tail

    record = recorder(driver_of(other), modbus.start(1, None), seconds=20).record

    assert "link 1: given never came: the device refuses the query 'counters'" in record.missing_things()
    said = [(alarm.priority, alarm.text) for alarm in record.alarms.values()]
    assert ("medium", "the device refuses a query: illegal data address") in said


def test_an_echo_changes_nothing(recorder: RecordSession) -> None:
    text = TEMPLATE.replace('order = "ABCD"', 'order = "ABCD"\necho = true')

    session = recorder(driver_of(text), Board(echo=True))

    assert session.record.tally.session.volume_ml == Decimal("10.962")
    assert session.of("bad_frame") == []


def test_a_replay_by_the_kept_text_gives_the_same_entries_bit_for_bit(recorder: RecordSession, tmp_path: Path) -> None:
    from devicelog import registry

    recorder(driver_of(TEMPLATE), Board(1.3))

    with Reader.open(tmp_path / "devicelog-store") as reader:
        row = next(iter(reader.sessions()))
        kept, chunks = list(reader.lines(row.number)), list(reader.chunks(row.number))
    first = kept[0].entry().content
    device = first["devices"][0]
    again = Recorder(Plan.from_content(first, {1: (registry.recorded_driver(device), device["package"])}), None, BEGINS)
    for chunk in chunks:
        again.handle(chunk)
    assert [line.hash for line in again.lines] == [line.hash for line in kept]
