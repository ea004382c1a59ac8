"""Frames of a display bus: published ones are found, flipped bits behind a CRC refused; a cut one costs no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.driver import BadFrame
from devicelog_drivers.checks import Check
from devicelog_drivers.dgus.frames import Frame, Framer, Framing
from devicelog_drivers.dgus.messages import Speaker, message
from tests.display_bus import Board, Display, frame, modbus_le

VECTORS = json.loads((Path(__file__).parents[1] / "captures" / "dgus.json").read_text(encoding="utf-8"))
CHECKS = {"dgus": Check.NONE, "dgus_crc": Check.MODBUS, "tgus": Check.XMODEM}
SPEAKERS = {"board_to_display": Speaker.BOARD, "display_to_board": Speaker.DISPLAY}
BOARD, DISPLAY = Board(), Display()
FRAMES = [BOARD.page(16), BOARD.clock(1799), BOARD.level(5), BOARD.started(), BOARD.ask(0x14)]
FRAMES += [DISPLAY.acknowledge(), DISPLAY.touch(0x16), BOARD.write(0x0004, bytes.fromhex("55AA5AA5"))]
CHECKED = [frame(data[3:], modbus_le) for data in FRAMES]


def found(framing: Framing, *pieces: bytes) -> list[Frame | BadFrame]:
    framer = Framer(framing)
    return [each for piece in pieces for each in framer.feed(piece)] + framer.end()


def frames(framing: Framing, *pieces: bytes) -> list[bytes]:
    return [each.raw for each in found(framing, *pieces) if type(each) is Frame]


def whole(vector: dict[str, Any]) -> tuple[bytes, Framing]:
    return bytes.fromhex(vector["hex"]), Framing(check=CHECKS[vector["protocol"]])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["meaning"])
def test_a_published_frame_is_found_and_its_content_tells_who_speaks(vector: dict[str, Any]) -> None:
    data, framing = whole(vector)

    (read,) = found(framing, data)

    assert type(read) is Frame
    assert (read.raw, read.at) == (data, len(data))
    assert message(read).speaker in (SPEAKERS[vector["direction"]], None)


@pytest.mark.parametrize("data", CHECKED, ids=bytes.hex)
def test_every_flipped_bit_of_a_frame_with_a_crc_is_refused(data: bytes) -> None:
    framing = Framing(check=Check.MODBUS)
    assert frames(framing, data) == [data]

    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        behind = CHECKED[1]
        assert frames(framing, bytes(flipped)) == [], f"bit {bit}"
        assert frames(framing, bytes(flipped), behind) == [behind], f"bit {bit}, with a frame behind it"


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["protocol"] != "dgus"], ids=lambda v: v["meaning"])
def test_every_flipped_bit_of_a_published_frame_with_a_crc_is_refused(vector: dict[str, Any]) -> None:
    data, framing = whole(vector)

    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        assert frames(framing, bytes(flipped)) == [], f"bit {bit}"


def test_without_a_crc_a_flipped_bit_shows_in_the_header_the_length_the_command_or_the_count_of_words() -> None:
    shown = {
        (data.hex(), bit // 8)
        for data in (BOARD.level(5), DISPLAY.touch(0x16))
        for bit in range(len(data) * 8)
        for flipped in [data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]]
        if frames(Framing(longest=32), flipped, BOARD.clock(60)) == [BOARD.clock(60)]
    }

    assert {place for data, place in shown if data == BOARD.level(5).hex()} == {0, 1, 2, 3}
    assert {place for data, place in shown if data == DISPLAY.touch(0x16).hex()} == {0, 1, 2, 3, 6}


@pytest.mark.parametrize("kept", range(1, 11))
@pytest.mark.parametrize("behind", FRAMES, ids=bytes.hex)
def test_a_frame_that_was_cut_costs_no_other(kept: int, behind: bytes) -> None:
    cut = BOARD.clock(1799)[:kept]

    assert frames(Framing(), cut, behind, BOARD.level(3)) == [behind, BOARD.level(3)]


def test_a_length_that_was_damaged_holds_up_nothing() -> None:
    long = BOARD.level(5).replace(b"\x08\x82", b"\xf8\x82", 1)
    framer = Framer(Framing())

    assert framer.feed(long) == []
    bad, good = framer.feed(BOARD.clock(60))

    assert type(bad) is BadFrame
    assert type(good) is Frame
    assert good.raw == BOARD.clock(60)


def test_a_header_in_the_content_of_a_frame_with_a_crc_is_content() -> None:
    data = frame(b"\x82\x20\x00\x5a\xa5\x08\x82\x1b\x00", modbus_le)

    assert frames(Framing(check=Check.MODBUS), data) == [data]


def test_the_bytes_of_the_header_can_be_others() -> None:
    data = b"\x5b\xb5" + BOARD.level(5)[2:]

    assert frames(Framing(header=b"\x5b\xb5"), BOARD.level(4), data) == [data]


@given(st.data())
def test_any_pieces_of_any_damaged_stream_give_the_same_frames_and_every_byte_once(draw: st.DataObject) -> None:
    framing, clean = draw.draw(st.sampled_from([(Framing(), FRAMES), (Framing(check=Check.MODBUS), CHECKED)]))
    header = st.lists(st.sampled_from(b"\x5a\xa5\x08\x82\x83\x00"), max_size=40).map(bytes)
    part = st.sampled_from(clean)
    cut = part.flatmap(
        lambda data: st.tuples(st.integers(0, len(data)), st.integers(0, len(data))).map(
            lambda ends: data[min(ends) : max(ends)]
        )
    )
    stream = b"".join(draw.draw(st.lists(st.one_of(part, part, cut, header, st.binary(max_size=20)), max_size=10)))

    together = found(framing, stream)

    assert found(framing, *(stream[place : place + 1] for place in range(len(stream)))) == together
    assert b"".join(each.raw for each in together) == stream
    assert [each.at for each in together] == sorted(each.at for each in together)
