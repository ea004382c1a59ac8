"""Numbers as people type them: a point or a comma, and a refusal where either could mean two things."""

from __future__ import annotations

import re
from decimal import Decimal

#: A number and what stands right behind it.
_TYPED = re.compile(r"([0-9.,'+-]+)(\S*)")
_NUMBER = re.compile(r"([0-9]{1,7})(?:([.,])([0-9]{1,6}))?")


class UnreadableError(ValueError):
    """What was typed cannot be read, or could mean two things; the text is a sentence for whoever typed it."""


def number_of(token: str, word: str, example: str) -> tuple[Decimal, str]:
    """The number that a token begins with, and the rest of it ("0.02mL"); raises UnreadableError.

    `0,02` is read as 0.02. `1,200` could be 1.2 or 1200 and is refused, and so is `.5`, which is too easily read as 5.
    """
    typed = _TYPED.fullmatch(token)
    if typed is None:
        raise UnreadableError(f"found {token!r} behind {word}, expected a number, as in {example!r}")
    number, rest = typed.groups()
    match = _NUMBER.fullmatch(number)
    if match is None:
        expected = "expected digits with at most one point or comma between them"
        raise UnreadableError(f"{number!r} is not a number that can be told for certain; {expected}, as in {example!r}")
    whole, mark, places = match.groups()
    if mark == "," and len(places) == 3 and whole.strip("0"):
        raise UnreadableError(f"{number!r} could be {whole}.{places} or {whole}{places}; type it without a comma")
    return Decimal(f"{whole}.{places}" if places else whole), rest


def count_of(number: Decimal, word: str) -> int:
    """A whole number above zero; raises UnreadableError."""
    if number != int(number) or number.as_tuple().exponent != 0 or not number:
        raise UnreadableError(f"found {number} behind {word}, expected a whole number above zero")
    return int(number)
