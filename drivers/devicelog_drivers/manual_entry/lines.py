"""One typed line: what it says, or in one sentence why it cannot be read.

A line stands for itself: nothing that was typed before changes how it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from devicelog.driver import Identity, Reading, Report, Value
from devicelog_drivers.manual_entry.numbers import UnreadableError, count_of, number_of
from devicelog_drivers.manual_entry.words import (
    AMOUNTS,
    CHOICES,
    CORRECTION,
    GIVEN,
    PAUSED,
    SETTINGS,
    STATUS,
    WORDS,
    Takes,
    Word,
)

_DEVICE = re.compile(r"device (?P<model>\S.{0,78}?) serial (?P<serial>\S{1,40})(?P<simulated> simulated)?")
_CORRECT, _NOTHING, _PAUSE = "correct", "nothing", "pause"


@dataclass(frozen=True, slots=True)
class Part:
    """One word with its value; `unit` as typed, or the report's own where it has none."""

    name: str
    word: Word
    value: Value
    unit: str
    basis: str | None = None


def read_line(line: str, at: int) -> list[Reading | Identity]:
    """What a line says, settings first; nothing for a blank line or a remark (`#`). Raises UnreadableError."""
    text = " ".join(line.split())
    if not text or text.startswith("#"):
        return []
    first = text.split(" ")[0]
    if first == "device":
        return [_identity(text, at)]
    if text == _PAUSE:
        return [Reading(STATUS.name, (PAUSED,), at)]
    if text == f"{_CORRECT} {_NOTHING}":
        return [Reading(CORRECTION.name, (None, None), at)]
    for name, (report, allowed) in CHOICES.items():
        if text == name or text.startswith(f"{name} "):
            return [Reading(report.name, (_choice(text[len(name) + 1 :], name, allowed),), at)]
    corrects = first == _CORRECT
    parts = list(_parts(text.split(" ")[1 if corrects else 0 :]))
    _check(parts, corrects=corrects)
    settings = [part for part in parts if part.name in SETTINGS]
    amounts = [part for part in parts if part.name in AMOUNTS]
    readings = [_readings(part, at, corrects=corrects) for part in (*settings, *amounts)]
    return [reading for some in readings for reading in some]


def _identity(text: str, at: int) -> Identity:
    """Make, model and serial number as they are printed on the device; `serial none` where there is no number."""
    match = _DEVICE.fullmatch(text)
    if match is None:
        expected = "expected make, model and serial number as on its label: 'device Maker Model 3 serial 0417'"
        raise UnreadableError(f"{expected}, or 'serial none'")
    serial = "" if match["serial"] == "none" else match["serial"]
    return Identity(match["model"], serial, "", at, match["simulated"] is not None, {"told_by": "typed"})


def _choice(found: str, name: str, allowed: Sequence[str]) -> str:
    if found not in allowed:
        raise UnreadableError(f"found {found!r} behind {name}, expected {' or '.join(allowed)}")
    return found


def _check(parts: Sequence[Part], *, corrects: bool) -> None:
    """A line says each thing once, and one thing that is given at most."""
    names = [part.name for part in parts]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnreadableError(f"{twice} is there twice; type it once")
    amounts = [part for part in parts if part.name in AMOUNTS]
    if len(amounts) > 1:
        raise UnreadableError(f"{amounts[0].name} and {amounts[1].name} are in one line; type a line for each")
    if corrects and not (amounts and amounts[0].word.report is GIVEN):
        raise UnreadableError("expected what the last shots or volume should have been, as in 'correct shots 14'")


def _parts(tokens: Sequence[str]) -> Iterator[Part]:
    place = 0
    while place < len(tokens):
        name = tokens[place].lower()
        word = WORDS.get(name)
        if word is None:
            known = ", ".join((*WORDS, *CHOICES, "device", _PAUSE, _CORRECT))
            raise UnreadableError(f"the word {tokens[place]!r} is not known; known are {known}")
        part, place = _part(name, word, tokens, place + 1)
        yield part


def _part(name: str, word: Word, tokens: Sequence[str], place: int) -> tuple[Part, int]:
    """The value behind a word, and where the next word stands."""
    if place == len(tokens):
        raise UnreadableError(f"nothing stands behind {name}; expected {word.takes}, as in {word.example!r}")
    number, rest = number_of(tokens[place].rstrip(",;"), name, word.example)
    place += 1
    if word.takes is not Takes.QUANTITY:
        if rest:
            raise UnreadableError(f"found {rest!r} behind the number of {name}, which has no unit")
        value: Value = count_of(number, name) if word.takes is Takes.COUNT else _plain(number)
        return Part(name, word, value, word.report.units[0]), place
    if not rest and place < len(tokens):
        rest, place = tokens[place].rstrip(",;"), place + 1
    known = _units(word)
    if rest not in known:
        found = f"the unit {rest!r} of {name} is not known" if rest and rest not in WORDS else f"{name} has no unit"
        raise UnreadableError(f"{found}; expected one of {', '.join(known)}, as in {word.example!r}")
    if not word.bases:
        return Part(name, word, number, rest), place
    basis = tokens[place].rstrip(",;") if place < len(tokens) else ""
    if basis not in word.bases:
        expected = f"expected {', '.join(word.bases)} behind it, as in {word.example!r}"
        raise UnreadableError(f"{name} does not say what its figure stands for; {expected}")
    return Part(name, word, number, rest, basis), place + 1


def _plain(number: Decimal) -> Value:
    return int(number) if number == int(number) else number


def _units(word: Word) -> tuple[str, ...]:
    return tuple(word.report.metrics[-1].wire_units)


def _readings(part: Part, at: int, *, corrects: bool) -> list[Reading]:
    word = part.word
    if word.report is GIVEN:
        report: Report = CORRECTION if corrects else GIVEN
        if part.name == "shots":
            return [Reading(report.name, (part.value, None), at)]
        return [Reading(report.name, (None, part.value), at, _other(("", part.unit), report))]
    before = [Reading(word.basis.name, (part.basis,), at)] if word.basis is not None else []
    return [*before, Reading(word.report.name, (part.value,), at, _other((part.unit,), word.report))]


def _other(units: tuple[str, ...], report: Report) -> tuple[str, ...] | None:
    """Units that are not those of the report."""
    return units if units != report.units else None
