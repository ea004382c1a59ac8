"""Profiles of lines: frames by others mean what they say, under every checksum; patterns cannot hang a recorder."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from operator import xor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastcrc import crc8, crc16

from devicelog.driver import BadFrame, Effect, Event, Identity, Reading
from devicelog.profile.vectors import vectors_in
from devicelog.testing.capture import decode
from devicelog.testing.conformance import DriverConformance
from devicelog_drivers.checks import Check
from tests.profile.profiles import HEAD, LINES, PROFILES, SHIPPED, driver_of

if TYPE_CHECKING:
    from collections.abc import Callable

ALL = json.loads((Path(__file__).parents[1] / "captures" / "profiles.json").read_text(encoding="utf-8"))
ALARIS = driver_of(PROFILES["alaris-query"].read_text(encoding="utf-8"))
SCPI = driver_of(PROFILES["scpi-source"].read_text(encoding="utf-8"))
SHOTS = driver_of(LINES.replace("modulus = 65536", "modulus = 65536\nmax_rate = 20"))


def received(name: str) -> list[bytes]:
    """The right frames among a shipped profile's vectors."""
    tables = [table for table, _ in vectors_in(SHIPPED / f"{name}.vectors.toml")]
    return [t.received_text.encode() for t in tables if t.received_text is not None and t.refused is None]


class TestAlarisQuery(DriverConformance):
    driver = ALARIS
    capture = received("alaris-query") * 6
    integrity = "crc"


class TestScpiSource(DriverConformance):
    driver = SCPI
    capture = received("scpi-source") * 6
    integrity = "none"
    lost_after_noise = 1  # nothing shows where a line begins


STREAM = b"".join(b"SHOT %d 0.02 ml\r\nSHOT %d 25 ul\r\n" % (number, number + 1) for number in range(0, 40, 2))


class TestStreamedShots(DriverConformance):
    driver = SHOTS
    capture = STREAM
    integrity = "none"
    lost_after_noise = 1


def reports(events: list[Event]) -> list[str]:
    return [event.report if isinstance(event, Reading) else type(event).__name__ for event in events]


# -- frames of others ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", [each for each in ALL if each["protocol"] == "alaris"], ids=lambda v: v["meaning"])
def test_the_frames_of_infupy_are_sent_and_read_as_they_are(vector: dict[str, str]) -> None:
    data = bytes.fromhex(vector["hex"])

    if vector["direction"] == "to_device":
        assert any(query.allows(data) for query in ALARIS.queries)
    else:
        (event,) = ALARIS.decoder().feed(data)
        assert isinstance(event, Reading)
        name, number, unit = vector["meaning"].split("^")
        assert (event.report == "infused", event.values, event.units) == (name == "INF_VI", (Decimal(number),), (unit,))


def test_the_replies_of_pymeasure_are_read() -> None:
    data = [
        bytes.fromhex(each["hex"]) for each in ALL if each["protocol"] == "scpi" and each["direction"] == "from_device"
    ]

    events = decode(SCPI.decoder(), data)

    assert reports(events) == ["Identity", "measured", "error"]
    assert events[1].values == (Decimal("0.1"), Decimal("0.2"), None, 1234, "5678")  # type: ignore[union-attr]


def test_what_takes_an_error_out_of_the_queue_goes_only_when_allowed() -> None:
    assert {query.request: query.effect for query in SCPI.queries} == {
        b"*IDN?\n": Effect.NONE,
        b"SYST:ERR?\n": Effect.DESTRUCTIVE_READ,
    }


FRESENIUS = (
    HEAD.format(engine="lines")
    + """
[line]
begins = "\\u0002"
ends = ["\\u0003"]
check = "sum8-complement-hex"

[[report]]
name = "volume"
kind = "interval"
pattern = '1C;d[0-9a-f]{4};r(?P<volume_session>[0-9A-F]{8})'

[[report.metric]]
name = "volume_session"
category = "amount"
unit = "mL"
scale = 0.001
type = "hex"
"""
)


def test_hexadecimal_numbers_under_a_sum_are_read() -> None:
    frame = next(
        bytes.fromhex(e["hex"]) for e in ALL if e["protocol"] == "fresenius" and e["direction"] == "from_device"
    )

    (event,) = driver_of(FRESENIUS).decoder().feed(frame)

    assert isinstance(event, Reading)
    assert event.values == (Decimal("1.250"),)


# -- checksums -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "shown"),
    [
        (Check.XMODEM, b"\x31\xc3"),
        (Check.CCITT_FALSE, b"29B1"),
        (Check.MODBUS, b"\x37\x4b"),
        (Check.CRC8, b"\xf4"),
        (Check.SUM8, b"22"),
        (Check.XOR8, b"31"),
        (Check.NONE, b""),
    ],
)
def test_every_check_has_its_known_value(check: Check, shown: bytes) -> None:
    assert check.of(b"123456789") == shown
    assert check.size == len(shown)


def test_the_exclusive_or_is_that_of_a_published_sentence() -> None:
    sentence = b"GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47"  # Univ. Hohenheim, nmea_strings

    assert Check.XOR8.of(sentence[:-3]) == sentence[-2:]


