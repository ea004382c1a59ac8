"""An analysis table as Parquet: exact decimals, times in UTC, units beside the columns; row groups as they fill up.

https://arrow.apache.org/docs/python/parquet.html. A decimal has 28 digits, nine of them behind the point, which is all
that a record holds (`numbers.number`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from devicelog.errors import BadInputError
from devicelog.export.csv.table import Field, Type
from devicelog.export.flat.session_columns import Value
from devicelog.export.ucum import UCUM

#: Rows of a row group.
_ROWS = 20_000
_DIGITS, _DECIMALS = 28, 9


def needed() -> None:
    """BadInputError if what writes Parquet is not installed."""
    _pyarrow()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        how = 'install it with `pip install "devicelog[parquet]"`, or give a file that ends in .csv'
        raise BadInputError(f"a Parquet file needs pyarrow, which is not installed; {how}.") from None
    return pyarrow, pyarrow.parquet


class ParquetFile:
    """Writes rows into an open file."""

    def __init__(self, file: BinaryIO, fields: Sequence[Field], about: Mapping[str, str]) -> None:
        self._arrow, parquet = _pyarrow()
        types = self._types()
        columns = [
            self._arrow.field(field.head, types[field.type], nullable=not field.required, metadata=_told(field))
            for field in fields
        ]
        self._schema = self._arrow.schema(columns, metadata=dict(about))
        self._numbers = [field.type is Type.NUMBER for field in fields]
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[Sequence[Value]] = []

    def row(self, values: Sequence[Value]) -> None:
        """One more row."""
        self._rows.append(values)
        if len(self._rows) >= _ROWS:
            self._flush()

    def close(self) -> None:
        """All rows are there."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if not self._rows:
            return
        columns = zip(*self._rows, strict=True)
        arrays = [
            self._arrow.array([_decimal(value) for value in column] if is_number else column, type=field.type)
            for field, column, is_number in zip(self._schema, columns, self._numbers, strict=True)
        ]
        self._writer.write_batch(self._arrow.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._rows = []

    def _types(self) -> dict[Type, Any]:
        arrow = self._arrow
        return {
            Type.NUMBER: arrow.decimal128(_DIGITS, _DECIMALS),
            Type.WHOLE: arrow.int64(),
            Type.TEXT: arrow.string(),
            Type.TIME: arrow.timestamp("us", tz="UTC"),
            Type.DATE: arrow.date32(),
            Type.YES_NO: arrow.bool_(),
        }


def _decimal(value: Any) -> Decimal | None:
    return round(Decimal(value), _DECIMALS) if value is not None else None


def _told(field: Field) -> dict[str, str]:
    """What stands beside a column."""
    ucum = UCUM[field.unit].code if field.unit in UCUM else ""
    told = {"description": field.meaning, "unit": field.unit, "ucum": ucum, "category": field.category}
    return {name: value for name, value in told.items() if value}
