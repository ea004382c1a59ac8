"""Modbus profiles: published frames mean what they say in every order; flipped bits, late replies and echoes show."""

from __future__ import annotations

import json
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pymodbus.framer import FramerRTU

from devicelog.driver import BadFrame, Effect, Event, Identity, Reading
from devicelog.profile.vectors import failures, vectors_in
from devicelog.testing.capture import decode
from devicelog.testing.conformance import DriverConformance
from tests.profile.profiles import MODBUS, PROFILES, SHIPPED, driver_of

VECTORS = [
    vector
    for vector in json.loads((Path(__file__).parents[1] / "captures" / "profiles.json").read_text(encoding="utf-8"))
    if vector["protocol"] == "modbus_rtu"
]
TEMPLATE = driver_of(PROFILES["modbus-injector"].read_text(encoding="utf-8"))
FRAMES = [
    bytes.fromhex(table.received)
    for table, _ in vectors_in(SHIPPED / "modbus-injector.vectors.toml")
    if table.received is not None and table.refused is None and not table.asked
]


class TestModbusInjector(DriverConformance):
    driver = TEMPLATE
    capture = FRAMES * 6
    integrity = "crc"
    # Nothing shows where a frame begins: one whose CRC fits by chance takes bytes of those behind it. Of 3,000,000
    # damaged frames (tests/faults/damaged_frames.py, seeds 1 to 3) two did so, one of them is SWALLOWED: three clean
    # frames that came next were lost, and three behind those. Both times the CRC of the span that took them fits.
    lost_after_noise = 1


#: An identification into which bytes were inserted: the lengths of its objects lead into two clean frames behind it,
#: and the two bytes where they end happen to be the CRC.
SWALLOWED = bytes.fromhex(
    "01 2b 0e 01 01 00 00 03 00 05 02 cf f7 f6 bf 75 5a 29 e8 76 31 f7 06 da 51 95 56 b6 88 46 62 4d 61 6b 65 72 01 03"
    "42 2d 33 02 03 31 2e 32 50 2b 01 2b 0e 01 01 00 00 03 00 05 4d 61 6b 65 72 01 03 42 2d 33 02 03 31 2e 32 50 2b 01"
    "03 10 00 c8 40 83 33 33 00 05 00 00 00 12 4e 39 20 00 7a 3b 01 03 10 00 c8 40 83 33 33 00 05 00 00 00 12"
)


def framed(text: str) -> bytes:
    """A frame with the CRC that others compute."""
    body = bytes.fromhex(text)
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


def profile(registers: int, *metrics: str, slave: int = 1, function: int = 4, more: str = "") -> str:
    """A profile of one query and one report of status, a metric for each text `type[ order][ further keys]`."""
    text = MODBUS.replace("slave = 1", f"slave = {slave}\n{more}").replace("function = 4", f"function = {function}")
    text = text.replace("count = 2", f"count = {registers}").replace('"interval"', '"status"')
    text = text[: text.index("[[report.metric]]")]
    for number, keys in enumerate(metrics):
        text += f'[[report.metric]]\nname = "m{number}"\n{keys}\n'
    return text


def one(text: str, *frames: bytes, sent: str | None = None) -> Any:
    """The one event that frames give."""
    driver = driver_of(text)
    decoder = driver.decoder()
    if sent is not None:
        decoder.sent(next(q.request for q in driver.queries if q.purpose == sent))  # type: ignore[attr-defined]
    (event,) = decode(decoder, frames)
    return event


def test_a_crc_that_fits_by_chance_is_why_clean_frames_may_be_lost_behind_a_damaged_one() -> None:
    """The CRC of others says so too; what the frame then holds is no text, and nothing of it is recorded."""
    basic = driver_of(PROFILES["modbus-injector"].read_text(encoding="utf-8").replace("category = 3", "category = 1"))
    (event,) = basic.decoder().feed(SWALLOWED)

    assert framed(SWALLOWED[:-2].hex()) == SWALLOWED
    assert all(framed(clean[:-2].hex()) == clean for clean in (SWALLOWED[48:75], SWALLOWED[75:96]))
    assert isinstance(event, BadFrame)
    assert "is no text" in event.reason


# -- published frames ------------------------------------------------------------------------------------------


def vector(meaning: str) -> bytes:
    return next(bytes.fromhex(each["hex"]) for each in VECTORS if meaning in each["meaning"])