def checked(check: Check, covers: str = "body") -> str:
    begins = '[line]\nbegins = "$"\nseparator = "*"\n'
    return LINES.replace("[line]\n", f'{begins}check = "{check}"\ncovers = "{covers}"\n')


def line_of(check: Check, number: int, covers: str = "body") -> bytes:
    """A line under a check, put together by hand."""
    body = b"SHOT %d 0.02 ml" % number
    of = {"body": body, "with_begin": b"$" + body, "with_separator": body + b"*", "all": b"$" + body + b"*"}[covers]
    reckon: dict[Check, Callable[[bytes], bytes]] = {
        Check.XMODEM: lambda data: crc16.xmodem(data).to_bytes(2, "big"),
        Check.CCITT_FALSE: lambda data: b"%04X" % crc16.ibm_3740(data),
        Check.MODBUS: lambda data: crc16.modbus(data).to_bytes(2, "little"),
        Check.CRC8: lambda data: bytes([crc8.smbus(data)]),
        Check.SUM8: lambda data: b"%02X" % (0xFF - sum(data) % 256),
        Check.XOR8: lambda data: b"%02X" % reduce(xor, data),
        Check.NONE: lambda _: b"",
    }
    crc = reckon[check](of)
    return b"$" + body + b"*" + crc + b"\r\n"


@pytest.mark.parametrize("covers", ["body", "with_begin", "with_separator", "all"])
@pytest.mark.parametrize("check", list(Check))
def test_a_line_is_whole_under_its_check_also_where_the_check_holds_the_end_of_a_line(
    check: Check, covers: str
) -> None:
    driver = driver_of(checked(check, covers))
    lines = [line_of(check, number, covers) for number in range(3000)]

    events = decode(driver.decoder(), [b"".join(lines)])

    assert [event.values[0] for event in events if isinstance(event, Reading)] == list(range(3000))
    assert len(events) == 3000


@pytest.mark.parametrize("check", [check for check in Check if check is not Check.NONE])
def test_every_flipped_bit_of_a_checked_line_is_refused(check: Check) -> None:
    driver = driver_of(checked(check))
    frame, behind = line_of(check, 7), line_of(check, 8)
    for bit in range(len(frame) * 8):
        flipped = bytearray(frame)
        flipped[bit // 8] ^= 1 << bit % 8
        events = decode(driver.decoder(), [bytes(flipped) + behind])
        told = [event.values[0] for event in events if isinstance(event, Reading)]
        assert told in ([8], []), f"bit {bit} gives {events}"
        assert any(isinstance(event, BadFrame) for event in events)


# -- forms -----------------------------------------------------------------------------------------------------


def test_a_unit_token_that_is_not_in_the_table_is_handed_on_as_sent() -> None:
    (event,) = SHOTS.decoder().feed(b"SHOT 1 0.02 ML\r\n")

    assert isinstance(event, Reading)
    assert event.units == ("", "ML")  # the recorder makes an alarm of it, and evaluates nothing


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"SHOT x 0.02 ml", "no line of the profile looks like this"),
        (b"SHOT 1 0.0.2 ml", "volume is '0.0.2', which is no number"),
        (b"SHOT 1 0.02 m\x01", "the line holds a character that is no text"),
    ],
)
def test_a_line_that_says_something_else_is_kept_with_the_reason(line: bytes, reason: str) -> None:
    (event,) = SHOTS.decoder().feed(line + b"\r\n")

    assert event == BadFrame(line + b"\r\n", reason, len(line) + 2)


def test_words_durations_and_the_device_clock_are_read_as_the_profile_says() -> None:
    text = (
        LINES[: LINES.index("[[report]]")]
        + """
[[report]]
name = "status"
kind = "status"
fields = { separator = ";", count = 4, starts = "ST" }

[[report.metric]]
name = "state"
category = "state"
field = 1
means = { R = "running", S = "stopped" }

[[report.metric]]
name = "time_left"
category = "measurement"
unit = "s"
type = "duration"
absent = ["--:--"]
field = 2

[[report.metric]]
name = "device_time"
category = "state"
clock = { format = "MM/DD/YYYY h:mm:ss AP", zone = "unknown" }
field = 3
"""
    )
    decoder = driver_of(text).decoder()

    events = decoder.feed(b"ST;R;29:59;03/09/2026 3:34:25 PM\r\nST;S;--:--;03/09/2026 12:00:00 AM\r\nST;Q;1:00:01;\r\n")

    assert [event.values for event in events] == [  # type: ignore[union-attr]
        ("running", 1799, "2026-03-09T15:34:25"),
        ("stopped", None, "2026-03-09T00:00:00"),
        ("Q", 3601, None),
    ]
    (bad,) = decoder.feed(b"ST;R;29:59;13/09/2026 3:34:25 PM\r\n")
    assert "no moment that there is" in bad.reason  # type: ignore[union-attr]


