"""One metric of a profile: what it is to the record, and whether the file says all that must be said of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devicelog.driver import Category, Condition, Metric, ReportKind, unit_wanted
from devicelog.errors import UnitError
from devicelog.observation.layout import NANO
from devicelog.problems import Location, Problems, guess, shown
from devicelog.profile.conversion import Conversion
from devicelog.profile.spelling import Clock, decimal
from devicelog.profile.tables import BitTable, Counts, MetricTable
from devicelog.units import RECORD_UNITS, factor, quantity, spelled

_WHOLE = (Category.COUNTER, Category.SEQUENCE, Category.EPOCH, Category.UPTIME)
_ELECTRICAL = ("dc", "mean", "rms", "peak", "peak_to_peak")
#: What figures of these units may stand for. Closed: a word that nobody knows is no statement.
_BASES = {
    "mA": _ELECTRICAL,
    "mA/cm**2": _ELECTRICAL,
    "V": _ELECTRICAL,
    "kPa": ("gauge", "absolute"),
    "mL": ("commanded", "delivered"),
    "mm": ("extension", "perpendicular"),
}
#: Of these it must be said.
_DEMANDED = ("mA", "mA/cm**2", "kPa")
#: Reports whose values are not added up in billionths.
_NOT_ADDED = (ReportKind.TOTALS, ReportKind.STATUS)

#: A metric, the unit token of its value where it is fixed, and how the value is read.
Made = tuple[Metric, str, Conversion]


def metrics_of(table: MetricTable, kind: Any, problems: Problems, loc: Location) -> list[Made] | None:
    """The metric of a table, behind it one for each of its bits; None if something is wrong with it."""
    reading = _MetricReader(table, kind, problems, loc)
    before = len(problems.found)
    made = [reading.metric(), *map(reading.bit, table.bits or [])]
    return made if len(problems.found) == before else None


class _MetricReader:
    """One table; `kind` is that of its report, None if nobody knows."""

    def __init__(self, table: MetricTable, kind: Any, problems: Problems, loc: Location) -> None:
        self._table = table
        self._kind = kind
        self._problems = problems
        self._loc = loc
        counted = table.category is Category.COUNTER and table.counts is not Counts.DOWN
        self._category = Category.MEASUREMENT if table.counts is Counts.DOWN else table.category
        self._unit = table.unit if table.unit is not None or not counted else "count"

    def _wrong(self, key: str, what: str) -> None:
        self._problems.add((*self._loc, key), what)

    def metric(self) -> Made:
        """The metric itself."""
        table = self._table
        wire = self._wire_units()
        self._check_category()
        self._check_basis()
        self._check_level()
        self._check_words()
        factors = {token: found for token, name in wire.items() if (found := self._factor(name)) is not None}
        metric = Metric(
            table.name,
            self._category,
            self._unit,
            wire,
            table.basis,
            table.basis_from,
            self._quantity("resolution", table.resolution),
            self._modulus(wire),
            {code: Condition(a.priority, a.text, a.latching) for code, a in (table.alarms or {}).items()},
            self._max_rate(),
            zeroed=table.counts in (Counts.SESSION, Counts.SYRINGE),
        )
        return metric, next(iter(wire), ""), self._conversion(factors)

    def bit(self, bit: BitTable) -> Made:
        """A state that is one bit of the word."""
        if (bit.priority is None) != (bit.text is None):
            self._wrong("bits", f"found {bit.name!r} with one of priority and text, expected both or neither")
        if unit_wanted(bit.name, None) is not None:
            self._wrong("bits", f"found the bit {bit.name!r}, expected another name: that is one of a quantity")
        alarms: dict[int | str, Condition] = {}
        if bit.priority is not None and bit.text is not None:
            alarms["1"] = Condition(bit.priority, bit.text, bit.latching)
        metric = Metric(bit.name, Category.STATE, conditions=alarms)
        return metric, "", Conversion(bit.name, is_number=False, bit=bit.bit)

    # -- units -------------------------------------------------------------------------------------------------

    def _wire_units(self) -> dict[str, str]:
        """The closed table from unit tokens to what pint calls them."""
        table, unit = self._table, self._unit
        wanted = unit_wanted(table.name, unit)
        if wanted is not None and (unit is None or unit in RECORD_UNITS):
            found = shown(unit) if unit is not None else "nothing"
            self._wrong("unit", f"found {found}, expected {wanted}: limits and totals take {table.name!r} for that")
            return {}
        if unit is None:
            for key in ("sent_in", "units", "resolution", "plausible", "levels"):
                if getattr(table, key) is not None:
                    self._wrong(key, f"found {shown(getattr(table, key))}, expected none without a unit of the record")
            return {}
        if unit not in RECORD_UNITS:
            known = ", ".join(RECORD_UNITS)
            self._wrong("unit", f"found {shown(unit)}, expected one of {known}{guess(unit, RECORD_UNITS)}")
            return {}
        if table.units is not None and table.sent_in is not None:
            self._wrong("units", "found both units and sent_in, expected units where the device sends unit tokens")
        if table.units is not None:
            tokens = table.units
        else:
            token = "" if RECORD_UNITS[unit] == "dimensionless" else table.sent_in or unit
            tokens = {token: table.sent_in or unit}
        wire = {}
        for token, name in tokens.items():
            try:
                wire[token] = spelled(name)
                factor(wire[token], unit)
            except UnitError as error:
                key = "units" if table.units is not None else "sent_in"
                self._wrong(key, f"found {token!r}: {error}")
        return wire

    def _factor(self, name: str) -> Decimal | None:
        try:
            exact = factor(name, self._unit or "1")
        except UnitError:
            return None
        if self._kind not in _NOT_ADDED and exact * NANO % 1:
            self._wrong("unit", f"found {self._unit!r} sent as {name!r}, expected a unit of whole billionths of it")
        return exact

    def _quantity(self, key: str, text: str | None) -> Decimal | None:
        if text is None or self._unit not in RECORD_UNITS:
            return None
        try:
            return quantity(text, str(self._unit))
        except UnitError as error:
            self._wrong(key, f"found {text!r}: {error}")
            return None

    def _wraps_at(self) -> int | None:
        """Where a counter is 0 again by the width of what holds it, as read; None if nobody knows."""
        table = self._table
        if self._category is not Category.COUNTER or table.since_last_read or table.wraps_at is None:
            return None
        return table.wraps_at * int(abs(Decimal(table.scale))) or None

    def _modulus(self, wire: dict[str, str]) -> int | Decimal | None:
        """Where it is 0 again: as sent in the file; the metric has it as read, of an amount in the record's unit."""
        if self._table.modulus is None:
            return self._wraps_at()
        read = abs(self._table.modulus * Decimal(self._table.scale))
        if self._category is not Category.AMOUNT:
            return int(read)
        if len(wire) > 1:
            self._wrong("modulus", f"found {self._table.modulus}, expected none where unit tokens are sent")
        factors = [exact for name in wire.values() if (exact := self._factor(name)) is not None]
        return read * factors[0] if factors else None

    def _max_rate(self) -> int | Decimal | None:
        """The most in a second: of a counter as read, of an amount in the record's unit."""
        most = self._table.max_rate
        if most is None:
            return None
        rate: int | Decimal | None
        if self._category is Category.AMOUNT:
            rate = self._quantity("max_rate", most) if isinstance(most, str) else None
            expected = f'a quantity such as "0.2 {self._unit}"'
        else:
            rate, expected = most if isinstance(most, int) else None, "a whole number"
        if rate is None or rate <= 0:
            self._wrong("max_rate", f"found {shown(most)}, expected {expected}: the most that it may go up in a second")
            return None
        return rate

    # -- what must be said -------------------------------------------------------------------------------------

    def _check_category(self) -> None:
        table, category = self._table, self._category
        is_number = category in (Category.MEASUREMENT, Category.AMOUNT) and unit_wanted(table.name, None) is None
        if is_number and self._unit is None:
            self._wrong("unit", f"found nothing, expected a unit: a value of category {category} is a number")
        if category is Category.GIVEN:
            self._wrong("category", "found given, expected counter or amount: only what a person types is given")
        if category is Category.STATE and self._unit is not None:
            self._wrong("unit", f"found {self._unit!r}, expected none: a state is a word or a code")
        if category is Category.COUNTER and table.counts is None:
            self._wrong("counts", "found nothing, expected lifetime, session, syringe or down: when it begins again")
        if table.modulus is not None and table.modulus > (table.wraps_at or table.modulus):
            self._wrong("modulus", f"found {table.modulus}, expected at most {table.wraps_at}: no more fits there")
        if category is not Category.COUNTER and table.counts not in (None, Counts.DOWN):
            self._wrong("counts", f"found {table.counts}, expected it at a counter only")
        if category in _WHOLE and (Decimal(table.scale) % 1 or Decimal(table.offset) % 1):
            self._wrong("scale", f"found {table.scale}, expected a whole number: a {category} is whole")
        if table.scale == 0:
            self._wrong("scale", "found 0, expected a number by which the value on the wire is multiplied")

    def _check_basis(self) -> None:
        table = self._table
        expected = _BASES.get(self._unit or "")
        is_open = table.basis is None and (self._unit not in _DEMANDED or table.basis_from is not None)
        if expected is None or is_open or unit_wanted(table.name, self._unit) is not None:
            return
        if table.basis not in expected:
            found = shown(table.basis) if table.basis is not None else "nothing"
            self._wrong("basis", f"found {found}, expected one of {', '.join(expected)}: what the figure stands for")

    def _check_level(self) -> None:
        table = self._table
        is_level = table.level or "level" in table.name.split("_")
        if is_level and self._unit not in (None, "1") and table.levels is None:
            found = f"found a level in {self._unit}"
            self._wrong("unit", f"{found}, expected unit 1, or levels with the source of the quantities that they are")
        for level in table.levels.values if table.levels is not None else ():
            if decimal(level) is None:
                self._wrong("levels", f"found the level {level!r}, expected a number")

    def _check_words(self) -> None:
        table = self._table
        is_number = self._unit is not None or self._category in _WHOLE
        for key in ("means", "alarms", "bits", "clock"):
            if getattr(table, key) is not None and is_number:
                self._wrong(key, "found it at a number, expected it at a state or a setting without a unit")
        known = set((table.means or {}).values())
        for word in table.alarms or {}:
            if known and word not in known:
                self._wrong("alarms", f"found {word!r}, expected a word of means{guess(word, known)}")
        if table.clock is not None:
            try:
                Clock(table.clock.format)
            except ValueError as error:
                self._wrong("clock", f"found {table.clock.format!r}, expected {error}")

    # -- how it is read ----------------------------------------------------------------------------------------

    def _conversion(self, factors: dict[str, Decimal]) -> Conversion:
        table = self._table
        words = {word for word in table.absent if isinstance(word, str)}
        numbers = {decimal(word) if isinstance(word, str) else Decimal(word) for word in table.absent}
        levels = table.levels.values if table.levels is not None else {}
        try:
            clock = Clock(table.clock.format) if table.clock is not None else None
        except ValueError:
            clock = None  # told above
        return Conversion(
            table.name,
            is_number=self._unit is not None or self._category in _WHOLE,
            is_whole=self._category in _WHOLE,
            absent=frozenset(words),
            absent_numbers=frozenset(number for number in numbers if number is not None),
            means=table.means or {},
            levels={number: Decimal(of) for level, of in levels.items() if (number := decimal(level)) is not None},
            scale=Decimal(table.scale),
            offset=Decimal(table.offset),
            plausible=self._plausible(),
            factors=factors,
            clock=clock,
        )

    def _plausible(self) -> tuple[Decimal, Decimal] | None:
        if self._table.plausible is None:
            return None
        least, most = (self._quantity("plausible", text) for text in self._table.plausible)
        if least is None or most is None:
            return None
        if least >= most:
            self._wrong("plausible", f"found {shown(self._table.plausible[0])} first, expected the lesser one first")
        return least, most
