"""A profile can say how the device's clock is asked: it is measured against the host's, kept as sent, never set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.driver import BadFrame, DeviceTime
from devicelog.profile.spelling import Clock
from tests.profile.profiles import LINES, MODBUS, driver_of, problems_of

if TYPE_CHECKING:
    from devicelog.testing.plugin import RecordSession

CLOCK = """
[[query]]
name = "time"
purpose = "the device's clock"
request = "TIME?\\n"
effect = "none"
every = "5 s"

[[query]]
name = "who"
purpose = "who it is"
request = "ID?\\n"
effect = "none"
on_open = true
names_itself = true

[[report]]
name = "identity"
kind = "identity"
query = "who"
pattern = 'ID (?P<serial>[A-Z0-9]+)'

[[report.metric]]
name = "serial"
category = "state"

[[report]]
name = "time"
kind = "clock"
query = "time"
pattern = '(?P<time>[0-9/]+ [0-9:]+ [AP]M|not set)'

[[report.metric]]
name = "time"
category = "state"
clock = { format = "DD/MM/YYYY h:mm:ss AP", zone = "Europe/Paris" }
absent = ["not set"]
"""
BOARD = LINES + CLOCK


class Board:
    """Says who it is and what time it is: 03/04 is the third of April, which only the profile can tell."""

    def __init__(self) -> None:
        self._now = 0.0

    @property
    def finished(self) -> bool:
        return self._now > 23

    def advance(self, seconds: float) -> bytes:
        self._now += seconds
        return b""

    def answer(self, request: bytes) -> bytes:
        seconds = 40 + int(self._now)
        return (
            b"ID SN7\r\n" if request == b"ID?\n" else b"03/04/2026 2:%02d:%02d PM\r\n" % (seconds // 60, seconds % 60)
        )


def test_a_clock_is_measured_at_the_beginning_and_at_the_end_and_kept_as_it_was_sent(recorder: RecordSession) -> None:
    session = recorder(driver_of(BOARD), Board())

    said = [entry.content for entry in session.of("device_clock")]
    assert [each["read"][:13] for each in said] == ["2026-04-03T14"] * 2
    assert said[0]["said"].startswith("03/04/2026 2:00:4")
    assert said[0]["zone"] == "Europe/Paris"
    assert said[0]["uncertain"] >= 500_000
    assert session.of("bad_frame") == []


def test_what_is_no_moment_is_a_bad_frame_and_a_clock_that_is_not_set_says_nothing() -> None:
    decoder = driver_of(BOARD).decoder()
    events = []
    for line in (b"31/12/2026 1:00:00 AM\r\n", b"12/31/2026 1:00:00 AM\r\n", b"not set\r\n"):
        decoder.sent(b"TIME?\n")  # type: ignore[attr-defined]
        events += decoder.feed(line)

    assert events[0] == DeviceTime("31/12/2026 1:00:00 AM", 23)
    assert isinstance(events[1], BadFrame)
    assert len(events) == 2


@pytest.mark.parametrize(
    ("form", "said", "seconds"),
    [
        ("DD/MM/YYYY h:mm:ss AP", "03/04/2026 12:36:11 AM", 1_775_176_571),
        ("YYYY-MM-DDThh:mm:ss", "2026-04-03T00:36:11", 1_775_176_571),
        ("YY%MM%DD hh:mm", "26%04%03 00:36", 1_775_176_560),
        ("M/D/YY h:mm", "4/3/26 0:36", 1_775_176_560),
    ],
)
def test_a_format_of_a_profile_means_the_same_to_what_dates_by_it(form: str, said: str, seconds: int) -> None:
    from devicelog.driver import DeviceClock

    clock = Clock(form)

    assert DeviceClock(b"", clock.form, clock.resolution).moment(said) == seconds * 1_000_000
    assert clock.resolution == (1.0 if "ss" in form else 60.0)


def test_registers_that_hold_a_text_are_a_clock_as_well() -> None:
    text = MODBUS.replace('kind = "interval"', 'kind = "clock"').replace("count = 2", "count = 10")
    text = text[: text.index("[[report.metric]]")] + (
        '[[report.metric]]\nname = "time"\ncategory = "state"\naddress = 0\ntype = "text"\nlength = 10\n'
        'clock = { format = "YYYY-MM-DD hh:mm:ss", zone = "unknown" }\n'
    )
    driver = driver_of(text)

    assert driver.clock is not None
    assert driver.clock.request == driver.queries[0].request
    assert driver.clock.form == "%Y-%m-%d %H:%M:%S"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('query = "time"\n', "", "query: found None, expected the query that asks for the time"),
        ('every = "5 s"', "on_open = true", "expected a query with effect none and a period"),
        (
            'clock = { format = "DD/MM/YYYY h:mm:ss AP", zone = "Europe/Paris" }\n',
            "",
            "expected one metric, with clock",
        ),
        ('clock = { format = "DD/MM/YYYY h:mm:ss AP", zone = "Europe/Paris" }', 'clock = { format = "h:mm" }', "zone"),
        ('name = "identity"\nkind = "identity"', 'name = "identity"\nkind = "clock"', "found 'clock' again"),
    ],
)
def test_a_clock_that_could_not_be_asked_is_refused_with_its_line(old: str, new: str, says: str) -> None:
    assert old in BOARD

    problems = problems_of(BOARD.replace(old, new))

    assert any(says in problem for problem in problems), problems
    assert all(problem.startswith("line ") for problem in problems)
