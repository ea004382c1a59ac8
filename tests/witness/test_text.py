"""A seal as text: short, copied by hand, checked, and held by a QR code."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from base64 import b32encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from devicelog.errors import BadInputError
from devicelog.ledger import Seal, seal
from devicelog.witness import qr
from devicelog.witness.claim import claim_of
from devicelog.witness.text import parse_seal_text, seal_text

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BODY = {
    "seal": 12,
    "installation": "store-7f3a29c0b1d2e3f4",
    "session": "20261122-034234-788e",
    "entries": 1432,
    "final": True,
}
SEALED = seal(KEY, BODY)
TEXT = seal_text(SEALED)


def test_the_text_says_whose_seal_it_is_how_far_it_reaches_and_its_digest() -> None:
    words = TEXT.split()

    assert words[:6] == ["DL1", "7F3A29C0B1D2E3F4", "12", "20261122-034234-788E", "1432", "FINAL"]
    assert words[6].replace("-", "") == b32encode(SEALED.digest[:20]).decode()
    plain = " ".join([*words[:6], words[6].replace("-", "")])
    assert words[7] == b32encode(hashlib.sha256(plain.encode()).digest()).decode()[:4]


def test_a_seal_of_a_running_session_and_an_act_say_so() -> None:
    act = {"seal": 3, "installation": "store-00", "act": "key_rotated"}

    assert seal_text(seal(KEY, BODY | {"final": False})).split()[5] == "OPEN"
    assert seal_text(seal(KEY, act)).split()[2:6] == ["3", "-", "0", "ACT"]
    assert parse_seal_text(seal_text(seal(KEY, act))).session is None


def test_a_text_that_was_copied_agrees_with_its_seal_and_with_no_other() -> None:
    claim = parse_seal_text(TEXT)

    assert claim.agrees(SEALED.digest)
    assert not claim.agrees(seal(KEY, BODY | {"entries": 1433}).digest)
    assert claim.is_of("store-7f3a29c0b1d2e3f4")
    assert claim.is_of_session("20261122-034234-788e")
    assert (claim.number, claim.entries, claim.final) == (12, 1432, True)
    assert claim_of(SEALED).digest[:20] == claim.digest


@pytest.mark.parametrize(
    "copied",
    [
        TEXT.lower(),
        TEXT.replace(" ", "\n  "),
        f"  {TEXT} ",
        " ".join([*TEXT.split()[:6], *TEXT.split()[6].split("-"), TEXT.split()[7]]),
        " ".join([*TEXT.split()[:6], TEXT.split()[6].replace("O", "0").replace("I", "1"), TEXT.split()[7]]),
    ],
)
def test_spacing_case_and_letters_read_as_digits_do_not_matter(copied: str) -> None:
    assert parse_seal_text(copied) == parse_seal_text(TEXT)


@given(at=st.integers(0, len(TEXT) - 1), other=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_slip_of_the_pen_is_noticed(at: int, other: str) -> None:
    was = TEXT[at]
    copied = TEXT[:at] + other + TEXT[at + 1 :]
    if was == other:
        return
    with pytest.raises(BadInputError, match=r"copied|is not the text"):
        parse_seal_text(copied)


@pytest.mark.parametrize(
    "text", ["", "DL1", "DL2" + TEXT[3:], TEXT[:-1], TEXT + "A", "a" * 400, "ä ö ü " * 8, "\udcff"]
)
def test_what_is_no_seal_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadInputError, match="is not the text of a seal"):
        parse_seal_text(text)


def test_what_is_no_seal_makes_no_text() -> None:
    with pytest.raises(ValueError, match="seal"):
        seal_text(Seal(b"{}", bytes(64)))


def test_the_text_fits_a_small_qr_code_in_a_terminal_and_as_svg() -> None:
    lines = qr.terminal(TEXT).splitlines()
    root = ET.fromstring(qr.svg(TEXT))

    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) <= 45
    assert root.tag.endswith("svg")
    assert b"http://www.w3.org/2000/svg" in qr.svg(TEXT)


def test_the_dark_parts_of_the_terminal_s_code_are_those_of_the_code() -> None:
    import segno

    matrix = [[bool(dark) for dark in row] for row in segno.make_qr(TEXT, error="m").matrix]
    halves = {"█": (False, False), "▀": (False, True), "▄": (True, False), " ": (True, True)}
    shown: list[list[bool]] = []
    for line in qr.terminal(TEXT).splitlines():
        pairs = [halves[block] for block in line]
        shown += [[above for above, _ in pairs], [below for _, below in pairs]]
    inside = [row[2 : 2 + len(matrix)] for row in shown[2 : 2 + len(matrix)]]
    assert inside == matrix
