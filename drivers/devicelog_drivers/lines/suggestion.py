"""From a guess about unknown bytes to the keys of a profile of lines."""

from __future__ import annotations

from typing import Any

from devicelog.guess.checksums import Fit, Written
from devicelog.guess.framings import Cut, Piece
from devicelog.guess.guess import Claim
from devicelog_drivers.checks import Check

_HEX = (Written.HEX, Written.HEX_BEHIND)
#: Algorithms by the names that the guess gives them, and how their bytes or digits stand.
_CHECKS = {
    ("CRC-16/XMODEM", Written.BIG): Check.XMODEM,
    ("CRC-16/MODBUS", Written.LITTLE): Check.MODBUS,
    ("CRC-8 (polynomial 07)", Written.BIG): Check.CRC8,
    **{("CRC-16/CCITT-FALSE", written): Check.CCITT_FALSE for written in _HEX},
    **{("sum of the bytes, complement to 0xFF", written): Check.SUM8 for written in _HEX},
    **{("exclusive or of the bytes", written): Check.XOR8 for written in _HEX},
}
#: A profile has so many ends of a line at most.
_MOST_ENDS = 4


def suggestion(claim: Claim) -> dict[str, dict[str, Any]] | None:
    """`[line]` as far as a guess tells it; None if this engine cannot read such frames."""
    if claim.framing != Cut.TEXT:
        return None
    ends = _ends(claim.pieces)
    begins = _begins(claim.pieces)
    line: dict[str, Any] = {"begins": begins, "ends": ends, "check": Check.NONE.value}
    if claim.checksum is not None:
        checked = _checked(claim.checksum, claim.pieces, begins)
        if checked is None:
            return None
        line |= checked
    return {"line": line} if 0 < len(ends) <= _MOST_ENDS else None


def _ends(pieces: tuple[Piece, ...]) -> list[str]:
    """What ends the lines; of two ends of which one begins with the other, the shorter one."""
    ends = {piece.data[len(piece.body) :].decode("ascii", "replace") for piece in pieces}
    found = sorted(ends - {""}, key=len)
    return [end for number, end in enumerate(found) if not any(end.startswith(each) for each in found[:number])]


def _begins(pieces: tuple[Piece, ...]) -> str:
    """A character that begins every line, and is no letter, digit, sign or blank."""
    first = {piece.data[:1].decode("ascii", "replace") for piece in pieces}
    mark = first.pop() if len(first) == 1 else ""
    return "" if mark.isalnum() or mark in "+-. \t" else mark


def _checked(check: Fit, pieces: tuple[Piece, ...], begins: str) -> dict[str, Any] | None:
    """The keys of a check; None if the engine does not know it, or not over these bytes."""
    known = _CHECKS.get((check.algorithm.name, check.written))
    covers = {0: "with_begin" if begins else "body", len(begins): "body"}.get(check.skip)
    if known is None or covers is None:
        return None
    behind = known.size
    if not known.is_binary and any(piece.body[-behind:] != piece.body[-behind:].upper() for piece in pieces):
        return None  # the engine writes its digits in capitals
    separators = {piece.body[-behind - 1 : -behind].decode("ascii", "replace") for piece in pieces}
    separator = separators.pop() if check.written is Written.HEX_BEHIND and len(separators) == 1 else ""
    return {"check": known.value, "separator": separator, "covers": covers}
