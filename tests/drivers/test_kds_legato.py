"""Legato and Elite pumps: replies that a real one gave mean what was asked, and are never paired with another query."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import BadFrame, Effect, Identity, Reading
from devicelog.driver.logbook import DeviceTime
from devicelog.testing.capture import decode, pieces_of
from devicelog.testing.conformance import DriverConformance
from devicelog.testing.talk import Sent
from devicelog_drivers.kds_legato import DRIVER
from devicelog_drivers.legato.decoder import LegatoDecoder

VECTORS = [
    vector
    for vector in json.loads((Path(__file__).parents[1] / "captures" / "pumps.json").read_text(encoding="utf-8"))
    if vector["protocol"] == "kds_legato"
]
REPLIED = [vector for vector in VECTORS if vector["direction"] == "from_device"]
REPLIES = [bytes.fromhex(vector["hex"]) for vector in REPLIED]
VERSION = b"\nFirmware:      v3.0.6\r\nPump address:  0\r\nSerial number: D101754\r\n:\x11"


ASKED = {
    vector["meaning"]: [Sent(bytes.fromhex(vector["hex"]))] for vector in VECTORS if vector["direction"] == "to_device"
}


def talk() -> Iterator[bytes | Sent]:
    """Each reply behind its query."""
    for vector in VECTORS:
        if vector["direction"] == "from_device":
            yield from ASKED.get(vector["meaning"], [])
            yield bytes.fromhex(vector["hex"])


class TestKdsLegato(DriverConformance):
    driver = DRIVER
    capture: ClassVar = [Sent(b"@version\r\n"), VERSION, *talk()] * 6
    integrity = "none"
    simulator = "kds-legato"
    lost_after_noise = 1  # a carriage return before a reply makes it the second line of another


def said(reply: bytes, *asked: str) -> Any:
    """The one event of a reply, after these queries."""
    decoder = LegatoDecoder()
    for command in asked:
        decoder.sent(f"@{command}\r\n".encode())
    (event,) = decoder.feed(reply)
    return event


# -- what a real pump sent -------------------------------------------------------------------------------------


#: What each recorded reply means: the report, and its values and unit tokens before the state.
UL_MIN, ML_MIN = "ul/min", "ml/min"
LIMITS = (Decimal("25.0404"), Decimal("26.0035")), ("nl/min", ML_MIN)
MEANT: dict[str, tuple[str, tuple[Any, ...], tuple[str, ...]]] = {
    "infused volume while infusing": ("infused", (Decimal("1.69023"),), ("ul",)),
    "infused volume, of another run": ("infused", (Decimal("1.96067"),), ("ul",)),
    "infused volume, idle (after civolume)": ("infused", (Decimal(0),), ("ul",)),
    "withdrawn volume": ("withdrawn", (Decimal(0),), ("ul",)),
    "infuse rate": ("infusion_rate", (Decimal("199.49"),), (UL_MIN,)),
    "infuse rate, in millilitres": ("infusion_rate", (Decimal(1),), (ML_MIN,)),
    "withdrawal rate": ("withdrawal_rate", (Decimal("199.49"),), (UL_MIN,)),
    "withdrawal rate, in millilitres": ("withdrawal_rate", (Decimal(1),), (ML_MIN,)),
    "rate limits for diameter": ("infusion_limits", *LIMITS),
    "withdrawal rate limits": ("withdrawal_limits", *LIMITS),
    "no target volume": ("target", (None,), ("ml",)),
    "target volume": ("target", (Decimal("199.49"),), ("ul",)),
    "target volume, in millilitres": ("target", (Decimal(1),), ("ml",)),
    "target time (form 1)": ("target_time", (Decimal(30),), ("seconds",)),
    "target time (form 2, h:m:s)": ("target_time", (Decimal(5_400),), ("",)),
    "target time, three minutes": ("target_time", (Decimal(180),), ("",)),
    "target time, the longest": ("target_time", (Decimal(356_460),), ("",)),
    "no target time": ("target_time", (None,), ("seconds",)),
    "syringe diameter": ("diameter", (Decimal("7.2620"),), ("mm",)),
    "syringe volume": ("syringe", (Decimal("8.6284"),), ("ml",)),
    "force": ("force", (Decimal(15),), ("%",)),
}
#: What is kept in its words: replies to commands that are never sent, and what the table of drivers says is not read.
WORDS = {
    "error reply": "Argument error: 2 | Target volume out of range",
    "infusion ramp": "110 ul/min to 417 ul/min in 7.036 seconds",
    "no infusion ramp": "Ramp not set up.",
    "withdrawal ramp": "110 ul/min to 417 ul/min in 7.036 seconds",
    "no withdrawal ramp": "Ramp not set up.",
    "mode: infuse only": "Quick Start - Infuse Only (qs i)",
    "mode: withdraw only": "Quick Start - Withdraw Only (qs w)",
    "mode: infuse and withdraw": "Quick Start - Infuse/Withdraw (qs iw)",
    "syringe of a table": "Hoshi, 20 ml, 20.45 mm",
    "syringes of a maker": "1 ml | 2 ml | 3 ml | 5 ml | 10 ml | 20 ml | 30 ml | 50 ml | 100 ml",
    "a syringe that is not known": "Argument error: 200 | Unknown syringe",
    "started: a prompt and nothing else": "",
    "withdrawing: a prompt and nothing else": "",
}


@pytest.mark.parametrize("vector", REPLIED, ids=lambda vector: vector["meaning"])
def test_every_recorded_reply_decodes_to_its_meaning(vector: dict[str, str]) -> None:
    data, meaning = bytes.fromhex(vector["hex"]), vector["meaning"]

    event = said(data, vector["asked"])

    prompt = data[-2:-1].decode()
    if meaning == "who it is":
        assert event == Identity("Legato or Elite", "D101754", "v3.0.6", len(data) - 1, more={"address": "0"})
    elif meaning == "device clock, US m/d/y 12 h, no zone":
        assert event == DeviceTime("05/08/23 2:48:23 PM", len(data) - 1)
        assert DRIVER.clock is not None
        assert DRIVER.clock.moment(event.said) == round(datetime(2023, 5, 8, 14, 48, 23, tzinfo=UTC).timestamp() * 1e6)
    elif meaning == "the prompt of a pump with an address":
        assert type(event) is BadFrame
    elif meaning in WORDS:
        assert (event.report, event.values) == ("message", (vector["asked"].strip(), WORDS[meaning], prompt))
        assert f"@{vector['asked']}\r\n".encode() not in {query.request for query in DRIVER.queries}
    else:
        report, read, tokens = MEANT[meaning]
        assert (event.report, event.values) == (report, (*read, prompt))
        assert (event.units or DRIVER.report(report).units) == (*tokens, "")


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["direction"] == "to_device"], ids=lambda v: v["meaning"])
def test_of_the_recorded_commands_those_that_read_are_queries_and_those_that_set_are_none(
    vector: dict[str, str],
) -> None:
    data = bytes.fromhex(vector["hex"])
    sets = {b"@tvolume 2 l\r\n", b"@addr 2\r\n"}

    assert any(query.allows(data) for query in DRIVER.queries) == (data not in sets)


def test_every_query_has_a_recorded_reply_or_a_form_that_is_one_of_them() -> None:
    asked = {vector["asked"] for vector in REPLIED}

    assert {query.request.decode()[1:-2] for query in DRIVER.queries} - asked == {
        "time"
    }  # only its setting is recorded


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("ttime", "01:60:00"),
        ("ttime", "3:00"),
        ("ttime", "Target volume not set"),
        ("tvolume", "Target time not set"),
        ("irate lim", "25.0404 nl/min"),
        ("irate", "25.0404 nl/min to 26.0035 ml/min"),
        ("force", "fifteen"),
    ],
)
def test_what_has_not_the_form_of_the_answer_is_kept_in_its_words(asked: str, text: str) -> None:
    event = said(f"\n{text}\r\n:\x11".encode(), asked)

    assert (event.report, event.values) == ("message", (asked, text, ":"))


def test_an_address_stands_before_the_prompt_of_another_pump_only() -> None:
    event = said(b"\nPump address set to 2\r\n02:\x11")

    assert type(event) is BadFrame
    assert "address 02" in event.reason


@pytest.mark.parametrize(("prompt", "state"), [(b"*", "*"), (b"T*", "T*"), (b"<", "<")])
def test_the_prompt_is_the_state(prompt: bytes, state: str) -> None:
    assert said(b"\n3 ml\r\n%b\x11" % prompt, "ivolume").values == (Decimal(3), state)


# -- the unit changes from reply to reply ----------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["pl", "nl", "ul", "ml"])
def test_each_reply_brings_its_own_unit(unit: str) -> None:
    assert said(f"\n1.5 {unit}\r\n>".encode(), "ivolume").units == (unit, "")


def test_a_unit_that_is_not_in_the_table_is_handed_on_as_sent() -> None:
    assert said(b"\n1.5 fl\r\n>", "ivolume").units == ("fl", "")


# -- queries and replies ---------------------------------------------------------------------------------------


def test_a_value_that_nobody_asked_for_stands_for_nothing() -> None:
    assert said(b"\n1.69023 ul\r\n>").values == (None, "1.69023 ul", ">")


def test_a_late_reply_is_not_taken_for_that_of_the_next_query() -> None:
    infused = b"\n1.69023 ul\r\n>\x11"

    assert said(infused, "ivolume", "wvolume").report == "message"


def test_after_the_pump_has_said_who_it_is_replies_are_in_step_again() -> None:
    decoder = LegatoDecoder()
    for command in ("ivolume", "wvolume", "version"):
        decoder.sent(f"@{command}\r\n".encode())
    decoder.feed(b"\n1.69023 ul\r\n>\n0 ul\r\n>" + VERSION)

    decoder.sent(b"@ivolume\r\n")
    (event,) = decoder.feed(b"\n1.7 ul\r\n>")

    assert (event.report, event.values[0]) == ("infused", Decimal("1.7"))  # type: ignore[union-attr]


@given(st.data())
def test_a_conversation_means_the_same_in_whatever_pieces_its_replies_arrive(draw: st.DataObject) -> None:
    talk = [("version", VERSION), ("ivolume", REPLIES[0]), ("irate", REPLIES[1]), ("diameter", b"\n7.2620 mm\r\n:\x11")]
    talk = draw.draw(st.lists(st.sampled_from(talk), max_size=12))

    def read(*, cut: bool) -> list[tuple[str, Any]]:
        decoder, events = LegatoDecoder(), []
        for command, reply in talk:
            decoder.sent(f"@{command}\r\n".encode())
            cuts = draw.draw(st.lists(st.integers(0, len(reply)))) if cut else []
            events += [event for piece in pieces_of(reply, cuts) for event in decoder.feed(piece)]
        return [(type(event).__name__, event) for event in events]

    assert read(cut=True) == read(cut=False)
    assert len(read(cut=False)) == len(talk)


def test_a_reply_that_was_cut_off_is_a_bad_frame_and_the_next_one_is_found() -> None:
    events = decode(LegatoDecoder(), [b"\n1.69\n1.7 ul\r\n>"])

    assert [type(event) for event in events] == [BadFrame, Reading]


def test_no_query_sets_anything_at_the_pump() -> None:
    assert {query.effect for query in DRIVER.queries} == {Effect.NONE}
    values = {
        "ivolume",
        "wvolume",
        "irate",
        "irate lim",
        "wrate",
        "wrate lim",
        "tvolume",
        "ttime",
        "diameter",
        "svolume",
    }
    assert {query.request.decode()[1:-2] for query in DRIVER.queries} == {*values, "force", "time", "version"}