def test_the_published_queries_are_what_a_profile_sends() -> None:
    ten = driver_of(profile(10, 'category = "state"\naddress = 0\ntype = "u16"', function=3)).queries[0].request
    three = (
        MODBUS.replace("start = 0", "start = 0x6B")
        .replace("count = 2", "count = 3")
        .replace("address = 0", "address = 107")
    )
    other = (
        driver_of(three.replace("function = 4", "function = 3").replace("slave = 1", "slave = 17")).queries[0].request
    )

    assert ten == vector("read 10 holding regs")
    assert other == vector("slave 17")
    basic = PROFILES["modbus-injector"].read_text(encoding="utf-8").replace("category = 3  ", "category = 1  ")
    assert driver_of(basic).queries[0].request == vector("read device identification")


def test_the_published_reply_of_three_registers_is_read() -> None:
    metrics = [f'category = "state"\naddress = {place}\ntype = "u16"' for place in range(3)]

    event = one(profile(3, *metrics, slave=17, function=3), vector("reply: AE41"))

    assert event.values == ("44609", "22098", "17216")


def test_the_published_exception_says_which_query_was_refused() -> None:
    text = profile(1, 'category = "state"\naddress = 0\ntype = "u16"', function=3)

    event = one(text, vector("illegal data address"), sent="counters")

    assert (event.report, event.values) == ("refused", ("counters", "given", "illegal data address"))


def test_the_published_numbers_of_32_bits_are_read() -> None:
    u32 = 'category = "measurement"\nunit = "V"\naddress = 0\ntype = "u32"'

    assert one(profile(2, u32), vector("u32 big-word-first")).values == (123456,)
    assert one(
        profile(2, u32.replace("u32", "f32"), function=3), bytes.fromhex("01 03 04 43 05 00 00 FF B6")
    ).values == (133,)


def test_every_vector_of_every_shipped_profile_decodes_to_its_meaning() -> None:
    for name, path in PROFILES.items():
        driver = driver_of(path.read_text(encoding="utf-8"))
        vectors = vectors_in(SHIPPED / f"{name}.vectors.toml")
        assert vectors
        assert failures(driver, vectors) == []


# -- types and orders ------------------------------------------------------------------------------------------

ORDERS = {"ABCD": "ABCD", "CDAB": "CDAB", "BADC": "BADC", "DCBA": "DCBA"}


