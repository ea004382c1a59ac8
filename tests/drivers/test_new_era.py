"""The NE-1000 family: every published frame means what the manual says, in either framing; flipped bits show."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from devicelog.driver import BadFrame, Effect, Identity, Reading
from devicelog.testing.capture import decode
from devicelog.testing.conformance import DriverConformance
from devicelog_drivers.new_era import DRIVER
from devicelog_drivers.newera.decoder import NewEraDecoder
from devicelog_drivers.newera.frames import basic_query, command_of, safe_query
from devicelog_simulators.new_era import NewEra, NewEraScenario

VECTORS = [
    vector
    for vector in json.loads((Path(__file__).parents[1] / "captures" / "pumps.json").read_text(encoding="utf-8"))
    if vector["protocol"].startswith("newera")
]
REPLIES = {
    vector["meaning"]: bytes.fromhex(vector["hex"]) for vector in VECTORS if vector["direction"] == "from_device"
}


def frames(framing: str) -> list[bytes]:
    """Replies of a pump that draws up and infuses, asked for everything in turn."""
    steps = [
        {"do": "withdraw", "rate": "90 mL/h", "for": "30 s"},
        {"do": "infuse", "rate": "60 mL/h", "for": "60 s"},
        {"do": "pause", "for": "5 s"},
        {"do": "power_loss"},
        {"do": "infuse", "rate": "1.5 mL/h", "for": "30 s"},
    ]
    device = {"framing": framing, "safe_timeout": 0}
    scenario = {"simulator": "new-era", "title": "all", "device": device, "steps": steps}
    pump = NewEra(NewEraScenario.model_validate(scenario), seed=1)
    dialect = [query for query in DRIVER.queries if query.dialect == framing]
    return [pump.answer(dialect[turn % len(dialect)].request) + pump.advance(1.4) for turn in range(90)]


class TestSafeFraming(DriverConformance):
    driver = DRIVER
    capture = frames("safe")
    integrity = "crc"


class TestBasicFraming(DriverConformance):
    driver = DRIVER
    capture = frames("basic")
    integrity = "none"
    simulator = "new-era"


def said(data: bytes, *asked: str) -> Any:
    """The one event of a frame, as a reply to the last of these commands, in its own framing."""
    decoder = NewEraDecoder()
    for command in asked:
        decoder.sent(safe_query(command) if data[1:2] < b"0" else basic_query(command))
    (event,) = (event for event in decoder.feed(data) if getattr(event, "report", "") != "framing")
    return event


def values(event: Reading) -> dict[str, Any]:
    names = [metric.name for metric in DRIVER.report(event.report).metrics]
    return dict(zip(names, event.values, strict=True))


# -- the published and computed frames -------------------------------------------------------------------------


#: What each frame of a pump means, without what it does not say.
MEANT: dict[str, dict[str, Any]] = {
    "dispensed 0.123 mL infused, pump stopped": {"state": "S", "volume_session": Decimal("0.123")},
    "dispensed 1.250 mL, infusing": {"state": "I", "volume_session": Decimal("1.250")},
    "ALARM: pump was reset (power interrupted)": {"state": "A", "alarm": "R"},
    "ALARM: motor stalled": {"state": "A", "alarm": "S unasked"},
    "command error: out of range": {"state": "S", "refusal": "?OOR"},
    "firmware reply": {"model": "NE1000", "firmware": "3.928", "serial": ""},
}


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if vector["direction"] == "from_device"],
    ids=lambda vector: f"{vector['protocol']}: {vector['meaning']}",
)
def test_every_published_and_computed_frame_decodes_to_its_meaning(vector: dict[str, str]) -> None:
    event = said(bytes.fromhex(vector["hex"]))

    found = structs.asdict(event) if type(event) is Identity else values(event)
    assert found | MEANT[vector["meaning"]] == found


@pytest.mark.parametrize(
    ("meaning", "state", "infused"),
    [
        ("dispensed 0.123 mL infused, pump stopped", "S", "0.123"),
        ("dispensed 1.250 mL, infusing", "I", "1.250"),
    ],
)
def test_a_volume_dispensed_is_read_to_its_last_digit(meaning: str, state: str, infused: str) -> None:
    event = said(REPLIES[meaning])

    assert event.report == "dispensed"
    assert event.units == ("", "", "ML", "ML", "ML", "")
    assert values(event) == {
        "state": state,
        "alarm": None,
        "volume_session": Decimal(infused),
        "volume_withdrawn": Decimal("0.000"),
        "volume_step": Decimal("0.001"),
        "resets": 0,
    }


def test_the_same_reply_means_the_same_in_both_framings() -> None:
    safe, basic = (
        bytes.fromhex(vector["hex"])
        for vector in sorted(VECTORS, key=lambda vector: vector["protocol"], reverse=True)
        if vector["meaning"] == "dispensed 1.250 mL, infusing"
    )

    assert values(said(safe)) == values(said(basic))


def test_a_reset_is_an_alarm_that_reading_has_cleared() -> None:
    event = said(REPLIES["ALARM: pump was reset (power interrupted)"], "DIS")

    assert values(event) == {"state": "A", "alarm": "R", "cleared_by": "DIS"}
    condition = DRIVER.report("status").metrics[1].conditions["R"]
    assert condition.latching
    assert condition.text.endswith("reading it has cleared it at the pump")


def test_an_alarm_that_a_pump_in_safe_framing_sends_by_itself_is_not_cleared() -> None:
    stalled = REPLIES["ALARM: motor stalled"]

    assert values(said(stalled)) == {"state": "A", "alarm": "S unasked", "cleared_by": None}
    assert values(said(stalled, "RAT")) == {"state": "A", "alarm": "S", "cleared_by": "RAT"}


def test_a_safe_frame_answers_no_query_in_basic_framing() -> None:
    decoder = NewEraDecoder()
    decoder.sent(basic_query("VER"))

    events = decoder.feed(REPLIES["ALARM: motor stalled"])

    assert values(events[-1]) == {"state": "A", "alarm": "S unasked", "cleared_by": None}  # type: ignore[arg-type]


def test_a_basic_frame_answers_no_query_in_safe_framing() -> None:
    decoder = NewEraDecoder()
    decoder.sent(safe_query("SAF"))
    decoder.sent(basic_query("DIA"))

    (event,) = decoder.feed(b"\x0200S14.43\x03")

    assert event.report == "diameter"  # type: ignore[union-attr]


def test_a_pump_in_safe_framing_that_nobody_asks_in_it_is_said_once_until_it_is_asked() -> None:
    decoder = NewEraDecoder()
    stalled = REPLIES["ALARM: motor stalled"]

    unasked = [event for data in (stalled, stalled) for event in decoder.feed(data)]
    decoder.sent(safe_query("DIS"))
    asked = decoder.feed(stalled)

    assert [event.values for event in unasked if event.report == "framing"] == [("safe, not asked",)]  # type: ignore[union-attr]
    assert [event.values for event in asked if event.report == "framing"] == [("safe",)]  # type: ignore[union-attr]
    means = DRIVER.report("framing").metrics[0].conditions["safe, not asked"]
    assert "--allow opens_session" in means.text
    assert "stops when the recording ends" in means.text


def test_a_refusal_says_why() -> None:
    assert values(said(REPLIES["command error: out of range"])) == {"state": "S", "alarm": None, "refusal": "?OOR"}


def test_the_firmware_is_the_identity_and_there_is_no_serial_number() -> None:
    data = REPLIES["firmware reply"]

    assert said(data) == Identity("NE1000", "", "3.928", len(data))


@pytest.mark.parametrize(
    ("text", "model", "firmware", "more"),
    [
        ("NE1002XV3.79b", "NE1002", "3.79b", {"upgrade": "X"}),
        ("NE1000X2V3.928", "NE1000", "3.928", {"upgrade": "X2"}),
        ("NE500V4", "NE500", "4", {}),
        ("NE1000V3.9-V2", "NE1000", "3.9-V2", {}),
    ],
)
def test_the_firmware_is_text_and_a_letter_in_it_loses_no_identity(
    text: str, model: str, firmware: str, more: dict[str, str]
) -> None:
    data = f"\x0200S{text}\x03".encode()

    assert said(data, "VER") == Identity(model, "", firmware, len(data), more=more)


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["direction"] == "to_device"], ids=lambda v: v["meaning"])
def test_queries_are_framed_as_the_manual_frames_them(vector: dict[str, str]) -> None:
    data = bytes.fromhex(vector["hex"])

    if vector["provenance"] == "published":  # SAF0 sets the pump: its check is right, and it is never declared
        assert safe_query("")[:1] + bytes([8]) + b"SAF0" + (0x5543).to_bytes(2, "big") + b"\x03" == data
        assert not any(query.allows(data) for query in DRIVER.queries)
    else:
        assert safe_query(command_of(data)) == data
        assert any(query.allows(data) for query in DRIVER.queries)


@pytest.mark.parametrize("data", [d for d in REPLIES.values() if d[1:2] < b"0"], ids=repr)
def test_every_flipped_bit_of_a_safe_frame_is_refused(data: bytes) -> None:
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        events = decode(NewEraDecoder(), [bytes(flipped)])
        assert events, f"bit {bit}"
        assert all(type(event) is BadFrame for event in events), f"bit {bit} of {data!r} gives {events}"


# -- what no vector has ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "unit"), [("1.500MM", "MM"), ("90.00MH", "MH"), ("123.4UM", "UM"), ("1234.UH", "UH")])
def test_a_rate_keeps_its_unit_and_its_digits(text: str, unit: str) -> None:
    event = said(b"\x0200I%b\x03" % text.encode())

    assert (event.report, event.values[2], event.units[2]) == ("rate", Decimal(text[:-2]), unit)


@pytest.mark.parametrize(("infused", "step"), [("0.123", "0.001"), ("12.34", "0.01"), ("123.4", "0.1"), ("1234.", "1")])
def test_the_step_of_a_volume_grows_with_it_and_is_recorded(infused: str, step: str) -> None:
    event = said(f"\x0200II{infused}W0.000UL\x03".encode())

    assert values(event)["volume_step"] == Decimal(step)


def test_a_unit_that_is_not_in_the_table_is_handed_on_as_sent() -> None:
    event = said(b"\x0200SI1.000W0.000NL\x03")

    assert event.units[2] == "NL"  # the recorder makes an alarm of it, and evaluates nothing


def test_a_plain_number_is_a_diameter_only_if_a_diameter_was_asked_for() -> None:
    number = b"\x0200S14.43\x03"

    assert said(number, "DIA").report == "diameter"
    assert said(number, "SAF").report == "safe_timeout"
    assert values(said(number)) == {"state": "S", "alarm": None, "number": "14.43"}
    assert values(said(number, "SAF", "DIA"))["number"] == "14.43"


@pytest.mark.parametrize("data", ["00SI1.23456W0.000ML", "00SI.W0.000ML", "00SI1.000ML", "00Q", "00S1.0.0ML", "00A?X"])
def test_what_no_reply_looks_like_is_a_bad_frame(data: str) -> None:
    assert type(said(f"\x02{data}\x03".encode())) is BadFrame


def test_another_pump_on_the_line_is_not_this_one() -> None:
    event = said(b"\x0205II1.250W0.000ML\x03")

    assert type(event) is BadFrame
    assert "address 05" in event.reason


def test_each_reset_begins_a_new_epoch_of_the_amounts() -> None:
    decoder = NewEraDecoder()
    reset, volume = REPLIES["ALARM: pump was reset (power interrupted)"], b"\x0200SI0.000W0.000ML\x03"

    events = decode(decoder, [volume, reset, volume, reset, volume])

    assert [event.values[-1] for event in events if event.report == "dispensed"] == [0, 1, 2]  # type: ignore[union-attr]


def test_every_query_says_what_it_does_to_the_pump() -> None:
    effects = {query.dialect: query.effect for query in DRIVER.queries}

    assert effects == {"basic": Effect.CLEARS_ALARM, "safe": Effect.OPENS_SESSION}
    assert {command_of(query.request) for query in DRIVER.queries} == {"VER", "DIS", "RAT", "DIR", "VOL", "DIA", "SAF"}
