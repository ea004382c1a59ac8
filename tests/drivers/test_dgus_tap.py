"""A tap on a display bus: what the display shows is read as it is shown, and nothing is known that was not shown."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devicelog.driver import BadFrame, Driver, Event, Identity, Reading, Value
from devicelog.registry import check_profile
from devicelog.testing.capture import decode
from devicelog.testing.conformance import DriverConformance
from devicelog_drivers.dgus_tap import DRIVER
from tests.display_bus import Board, Check, Display, modbus_le

VECTORS = json.loads((Path(__file__).parents[1] / "captures" / "dgus.json").read_text(encoding="utf-8"))


def conversation(check: Check = lambda _: b"") -> list[bytes]:
    """Both speakers on one line: a run that is stopped, one to its end, other pages, and what nobody reads."""
    board, display = Board(check), Display(check)
    said = [board.ask(0x14), display.page(11), board.page(11), display.acknowledge(), display.touch(0x06)]
    said += [board.enter(16), display.touch(0x12), board.level(1), board.level(2), board.mode("B"), board.started()]
    said += [board.tick() for _ in range(5)]
    said += [display.touch(0x16), board.started(False), board.started(), board.clock(2)]
    said += [board.tick() for _ in range(4)]
    said += [board.enter(17), board.page(19), board.frequency("25.0"), board.frequency("20.1"), board.enter(14)]
    said += [board.icon(0x1006, 3), board.icon(0x100E, 1), board.icon(0x100E, 0), board.write(0x0082, b"\x64\x64")]
    return said


def variant(check: str) -> Driver:
    """The driver of the same map on a display that is set to have a check."""
    assert DRIVER.profile is not None
    text = DRIVER.profile.text.replace('check = "none"', f'check = "{check}"').replace('"dgus-tap"', '"dgus-tap-crc"')
    driver, problems = check_profile(text, "variant")
    assert driver is not None, problems
    return driver


class TestWithoutCheck(DriverConformance):
    driver = DRIVER
    capture = conversation()
    integrity = "none"


class TestWithCrc(DriverConformance):
    driver = variant("modbus-le")
    capture = conversation(modbus_le)
    integrity = "crc"


class Tap:
    """A decoder that is told things, and what came of them."""

    def __init__(self, *said: bytes) -> None:
        self.board = Board()
        self.display = Display()
        self._decoder = DRIVER.decoder()
        self.events: list[Event] = []
        self.hear(*said)

    def hear(self, *said: bytes) -> list[tuple[str, dict[str, Value]]]:
        """The readings that these bytes give."""
        events = [event for data in said for event in self._decoder.feed(data)]
        self.events += events
        return [(event.report, values(event)) for event in events if type(event) is Reading]

    def bad(self) -> list[str]:
        return [event.reason for event in self.events if type(event) is BadFrame]


def values(reading: Reading) -> dict[str, Value]:
    names = [metric.name for metric in DRIVER.report(reading.report).metrics]
    return dict(zip(names, reading.values, strict=True))


def of(report: str, readings: list[tuple[str, dict[str, Value]]]) -> list[dict[str, Value]]:
    return [said for name, said in readings if name == report]


# -- the published frames --------------------------------------------------------------------------------------

MEANT: dict[str, tuple[str, dict[str, Value]]] = {
    'ACK "OK" of 0x82': ("frame", {"what": "acknowledgement"}),
    "auto-upload VP 0x2001, 1 word = 0x7801": ("frame", {"address": "2001", "content": "78 01"}),
    "read VP 0x000F (version)": ("frame", {"what": "question", "address": "000F"}),
    "read VP 0x0014 (current page)": ("frame", {"what": "question", "address": "0014"}),
    "remaining time 30:00 (default WorkTime=1800 s)": ("standing", {"time_remaining": 1800}),
    "mode B": ("settings", {"mode": "B", "function": "bio1"}),
    "intensity level 5 of 0..10": ("settings", {"level": Decimal(5), "function": "bio1"}),
    "scrubber frequency 25.0 kHz": ("settings", {"frequency": Decimal("25.0"), "level": None}),
    "START icon = 1 (running)": ("panel", {"state": "running"}),
    "touch key 0x0016 = Start": ("touch", {"key": "0016", "key_name": "start"}),
    "show page 16": ("panel", {"page": "16", "function": "bio1", "state": "idle"}),
    "reset the display": ("frame", {"what": "write", "address": "0004", "content": "55 AA 5A A5"}),
}


#: The page on which a value of a vector is shown.
SHOWN_ON = {
    "remaining time 30:00 (default WorkTime=1800 s)": 16,
    "mode B": 16,
    "intensity level 5 of 0..10": 16,
    "scrubber frequency 25.0 kHz": 19,
}


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["protocol"] == "dgus"], ids=lambda v: v["meaning"])
def test_every_published_frame_decodes_to_its_meaning(vector: dict[str, Any]) -> None:
    report, meant = MEANT[vector["meaning"]]

    events = decode(DRIVER.decoder(), [Board().page(SHOWN_ON.get(vector["meaning"], 11)), bytes.fromhex(vector["hex"])])

    said = [values(event) for event in events if type(event) is Reading and event.report == report]
    assert said[-1] | meant == said[-1]


def test_older_registers_are_recognised_and_said_to_be_not_decoded() -> None:
    tap = Tap()

    assert of("frame", tap.hear(bytes.fromhex("5AA504 81 00 10 02")))[0]["what"] == "not decoded"
    assert tap.bad() == []


# -- levels and pages ------------------------------------------------------------------------------------------


def test_a_level_has_no_unit_and_no_current_is_reported() -> None:
    metrics = {metric.name: metric for report in DRIVER.reports for metric in report.metrics}

    assert metrics["level"].unit == "1"
    assert not [metric for metric in metrics.values() if metric.unit in ("mA", "V", "ohm")]


def test_a_value_means_something_only_while_its_page_is_shown() -> None:
    tap = Tap()
    tap.hear(tap.board.page(11))

    said = tap.hear(tap.board.level(5))

    assert said == [
        ("frame", {"what": "written while its page is not shown", "address": "1B08", "content": "20 20 30 35 20"})
    ]


def test_on_leaving_a_page_no_value_is_told_that_nobody_sent_and_what_the_firmware_does_is_marked() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.level(7), tap.board.mode("C"), tap.board.started())

    said = tap.hear(tap.board.started(False), tap.board.page(17))

    assert of("settings", said) == [dict.fromkeys(["mode", "level", "frequency", "bottle"]) | {"function": "scrubber"}]
    assert of("leaving", said) == [
        {"function": "bio1", "set_back": "mode A, level 0", "origin": "from the firmware, not sent"}
    ]
    assert [(each["function"], each["state"]) for each in of("panel", said)] == [
        ("bio1", "stopped"),
        ("scrubber", "idle"),
    ]


def test_a_tap_that_begins_in_mid_session_tells_no_value_before_it_has_seen_a_page() -> None:
    tap = Tap()

    said = tap.hear(tap.board.level(7), tap.board.mode("C"), tap.board.clock(900), tap.board.clock(899))
    entered = tap.hear(tap.board.page(36))

    assert {name for name, _ in said} == {"settings", "standing"}
    assert {value for _, each in said for value in each.values()} == {None}
    assert [name for name, _ in entered] == ["panel", "settings"]
    assert of("settings", entered) == [dict.fromkeys(["mode", "level", "frequency", "bottle"]) | {"function": "bio1"}]


def test_a_variable_without_pages_is_read_before_a_page_was_seen() -> None:
    tap = Tap()

    assert of("liquid", tap.hear(tap.board.icon(0x100E, 1))) == [{"liquid": "full"}]


def test_the_same_function_in_another_language_is_not_left() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.level(7))

    said = tap.hear(tap.board.page(36))

    assert of("leaving", said) == []
    assert of("settings", said)[-1]["level"] is None


def test_a_page_that_the_map_does_not_know_shows_nothing_that_it_knows() -> None:
    tap = Tap()
    tap.hear(tap.board.page(99))

    assert of("frame", tap.hear(tap.board.level(4)))


def test_the_english_pages_are_the_same_functions() -> None:
    tap = Tap()

    assert of("panel", tap.hear(tap.board.page(36))) == [{"state": "idle", "function": "bio1", "page": "36"}]


def test_the_display_can_tell_the_page_when_it_is_asked() -> None:
    tap = Tap()
    tap.hear(tap.board.ask(0x14))

    assert of("panel", tap.hear(tap.display.page(16))) == [{"state": None, "function": "bio1", "page": "16"}]


def test_a_page_that_the_display_tells_late_is_not_taken_for_the_one_that_was_set_since() -> None:
    tap = Tap()
    tap.hear(tap.board.ask(0x14), tap.board.enter(16), tap.board.level(4))

    said = tap.hear(tap.display.page(11), tap.board.level(5))

    assert of("settings", said) == [
        {"function": "bio1", "mode": "A", "level": Decimal(5), "frequency": None, "bottle": None}
    ]


def test_a_display_that_changed_its_page_by_itself_shows_none_of_the_old_values() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.level(4))

    said = tap.hear(tap.board.ask(0x14), tap.display.page(11), tap.board.level(5))

    assert of("panel", said) == [{"state": None, "function": "main", "page": "11"}]
    assert of("settings", said)[-1]["level"] is None


def test_a_damaged_frame_makes_page_and_settings_unknown_but_not_that_it_runs() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.level(7), tap.board.started(), tap.board.clock(1799))

    said = tap.hear(tap.board.level(8)[1:], tap.board.clock(1798))

    assert of("settings", said) == [dict.fromkeys(["function", "mode", "level", "frequency", "bottle"])]
    assert of("run", said) == [{"state": "running", "time_remaining": None}]
    assert of("panel", said) == [{"state": "running", "function": None, "page": None}]


# -- blanks and what cannot be ---------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", [b"     ", b"\x00" * 5, b"\xff" * 5, b""])
def test_blanks_are_no_value_and_not_zero(blank: bytes) -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.level(0))

    said = tap.hear(tap.board.write(0x1B08, blank)) if blank else tap.hear(tap.board.text(0x1B08, " "))

    assert of("settings", said)[-1]["level"] is None


@pytest.mark.parametrize(
    ("address", "text", "reason"),
    [
        (0x1B00, "30:60", "is no duration"),
        (0x1B00, "3x:00", "no number"),
        (0x1B00, "61:00", "implausible"),
        (0x1B04, "  Q  ", "expected one of A, B, C, D"),
        (0x1B08, "  11 ", "implausible"),
        (0x1B08, "  1\x81 ", "is no text"),
        (0x1B08, "  -1 ", "implausible"),
    ],
)
def test_a_content_that_cannot_be_is_a_bad_frame_with_the_reason(address: int, text: str, reason: str) -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.level(3))

    tap.hear(tap.board.write(address, text.encode("latin-1")))

    assert len(tap.bad()) == 1
    assert reason in tap.bad()[0]


def test_a_level_that_was_overwritten_by_something_unreadable_is_not_known_any_more() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.level(3), tap.board.text(0x1B08, "  9x "))

    assert of("settings", tap.hear(tap.board.mode("B")))[0]["level"] is None


# -- the timer -------------------------------------------------------------------------------------------------


def test_a_run_to_its_end_is_1801_seconds_of_display_and_then_finished() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.started())

    ticks = [tap.hear(tap.board.tick()) for _ in range(1801)]

    runs = [of("run", said) for said in ticks]
    assert [said[0]["time_remaining"] for said in runs[:1800]] == list(range(1799, -1, -1))
    assert runs[1800] == []
    assert [each["state"] for each in of("panel", ticks[1800])] == ["stopped", "finished"]
    assert of("standing", ticks[1800]) == [{"state": "finished", "time_remaining": 1800}]


def test_a_timer_that_is_loaded_anew_is_no_gain_of_time() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.started(), tap.board.clock(1), tap.board.clock(0))

    said = tap.hear(tap.board.started(False), tap.board.clock(1800))

    assert of("run", said) == []
    assert of("panel", said)[-1]["state"] == "finished"


def test_thirty_minutes_that_were_set_by_hand_are_not_a_run_that_finished() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.started(), tap.board.clock(1799), tap.board.started(False))

    said = tap.hear(tap.board.clock(1740), tap.board.clock(1800))

    assert {each["state"] for each in of("standing", said)} == {"stopped"}


def test_entering_a_page_loads_the_timer_and_finishes_nothing() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16), tap.board.started(), tap.board.clock(0), tap.board.started(False))

    assert of("standing", tap.hear(tap.board.enter(17))) == [{"state": "idle", "time_remaining": 1800}]


def test_a_timer_that_counts_down_runs_although_nobody_saw_it_start() -> None:
    tap = Tap()
    tap.hear(tap.board.ask(0x14), tap.display.page(16))

    first, second = tap.hear(tap.board.clock(900)), tap.hear(tap.board.clock(899))

    assert of("standing", first) == [{"state": None, "time_remaining": 900}]
    assert of("run", second) == [{"state": "running", "time_remaining": 899}]


def test_time_that_is_taken_away_by_the_minute_is_no_run() -> None:
    tap = Tap()
    tap.hear(tap.board.enter(16))

    assert of("run", tap.hear(tap.board.clock(1740), tap.board.clock(1680))) == []


def test_after_the_line_was_away_nothing_is_known() -> None:
    decoder = DRIVER.decoder()
    board = Board()
    decode(decoder, [board.enter(16), board.level(5), board.started()])

    (unplaced,) = decoder.feed(board.level(6))
    *_, panel, settings = decoder.feed(board.page(17))

    assert isinstance(unplaced, Reading)
    assert isinstance(panel, Reading)
    assert isinstance(settings, Reading)
    assert set(values(unplaced).values()) == {None}
    assert values(panel) == {"state": "idle", "function": "scrubber", "page": "17"}
    assert values(settings)["level"] is None


def test_a_simulated_board_says_so_and_a_real_one_says_nothing() -> None:
    tap = Tap()
    tap.hear(tap.board.text(0x1F00, "SIM-DG-0001 "), tap.board.text(0x1F00, "SN 12"))

    (identity, frame) = tap.events
    assert isinstance(identity, Identity)
    assert (identity.serial, identity.simulated) == ("SIM-DG-0001", True)
    assert isinstance(frame, Reading)
    assert frame.report == "frame"
