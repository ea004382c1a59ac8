"""The guess says what is so of frames that the tests made, says how sure it is, and says nothing of noise."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.guess.evidence import FEWEST, LIKELY, Sureness
from devicelog.guess.guess import Guesser
from devicelog.guess.setting import doubts
from devicelog.testing.noise import at_another_baud_rate
from devicelog.testing.sources import from_simulator
from devicelog_drivers import kds_legato
from devicelog_simulators import kds_legato as legato_simulator
from tests.faults.ptys import at_wrong_baud
from tests.guess.frames import FORMATS, PAUSE_US, Format, guess

CAPTURES = Path(__file__).parents[1] / "captures"
GUN = (CAPTURES / "reference-mesogun.bin").read_bytes()
EACH_FORMAT = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
SEEDS = st.integers(0, 2**32 - 1)
#: What is made here takes a while, and is the same for the same seed.
MADE = settings(max_examples=12, deadline=None)


def reads(form: Format, seed: int, count: int) -> list[bytes]:
    """So many frames of a format, each a read of its own."""
    chance = Random(seed)
    return [form.frame(chance) for _ in range(count)]


# -- what it says of frames ------------------------------------------------------------------------------------


@EACH_FORMAT
@MADE
@given(seed=SEEDS, count=st.integers(40, 90))
def test_it_names_framing_and_checksum_of_frames_that_are_there(form: Format, seed: int, count: int) -> None:
    frames = reads(form, seed, count)

    claim = guess(frames if form.needs_pauses else b"".join(frames)).claim

    assert claim is not None
    assert form.framing in ("", claim.framing)
    assert form.says in claim.words
    assert (claim.checksum.algorithm.name if claim.checksum else None) == form.algorithm


@EACH_FORMAT
@MADE
@given(seed=SEEDS, count=st.integers(40, 90))
def test_the_frames_that_it_rests_on_are_those_that_were_sent(form: Format, seed: int, count: int) -> None:
    frames = reads(form, seed, count)

    claim = guess(frames if form.needs_pauses else b"".join(frames)).claim

    assert claim is not None
    found = [piece.data for piece in claim.pieces]
    assert claim.frames == len(found)
    assert claim.different == len(set(found))
    assert set(found) <= set(frames)
    assert len(found) >= 0.9 * len(frames)


@EACH_FORMAT
@MADE
@given(seed=SEEDS, first=st.integers(0, 200))
def test_it_says_the_same_if_the_capture_begins_in_the_middle_of_a_frame(form: Format, seed: int, first: int) -> None:
    frames = reads(form, seed, 60)
    stream = b"".join(frames)

    whole = guess(frames if form.needs_pauses else stream).claim
    cut = guess([frames[0][1:], *frames[1:]] if form.needs_pauses else stream[first:]).claim

    assert whole is not None
    assert cut is not None
    assert form.framing in ("", cut.framing)
    assert (cut.checksum and cut.checksum.algorithm) == (whole.checksum and whole.checksum.algorithm)


@EACH_FORMAT
def test_a_claim_is_never_surer_of_a_part_than_of_the_whole(form: Format) -> None:
    frames = reads(form, 1, 80)

    sure = [guess(frames[:count]).claim for count in (1, 2, 4, 80)]

    assert sure[0] is None
    assert sure[1] is None
    digits = [claim.digits if claim else 0.0 for claim in sure]
    assert digits == sorted(digits)


def test_frames_that_stand_alone_between_pauses_are_counted() -> None:
    frames = reads(FORMATS[0], 1, 30)

    apart, joined = guess(frames).claim, guess(frames, pause_us=100).claim

    assert apart is not None
    assert joined is not None
    assert apart.apart >= 28
    assert joined.apart == 0


def test_the_same_frame_again_and_again_is_no_evidence_of_its_format() -> None:
    assert guess(bytes.fromhex("5AA5058210010001") * 200).claim is None


def test_damaged_frames_are_neither_hidden_nor_in_the_way() -> None:
    chance = Random(1)
    damaged = bytearray(GUN)
    for _ in range(20):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)

    claim = guess(bytes(damaged)).claim

    assert claim is not None
    assert claim.checksum is not None
    assert claim.checksum.algorithm.name == "CRC-16/CCITT-FALSE"
    assert claim.checksum.fitting < claim.checksum.tried


def test_what_was_published_is_recognised() -> None:
    vectors = json.loads((CAPTURES / "pumps.json").read_text(encoding="utf-8"))
    safe = [bytes.fromhex(vector["hex"]) for vector in vectors if vector["protocol"] == "newera_safe"]

    claim = guess(safe).claim

    assert claim is not None
    assert claim.checksum is not None
    assert claim.checksum.words == "CRC-16/XMODEM from byte 3 of the frame, high byte first"


def test_prompts_and_xon_between_lines_are_text_all_the_same() -> None:
    sent = from_simulator(kds_legato.DRIVER, legato_simulator.SIMULATOR.start(1, None), seconds=30)

    claim = guess([piece for piece in sent if isinstance(piece, bytes)]).claim

    assert claim is not None
    assert claim.words == "text, parted by 0A 0D 11"


# -- what it does not say --------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, length=st.integers(0, 3000), size=st.integers(1, 64))
def test_random_noise_gives_no_claim_and_no_doubt(seed: int, length: int, size: int) -> None:
    noise = Random(seed).randbytes(length)

    found = guess([noise[at : at + size] for at in range(0, length, size)])

    assert found.claim is None
    assert found.doubts == ()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=600))
def test_whatever_comes_it_raises_nothing_and_claims_no_more_than_it_has(data: bytes) -> None:
    found = guess(data)

    assert found.looked_at == len(data)
    if found.claim is not None:
        assert found.claim.frames >= FEWEST
        assert found.claim.digits >= LIKELY
        assert all(data[piece.start : piece.start + len(piece.data)] == piece.data for piece in found.claim.pieces)


@pytest.mark.parametrize("byte", [0x00, 0xFF, 0x55])
def test_one_byte_for_ever_is_no_frame(byte: int) -> None:
    assert guess(bytes([byte]) * 3000).claim is None


@pytest.mark.parametrize("ratio", [0.5, 2, 3, 12])
def test_frames_that_were_read_at_another_speed_are_not_taken_for_a_format(ratio: float) -> None:
    assert guess(at_another_baud_rate(GUN, ratio)).claim is None


def test_memory_and_time_do_not_grow_with_the_length_of_a_capture() -> None:
    guesser = Guesser(4096)
    for number in range(2000):
        guesser.hear(number * PAUSE_US, GUN[:512])

    found = guesser.guess()

    assert found.heard == 2000 * 512
    assert found.looked_at <= 4096 + 512


# -- the setting of the port -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("sent", "read", "times"), [(9600, 19_200, "2"), (9600, 38_400, "4")])
def test_a_port_that_is_too_fast_is_suspected(sent: int, read: int, times: str) -> None:
    found = guess(at_wrong_baud(GUN[:3000], sent=sent, read=read))

    assert [doubt.sureness for doubt in found.doubts] == [Sureness.STRONG if times == "2" else Sureness.LIKELY]
    assert f"about {times} times" in found.doubts[0].words
    assert found.claim is None


@pytest.mark.parametrize("read", [57_600, 115_200])
def test_a_port_that_is_far_too_fast_sees_hardly_any_but_zeros(read: int) -> None:
    heard = at_another_baud_rate(GUN[:3000], 9600 / read)

    assert "nothing but 00" in next(doubts(heard)).words


@pytest.mark.parametrize(("parity", "form"), [(0, "7E1"), (1, "7O1")])
def test_seven_bits_with_parity_that_are_read_as_eight_are_told(parity: int, form: str) -> None:
    heard = bytes(byte | 0x80 if byte.bit_count() % 2 != parity else byte for byte in GUN)

    (doubt,) = guess(heard).doubts

    assert doubt.sureness is Sureness.STRONG
    assert f"--format {form}" in doubt.words


@EACH_FORMAT
@MADE
@given(seed=SEEDS)
def test_a_port_that_is_set_right_is_not_suspected(form: Format, seed: int) -> None:
    assert guess(b"".join(reads(form, seed, 60))).doubts == ()
