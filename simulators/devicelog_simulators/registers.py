"""A Modbus register map as a scenario file writes it, and the words and bits that it holds at a moment."""

from __future__ import annotations

import struct
from collections import Counter
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field, model_validator

from devicelog_simulators.apparatus import Quantity, size_of
from devicelog_simulators.toml_file import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

Bank = Literal["coil", "discrete", "holding", "input"]
#: How the registers of one value, and the bytes in each, stand: 1122 3344, 3344 1122, 2211 4433, 4433 2211.
WordOrder = Literal["ABCD", "CDAB", "BADC", "DCBA"]
_WHOLE = {"u16": 2, "i16": 2, "u32": 4, "i32": 4, "u64": 8, "i64": 8}
_FLOATS = {"f32": ">f", "f64": ">d"}
_BCD = {"bcd16": 2, "bcd32": 4}


class Register(Table):
    """One value of the map: what it holds, or the value it always has."""

    name: str
    bank: Bank = "holding"
    address: Annotated[int, Field(ge=0, le=0xFFFF)]
    type: Literal["u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64", "bcd16", "bcd32", "text", "bit"] = "u16"
    holds: Literal[Quantity, "serial"] | None = None
    value: int | float | str | None = None
    step: str | None = None
    bit: Annotated[int, Field(ge=0, le=63)] = 0
    length: Annotated[int, Field(ge=1, le=60)] = 1
    clear_on_read: bool = False

    @model_validator(mode="after")
    def _is_one_value(self) -> Self:
        if (self.holds is None) == (self.value is None):
            raise ValueError("expected one of 'holds' (a quantity) and 'value'")
        if (self.type == "bit") != (self.bank in ("coil", "discrete")):
            raise ValueError("expected type 'bit' for a coil or a discrete input, and for nothing else")
        if (self.type == "text") != (self.holds == "serial" or isinstance(self.value, str)):
            raise ValueError("expected type 'text' for a serial number or a text, and for nothing else")
        if self.step is not None:
            if self.holds is None or self.holds == "serial":
                raise ValueError("expected 'step' only beside a quantity in 'holds'")
            size_of(self.step, self.holds)
        if self.value is not None:
            self._check_constant(self.value)
        return self

    @property
    def constant(self) -> Decimal | str:
        """The value that it always has."""
        return self.value if isinstance(self.value, str) else Decimal(str(self.value or 0))

    @property
    def size(self) -> int:
        """How many registers or bits it takes."""
        if self.type in ("text", "bit"):
            return self.length if self.type == "text" else 1
        return {**_WHOLE, **_BCD, "f32": 4, "f64": 8}[self.type] // 2

    def words(self, sent: Decimal | str, order: WordOrder) -> list[int]:
        """The registers of a value, its lowest digits if it is too great."""
        if isinstance(sent, str):
            return _words(sent.encode("ascii").ljust(2 * self.length, b" ")[: 2 * self.length])
        if self.type in _FLOATS:
            return _ordered(_words(struct.pack(_FLOATS[self.type], float(sent))), order)
        whole = int(sent.to_integral_value(ROUND_FLOOR))
        if self.type in _BCD:
            return _ordered(
                _words(bytes.fromhex(f"{whole % 10 ** (2 * _BCD[self.type]):0{2 * _BCD[self.type]}d}")), order
            )
        size = _WHOLE.get(self.type, 2)
        return _ordered(_words((whole % 2 ** (8 * size)).to_bytes(size, "big")), order)

    def _check_constant(self, value: float | str) -> None:
        try:
            self.words(self.constant, "ABCD")
        except (ArithmeticError, ValueError):
            raise ValueError(f"expected a value that {self.type} can hold, not {value!r}") from None


def _words(data: bytes) -> list[int]:
    return list(struct.unpack(f">{len(data) // 2}H", data))


def _ordered(words: list[int], order: WordOrder) -> list[int]:
    if len(words) == 1:
        return words
    turned = words[::-1] if order in ("CDAB", "DCBA") else words
    return [word >> 8 | (word & 0xFF) << 8 for word in turned] if order in ("BADC", "DCBA") else turned


def clash(registers: Sequence[Register]) -> str | None:
    """What two registers of one bank share, in words; None if nothing."""
    for bank in get_args(Bank):
        places = Counter(
            address
            for register in registers
            if register.bank == bank
            for address in range(register.address, register.address + register.size)
        )
        twice = next((address for address, count in places.items() if count > 1), None)
        if twice is not None:
            return f"expected each address once, and {bank} {twice} belongs to two registers"
    return None


class RegisterMap:
    """The registers of one device; `quantity` and `serial` say what they hold now."""

    def __init__(
        self,
        registers: Sequence[Register],
        *,
        order: WordOrder,
        holes: Literal["refuse", "zero"],
        quantity: Callable[[Quantity], int],
        serial: Callable[[], str],
    ) -> None:
        self._registers = registers
        self._order = order
        self._holes = holes
        self._quantity = quantity
        self._serial = serial
        self._read: dict[str, int] = {}

    def read(self, bank: Bank, address: int, count: int) -> list[int] | None:
        """Words or bits from an address on; None if there is one that the device does not have."""
        asked = range(address, address + count)
        found: dict[int, int] = {}
        for register in self._registers:
            here = range(register.address, register.address + register.size)
            if register.bank == bank and here.start < asked.stop and asked.start < here.stop:
                found |= zip(here, self._content(register), strict=True)
        if self._holes == "refuse" and any(place not in found for place in asked):
            return None
        return [found.get(place, 0) for place in asked]

    def _content(self, register: Register) -> list[int]:
        if register.holds is None:
            return (
                [int(bool(register.value))]
                if register.type == "bit"
                else register.words(register.constant, self._order)
            )
        if register.holds == "serial":
            return register.words(self._serial(), self._order)
        held = self._quantity(register.holds)
        if register.type == "bit":
            return [held >> register.bit & 1]
        if register.clear_on_read:
            held, self._read[register.name] = held - self._read.get(register.name, 0), held
        size = Decimal(1) if register.step is None else size_of(register.step, register.holds)
        return register.words(held / size, self._order)
