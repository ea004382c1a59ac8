"""The synthetic bytes are what the peers are told they are."""

from __future__ import annotations

import struct

from bench.bytes import can_frames, frame, opening, readings, samples
from devicelog import registry
from devicelog.driver import BadFrame, Event, Identity, Reading


def _decoded(driver: str, data: bytes) -> list[Event]:
    decoder = registry.driver(driver).decoder()
    return decoder.feed(data) + decoder.end()


def test_the_check_is_that_of_the_wire_format() -> None:
    assert frame("123456789") == b"$123456789*29B1\r\n"


def test_the_example_of_the_wire_format() -> None:
    assert frame("DLR1,EOS,19,490000,3,42,840000,0").endswith(b"*898F\r\n")


def test_every_reading_is_one_for_the_driver() -> None:
    events = _decoded("reference-mesogun", opening() + b"".join(readings(500, 1)))
    assert isinstance(events[0], Identity)
    assert not [event for event in events if isinstance(event, BadFrame)]
    sequences = [event.values[0] for event in events if isinstance(event, Reading) and event.report == "injection"]
    assert sequences == list(range(1, 501))


def test_every_sample_is_one_for_the_driver() -> None:
    events = _decoded("reference-noneedle", b"".join(samples(100, 1, interval_ms=250)))
    assert isinstance(events[0], Identity)
    assert [event.report for event in events if isinstance(event, Reading)] == ["settings", *["current"] * 100]


def test_readings_are_of_the_length_of_a_full_line() -> None:
    found = list(readings(10_000, 1))
    assert 60 <= sum(map(len, found)) / len(found) <= 70


def test_the_seed_decides() -> None:
    assert list(readings(50, 1)) == list(readings(50, 1))
    assert list(readings(50, 1)) != list(readings(50, 2))
    assert list(can_frames(50, 1)) == list(can_frames(50, 1))
    assert list(samples(50, 1, interval_ms=250)) != list(samples(50, 2, interval_ms=250))


def test_can_frames_are_those_of_python_can() -> None:
    frames = list(can_frames(3, 1))
    for number, data in enumerate(frames, start=1):
        start, at_ms, length, identifier, sequence, dose, depth, end = struct.unpack("<BIBIIHHB", data)
        assert (start, length, identifier, end) == (0xAA, 8, 0x101, 0xBB)
        assert (at_ms, sequence) == (1_000 + 3 * number, number)
        assert 1_800 <= dose <= 2_400
        assert 1_200 <= depth <= 1_800
