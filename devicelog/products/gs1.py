"""What a scanner reads from a package: a GS1 element string with the product's number, lot, expiry and serial number.

Written from the GS1 General Specifications (release 24): element strings begin with an application identifier (AI, 2 to
4 digits; section 3.2); AIs of a length that is not predefined end with FNC1, sent as GS (0x1D; 7.8.4), or with the
data; (01) is a GTIN of 14 digits with a check digit (7.9.1); (10) lot, up to 20 characters of the set 82 (7.11);
(11) made, (15) best before, (17) expiry, each YYMMDD, where day 00 is the whole month (3.4.7) and a year is the one of
its hundred that is nearest (7.12); (21) serial number, up to 20 characters. Scanners may put a symbology identifier in
front (]C1, ]d2, ]Q3, ]e0; 5.1.2), and people type AIs in parentheses, as they are printed.

A text that is no element string is a plain lot: (lot, nothing else). Pure.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from devicelog.errors import BadInputError

#: FNC1 as scanners send it.
FNC1 = "\x1d"

#: AIs that are read here or may stand before what is: the length of their data; None: up to FNC1 (General
#: Specifications 3.2, figure 3.2-1). An AI that is not here ends the reading, because its length is not known.
_FIXED: Mapping[str, int] = {
    "00": 18,
    "01": 14,
    "02": 14,
    **dict.fromkeys(("11", "12", "13", "15", "16", "17"), 6),
    "20": 2,
}
_VARIABLE: Mapping[str, int] = {
    "10": 20,
    "21": 20,
    "22": 20,
    "30": 8,
    "37": 8,
    **{str(ai): 30 for ai in range(240, 243)},
    **{str(ai): 30 for ai in range(90, 100)},
    "710": 20,
    "711": 20,
    "712": 20,
    "713": 20,
    "714": 20,
}
_LOT, _EXPIRY, _GTIN, _SERIAL = "10", "17", "01", "21"
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9]")
_PRINTED = re.compile(r"\((\d{2,4})\)([^(]*(?:\((?!\d{2,4}\))[^(]*)*)")
#: Other ways in which scanners and forms write FNC1.
_FNC1_WORDS = re.compile(r"<GS>|\{GS\}|<FNC1>|\{FNC1\}|␝|\x1e", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan says; `expiry` as `Expiry.of` reads it, a day or a month. None: it does not say."""

    gtin: str | None = None
    lot: str | None = None
    expiry: str | None = None
    serial: str | None = None


def scanned(text: str, year: int) -> Scanned:
    """What a scan says, in that year; BadInputError for one that is damaged or says nothing."""
    raw = _FNC1_WORDS.sub(FNC1, text.strip(" \t\r\n"))
    is_gs1 = _SYMBOLOGY.match(raw) is not None
    raw = _SYMBOLOGY.sub("", raw, count=1) if is_gs1 else raw
    if not raw.strip(FNC1):
        raise BadInputError("found an empty scan; expected what is printed on the package.")
    if raw.startswith("("):
        return _made(_of_printed(raw), year)
    if is_gs1 or FNC1 in raw or _looks_like_elements(raw):
        return _made(dict(_elements(raw.strip(FNC1))), year)
    return Scanned(lot=_lot(raw))


def is_gtin(text: str) -> bool:
    """Whether 14 digits end with the check digit that belongs to them (General Specifications 7.9.1)."""
    if len(text) != 14 or not (text.isascii() and text.isdecimal()):
        return False
    weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(text[:13]))
    return (10 - weighed % 10) % 10 == int(text[13])


def _looks_like_elements(raw: str) -> bool:
    """Whether a text without any mark of GS1 is one all the same: it begins with a sound GTIN and goes on."""
    return raw.startswith(_GTIN) and is_gtin(raw[2:16])


def _of_printed(raw: str) -> dict[str, str]:
    """The elements of a text with its AIs in parentheses."""
    found: dict[str, str] = {}
    end = 0
    for match in _PRINTED.finditer(raw):
        if match.start() != end:
            break
        _take(found, match[1], match[2].strip().strip(FNC1))
        end = match.end()
    if end != len(raw):
        raise BadInputError(f"found {raw[end : end + 20]!a} in the scan, expected an identifier such as (10) or (17).")
    for ai, data in found.items():
        wanted = _FIXED.get(ai)
        if wanted is not None and len(data) != wanted:
            raise BadInputError(f"found {len(data)} characters behind ({ai}), expected {wanted}; scan it again.")
    return found


def _elements(raw: str) -> Iterator[tuple[str, str]]:
    """The elements of a text with FNC1 between those of no predefined length."""
    found: dict[str, str] = {}
    while raw:
        ai = next((raw[:n] for n in (2, 3, 4) if raw[:n] in _FIXED or raw[:n] in _VARIABLE), None)
        if ai is None:
            raise BadInputError(f"found {raw[:4]!a} in the scan, expected an identifier such as 01, 10 or 17.")
        rest = raw[len(ai) :]
        if ai in _FIXED:
            data, rest = rest[: _FIXED[ai]], rest[_FIXED[ai] :]
            if len(data) != _FIXED[ai]:
                raise BadInputError(f"the scan broke off behind ({ai}); scan it again.")
        else:
            data, _, rest = rest.partition(FNC1)
        _take(found, ai, data)
        raw = rest.lstrip(FNC1)
    yield from found.items()


def _take(found: dict[str, str], ai: str, data: str) -> None:
    if ai in found and found[ai] != data:
        raise BadInputError(f"the scan has two values for ({ai}); scan one code at a time.")
    most = _VARIABLE.get(ai)
    if most is not None and not 0 < len(data) <= most:
        raise BadInputError(f"found {len(data)} characters behind ({ai}), expected 1 to {most}; scan it again.")
    found[ai] = data


def _made(found: Mapping[str, str], year: int) -> Scanned:
    gtin = found.get(_GTIN)
    if gtin is not None and not is_gtin(gtin):
        raise BadInputError(f"the product number {gtin[:20]!a} does not end with its check digit; scan it again.")
    made = Scanned(
        gtin=gtin,
        lot=_lot(found[_LOT]) if _LOT in found else None,
        expiry=_expiry(found[_EXPIRY], year) if _EXPIRY in found else None,
        serial=_lot(found[_SERIAL]) if _SERIAL in found else None,
    )
    if made == Scanned():
        raise BadInputError("the scan has neither product number, lot nor expiry; scan the other code of the package.")
    return made


def _lot(text: str) -> str:
    """A lot as it may be printed; the characters of a plain one are not held against the set 82 but must be text."""
    if not text.isprintable():
        raise BadInputError(f"found {text[:20]!a} in the scan, which is no text; scan it again.")
    return text


def _expiry(text: str, year: int) -> str:
    """YYMMDD as year, month and day, or as year and month for day 00."""
    if not (text.isascii() and text.isdecimal()) or len(text) != 6:
        raise BadInputError(f"found the expiry {text[:12]!a} in the scan, expected six digits; scan it again.")
    full, month, day = _year(int(text[:2]), year), int(text[2:4]), int(text[4:])
    if not 1 <= month <= 12 or day > monthrange(full, month)[1]:
        raise BadInputError(f"found the expiry {text!a} in the scan, which is no day; type what is printed.")
    return f"{full:04}-{month:02}" if day == 0 else f"{full:04}-{month:02}-{day:02}"


def _year(two: int, year: int) -> int:
    """The full year: more than 50 above this one is the century before, more than 49 below the next (7.12)."""
    difference = two - year % 100
    century = year // 100 + (-1 if difference > 50 else 1 if difference < -49 else 0)
    return century * 100 + two