PUMP = LINES[: LINES.index("[line]")] + """
[line]
ends = ["\\r\\n"]
prompts = [":", ">", "T*"]
echo = true
ignore = ['Booting .*']
""" + "".join(
    f"""
[[query]]
name = "{name}"
purpose = "{name}"
request = "{name}\\r\\n"
effect = "none"
every = "1 s"
{more}

[[report]]
name = "{name}"
kind = "{kind}"
query = "{name}"
pattern = '{pattern}'

[[report.metric]]
name = "{metric}"
category = "{category}"
{keys}
"""
    for name, more, kind, pattern, metric, category, keys in (
        ("who", "on_open = true\nnames_itself = true", "identity", r"Serial number: (?P<serial>\w+)", "serial",
         "state", ""),
        ("infused", "", "interval", r"(?P<v>[0-9.]+) (?P<u>ml|ul)", "volume_session", "amount",
         'unit = "mL"\nunits = { ml = "mL", ul = "uL" }\ngroup = "v"\nunit_group = "u"'),
        ("target", "", "status", r"(?P<v>[0-9.]+|Target not set) ?(?P<u>ml|ul)?", "volume_set", "setting",
         'unit = "mL"\nunits = { ml = "mL", ul = "uL" }\ngroup = "v"\nunit_group = "u"\nabsent = ["Target not set"]'),
    )
)  # fmt: skip


def told(*talk: str) -> list[Any]:
    """The events of a conversation: queries begin with `?`."""
    driver = driver_of(PUMP)
    decoder = driver.decoder()
    events: list[Event] = []
    for said in talk:
        if said.startswith("?"):
            decoder.sent(f"{said[1:]}\r\n".encode())  # type: ignore[attr-defined]
        else:
            events += decoder.feed(said.encode())
    return events


def test_a_reply_that_does_not_name_itself_is_that_of_its_query() -> None:
    events = told(
        "?infused", "infused\r\n1.69 ul\r\n:", "?target", "target\r\n2 ml\r\n>", "?target", "Target not set\r\n:"
    )

    assert [(event.report, event.values) for event in events] == [
        ("infused", (Decimal("1.69"),)),
        ("target", (2,)),
        ("target", (None,)),
    ]


def test_a_late_reply_is_of_nobody_until_one_names_itself() -> None:
    events = told("?infused", "?target", "1.69 ul\r\n:", "?who", "Serial number: D1\r\n:", "?infused", "2 ul\r\n:")

    assert isinstance(events[0], BadFrame)
    assert "nobody can tell to which" in events[0].reason
    assert events[1] == Identity("a board", "D1", "", events[1].at)
    assert (events[2].report, events[2].values) == ("infused", (2,))


def test_lines_that_say_nothing_are_passed_over() -> None:
    assert told("Booting 1.2\r\n", "T*", "\r\n\r\n", ":") == []


def test_polling_waits_for_the_prompt_or_for_a_line_that_is_no_echo() -> None:
    prompted = driver_of(PUMP).polling
    plain = driver_of(PUMP.replace('prompts = [":", ">", "T*"]', "")).polling
    assert prompted is not None
    assert plain is not None
    assert plain.is_whole is not None

    assert set(prompted.ends) == {b"\r\n:", b"\r\n>", b"\r\nT*"}
    assert not plain.is_whole(b"infused\r\n", b"infused\r\n")
    assert plain.is_whole(b"infused\r\n", b"infused\r\n1.69 ul\r\n")


def test_no_pattern_of_a_profile_makes_a_line_take_long() -> None:
    """A matcher that goes back would not be done with this line in a lifetime."""
    form = LINES[LINES.index("pattern = ") :].splitlines()[0]
    text = LINES.replace(
        form, "pattern = '(?P<triggers_session>[0-9]*)(?P<volume_unit>x?)(?P<volume>(a*)*(a|aa)*(a|a)*)'"
    )

    events = driver_of(text.replace("[line]", "[line]\nlongest = 1024")).decoder().feed(b"a" * 1000 + b"!\r\n")

    assert [type(event) for event in events] == [BadFrame]


def test_half_a_reply_and_the_next_one_are_never_one_number() -> None:
    """Half of "1.69 ul" came, nothing more within the inter-byte time-out, and the next query went."""
    text = PUMP.replace("[line]", '[polling]\ninter_byte = "100 ms"\n\n[line]')
    driver = driver_of(text)
    decoder = driver.decoder()
    assert driver.polling is not None
    assert driver.polling.inter_byte == 0.1

    decoder.sent(b"infused\r\n")  # type: ignore[attr-defined]
    events = decoder.feed(b"1")
    decoder.sent(b"infused\r\n")  # type: ignore[attr-defined]
    events += decoder.feed(b"2.5 ul\r\n:")

    assert events == [
        BadFrame(b"1", "the line was not finished", 1),
        Reading("infused", (Decimal("2.5"),), 9, ("ul",)),
    ]


def test_a_query_of_a_profile_may_have_a_timeout_and_retries_of_its_own() -> None:
    text = PUMP.replace('purpose = "infused"', 'purpose = "infused"\ntimeout = "2 s"\nretries = 0')

    queries = {query.purpose: (query.timeout, query.retries) for query in driver_of(text).queries}

    assert queries == {"who": (None, None), "infused": (2.0, 0), "target": (None, None)}
