"""Rows of zones or of sessions: the sums and spreads that `summary.csv` of each session has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from devicelog.export.csv.summary import summary
from devicelog.export.csv.table import Field, text
from devicelog.export.flat.session_columns import Value, Veil, session_cells
from devicelog.export.session import ExportedSession
from devicelog.record.record import Record
from devicelog.record.used import is_stated, used

#: What stands between the columns of the session and the sums.
HEAD: tuple[Field, ...] = (
    text("devices", "model and serial number of each device, as it said; several are joined by a semicolon"),
    text("products", "what was taken for the session; several are joined by a semicolon"),
    text("lots", "the lot of each of these"),
    text("zone code", "code of the zone on the body map"),
)


class Sums:
    """The rows of many sessions; they stand in memory, because their columns are known only with the last."""

    def __init__(self, *, by_zone: bool) -> None:
        self._by_zone = by_zone
        self._fields: dict[str, Field] = {}
        self._rows: list[tuple[Sequence[Value], dict[str, Value]]] = []

    def add(self, session: ExportedSession, veil: Veil) -> None:
        """The rows of one more session."""
        record = session.record
        table, rows = summary(record)
        whole, *zones = rows
        head, told = session_cells(session, veil), self._told(record)
        for cells in zones if self._by_zone else [whole]:
            zone = cells[0]
            code = record.places.get(str(zone)) if zone is not None else None
            own = [veil(session, field.name, cell) for field, cell in zip(HEAD, [*told, code], strict=True)]
            named = dict(zip([field.head for field in table.fields], cells, strict=True))
            self._rows.append(([*head, *own], dict(named)))
        self._fields |= {field.head: field for field in table.fields if field.head not in self._fields}

    @property
    def fields(self) -> list[Field]:
        """The columns of sums and spreads of all of them."""
        return list(self._fields.values())

    def rows(self) -> Iterator[Sequence[Value]]:
        """The rows, those of the oldest session first."""
        for head, sums in self._rows:
            yield [*head, *(sums.get(name) for name in self._fields)]

    def _told(self, record: Record) -> list[Value]:
        said = [one for device in record.devices.values() for one in device.identities]
        devices = dict.fromkeys(f"{one.get('model')} {one.get('serial') or ''}".rstrip() for one in said)
        taken = used(record).products if is_stated(record) else []
        names = "; ".join(product.name for product in taken)
        lots = "; ".join(product.lot or "not stated" for product in taken)
        return ["; ".join(devices) or None, names or None, lots or None]
