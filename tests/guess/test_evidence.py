"""The odds are never better than they are: the bound is held against the exact sum."""

from __future__ import annotations

from math import comb, log10

from hypothesis import given
from hypothesis import strategies as st

from devicelog.guess.checksums import algorithms, fit
from devicelog.guess.evidence import after_trying, digits, sureness

ALGORITHMS = [one for size in (1, 2, 4) for one in algorithms(size)]


@given(tries=st.integers(1, 60), share=st.floats(0, 1), chance=st.floats(0.001, 0.9))
def test_the_digits_are_at_most_those_of_the_exact_chance(tries: int, share: float, chance: float) -> None:
    found = round(tries * share)
    exact = sum(comb(tries, n) * chance**n * (1 - chance) ** (tries - n) for n in range(found, tries + 1))

    assert digits(found, tries, chance) <= max(0.0, -log10(min(1.0, exact))) + 1e-6


def test_trying_more_makes_less_of_what_is_found() -> None:
    assert after_trying(9.0, 1000) == 6.0
    assert [sureness(value) for value in (3.9, 4.0, 8.0)] == [None, "likely", "strong"]


def test_no_algorithm_is_tried_twice_under_two_names() -> None:
    names = [one.name for one in ALGORITHMS]
    values = {(one.bits, *(one.compute(text) for text in (b"\0", b"123456789", b"\xff" * 5))) for one in ALGORITHMS}

    assert len(names) == len(set(names)) == len(values)
    assert {"CRC-16/MODBUS", "CRC-16/XMODEM", "CRC-16/CCITT-FALSE", "CRC-8 (polynomial 07)"} <= set(names)


def test_the_known_ones_give_their_published_check_values() -> None:
    check = {one.name: one.compute(b"123456789") for one in ALGORITHMS}

    assert check["CRC-16/XMODEM"] == 0x31C3
    assert check["CRC-16/CCITT-FALSE"] == 0x29B1
    assert check["CRC-16/MODBUS"] == 0x4B37
    assert check["CRC-8 (polynomial 07)"] == 0xF4


@given(st.lists(st.binary(min_size=4, max_size=12).filter(any), min_size=2, max_size=30, unique=True))
def test_zeros_behind_frames_are_no_checksum(bodies: list[bytes]) -> None:
    found = fit([bytes(4) + bytes([len(body)]) + bytes(4) for body in bodies])

    assert found is None or found.fitting >= 2
