"""What every simulated DLR1 device promises."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from devicelog_simulators import reference_mesogun, reference_noneedle
from devicelog_simulators.dlr1 import frame

if TYPE_CHECKING:
    from pathlib import Path

    from devicelog.simulator import Simulator

SIMULATORS = [reference_mesogun.SIMULATOR, reference_noneedle.SIMULATOR]
SCENARIOS = [
    pytest.param(simulator, path, id=name) for simulator in SIMULATORS for name, path in simulator.scenarios.items()
]
Reader = Callable[[bytes], list[Any]]


def test_the_examples_of_the_wire_format_come_out_as_printed() -> None:
    given = ("DLR1", "EOS", 19, 490000, 3, 42, 840000, 0)

    assert frame(*given) == b"$DLR1,EOS,19,490000,3,42,840000,0*898F\r\n"


def test_a_frame_longer_than_160_bytes_is_not_written() -> None:
    with pytest.raises(ValueError, match="160"):
        frame("DLR1", "x" * 160)


@pytest.mark.parametrize(("simulator", "scenario"), SCENARIOS)
@pytest.mark.parametrize("step", [0.008, 0.1, 0.25, 60.0])
def test_time_in_small_steps_gives_the_same_bytes_as_time_at_once(
    simulator: Simulator, scenario: Path, step: float
) -> None:
    whole = simulator.start(1, scenario).advance(120)

    device = simulator.start(1, scenario)
    pieces = b"".join(device.advance(step) for _ in range(round(120 / step)))

    assert whole == pieces


def test_ten_tenths_of_a_second_are_a_second() -> None:
    once, often = (reference_mesogun.start(4, None) for _ in range(2))

    for _ in range(60):
        assert once.advance(1.0) == b"".join(often.advance(0.1) for _ in range(10))


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_a_seed_is_a_device(simulator: Simulator, read: Reader) -> None:
    first, again, other = (simulator.start(seed, None).advance(300) for seed in (1, 1, 2))

    assert first == again
    assert read(first)[0].fields[1].endswith("-0001")
    assert read(other)[0].fields[1].endswith("-0002")
    assert [f.fields for f in read(first) if f.numbered] != [f.fields for f in read(other) if f.numbered]


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_a_session_of_45_minutes_takes_less_than_a_second(simulator: Simulator) -> None:
    device = simulator.start(1, None)
    began = time.thread_time()

    device.advance(45 * 60)

    assert device.finished
    assert time.thread_time() - began < 1, "of this thread's own time, whatever else the computer does"


@pytest.mark.parametrize(("simulator", "scenario"), SCENARIOS)
def test_every_frame_is_good_short_and_in_its_place(simulator: Simulator, scenario: Path, read: Reader) -> None:
    sent = simulator.start(3, scenario).advance(3600)

    frames = read(sent)
    numbered = [f for f in frames if f.numbered]

    assert sum(f.size for f in frames) == len(sent)
    assert max(f.size for f in frames) <= 160
    assert [f.name for f in numbered] == [(1, seq) for seq in range(len(numbered))]
    assert all(0 <= after.uptime - before.uptime <= 1000 for before, after in pairwise(numbered))
    assert numbered[-1].kind == "EOS"


@pytest.mark.parametrize(("simulator", "scenario"), SCENARIOS)
def test_a_listener_hears_who_it_is_every_30_seconds_and_that_it_is_simulated(
    simulator: Simulator, scenario: Path, read: Reader
) -> None:
    frames = read(simulator.start(3, scenario).advance(3600))

    identities = [place for place, f in enumerate(frames) if f.kind == "ID"]
    times = [frames[place + 1].uptime for place in identities]

    assert all("sim=1" in frames[place].fields for place in identities)
    assert all(frames[place + 1].kind == "CFG" for place in identities)
    assert all(after - before <= 30_000 for before, after in pairwise(times))


def test_the_state_is_told_at_once_when_it_changes(read: Reader) -> None:
    frames = read(reference_mesogun.start(1, None).advance(3600))

    beats = [f.fields[3] for f in frames if f.kind == "HB"]
    changes = [beats[0], *(after for before, after in pairwise(beats) if before != after)]

    assert changes == ["I", "R", "P", "R", "P", "R", "I", "E"]


def test_queries_are_answered_even_in_pieces_and_everything_else_is_ignored(read: Reader) -> None:
    device = reference_mesogun.start(1, None)
    device.advance(1)

    assert device.answer(b"AT+GMM\r\n\x00\xff\r\nLOG? 1\r\nLOG? 0,99999999999\r\nI") == b""
    assert [f.kind for f in read(device.answer(b"D?\r\n"))] == ["ID", "CFG"]
    assert read(device.answer(b"CAP?\r\n"))[0].fields == ("types=ID|CFG|HB|INJ|EOS", "interval=1000", "log=10000")


def test_what_fills_a_line_without_end_is_dropped_and_the_next_query_answered(read: Reader) -> None:
    device = reference_mesogun.start(1, None)

    assert device.answer(b"x" * 100_000) == b""
    assert device.answer(b"\r\nCAP?\r\n").startswith(b"$DLR1,CAP,")


def test_the_memory_gives_back_the_frames_of_a_range_and_says_how_many(read: Reader) -> None:
    device = reference_mesogun.start(1, None)
    live = [f for f in read(device.advance(60)) if f.numbered]

    *kept, end = read(device.answer(b"LOG? 5,9\r\n"))

    assert [(f.kind, *f.fields) for f in live[5:10]] == [f.fields for f in kept]
    assert {"LOG"} == {f.kind for f in kept}
    assert (end.kind, end.fields) == ("LOGE", ("5", "9", "1", "5", "0"))


def test_a_range_into_the_future_ends_with_the_newest_frame(read: Reader) -> None:
    device = reference_mesogun.start(1, None)
    sent = sum(f.numbered for f in read(device.advance(10)))

    *kept, end = read(device.answer(b"LOG? 3,4294967295,1\r\n"))

    assert sent - 3 == len(kept) == int(end.fields[3])


def test_a_range_from_high_to_low_goes_over_the_wrap(read: Reader) -> None:
    device = reference_mesogun.start(1, None)
    device.bring_near_wrap("seq", 2)
    device.advance(3)

    *kept, end = read(device.answer(b"LOG? 4294967295,1\r\n"))

    assert [f.fields[1] for f in kept] == ["4294967295", "0", "1"]
    assert end.fields[3] == "3"


def test_what_the_memory_no_longer_holds_is_not_sent(tmp_path: Path, read: Reader) -> None:
    scenario = tmp_path / "small.toml"
    scenario.write_text(
        'simulator = "reference-mesogun"\ntitle = "t"\ndevice.memory = 4\nsteps = [{ do = "idle", for = "1 h" }]\n',
        encoding="utf-8",
    )
    device = reference_mesogun.start(1, scenario)
    newest = [f for f in read(device.advance(10)) if f.numbered][-1].name[1]

    *kept, end = read(device.answer(b"LOG? 0,100\r\n"))

    assert len(kept) == 4
    assert (str(4), str(newest - 3)) == end.fields[3:]
    assert tuple(f.fields for f in read(device.answer(b"LOG? 0,100,7\r\n"))) == (("0", "100", "7", "0", ""),)
