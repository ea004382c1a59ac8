"""A profile of a display bus: what it can say, and that what contradicts itself is refused with the line."""

from __future__ import annotations

import pytest

from devicelog.driver import Effect, Provenance, Reading, ReportKind
from devicelog.registry import check_profile, engines
from devicelog_drivers.dgus.engine import ENGINE
from devicelog_drivers.dgus_tap import DRIVER
from tests.display_bus import Board, Display

pytestmark = pytest.mark.skipif("dgus" not in engines(), reason="the engine is not installed here")

HEAD = """\
name = "panel"
version = "1"
engine = "dgus"
model = "a panel"
wire_format = "here"
provenance = "template"

[serial]
baudrate = 115200

"""

_TYPO = 'valid_while = { metric = "function", is = ["tretment"] }\n\n[keys]'


def problems(text: str) -> list[str]:
    driver, found = check_profile(text, "panel.toml")
    assert (driver is None) == bool(found)
    return found


def test_the_beginning_of_a_new_profile_is_a_whole_one() -> None:
    driver, found = check_profile(HEAD + ENGINE.start, "panel.toml")

    assert found == []
    assert driver is not None
    assert [direction.name for direction in driver.directions] == ["board", "display"]
    assert driver.report("run").kind is ReportKind.SAMPLE
    assert driver.report("standing").kind is ReportKind.STATUS


def test_the_shipped_profile_says_where_it_is_from() -> None:
    assert DRIVER.provenance is Provenance.PUBLISHED
    assert "github.com/Saoskywalker/DEMO" in DRIVER.wire_format
    assert DRIVER.verified_on is None
    assert DRIVER.profile is not None
    assert len(DRIVER.profile.sha256) == 64
    assert not [query for query in DRIVER.queries if query.effect is not Effect.NONE]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('header = "5A A5"', 'header = "5A"', "two bytes such as"),
        ('check = "none"', 'check = "crc"', 'expected "none", "modbus-le" or "xmodem-be"'),
        ('check = "none"', 'check = "crc8-07"', "found 'crc8-07', expected"),
        ("longest = 64", "longest = 300", "from 5 to 255"),
        ("address = 0x1B08", "address = 0x1B00", "found 0x1b00 again"),
        ("address = 0x1B08", "address = 0x1B008", "an address from 0x0000 to 0xFFFF"),
        ('valid_while = { metric = "function", is = ["treatment"] }\n\n[keys]', _TYPO, "did you mean 'treatment'"),
        ('name = "run"', 'name = "panel"', "which the engine tells by itself"),
        ('kind = "sample"', 'kind = "identity"', "nobody on the bus says who it is"),
        ("numbers = [1]", "numbers = [1, 1]", "found 1 again"),
        ('metric = "time_remaining"', 'metric = "time"', "expected a variable of this profile in s"),
        ('reload = "30 min"', 'reload = "30 mA"', "30 mA"),
        ('unit = "1"', 'unit = "mA"\nbasis = "dc"', "found a level in mA"),
        ("[keys]", "[key]", "found a key that is not known"),
        (
            '[[report.metric]]\nname = "level"',
            '[[report.metric]]\nsays = "page"\nname = "level"',
            "address and holds, or says",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_line(old: str, new: str, expected: str) -> None:
    text = HEAD + ENGINE.start
    line = text[: text.index(old)].count("\n") + 1

    found = problems(text.replace(old, new, 1))

    assert any(expected in problem and f"line {line}," in problem for problem in found), (line, found)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("on_leaving = 0", "on_leaving = 11", "found 11: level is 11, which the profile calls implausible"),
        ("on_leaving = 0", 'on_leaving = "off"', "found 'off': level is 'off', which is no number"),
        ('on_leaving = "A"', 'on_leaving = "E"', "found 'E', expected one of A, B, C, D, ~"),
    ],
)
def test_what_a_variable_is_set_to_on_leaving_is_a_value_that_it_can_hold(old: str, new: str, expected: str) -> None:
    assert DRIVER.profile is not None
    text = DRIVER.profile.text.replace('name = "dgus-tap"', 'name = "tap"')
    assert text.count(old) == 1

    [found] = problems(text.replace(old, new))

    assert expected in found


def test_a_report_that_does_not_stay_on_the_display_holds_one_variable() -> None:
    text = (HEAD + ENGINE.start).replace('says = "state"', 'address = 0x2000\nholds = "u16"')

    assert "found 2 variables, expected one: each is written by itself" in problems(text)[0]


def test_a_key_has_a_code_of_four_digits() -> None:
    assert "keys names" in problems((HEAD + ENGINE.start).replace('"0016"', '"16"'))[0]


def test_a_map_without_a_timer_tells_what_is_written_as_it_is_written() -> None:
    profile = (
        HEAD
        + """
[[report]]
name = "pressure"
kind = "status"

[[report.metric]]
name = "pressure"
category = "measurement"
unit = "kPa"
basis = "gauge"
scale = 0.1
address = 0x2000
holds = "i16"
absent = [-32768]
"""
    )
    driver, found = check_profile(profile, "panel.toml")
    assert driver is not None, found
    board = Board()

    events = driver.decoder().feed(board.icon(0x2000, 65_291) + board.icon(0x2000, 0x8000))

    assert [str(event.values[0]) for event in events if type(event) is Reading] == ["-24.5", "None"]


def test_values_that_the_display_tells_by_itself_are_not_taken_for_the_boards() -> None:
    events = DRIVER.decoder().feed(Display().tell(0x1B08, 0x3035))

    assert [event.report for event in events if type(event) is Reading] == ["frame"]
