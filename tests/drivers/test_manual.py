"""Typed lines: what they say, and what is refused because it could mean something else, or nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import BadFrame, Event, Identity, Reading
from devicelog.testing.capture import decode
from devicelog.testing.conformance import DriverConformance
from devicelog_drivers.manual import DRIVER
from devicelog_drivers.manual_entry.words import AMOUNTS, CHOICES, SETTINGS, WORDS

LINES = [
    "device Acme Injector 3 serial 0417",
    "needles 1",
    "basis depth extension",
    "basis volume commanded",
    "dose 0.02 mL depth 1.5 mm",
    "shots 40",
    "correct shots 14",
    "shots 60 dose 25 uL",
    "volume 1.2 mL",
    "purge 0.1 mL",
    "pause",
    "level 5",
    "area 12 cm2",
    "wave mono",
    "set 0.5 mA mean",
    "current 0.4 mA mean",
    "frequency 100 Hz width 50 us",
    "correct nothing",
]


class TestManual(DriverConformance):
    driver = DRIVER
    capture = ["".join(f"{line}\n" for line in LINES).encode()] * 2
    integrity = "none"
    lost_after_noise = 2  # what was typed before belongs to the line until Enter; one here gives two readings at most


def read(line: str) -> list[Event]:
    return decode(DRIVER.decoder(), [f"{line}\n".encode()])


def refusal(line: str) -> str:
    """The sentence with which a line is refused; nothing of the line counts."""
    (event,) = read(line)
    assert isinstance(event, BadFrame)
    assert event.raw == f"{line}\n".encode()
    return event.reason


# -- what is read ----------------------------------------------------------------------------------------------


def test_a_device_is_who_its_label_says_and_that_was_typed() -> None:
    (event,) = read("device Acme Injector 3 serial 0417")

    assert event == Identity("Acme Injector 3", "0417", "", 35, more={"told_by": "typed"})


def test_a_device_without_a_number_on_its_label_has_none() -> None:
    (event,) = read("device hand-held needle serial none")

    assert isinstance(event, Identity)
    assert event.serial == ""


@pytest.mark.parametrize(
    ("line", "report", "values", "units"),
    [
        ("shots 40", "given", (40, None), None),
        ("SHOTS   40", "given", (40, None), None),
        ("volume 1.2 mL", "given", (None, Decimal("1.2")), None),
        ("volume 1,2 ml", "given", (None, Decimal("1.2")), ("", "ml")),
        ("volume 0,020mL", "given", (None, Decimal("0.020")), None),
        ("volume 800 µL", "given", (None, Decimal(800)), ("", "µL")),
        ("correct shots 14", "correction", (14, None), None),
        ("correct nothing", "correction", (None, None), None),
        ("dose 0.02 mL", "volume_set", (Decimal("0.02"),), None),
        ("depth 1.5mm", "depth_set", (Decimal("1.5"),), None),
        ("needles 5", "needles", (5,), None),
        ("level 5", "level", (5,), None),
        ("purge 0.1 mL", "purge", (Decimal("0.1"),), None),
        ("basis volume delivered", "volume_basis", ("delivered",), None),
        ("pause", "status", ("paused",), None),
    ],
)
def test_a_line_says_what_its_words_say(
    line: str, report: str, values: tuple[object, ...], units: tuple[str, ...] | None
) -> None:
    (event,) = read(line)

    assert isinstance(event, Reading)
    assert (event.report, event.values, event.units) == (report, values, units)


def test_settings_of_a_line_hold_for_what_is_given_in_it_wherever_they_stand() -> None:
    events = read("shots 40, dose 0.02 mL; depth 1.5 mm")

    assert [event.report for event in events if isinstance(event, Reading)] == ["volume_set", "depth_set", "given"]


def test_a_current_is_typed_with_what_its_figure_stands_for() -> None:
    basis, current = read("current 0.4 mA mean")

    assert isinstance(basis, Reading)
    assert isinstance(current, Reading)
    assert (basis.report, basis.values) == ("current_basis", ("mean",))
    assert (current.report, current.values, current.units) == ("current", (Decimal("0.4"),), None)


def test_a_level_is_a_level_and_never_a_current() -> None:
    (event,) = read("level 5")

    assert isinstance(event, Reading)
    assert DRIVER.report(event.report).metrics[0].unit is None
    assert "no unit" in refusal("level 5mA")


@pytest.mark.parametrize("line", ["", "   ", "# the gun in room 2"])
def test_a_blank_line_and_a_remark_say_nothing(line: str) -> None:
    assert read(line) == []


@pytest.mark.parametrize("word", [*WORDS.values()], ids=[*WORDS])
def test_every_example_in_a_refusal_is_a_line_that_can_be_read(word: object) -> None:
    example = word.example  # type: ignore[attr-defined]

    assert all(isinstance(event, Reading) for event in read(example))


# -- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("dose 0.02", "dose has no unit; expected one of mL"),
        ("dose 0.02 depth 1.5 mm", "dose has no unit"),
        ("dose 0.02 ML", "the unit 'ML' of dose is not known; expected one of mL, ml"),
        ("dose 0.02 mm", "the unit 'mm' of dose is not known"),
        ("depth 1.5 MM", "the unit 'MM' of depth is not known"),
        ("current 0.4 mA", "does not say what its figure stands for; expected dc, mean, rms, peak"),
        ("volume 1,200 mL", "'1,200' could be 1.200 or 1200; type it without a comma"),
        ("volume 1.200,5 mL", "is not a number that can be told for certain"),
        ("dose .5 mL", "'.5' is not a number that can be told for certain"),
        ("dose -1 mL", "'-1' is not a number that can be told for certain"),
        ("shots 40.5", "expected a whole number above zero"),
        ("shots 4.0", "expected a whole number above zero"),
        ("shots 0", "expected a whole number above zero"),
        ("shots many", "found 'many' behind shots, expected a number, as in 'shots 40'"),
        ("shots", "nothing stands behind shots; expected a whole number, as in 'shots 40'"),
        ("shots 40 volume 1 mL", "shots and volume are in one line; type a line for each"),
        ("shots 40 shots 40", "shots is there twice"),
        ("shots 40 mL", "the word 'mL' is not known"),
        ("40", "the word '40' is not known"),
        ("shot 40", "the word 'shot' is not known; known are shots, volume"),
        ("correct dose 0.02 mL", "expected what the last shots or volume should have been"),
        ("correct purge 0.1 mL", "expected what the last shots or volume should have been"),
        ("correct", "expected what the last shots or volume should have been"),
        ("basis depth skin", "found 'skin' behind basis depth, expected extension or perpendicular"),
        ("device Acme 3", "expected make, model and serial number as on its label"),
        ("shots 40\x07", "characters that nobody can see"),
        ("shots " + "4" * 400, "longer than 200 characters"),
    ],
)
def test_what_could_mean_something_else_is_refused_in_one_sentence(line: str, says: str) -> None:
    events = read(line)

    assert all(isinstance(event, BadFrame) for event in events)
    assert says in " ".join(event.reason for event in events if isinstance(event, BadFrame))


def test_a_line_that_was_not_entered_does_not_count() -> None:
    assert decode(DRIVER.decoder(), [b"shots 40"]) == [BadFrame(b"shots 40", "the line was not finished with Enter", 8)]


def test_the_rest_of_a_line_that_is_too_long_is_never_read_as_one() -> None:
    line = b"x" * 200 + b"shots 40\nshots 2\n"

    readings = [event for event in decode(DRIVER.decoder(), [line]) if isinstance(event, Reading)]

    assert [event.values for event in readings] == [(2, None)]


def test_bytes_that_are_no_text_are_refused() -> None:
    (event,) = decode(DRIVER.decoder(), [b"shots \xff\n"])

    assert isinstance(event, BadFrame)
    assert event.reason == "the line is not UTF-8 text"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_and_raises_nothing(text: str) -> None:
    events = decode(DRIVER.decoder(), [text.encode("utf-8", "surrogatepass") + b"\n"])

    assert all(isinstance(event, (Reading, Identity)) or event.reason for event in events)  # type: ignore[union-attr]


@given(
    st.lists(
        st.sampled_from([*AMOUNTS, *SETTINGS, *CHOICES, "correct", "1,5", "2", "0.02", "mL", "ML", "mA", "mean"]),
        max_size=6,
    )
)
def test_no_reading_comes_without_the_unit_that_was_typed(words: list[str]) -> None:
    line = " ".join(words)

    for event in read(line):
        if isinstance(event, Reading):
            report = DRIVER.report(event.report)
            units = report.units if event.units is None else event.units
            for metric, unit, value in zip(report.metrics, units, event.values, strict=True):
                assert value is None or metric.unit in (None, "count") or unit in line


def test_nothing_is_ever_sent() -> None:
    assert DRIVER.queries == ()
    assert DRIVER.polling is None
