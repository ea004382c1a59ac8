"""The driver of a display bus on the simulator of one, which others wrote from the public firmware."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.driver import Reading
from devicelog.registry import check_profile
from devicelog.testing.conformance import DriverConformance
from devicelog_drivers.dgus_tap import DRIVER
from devicelog_simulators.dgus_panel import SIMULATOR, Panel, start
from tests.test_recorder_directions import BOARD, DISPLAY, TappedSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from devicelog.driver import Driver
    from devicelog.testing.simulated import RecordedSession


def heard(scenario: str, seconds: float) -> bytes:
    panel = SIMULATOR.start(1, SIMULATOR.scenarios[scenario])
    return b"".join(panel.advance(0.5) for _ in range(round(seconds * 2)))


class TestOnTheSimulator(DriverConformance):
    driver = DRIVER
    capture = heard("panel-pages", 300)
    integrity = "none"


def variant(check: str) -> Driver:
    assert DRIVER.profile is not None
    text = DRIVER.profile.text.replace('check = "none"', f'check = "{check}"').replace('"dgus-tap"', '"dgus-tap-other"')
    driver, problems = check_profile(text, "variant")
    assert driver is not None, problems
    return driver


def test_a_run_of_thirty_minutes_lasts_1801_seconds_and_then_it_has_finished(
    recorder: Callable[..., RecordedSession],
) -> None:
    panel = SIMULATOR.start(1, None)

    session = recorder(DRIVER, panel)

    assert isinstance(panel, Panel)
    layouts = {each.content["layout"]: each.content["report"] for each in session.of("layout")}
    told = [(layouts[each.content[0]], each.content[2]) for each in session.of("observation")]
    times = [values[1] for report, values in told if report == "run"]
    assert times[:1800] == list(range(1799, -1, -1))
    assert times[1800:] == list(range(599, 599 - len(times[1800:]), -1))
    assert 0 <= float(panel.truth["seconds run"]) - len(times) <= int(panel.truth["runs"])
    assert told.count(("standing", ["finished", 1800])) == 1
    assert sum(report == "touch" for report, _ in told) == int(panel.truth["keys"])
    assert session.of("bad_frame") == []
    assert panel.truth["bytes heard"] == "0"
    assert session.record.simulated


@pytest.mark.parametrize(("scenario", "check"), [("panel-crc", "modbus-le"), ("panel-tgus", "xmodem-be")])
def test_a_display_with_a_crc_says_the_same_and_is_not_read_without_it(scenario: str, check: str) -> None:
    data = heard(scenario, 120)

    events = variant(check).decoder().feed(data)

    reports = {event.report for event in events if type(event) is Reading}
    assert {"panel", "settings", "run", "touch", "frame"} <= reports
    assert not [event for event in DRIVER.decoder().feed(data) if getattr(event, "report", "") == "run"]


@pytest.mark.parametrize("scenario", sorted(SIMULATOR.scenarios))
def test_two_lines_give_what_one_merged_line_gives(scenario: str) -> None:
    path: Path = SIMULATOR.scenarios[scenario]
    check = {"panel-crc": "modbus-le", "panel-tgus": "xmodem-be"}.get(scenario, "none")
    driver = variant(check)
    one, two = start(1, path), start(1, path)
    session = TappedSession(driver)
    both = driver.decoder()
    merged = []
    for _ in range(400):
        session.seconds += 0.5
        merged += both.feed(b"".join(data for _, data in one._pass(0.5)))
        board, display = two.advance_lines(0.5)
        for link, data in ((BOARD, board), (DISPLAY, display)):
            if data:
                session.receive(data, link=link)
    session.put(ChunkKind.ENDED, b"over", link=NO_LINK)

    for report in ("run", "standing", "touch", "liquid"):
        expected = [list(event.values) for event in merged if type(event) is Reading and event.report == report]
        assert session.readings(report) == expected, report
    assert session.of("bad_frame") == []
