"""The OBX segments of an observation message: a tree of containers and metrics, named by OBX-4 as IHE PCD-01 does.

OBX-4 is MDS.VMD.channel.metric: a system, a part of it, a group of figures, and the figure. A container has 0 where its
parts are numbered, no value, and X (no result) as its status; so has a figure that is not known, and a note says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from devicelog.export.hl7.segments import Field, segment
from devicelog.export.hl7.terms import Term, unit
from devicelog.numbers import number

#: The greatest length of a number in version 2.6.
_DIGITS = 16
_NO_RESULT = "X"


@dataclass(frozen=True, slots=True)
class Value:
    """What OBX-5 holds: its type, and the unit of a number as records name it."""

    type: str
    field: Field
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What else is said of a figure: its range and its flag, and when, by whom, how, by which device and where."""

    range: str | None = None
    flag: str | None = None
    at: str | None = None
    observer: Field = None
    method: Term | None = None
    equipment: Field = None
    site: Field = None


_NOTHING = About()


def amount(value: Decimal | int | str, unit_: str | None, *, at_least: bool = False) -> Value:
    """A number with its unit; a lower bound is a structured number whose comparator is `>=`."""
    text = _written(Decimal(value))
    return Value("SN", (">=", text), unit_) if at_least else Value("NM", text, unit_)


def text(value: str) -> Value:
    """Words."""
    return Value("TX", value)


def coded(term: Term) -> Value:
    """A code."""
    return Value("CWE", term.field)


def time(value: str) -> Value:
    """A moment, as `segments.moment` writes it."""
    return Value("DTM", value)


def yes_no(*, value: bool) -> Value:
    """A code of table 0136."""
    return coded(Term("Y", "Yes", "HL70136") if value else Term("N", "No", "HL70136"))


class Tree:
    """Takes containers and metrics in order. `status` is that of every figure which has a value: F, C or P."""

    def __init__(self, status: str) -> None:
        self._status = status
        self._place = [0, 0, 0, 0]
        self._rows = 0
        self._segments: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return iter(self._segments)

    def mds(self, term: Term, equipment: Field = None) -> None:
        """A system: the record, or a device."""
        self._contain(0, term, equipment)

    def vmd(self, term: Term) -> None:
        """A part of the last system."""
        self._contain(1, term)

    def channel(self, term: Term) -> None:
        """A group of figures in the last part."""
        self._contain(2, term)

    def metric(self, term: Term, value: Value | None, about: About = _NOTHING, why: str | None = None) -> None:
        """A figure of the last group; None: it is not known. `why` is why it is not known, or not exactly."""
        self._step(3)
        fields = {
            2: value.type if value is not None else None,
            5: value.field if value is not None else None,
            6: unit(value.unit) if value is not None and value.unit is not None else None,
            7: about.range,
            8: about.flag,
            11: self._status if value is not None else _NO_RESULT,
            14: about.at,
            16: about.observer,
            17: about.method.field if about.method is not None else None,
            18: about.equipment,
            20: about.site,
        }
        self._write(term, fields)
        if why is not None:
            self._segments.append(segment("NTE", {1: "1", 2: "L", 3: why}))

    def _contain(self, level: int, term: Term, equipment: Field = None) -> None:
        self._step(level)
        self._write(term, {11: _NO_RESULT, 18: equipment})

    def _step(self, level: int) -> None:
        self._place[level] += 1
        self._place[level + 1 :] = [0] * (3 - level)

    def _write(self, term: Term, fields: dict[int, Field]) -> None:
        self._rows += 1
        head: dict[int, Field] = {1: str(self._rows), 3: term.field, 4: ".".join(map(str, self._place))}
        self._segments.append(segment("OBX", {**head, **fields}))


def _written(value: Decimal) -> str:
    """A number, to as many digits as its field has room for."""
    said = number(value)
    if len(said) <= _DIGITS:
        return said
    room = _DIGITS - len(f"{int(value)}") - 2
    return number(round(value, max(room, 0)))
