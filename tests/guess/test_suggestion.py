"""Behind a guess stands what a profile says of it, or that no engine reads such frames; the frames hold to it."""

from __future__ import annotations

import tomllib
from functools import reduce
from operator import xor
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from devicelog import registry
from devicelog.profile.beginning import beginning
from devicelog.profile.suggestion import Suggestion
from devicelog_drivers.lines.framing import Form, Framer, Line
from devicelog_drivers.lines.tables import LineTable
from tests.guess import frames

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif("lines" not in registry.engines(), reason="the engines are not installed here")


def nmea(chance: Random) -> bytes:
    body = f"GPGGA,{chance.randrange(10**6):06d},{chance.randrange(10**4)},N".encode()
    return b"$%b*%02X\r\n" % (body, reduce(xor, body))


def small_nmea(chance: Random) -> bytes:
    """The same with the digits of its check in small letters."""
    line = nmea(chance)
    return line[:-4] + line[-4:].lower()


def stream(frame: Callable[[Random], bytes]) -> list[bytes]:
    chance = Random(1)
    return [frame(chance) for _ in range(60)]


def suggested(frame: Callable[[Random], bytes]) -> Suggestion | None:
    claim = frames.guess(stream(frame)).claim
    assert claim is not None
    return registry.suggestion(claim)


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (nmea, {"begins": "$", "ends": ["\r\n"], "check": "xor8-hex", "separator": "*", "covers": "body"}),
        (
            frames._checked_line,
            {"begins": "$", "ends": ["\r\n"], "check": "ccitt-false-hex", "separator": "*", "covers": "body"},
        ),
        (frames._plain_line, {"begins": "", "ends": ["\n"], "check": "none"}),
        (
            frames._hex_sum,
            {
                "begins": "\x02",
                "ends": ["\x03"],
                "check": "sum8-complement-hex",
                "separator": "",
                "covers": "with_begin",
            },
        ),
    ],
    ids=["xor", "crc", "plain", "sum"],
)
def test_lines_that_an_engine_reads_are_keys_of_a_profile_by_which_each_frame_is_whole(
    frame: Callable[[Random], bytes], line: dict[str, Any]
) -> None:
    found = suggested(frame)

    assert found == Suggestion("lines", {"line": line})
    lines = Framer(Form.of(LineTable.model_validate(found.tables["line"]))).feed(b"".join(stream(frame)))
    assert len(lines) == 60
    assert all(isinstance(each, Line) for each in lines)


@pytest.mark.parametrize("frame", [frames._safe, frames._length_and_crc8, frames._fixed_and_sum, small_nmea])
def test_frames_that_no_engine_reads_need_a_driver(frame: Callable[[Random], bytes]) -> None:
    assert suggested(frame) is None


@pytest.mark.parametrize(
    ("frame", "engine", "tables"),
    [
        (frames._modbus, "modbus", None),
        (frames._dgus, "dgus", {"framing": {"header": "5A A5", "check": "none"}}),
        (frames._dgus_checked, "dgus", {"framing": {"header": "5A A5", "check": "modbus-le"}}),
    ],
)
def test_published_formats_are_those_of_their_engines(
    frame: Callable[[Random], bytes], engine: str, tables: dict[str, Any] | None
) -> None:
    found = suggested(frame)

    assert found is not None
    assert found.engine == engine
    assert tables is None or found.tables == tables


def test_what_is_guessed_stands_in_a_new_profile_with_its_comments() -> None:
    found = suggested(frames._hex_sum)
    assert found is not None
    serial = {"serial": {"baudrate": 4800, "bytesize": 7, "parity": "E"}}

    text = beginning(registry.engine("lines"), name="new", model="M", tables={**serial, **found.tables})

    driver, problems = registry.check_profile(text, "new")
    assert problems == []
    assert driver is not None
    assert (driver.serial.baudrate, driver.serial.bytesize, driver.serial.parity) == (4800, 7, "E")
    assert tomllib.loads(text)["line"] | found.tables["line"] == tomllib.loads(text)["line"]
    assert "# what the check is of" in text
    assert "# N, E or O" in text
