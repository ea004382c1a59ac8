"""What a scanner reads from a package is read as GS1 says, and nothing is made of what is damaged."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.errors import BadInputError
from devicelog.products.expiry import Expiry
from devicelog.products.gs1 import FNC1, Scanned, is_gtin, scanned

YEAR = 2026
#: The example of the GS1 General Specifications, and one with FNC1 behind the lot.
GTIN = "09521234543213"

LOTS = st.text(st.characters(codec="ascii", categories=("L", "N")) | st.sampled_from("-/._"), min_size=1, max_size=20)
DAYS = st.dates(date(YEAR - 49, 1, 1), date(YEAR + 50, 12, 31))
GTINS = st.from_regex(r"[0-9]{13}", fullmatch=True).map(lambda digits: next(filter(is_gtin, _all(digits))))


def _all(digits: str) -> list[str]:
    return [f"{digits}{check}" for check in range(10)]


@pytest.mark.parametrize(
    "text",
    [
        f"(01){GTIN}(17)270531(10)A12/3",
        f"01{GTIN}17270531{'10'}A12/3",
        f"]d201{GTIN}10A12/3{FNC1}17270531",
        f"]C1{FNC1}01{GTIN}10A12/3{FNC1}17270531",
        f"01{GTIN}10A12/3<GS>17270531",
    ],
)
def test_a_package_says_the_same_however_its_code_is_sent(text: str) -> None:
    assert scanned(text, YEAR) == Scanned(GTIN, "A12/3", "2027-05-31", None)


@given(gtin=GTINS, lot=LOTS, serial=LOTS, last=DAYS)
def test_every_sound_code_is_read_back(gtin: str, lot: str, serial: str, last: date) -> None:
    expiry = f"{last:%y%m%d}"
    wanted = Scanned(gtin, lot, last.isoformat(), serial)
    assert scanned(f"01{gtin}17{expiry}10{lot}{FNC1}21{serial}", YEAR) == wanted
    assert scanned(f"]Q310{lot}{FNC1}21{serial}{FNC1}17{expiry}01{gtin}", YEAR) == wanted
    assert scanned(f"(01){gtin}(17){expiry}(10){lot}(21){serial}", YEAR) == wanted


@given(st.text(max_size=60))
def test_whatever_is_scanned_is_read_or_refused_in_a_sentence(text: str) -> None:
    with suppress(BadInputError):
        found = scanned(text, YEAR)
        if found.expiry is not None:
            Expiry.of(found.expiry)
        assert found.gtin is None or is_gtin(found.gtin)


@given(gtin=GTINS, place=st.integers(0, 13), other=st.integers(1, 9))
def test_one_digit_that_was_misread_is_noticed(gtin: str, place: int, other: int) -> None:
    digit = str((int(gtin[place]) + other) % 10)
    with pytest.raises(BadInputError, match="check digit"):
        scanned(f"(01){gtin[:place]}{digit}{gtin[place + 1 :]}(10)A1", YEAR)


@given(LOTS.filter(lambda lot: not lot.startswith("01")))
def test_a_text_that_is_no_element_string_is_a_plain_lot(lot: str) -> None:
    assert scanned(f" {lot}\r\n", YEAR) == Scanned(lot=lot)


def test_day_00_is_the_whole_month() -> None:
    found = scanned("(17)270200(10)A1", YEAR)
    assert found.expiry == "2027-02"
    assert Expiry.of(str(found.expiry)).last == date(2027, 2, 28)


@pytest.mark.parametrize(("two", "full"), [("77", "1977"), ("76", "2076"), ("26", "2026"), ("00", "2000")])
def test_a_year_of_two_digits_is_the_nearest(two: str, full: str) -> None:
    assert scanned(f"(17){two}0101", YEAR).expiry == f"{full}-01-01"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "found an empty scan"),
        (FNC1, "found an empty scan"),
        ("(17)271301", "is no day"),
        ("(17)270229", "is no day"),
        ("(17)27053", "expected 6"),
        ("]d20109521234", "broke off behind"),
        ("]d2XX", "expected an identifier"),
        ("(10)", "expected 1 to 20"),
        (f"(10){'A' * 21}", "expected 1 to 20"),
        ("(10)A(10)B", "two values"),
        ("(37)5", "neither product number, lot nor expiry"),
        ("A1\x00", "no text"),
    ],
)
def test_what_cannot_be_read_says_so(text: str, sentence: str) -> None:
    with pytest.raises(BadInputError, match=sentence):
        scanned(text, YEAR)