@pytest.mark.parametrize("order", ["ABCD", "CDAB", "BADC", "DCBA"])
@pytest.mark.parametrize(
    ("kind", "form", "value"),
    [
        ("u16", "H", 65535),
        ("i16", "h", -2),
        ("u32", "I", 123456),
        ("i32", "i", -123456),
        ("u64", "Q", 2**53 + 1),
        ("i64", "q", -(2**53) - 1),
        ("f32", "f", Decimal("0.1")),
        ("f32", "f", Decimal("4.1")),
        ("f64", "d", Decimal("0.1")),
        ("bcd32", None, 12345678),
    ],
)
def test_every_number_is_read_to_its_last_digit_in_every_order(
    kind: str, form: str | None, value: int | Decimal, order: str
) -> None:
    big = bytes.fromhex(str(value)) if form is None else struct.pack(f">{form}", value)
    pairs = [big[place : place + 2] for place in range(0, len(big), 2)]
    if order in ("CDAB", "DCBA"):
        pairs.reverse()
    data = b"".join(pair[::-1] if order in ("BADC", "DCBA") else pair for pair in pairs)
    keys = f'category = "measurement"\nunit = "V"\naddress = 0\ntype = "{kind}"\norder = "{order}"'

    event = one(profile(len(data) // 2, keys), framed(f"01 04 {len(data):02x} {data.hex()}"))

    assert event.values == (value,)


def test_a_scale_is_exact_and_an_absent_value_is_not_zero() -> None:
    keys = 'category = "measurement"\nunit = "mL"\nsent_in = "uL"\nscale = 0.1\naddress = 0\ntype = "u16"\n'
    keys += "absent = [65535]"

    assert one(profile(1, keys), framed("01 04 02 00 CB")).values == (Decimal("20.3"),)
    assert one(profile(1, keys), framed("01 04 02 FF FF")).values == (None,)
    assert one(profile(1, keys), framed("01 04 02 00 00")).values == (0,)


@pytest.mark.parametrize(
    ("keys", "data", "reason"),
    [
        ('unit = "V"\ntype = "f32"', "7F C0 00 00", "m0 is 'nan', which is no number"),
        ('unit = "V"\ntype = "f32"', "7F 7F FF FF", "which no device means"),
        ('unit = "V"\ntype = "bcd32"', "12 3A 00 00", "holds a digit that is none"),
        ('unit = "V"\nplausible = ["0 V", "10 V"]\ntype = "u32"', "00 00 00 0B", "m0 is 11 V, which the profile calls"),
    ],
)
def test_what_cannot_be_is_a_bad_frame_with_its_bytes(keys: str, data: str, reason: str) -> None:
    frame = framed(f"01 04 04 {data}")

    event = one(profile(2, f'category = "measurement"\naddress = 0\n{keys}'), frame)

    assert isinstance(event, BadFrame)
    assert event.raw == frame
    assert reason in event.reason


def test_a_level_becomes_a_quantity_only_by_a_table_with_its_source() -> None:
    level = 'category = "setting"\nunit = "1"\nlevel = true\naddress = 0\ntype = "u16"'
    current = 'category = "setting"\nunit = "mA"\nbasis = "dc"\naddress = 0\ntype = "u16"\n'
    current += 'levels = { source = "manual, page 27", values = { 3 = 0.90, 5 = 1.5 } }'
    text = profile(1, level, current)

    assert one(text, framed("01 04 02 00 03")).values == (3, Decimal("0.90"))
    bad = one(text, framed("01 04 02 00 04"))
    assert "is the level 4, which its table does not have" in bad.reason


def test_bits_of_a_word_are_states_of_their_own() -> None:
    keys = 'category = "state"\naddress = 0\ntype = "u16"\n'
    keys += 'bits = [{ bit = 0, name = "hot", priority = "high", text = "hot" }, { bit = 15, name = "door" }]'
    driver = driver_of(profile(1, keys))

    assert one(profile(1, keys), framed("01 04 02 80 00")).values == ("32768", "0", "1")
    assert driver.reports[0].metrics[1].conditions["1"].text == "hot"


def test_a_value_means_nothing_while_its_guard_says_otherwise() -> None:
    page = 'category = "state"\naddress = 0\ntype = "u16"'
    dose = 'category = "measurement"\nunit = "mL"\naddress = 1\ntype = "u16"\nvalid_while = { metric = "m0", is = [3] }'

    assert one(profile(2, page, dose), framed("01 04 04 00 03 00 07")).values == ("3", 7)
    assert one(profile(2, page, dose), framed("01 04 04 00 04 00 07")).values == ("4", None)


def test_coils_and_discrete_inputs_are_bits() -> None:
    keys = 'category = "state"\naddress = 9'

    assert one(profile(10, keys, function=1), framed("01 01 02 00 02")).values == ("1",)
    assert one(profile(10, keys, function=2), framed("01 02 02 FF 01")).values == ("0",)


def test_a_counter_that_reading_clears_is_added_up_and_goes_only_when_allowed() -> None:
    text = MODBUS.replace('effect = "none"', 'effect = "destructive_read"')
    text = text.replace("modulus = 4294967296", "since_last_read = true")
    driver = driver_of(text)
    decoder = driver.decoder()

    events = decode(decoder, [framed("01 04 04 00 00 00 05"), framed("01 04 04 00 00 00 02")])

    assert [event.values for event in events if isinstance(event, Reading)] == [(5,), (7,)]
    assert driver.queries[0].effect is Effect.DESTRUCTIVE_READ


# -- whose reply it is -----------------------------------------------------------------------------------------


def talk(text: str) -> tuple[Any, dict[str, bytes]]:
    """A decoder, and the queries by their purpose."""
    driver = driver_of(text)
    return driver.decoder(), {query.purpose: query.request for query in driver.queries}


TWINS = (
    MODBUS
    + MODBUS[MODBUS.index("[[query]]") : MODBUS.index("[[report]]")]
    .replace("counters", "more")
    .replace("start = 0", "start = 8")
    + MODBUS[MODBUS.index("[[report]]") :]
    .replace("counters", "more")
    .replace('"given"', '"more"')
    .replace("address = 0", "address = 8")
    + '[[query]]\nname = "who"\npurpose = "who"\nfunction = 0x11\neffect = "none"\non_open = true\n'
    + '[[report]]\nname = "identity"\nkind = "identity"\nquery = "who"\n'
    + '[[report.metric]]\nname = "model"\ncategory = "state"\naddress = 0\ntype = "text"\n'
)
REPLY, WHO = framed("01 04 04 00 00 00 07"), framed("01 11 04 41 42 43 44")


def reports(events: list[Event]) -> list[str]:
    return [event.report if isinstance(event, Reading) else type(event).__name__ for event in events]


def test_replies_that_look_alike_are_told_apart_by_what_was_asked() -> None:
    decoder, queries = talk(TWINS)
    decoder.sent(queries["counters"])
    first = decoder.feed(REPLY)
    decoder.sent(queries["more"])

    assert reports(first + decoder.feed(REPLY)) == ["given", "more"]


def test_a_late_reply_is_never_taken_for_that_of_a_later_query() -> None:
    decoder, queries = talk(TWINS)
    decoder.sent(queries["counters"])
    decoder.sent(queries["more"])  # the first one timed out

    late = decoder.feed(REPLY)

    assert "nobody can tell to which" in late[0].reason
    decoder.sent(queries["who"])
    named = decoder.feed(WHO)
    assert named == [Identity("ABCD", "", "", len(REPLY) + len(WHO))]
    decoder.sent(queries["more"])
    assert reports(decoder.feed(REPLY)) == ["more"]  # in step again


def test_another_device_on_the_line_is_not_this_one() -> None:
    event = one(MODBUS, framed("05 04 04 00 00 00 07"))

    assert event.reason == "the device with address 5 answers, 1 was asked"


def test_an_adapter_that_sends_back_what_is_sent_is_borne_if_the_profile_says_so() -> None:
    for more, expected in (("echo = true", ["given"]), ("", ["BadFrame", "given"])):
        decoder, queries = talk(MODBUS.replace("slave = 1", f"slave = 1\n{more}"))
        request = queries["counters"]
        decoder.sent(request)
        events = [event for byte in request + REPLY for event in decoder.feed(bytes([byte]))]
        assert reports(events) == expected
        assert events[-1].at == len(request + REPLY)


def test_a_reply_that_was_cut_off_is_over_when_the_next_query_goes() -> None:
    decoder, queries = talk(MODBUS)
    decoder.sent(queries["counters"])
    assert decoder.feed(REPLY[:5]) == []
    decoder.sent(queries["counters"])

    assert reports(decoder.feed(REPLY)) == ["BadFrame", "given"]


def test_the_end_of_a_reply_is_found_by_its_length_and_by_nothing_else() -> None:
    polling = TEMPLATE.polling
    assert polling is not None
    assert polling.is_whole is not None
    request, reply = TEMPLATE.queries[1].request, FRAMES[0]

    assert not any(polling.is_whole(request, reply[:length]) for length in range(len(reply)))
    assert polling.is_whole(request, reply)
    assert polling.is_whole(request, b"\x00noise" + reply)
    assert not polling.is_whole(TEMPLATE.queries[2].request, reply)  # the late reply to another query
    assert polling.is_whole(request, framed("01 84 02"))


@pytest.mark.parametrize("frame", [*FRAMES, framed("01 83 02")], ids=lambda frame: frame.hex(" "))
def test_every_flipped_bit_of_a_frame_is_refused(frame: bytes) -> None:
    for bit in range(len(frame) * 8):
        flipped = bytearray(frame)
        flipped[bit // 8] ^= 1 << bit % 8
        events = decode(TEMPLATE.decoder(), [bytes(flipped)])
        assert events
        assert all(isinstance(event, BadFrame) for event in events), f"bit {bit} gives {events}"


def test_only_queries_that_read_leave_and_a_number_sign_in_one_is_a_byte() -> None:
    text = MODBUS.replace("start = 0", "start = 0x23").replace("address = 0", "address = 0x23")
    (query,) = driver_of(text).queries

    assert b"#" in query.request
    assert query.allows(query.request)
    assert not query.allows(query.request.replace(b"#", b"7"))


@pytest.mark.parametrize(
    ("text_is", "unit", "text", "value"),
    [
        ("number", "mL", b"1.250   ", Decimal("1.250")),
        ("hex", "count", b"00FF\x00\x00\x00\x00", 255),
        ("duration", "s", b"01:00:05", 3605),
    ],
)
def test_a_number_may_stand_in_registers_as_text(text_is: str, unit: str, text: bytes, value: object) -> None:
    keys = f'category = "measurement"\nunit = "{unit}"\naddress = 0\ntype = "text"\nlength = 4\ntext_is = "{text_is}"'

    event = one(profile(4, keys), framed("010408" + text.hex()))

    assert event.values == (value,)
