"""Products, syringes, leftovers and consumables as a TOML file states them: every problem with its place.

    [[product]]   name, maker, lot, expiry, use, drawn, [[product.ingredient]] name, concentration
    [[syringe]]   label, [[syringe.part]] product (its number), volume
    [[leftover]]  syringe (its number), left, wasted, tolerance (a share), tolerance_least (a volume)
    [[consumable]] what, gauge, length, needles, type, area, lot

Amounts are text with a unit, dates are text. Products and syringes have the numbers of their places in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from devicelog.errors import BadInputError
from devicelog.problems import Location, Problems, guess, shown
from devicelog.products import consumable
from devicelog.products.amounts import Concentration, volume
from devicelog.products.consumable import Electrode, Needle
from devicelog.products.expiry import Expiry
from devicelog.products.product import Ingredient, Product, Use
from devicelog.products.syringe import Leftover, Part, Syringe, Tolerance
from devicelog.units import quantity

Value = TypeVar("Value")

_PRODUCT = ("name", "maker", "lot", "expiry", "use", "drawn", "ingredient")
_NEEDLE = ("what", "gauge", "length", "needles", "lot")
_ELECTRODE = ("what", "type", "area", "lot")


@dataclass(slots=True)
class _Table:
    """One table of a file, and where its problems go."""

    values: Mapping[str, Any]
    loc: Location
    problems: Problems
    bad: bool = field(default=False)

    def only(self, known: Sequence[str]) -> None:
        """Complain about names that mean nothing."""
        for name in self.values:
            if name not in known:
                self.complain(name, f"means nothing here; expected one of {', '.join(known)}{guess(name, known)}")

    def complain(self, name: str, what: str) -> None:
        self.bad = True
        self.problems.add((*self.loc, name), what)

    def text(self, name: str, example: str) -> str:
        """Text that has to be there; empty after a complaint."""
        return self.optional_text(name, example) or self._missing(name, f"text such as {example!r}")

    def optional_text(self, name: str, example: str) -> str | None:
        """Text that may be missing."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.complain(name, f"found {shown(value)}, expected text such as {example!r}")
            return None
        return value.strip()

    def read(self, name: str, example: str, reader: Callable[[str], Value], default: Value) -> Value:
        """A text that has to be there, read by what raises BadInputError; else the default, after a complaint."""
        text = self.text(name, example)
        return self._read(name, text, reader, default) if text else default

    def read_optional(self, name: str, example: str, reader: Callable[[str], Value]) -> Value | None:
        """A text that may be missing, read by what raises BadInputError."""
        text = self.optional_text(name, example)
        return self._read(name, text, reader, None) if text is not None else None

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number from 1; 0 after a complaint."""
        value = self.values.get(name, default)
        if value is None:
            self._missing(name, "a whole number")
            return 0
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.complain(name, f"found {shown(value)}, expected a whole number from 1")
            return 0
        return value

    def tables(self, name: str) -> list[_Table]:
        """The tables of a list; what is no list of tables is complained about."""
        found = self.values.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            self.complain(name, f"found {shown(found)}, expected tables")
            return []
        return [_Table(one, (*self.loc, name, place), self.problems) for place, one in enumerate(found)]

    def _read(self, name: str, text: str, reader: Callable[[str], Value], default: Value) -> Value:
        try:
            return reader(text)
        except BadInputError as error:
            self.complain(name, str(error))
            return default

    def _missing(self, name: str, example: str) -> str:
        if name not in self.values:
            self.complain(name, f"is missing; expected {example}")
        return ""


def product(number: int, values: Mapping[str, Any], loc: Location, problems: Problems, by: str) -> Product | None:
    """A product of a file; None after a complaint. Without lot or expiry it is one that nobody stated."""
    table = _Table(values, loc, problems)
    table.only(_PRODUCT)
    name, maker = table.text("name", "Hyaluron 1 %"), table.text("maker", "Maker Ltd")
    lot = table.optional_text("lot", "A1234")
    expiry = table.read_optional("expiry", "2026-11", Expiry.of)
    use = table.read_optional("use", "product", _use) or Use.PRODUCT
    inner = table.tables("ingredient")
    ingredients = tuple(map(_ingredient, inner))
    drawn = table.read("drawn", "2 mL", _some_volume, Decimal(0))
    if table.bad or any(one.bad for one in inner):
        return None
    return Product(number, name, maker, lot, expiry, use, ingredients, drawn, by)


def syringe(number: int, values: Mapping[str, Any], loc: Location, problems: Problems, by: str) -> Syringe | None:
    """A syringe of a file; None after a complaint."""
    table = _Table(values, loc, problems)
    table.only(("label", "part"))
    label = table.optional_text("label", "face") or ""
    inner = table.tables("part")
    if not inner and not table.bad:
        table.complain("part", "is missing; expected what is in the syringe, product and volume of each part")
    parts = tuple(map(_part, inner))
    return None if table.bad or any(one.bad for one in inner) else Syringe.of(number, label, parts, by)


def leftover(values: Mapping[str, Any], loc: Location, problems: Problems, by: str) -> Leftover | None:
    """What stayed in a syringe, of a file; None after a complaint."""
    table = _Table(values, loc, problems)
    table.only(("syringe", "left", "wasted", "tolerance", "tolerance_least"))
    number = table.whole("syringe")
    left = table.read("left", "0.5 mL", volume, Decimal(0))
    wasted = table.read_optional("wasted", "0.1 mL", volume) or Decimal(0)
    usual = Tolerance()
    share, least = (
        table.read_optional("tolerance", "5 %", _share),
        table.read_optional("tolerance_least", "0.05 mL", volume),
    )
    own = Tolerance(usual.share if share is None else share, usual.least if least is None else least)
    return None if table.bad else Leftover(number, left, wasted, by, own)


def consumable_of(values: Mapping[str, Any], loc: Location, problems: Problems, by: str) -> Needle | Electrode | None:
    """A needle or an electrode of a file; None after a complaint."""
    table = _Table(values, loc, problems)
    what = table.text("what", "needle")
    if what == "needle":
        table.only(_NEEDLE)
        gauge = _gauge(table)
        length = table.read_optional("length", "4 mm", consumable.length)
        needle = Needle(gauge, length, table.whole("needles", 1), table.optional_text("lot", "N1"), by)
        return None if table.bad else needle
    if what == "electrode":
        table.only(_ELECTRODE)
        area = table.read_optional("area", "8 cm2", consumable.area)
        electrode = Electrode(table.text("type", "round, gel"), area, table.optional_text("lot", "E1"), by)
        return None if table.bad else electrode
    if what:
        table.complain("what", f"found {what!r}, expected 'needle' or 'electrode'")
    return None


def _ingredient(table: _Table) -> Ingredient:
    table.only(("name", "concentration"))
    none = Concentration(Decimal(1), "mg/mL", "")
    name = table.text("name", "hyaluronic acid")
    return Ingredient(name, table.read("concentration", "10 mg/mL", Concentration.of, none))


def _part(table: _Table) -> Part:
    table.only(("product", "volume"))
    return Part(table.whole("product"), table.read("volume", "1.5 mL", _some_volume, Decimal(0)))


def _use(text: str) -> Use:
    if text not in list(Use):
        raise BadInputError(
            f"found {text!r}, expected one of {', '.join(Use)}{guess(text, [use.value for use in Use])}"
        )
    return Use(text)


def _some_volume(text: str) -> Decimal:
    found = volume(text)
    if found == 0:
        raise BadInputError(f"{text!r} is nothing; expected more than zero, such as '2 mL'.")
    return found


def _share(text: str) -> Decimal:
    share = quantity(text, "1")
    if not 0 <= share <= 1:
        raise BadInputError(f"{text!r} is no tolerance; expected 0 % to 100 %, such as '5 %'.")
    return share


def _gauge(table: _Table) -> int:
    if "gauge" not in table.values:
        table.complain("gauge", "is missing; expected a whole number such as 30")
        return 0
    try:
        return consumable.gauge(table.values["gauge"])
    except BadInputError as error:
        table.complain("gauge", str(error))
        return 0
