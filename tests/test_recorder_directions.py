"""One device on two lines: each chunk keeps its line, both lines are of one decoder, and a replay is the same."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

import pytest

from devicelog import naming, registry
from devicelog.attach.choice import find_devices
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.driver import Decoder, Event
from devicelog.errors import BadInputError
from devicelog.record.accounting import State
from devicelog.record.record import fold
from devicelog.recorder.plan import Bound, Plan
from devicelog.recorder.recorder import Recorder
from devicelog_drivers.dgus_tap import DRIVER
from devicelog_drivers.reference_mesogun import DRIVER as MESOGUN
from tests.conftest import BEGINS, Session
from tests.display_bus import Board, Display

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.driver import Driver

BOARD, DISPLAY = 1, 2


class TappedSession(Session):
    """A session with a display bus on links 1 (board) and 2 (display)."""

    def __init__(self, driver: Driver = DRIVER, protocol: str | None = None) -> None:
        super().__init__(driver, protocol=protocol)
        devices = (
            Bound(BOARD, driver, "test", "test:1", direction="board", first=BOARD),
            Bound(DISPLAY, driver, "test", "test:2", direction="display", first=BOARD),
        )
        self.plan = dataclasses.replace(self.plan, devices=devices)
        self.recorder = Recorder(self.plan, self.limits, BEGINS)
        self.chunks = []
        self.board, self.display = Board(), Display()
        for link in (BOARD, DISPLAY):
            self.put(ChunkKind.OPENED, b"/dev/test", link=link)

    def readings(self, report: str, link: int | None = None) -> list[list[Any]]:
        """The values of a report, in order."""
        numbers = {
            each["layout"] for each in self.of("layout") if each["report"] == report and link in (None, each["link"])
        }
        return [content[2] for content in self.of("observation") if content[0] in numbers]

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.wait(1)
            self.receive(self.board.tick(), link=BOARD)
            self.receive(self.display.acknowledge(), link=DISPLAY)


@pytest.fixture
def tapped() -> TappedSession:
    session = TappedSession()
    session.receive(session.display.touch(0x06), link=DISPLAY)
    session.receive(session.board.enter(16) + session.board.level(5), link=BOARD)
    session.receive(session.display.touch(0x16), link=DISPLAY)
    session.receive(session.board.started(), link=BOARD)
    return session


def test_each_line_has_its_own_link_and_counts_its_own_bytes(tapped: TappedSession) -> None:
    tapped.run(3)
    tapped.end()

    assert tapped.readings("touch", DISPLAY) == [["0006", "bio1"], ["0016", "start"]]
    assert [time for _, time in tapped.readings("run", BOARD)] == [1799, 1798, 1797]
    (ended,) = tapped.of("ended")
    received = {number: sum(len(c.data) for c in tapped.chunks if c.link == number) for number in (BOARD, DISPLAY)}
    opened = len(b"/dev/test")
    assert ended["received"] == {str(number): count - opened for number, count in received.items()}


def test_the_same_chunks_give_the_same_entries_from_what_the_first_entry_says(tapped: TappedSession) -> None:
    tapped.run(3)
    tapped.end()
    started = tapped.of("started")[0]

    plan = Plan.from_content(started, {BOARD: (DRIVER, "test"), DISPLAY: (MESOGUN, "another driver of line 2 is none")})
    again = Recorder(plan, None, BEGINS)
    for chunk in tapped.chunks:
        again.handle(chunk)

    assert again.lines == tapped.recorder.lines
    assert [device.get("direction") for device in started["devices"]] == ["board", "display"]


def test_the_page_that_the_display_tells_is_that_of_the_boards_next_value() -> None:
    session = TappedSession()
    session.receive(session.board.ask(0x14), link=BOARD)
    session.receive(session.display.page(16), link=DISPLAY)
    session.receive(session.board.level(4), link=BOARD)

    assert session.readings("settings")[-1][0] == "bio1"


def test_a_display_line_that_goes_away_is_a_gap_of_its_own(tapped: TappedSession) -> None:
    tapped.lose(link=DISPLAY)
    tapped.run(2)
    tapped.reopen(link=DISPLAY)
    tapped.receive(tapped.display.acknowledge(), link=DISPLAY)

    assert [gap["link"] for gap in tapped.of("gap")] == [DISPLAY]
    assert len(tapped.readings("run")) == 2


def test_a_unit_that_stops_sending_while_it_runs_is_a_gap_and_one_that_idles_is_not(tapped: TappedSession) -> None:
    tapped.run(2)
    tapped.receive(tapped.board.started(False), link=BOARD)
    tapped.wait(60)
    assert tapped.of("gap") == []

    tapped.receive(tapped.board.started(), link=BOARD)
    tapped.run(2)
    tapped.wait(10)

    assert [(gap["link"], gap["cause"]) for gap in tapped.of("gap")] == [(BOARD, "the device is silent")]


def test_a_driver_that_fails_on_one_line_begins_anew_on_both() -> None:
    class Fails:
        """Fails at `b`; each one that is made has a number."""

        made = 0

        def __init__(self) -> None:
            type(self).made += 1
            self.number = self.made

        def direction(self, name: str) -> Decoder:
            return Line(self.number, name)

    class Line:
        def __init__(self, number: int, name: str) -> None:
            self.number, self.name = number, name

        def feed(self, data: bytes) -> list[Event]:
            if data == b"b":
                raise RuntimeError("board")
            heard.append((self.number, self.name, data))
            return []

        def end(self) -> list[Event]:
            return []

    heard: list[tuple[int, str, bytes]] = []
    session = TappedSession(dataclasses.replace(DRIVER, decoder=cast("Any", Fails)))
    number = Fails.made

    session.receive(b"a", link=DISPLAY)
    session.receive(b"b", link=BOARD)
    session.receive(b"c", link=DISPLAY)
    session.receive(b"d", link=BOARD)

    assert heard == [(number, "display", b"a"), (number + 1, "display", b"c"), (number + 1, "board", b"d")]
    assert len(session.of("driver_fault")) == 1


def test_against_limits_a_level_is_not_evaluable_and_never_passes() -> None:
    session = TappedSession(protocol="noneedle-ionto-dc-face")
    session.receive(session.board.enter(16) + session.board.level(9) + session.board.started(), link=BOARD)
    session.run(3)
    session.end()

    assert session.verdicts == ["not evaluable"] * 3
    assert any("does not report a measured current" in alarm.text for alarm in session.alarms)
    assert session.record.tally.session.missing_ms == 0


def test_a_run_is_time_treated_and_a_pause_is_a_pause(tapped: TappedSession) -> None:
    tapped.run(10)
    tapped.receive(tapped.board.started(False), link=BOARD)
    tapped.wait(30)
    tapped.end()

    record = tapped.record
    assert record.tally.session.samples == 10
    assert record.tally.settings(BOARD)["level"] == 5 * 10**9
    account = record.devices[BOARD].account.seconds(record.last_us)
    assert account[State.IDLE] >= 30_000_000


def test_with_one_line_the_record_says_what_nobody_knows() -> None:
    session = Session(DRIVER)
    session.receive(Board().enter(16))
    session.put(ChunkKind.ENDED, b"over", link=NO_LINK)

    (said,) = [each for each in fold(session.entries).missing_things() if "one line for 2 directions" in each]
    assert "without the display's line nobody knows what was touched" in said
    assert "lacks" not in TappedSession().of("started")[0]["devices"][0]


# -- DRIVER@URL+URL --------------------------------------------------------------------------------------------


def test_two_ports_are_the_lines_of_one_device() -> None:
    assert naming.ports_of(DRIVER, "/dev/a+/dev/b") == ["/dev/a", "/dev/b"]
    assert naming.ports_of(DRIVER, "/dev/a") == ["/dev/a"]
    assert naming.ports_of(MESOGUN, "/dev/a+b") == ["/dev/a+b"]


@pytest.mark.parametrize("url", ["/dev/a+/dev/b+/dev/c", "/dev/a+", "+/dev/a"])
def test_more_ports_than_lines_or_an_empty_one_are_refused(url: str) -> None:
    with pytest.raises(BadInputError, match=r"expected dgus-tap@BOARD_PORT\+DISPLAY_PORT"):
        naming.ports_of(DRIVER, url)


@pytest.mark.skipif("dgus-tap" not in registry.drivers(), reason="the tap's driver is not installed here")
def test_the_two_lines_must_be_two_ports(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is given twice"):
        find_devices(["dgus-tap@/dev/a+/dev/a"], tmp_path)


def test_chunks_keep_the_line_that_they_came_on(tapped: TappedSession) -> None:
    kept: list[Chunk] = tapped.recorder.chunks

    assert [chunk.link for chunk in kept if chunk.kind is ChunkKind.RECEIVED] == [DISPLAY, BOARD, DISPLAY, BOARD]
