"""A tap on the two lines of a display bus: they share what the display shows, and each counts its own bytes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from devicelog.driver import BadFrame, Reading, Value
from devicelog_drivers.dgus.decoder import Bus
from devicelog_drivers.dgus_tap import DRIVER
from tests.display_bus import Board, Display


def values(reading: Reading) -> dict[str, Value]:
    names = [metric.name for metric in DRIVER.report(reading.report).metrics]
    return dict(zip(names, reading.values, strict=True))


def lines() -> tuple[Any, Any]:
    bus = DRIVER.decoder()
    assert isinstance(bus, Bus)
    return bus.direction("board"), bus.direction("display")


def test_two_lines_share_what_is_shown_and_each_counts_its_own_bytes() -> None:
    board_line, display_line = lines()
    board, display = Board(), Display()

    (told,) = display_line.feed(display.page(16))
    said = board_line.feed(board.level(5))

    assert (told.report, told.at) == ("frame", 9)
    assert [event.at for event in said] == [11, 11]
    assert values(said[-1]) == {
        "function": "bio1",
        "mode": None,
        "level": Decimal(5),
        "frequency": None,
        "bottle": None,
    }


def test_noise_on_the_display_line_leaves_what_the_board_wrote() -> None:
    board_line, display_line = lines()
    board = Board()
    board_line.feed(board.enter(16) + board.level(5))

    assert all(
        type(event) is BadFrame for event in [*display_line.feed(b"\x5a\xa5\x01" + bytes(80)), *display_line.end()]
    )

    assert values(board_line.feed(board.mode("C"))[-1])["level"] == Decimal(5)


def test_swapped_lines_are_said_once_and_still_read() -> None:
    board_line, display_line = lines()
    board, display = Board(), Display()

    said = [*display_line.feed(board.enter(16) + board.level(5)), *board_line.feed(display.touch(0x16))]

    reports = [event.report for event in said]
    assert reports.count("line") == 2
    assert [event.values for event in said if event.report == "line"] == [("swapped",), ("swapped",)]
    assert "touch" in reports
    assert values(next(event for event in reversed(said) if event.report == "settings"))["level"] == Decimal(5)
    condition = DRIVER.report("line").metrics[0].conditions["swapped"]
    assert condition.priority == "high"


def test_nothing_is_ever_sent() -> None:
    assert DRIVER.queries == ()
    assert DRIVER.polling is None
    assert not replace(DRIVER).asks_on_opening
