"""Logs that a device keeps by itself: what is new is read once, dated by the device's clock, and never merged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.chunk import ChunkKind
from devicelog.driver.logbook import Listing
from devicelog.ledger import Kind, encode
from devicelog.recorder.recorder import Recorder
from devicelog.recorder.shelf import Shelf
from devicelog_drivers.btx_gemini import DRIVER
from devicelog_simulators import btx_gemini as simulator
from tests.conftest import BEGINS as STARTS
from tests.gemini import BEGINS, Bench, Gemini, path_of, run_log

if TYPE_CHECKING:
    from devicelog.testing.plugin import RecordSession

OLD = BEGINS - timedelta(hours=5)


# -- what is new -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("echo", [True, False])
def test_what_was_on_the_card_before_is_counted_and_not_read(echo: bool, bench: Callable[..., Bench]) -> None:
    device = Gemini(echo=echo)
    device.write(OLD)
    device.write(OLD + timedelta(days=-40))
    at = bench(device)

    at.look()

    assert at.session.of("logs_listed") == [{"link": 1, "folders": 5, "logs": 2}]
    assert not any(command.startswith("sdsend") for command in device.heard)


def test_a_log_that_came_in_the_session_is_read_once_and_its_pulses_count(bench: Callable[..., Bench]) -> None:
    at = bench(zones=("forehead",))
    at.device.write(OLD)
    at.look()
    at.wait(60)
    path = at.device.write(at.device.clock, run_log(at.device.clock, pulses=3))

    for _ in range(3):
        at.wait(10)
        at.look()

    record = at.session.end().record
    assert at.device.heard.count(f"sdsend {path}") == 1
    assert [(log["path"], log["origin"], log["counted"]) for log in at.logs] == [(path, "read", True)]
    assert [pulse["values"][0] for pulse in at.pulses] == [1, 2, 3]
    assert {pulse["zone"] for pulse in at.pulses} == {"forehead"}
    assert record.observations["pulse"] == 3
    assert record.spreads[None, "voltage_measured"].mean == Decimal("2303.53")
    assert record.spreads["forehead", "voltage_measured"].count == 3
    assert record.missing_things() == []
    assert record.tally.session.missing_ms == 0


def test_the_first_run_of_a_month_is_found_in_folders_that_were_not_there(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()

    at.device.write(at.device.clock)
    at.look()

    assert len(at.logs) == 1


def test_each_run_counts_in_the_zone_that_was_in_use_when_it_was_written(bench: Callable[..., Bench]) -> None:
    at = bench(zones=("forehead", "neck"))
    at.look()
    at.wait(60)
    at.device.write(at.device.clock)
    at.wait(60)
    at.act(Kind.ZONE, zone="neck")
    at.wait(60)
    at.device.write(at.device.clock)
    at.look()

    assert [pulse["zone"] for pulse in sorted(at.pulses, key=lambda pulse: pulse["happened"])] == ["forehead", "neck"]


def test_a_log_without_its_end_is_asked_for_again_until_it_has_it(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    moment = at.device.clock
    whole = run_log(moment)
    path = at.device.write(moment, whole.partition(b"Protocol Result")[0])
    at.look()
    assert at.logs == []

    at.device.card[path] = whole
    at.look()

    assert [(log["counted"], "doubt" in log) for log in at.logs] == [(True, False)]
    assert len(at.pulses) == 1


def test_a_log_that_never_got_its_end_is_taken_at_the_end_as_it_is_and_said(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    at.device.write(at.device.clock, run_log(at.device.clock).partition(b"Protocol Result")[0])
    at.look()

    at.session.end()

    assert [log["doubt"] for log in at.logs] == ["it has not the end of a finished log"]
    assert len(at.pulses) == 1


def test_a_log_that_was_listed_and_never_came_is_named(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    path = at.device.write(at.device.clock)
    at.session.put(ChunkKind.SENT, b"sddir \\BTXDATA\r\n")
    for folder in ("\\BTXDATA", "\\BTXDATA\\2026-03", "\\BTXDATA\\2026-03\\260309"):
        at.session.receive(at.device.answer(f"sddir {folder}\r\n".encode()))

    at.session.end()

    assert any(path in alarm.text and "can be imported" in alarm.text for alarm in at.session.alarms)


def test_before_the_end_every_folder_is_looked_into_again(bench: Callable[..., Bench]) -> None:
    at = bench()
    for days in range(3):
        at.device.write(OLD - timedelta(days=days))
    at.look()
    path = at.device.write(OLD - timedelta(days=2, seconds=7))  # as if its clock had been set back
    at.look()
    assert at.logs == []

    at.act(Kind.ENDING, because="ended by hand")
    at.look()

    assert [log["path"] for log in at.logs] == [path]
    assert "before the session" in at.logs[0]["doubt"]
    assert at.logs[0]["counted"]


# -- never twice, never merged ---------------------------------------------------------------------------------


def test_a_log_that_comes_again_is_a_repeat(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    path = at.device.write(at.device.clock)
    at.look()

    at.ask(f"sdsend {path}")

    assert len(at.logs) == len(at.pulses) == 1
    assert [repeat["from_memory"] for repeat in at.session.of("repeat")] == [True]


def test_a_log_that_says_something_else_later_is_kept_and_not_counted(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    moment = at.device.clock
    path = at.device.write(moment)
    at.look()

    at.device.card[path] = run_log(moment, volts="1.00")
    at.ask(f"sdsend {path}")

    assert [log["counted"] for log in at.logs] == [True, False]
    assert "says something else" in at.logs[1]["doubt"]
    assert len(at.pulses) == 1


def test_a_log_of_another_device_is_kept_and_not_counted(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    at.device.write(at.device.clock, run_log(at.device.clock, serial="999"))
    at.look()

    assert [log["counted"] for log in at.logs] == [False]
    assert at.pulses == []
    assert any("of the device 999" in alarm.text for alarm in at.session.alarms)


def test_a_run_that_did_not_end_well_is_an_alarm_that_stays(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    at.device.write(at.device.clock, run_log(at.device.clock, result="Aborted"))
    at.look()

    (alarm,) = [alarm for alarm in at.session.alarms if "did not end as complete" in alarm.text]
    assert alarm.latching


def test_before_the_end_a_log_in_the_place_of_another_is_found(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    moment = at.device.clock
    path = at.device.write(moment)
    at.look()
    at.device.card[path] = run_log(moment, volts="1.00")  # its clock was set back, and it ran again

    at.act(Kind.ENDING, because="ended by hand")
    at.look()
    at.look()

    assert [log["counted"] for log in at.logs] == [True, False]
    assert at.device.heard.count(f"sdsend {path}") == 2


# -- a line that goes away -------------------------------------------------------------------------------------


def test_what_was_run_while_the_cable_was_out_is_on_the_card_and_nothing_is_missing(
    bench: Callable[..., Bench],
) -> None:
    at = bench()
    at.look()
    at.session.lose()
    at.wait(30)
    at.device.write(at.device.clock)
    at.wait(30)
    at.session.reopen()
    at.ask("version", "time")
    assert at.session.of("gap_closed") == []

    at.ask("sddir \\BTXDATA")

    assert [gap["missing"] for gap in at.session.of("gap_closed")] == [0]
    assert len(at.pulses) == 1
    assert at.session.end().record.missing_things() == []


def test_another_device_on_the_line_has_a_card_of_its_own(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    at.session.lose()
    at.device.serial = "2222222"
    at.device.write(OLD)
    at.session.reopen()
    at.look()

    assert at.logs == []
    assert [listed["logs"] for listed in at.session.of("logs_listed")] == [0, 1]


# -- the rules of the card -------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), min_size=1, max_size=6))
def test_a_file_is_wanted_if_and_only_if_it_came_after_the_first_listing(growth: list[list[int]]) -> None:
    shelf, there, first = Shelf("\\R"), set(growth[0]), set(growth[0])
    wanted: set[str] = set()
    for more in growth:
        there |= set(more)
        shelf.listed(Listing("\\R", ("\\R\\a",), (), 0))
        _, files = shelf.listed(Listing("\\R\\a", (), tuple(f"\\R\\a\\{n}" for n in sorted(there)), 0))
        wanted |= set(files)

    assert wanted == {f"\\R\\a\\{number}" for number in there - first}


# -- the simulator ---------------------------------------------------------------------------------------------


def test_every_run_of_a_simulated_session_is_recorded_to_the_last_digit(recorder: RecordSession) -> None:
    device = simulator.start(1, simulator.SIMULATOR.scenarios["btx-runs"])

    session = recorder(DRIVER, device, zones=("forehead",))

    runs = [run for run in device.runs if isinstance(run, simulator.Done)]
    logs = session.record.device_logs.logs
    assert [log["path"] for log in logs] == [run.path for run in runs]
    assert [log["sha256"] for log in logs] == [sha256(run.text.encode()).hexdigest() for run in runs]
    for log, run in zip(logs, runs, strict=True):
        assert abs(log["happened"] / 1000 - run.at) <= log["uncertain"] / 1000
    spread = session.record.spreads[None, "voltage_measured"]
    assert (spread.high, spread.count) == (Decimal("2303.53"), 4)
    assert session.record.missing_things() == []
    assert session.record.simulated
    assert device.truth["forbidden commands"] == "0"


def test_faults_of_the_card_and_the_line_lose_nothing_that_is_on_the_card(recorder: RecordSession) -> None:
    device = simulator.start(1, simulator.SIMULATOR.scenarios["btx-faults"])

    session = recorder(DRIVER, device)

    logs = session.record.device_logs.logs
    assert {log["path"] for log in logs if log["counted"]} == set(device.files)
    assert len({log["sha256"] for log in logs}) == len(logs)
    assert device.truth["forbidden commands"] == "0"
    said = [alarm.text for alarm in session.record.alarms.values()]
    assert any("did not end as complete" in text for text in said)
    assert any("was set or does not run evenly" in text for text in said)


# -- the ledger ------------------------------------------------------------------------------------------------


def test_a_replay_of_all_of_it_gives_the_same_entries_bit_for_bit(bench: Callable[..., Bench]) -> None:
    at = bench(zones=("forehead",))
    for days in range(3):
        at.device.write(OLD - timedelta(days=days))
    at.look()
    at.device.write(at.device.clock)
    at.session.lose()
    at.wait(7)
    at.session.reopen()
    at.look()
    at.act(Kind.ENDING, because="ended by hand")
    at.device.write(at.device.clock, run_log(at.device.clock, result="Aborted"))
    at.look()
    at.session.end()

    again = Recorder(at.session.plan, None, STARTS)
    for chunk in at.session.chunks:
        again.handle(chunk)

    assert [line.hash for line in again.lines] == [line.hash for line in at.session.recorder.lines]
    assert len(at.logs) == 2


def test_a_file_that_a_person_brought_is_handled_as_one_that_came_over_the_line(bench: Callable[..., Bench]) -> None:
    at = bench()
    at.look()
    moment = at.device.clock
    head = encode({"path": path_of(moment), "doubt": ""})

    for content in (run_log(moment), run_log(moment), run_log(moment, volts="5"), b"hello"):
        at.session.put(ChunkKind.FILE, head + b"\n" + content)

    assert [(log["origin"], log["counted"]) for log in at.logs] == [("imported", c) for c in (True, False, False)]
    assert len(at.session.of("repeat")) == 1
    assert len(at.pulses) == 1
