"""Legato and Elite pumps: replies that a real one gave mean what was asked, and are never paired with another query."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import BadFrame, Effect, Identity, Reading
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
REPLIES = [bytes.fromhex(vector["hex"]) for vector in VECTORS if vector["direction"] == "from_device"]
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


def reply_of(meaning: str) -> bytes:
    return next(
        bytes.fromhex(vector["hex"])
        for vector in VECTORS
        if vector["meaning"] == meaning and vector["direction"] == "from_device"
    )


# -- what a real pump sent -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meaning", "asked", "report", "value", "unit", "prompt"),
    [
        ("infused volume while infusing", "ivolume", "infused", "1.69023", "ul", ">"),
        ("infuse rate", "irate", "infusion_rate", "199.49", "ul/min", ":"),
        ("syringe diameter", "diameter", "diameter", "7.2620", "mm", ":"),
    ],
)
def test_a_reply_is_the_value_of_what_was_asked(
    meaning: str, asked: str, report: str, value: str, unit: str, prompt: str
) -> None:
    event = said(reply_of(meaning), asked)

    assert (event.report, event.values, event.units) == (report, (Decimal(value), prompt), (unit, ""))


def test_who_it_is_needs_no_query_to_be_understood() -> None:
    assert said(VERSION) == Identity("Legato or Elite", "D101754", "v3.0.6", len(VERSION) - 1, more={"address": "0"})


@pytest.mark.parametrize(
    ("meaning", "text"),
    [
        ("rate limits for diameter", "25.0404 nl/min to 26.0035 ml/min"),
        ("target time (form 2, h:m:s)", "01:30:00"),
        ("error reply", "Argument error: 2 | Target volume out of range"),
        ("device clock, US m/d/y 12 h, no zone", "05/08/23 2:48:23 PM"),
    ],
)
def test_what_is_no_value_of_a_query_is_kept_in_its_words(meaning: str, text: str) -> None:
    event = said(reply_of(meaning))

    assert (event.report, event.values) == ("message", (None, text, ":"))


def test_an_address_stands_before_the_prompt_of_another_pump_only() -> None:
    event = said(b"\nPump address set to 2\r\n02:\x11")

    assert type(event) is BadFrame
    assert "address 02" in event.reason


def test_a_target_that_is_not_set_is_no_value() -> None:
    assert said(b"\nTarget volume not set\r\n:\x11", "tvolume").values == (None, ":")


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
    assert {query.request for query in DRIVER.queries} == {
        b"@version\r\n",
        b"@ivolume\r\n",
        b"@wvolume\r\n",
        b"@irate\r\n",
        b"@tvolume\r\n",
        b"@diameter\r\n",
    }
