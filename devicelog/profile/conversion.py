"""From what was found on the wire to a value of a reading: absent, words, bits, levels, scale, plausible; exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal

from devicelog.driver import Value
from devicelog.profile.binary import Raw, WrongValueError
from devicelog.profile.spelling import Clock, decimal
from devicelog.units import plain

#: Digits enough for any product of a value and a scale: nothing is ever rounded.
_EXACT = Context(prec=200)
#: No device means a number beyond this.
_GREATEST = Decimal(10) ** 18
_SMALLEST = Decimal(10) ** -30


@dataclass(frozen=True, slots=True)
class Conversion:
    """How one metric is read. `factors` are from its unit tokens to the record's unit, for what is plausible.

    `levels` are the quantities that its numbers stand for; `bit` takes one bit of a word.
    """

    metric: str
    is_number: bool
    is_whole: bool = False
    absent: frozenset[str] = frozenset()
    absent_numbers: frozenset[Decimal] = frozenset()
    means: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[Decimal, Decimal] = field(default_factory=dict)
    scale: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    plausible: tuple[Decimal, Decimal] | None = None
    factors: Mapping[str, Decimal] = field(default_factory=dict)
    clock: Clock | None = None
    bit: int | None = None

    def value(self, raw: Raw, token: str = "") -> Value:
        """The value as the profile says it is meant; None for no value. Raises WrongValueError."""
        if raw is None or raw in self.absent:
            return None
        if self.bit is not None:
            return str(self._whole(raw) >> self.bit & 1)
        number = decimal(raw) if isinstance(raw, str) and (self.is_number or self.absent_numbers) else raw
        if self.absent_numbers and number in self.absent_numbers:
            return None
        if not self.is_number:
            return self._word(raw)
        value = self._number(raw, number)
        self._check(value, token)
        return self._whole(value) if self.is_whole else value

    def _word(self, raw: int | Decimal | str) -> str:
        text = raw if isinstance(raw, str) else plain(Decimal(raw))
        if self.clock is not None:
            return self.clock.moment(text)
        return self.means.get(text, text)

    def _number(self, raw: Raw, found: Raw) -> int | Decimal:
        """The quantity that a number found on the wire stands for."""
        if found is None or isinstance(found, str):
            raise WrongValueError(f"{self.metric} is {raw!r}, which is no number")
        if self.levels:
            if Decimal(found) not in self.levels:
                raise WrongValueError(f"{self.metric} is the level {found}, which its table does not have")
            return self.levels[Decimal(found)]
        value: int | Decimal = found
        if self.scale != 1 or self.offset != 0:
            value = _EXACT.add(_EXACT.multiply(Decimal(found), self.scale), self.offset)
        size = abs(Decimal(value))
        if size >= _GREATEST or 0 < size < _SMALLEST:
            raise WrongValueError(f"{self.metric} is {value:.3e}, which no device means")
        return value

    def _check(self, value: int | Decimal, token: str) -> None:
        if self.plausible is None or token not in self.factors:
            return
        least, most = self.plausible
        if not least <= _EXACT.multiply(Decimal(value), self.factors[token]) <= most:
            raise WrongValueError(
                f"{self.metric} is {value} {token}".rstrip() + ", which the profile calls implausible"
            )

    def _whole(self, value: int | Decimal | str) -> int:
        if type(value) is int:
            return value
        found = decimal(value) if isinstance(value, str) else Decimal(value)
        if found is None or found != found.to_integral_value():
            raise WrongValueError(f"{self.metric} is {value}, which is no whole number")
        return int(found)
