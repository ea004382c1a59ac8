"""Lines of text as a scenario file writes them: fields, templates, and what stands around each line."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from devicelog.units import plain
from devicelog_simulators import checksums
from devicelog_simulators.apparatus import Quantity, size_of
from devicelog_simulators.quantities import Duration
from devicelog_simulators.toml_file import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Self

Mark = Annotated[str, Field(pattern=r"^[\x01-\x7f]{0,4}$")]
End = Annotated[str, Field(pattern=r"^[\x01-\x7f]{1,4}$")]
Body = Annotated[str, Field(pattern=r"^[ -~]*$", max_length=200)]
#: Two bytes with the high or the low one first, one byte, or digits.
Check = Literal["none", "xmodem-be", "modbus-le", "crc8-07", "ccitt-false-hex", "sum8-complement-hex"]
_CHECKS: dict[Check, Callable[[bytes], bytes]] = {
    "none": lambda _: b"",
    "xmodem-be": lambda data: checksums.xmodem(data).to_bytes(2, "big"),
    "modbus-le": lambda data: checksums.modbus(data).to_bytes(2, "little"),
    "crc8-07": lambda data: bytes([checksums.crc8(data)]),
    "ccitt-false-hex": lambda data: b"%04X" % checksums.ccitt_false(data),
    "sum8-complement-hex": lambda data: b"%02X" % checksums.sum8_complement(data),
}
_HOLE = re.compile(r"\{(\w+)(\.unit)?\}")


class Frame(Table):
    """What stands around each line, and around each request if `requests_checked`."""

    start: Mark = ""
    separator: Mark = ""
    check: Check = "none"
    end: End = "\r\n"

    def line(self, body: str, *, right: bool = True) -> bytes:
        """One line; its checksum is over the body alone."""
        data = body.encode("ascii")
        check = _CHECKS[self.check](data if right else data + b"?")
        separator = self.separator.encode("ascii") if check else b""
        return self.start.encode("ascii") + data + separator + check + self.end.encode("ascii")

    def body(self, line: bytes) -> str | None:
        """What is in a line (without its end); None if its start or checksum is wrong."""
        width = len(_CHECKS[self.check](b""))
        tail = len(self.separator) + width if width else 0
        inner = line[len(self.start) : len(line) - tail]
        if not inner.isascii():
            return None
        body = inner.decode("ascii")
        return body if self.line(body) == line + self.end.encode("ascii") else None


class LineField(Table):
    """One value of a line: a quantity in the unit that suits its size, a number of its own, or a text."""

    name: Annotated[str, Field(pattern=r"^\w+$")]
    holds: Literal[Quantity, "serial", "error", "sequence"]
    units: Annotated[dict[str, str], Field(default_factory=dict)]
    digits: Annotated[int, Field(ge=1, le=12)] | None = None
    places: Annotated[int, Field(ge=0, le=12)] | None = None
    modulus: Annotated[int, Field(ge=2)] | None = None
    names: Annotated[dict[str, str], Field(default_factory=dict)]
    absent: Body = ""

    @model_validator(mode="after")
    def _has_units_that_fit(self) -> Self:
        if self.holds in ("serial", "error", "sequence"):
            if self.units:
                raise ValueError(f"expected no 'units' beside holds = {self.holds!r}")
            return self
        for size in self.units.values():
            size_of(size, self.holds)
        return self

    def said(self, value: int) -> tuple[str, str]:
        """The number, or its name, and the token of its unit."""
        if self.modulus is not None:
            value %= self.modulus
        if str(value) in self.names:
            return self.names[str(value)], ""
        if not self.units or self.holds in ("serial", "error", "sequence"):
            return self._number(Decimal(value)), ""
        sizes = {token: size_of(size, self.holds) for token, size in self.units.items()}
        ranged = sorted(sizes, key=lambda token: sizes[token], reverse=True)
        token = next((token for token in ranged if abs(value) >= sizes[token]), ranged[-1])
        return self._number(Decimal(value) / sizes[token]), token

    def _number(self, value: Decimal) -> str:
        if self.places is not None:
            return format(value.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_EVEN), "f")
        if self.digits is not None:
            return plain(Context(prec=self.digits, rounding=ROUND_HALF_EVEN).plus(value))
        return plain(value)


class Line(Table):
    """One line: sent on a request, at regular times, after each shot, or at power-on."""

    text: Body
    query: Annotated[str, Field(pattern=r"^[!-~][ -~]*$")] | None = None
    every: Duration | None = None
    after: Literal["shot", "power_on"] | None = None

    @model_validator(mode="after")
    def _has_one_occasion(self) -> Self:
        if [self.query, self.every, self.after].count(None) != 2:
            raise ValueError(
                "expected one of 'query' (a request), 'every' (a time) and 'after' (\"shot\", \"power_on\")"
            )
        return self

    def unknown_fields(self, known: Collection[str]) -> list[str]:
        """Fields in the text that do not exist."""
        return [name for name, _ in _HOLE.findall(self.text) if name not in known]

    def filled(self, value_of: Callable[[str], tuple[str, str]]) -> str:
        """The text with its fields; `value_of` gives number and unit of a field, and is asked once for each."""
        names = dict.fromkeys(name for name, _ in _HOLE.findall(self.text))
        values = {name: value_of(name) for name in names}
        return _HOLE.sub(lambda hole: values[hole[1]][1 if hole[2] else 0], self.text)
