"""The table of sums: of the whole session and of each zone, each dose with whether it is exact."""

from __future__ import annotations

import re
from decimal import Decimal

from devicelog.export.csv.cell import Cell
from devicelog.export.csv.table import OF_ZONE, Filled, Table, num, text, whole
from devicelog.record.caveats import Dose, Quantity, counts_triggers, dose, flows, injects
from devicelog.record.record import Record
from devicelog.treatment.totals import Totals

_FILE = "summary.csv"
_DOSES: tuple[Quantity, ...] = ("injections", "volume", "purged", "charge")
_STATED = _EXACT, _AT_LEAST, _UNKNOWN = "exact", "at least", "not known"


def summaries(record: Record) -> list[Filled]:
    """The summary as it is, and as it was before each amendment."""
    told = ((amendment.content["amendment"], amendment.before) for amendment in record.amendments)
    before = [summary(old, f"summary_before_{number}.csv") for number, old in told if old is not None]
    return [summary(record), *before]


def summary(record: Record, file: str = _FILE) -> Filled:
    """The sums and spreads of a session, its first row, and of each zone."""
    spreads = dict.fromkeys((metric, spread.unit) for (_, metric), spread in record.spreads.items())
    fields = [
        text("zone", "the zone; empty: the whole session"),
        whole("triggers", "count", "reports of injections; empty: no device here reports them"),
        whole("injections", "count", "triggers times the needles of the head"),
        num("volume", "mL", "sum of the volumes of all injections, purges not counted"),
        num("purged", "mL", "sum of what was purged, which is no dose; in the row of the whole session only"),
        whole("samples", "count", "reports of current; empty: no device here reports it"),
        num("charge", "mA*min", "current over time by the trapezoid rule, never over a gap"),
        *[text(f"{of} stated", f"what is known of {of}; empty: no device here reports it", _STATED) for of in _DOSES],
        text("why not exact", "why what is at least or not known is so"),
        num("time treated", "s", "since the first treatment, pauses included"),
        num("time without samples", "s", "time in which current may have flowed without a sample; not in the charge"),
    ]
    for metric, unit in spreads:
        said = metric.replace("_", " ")
        fields += [num(f"{metric} {which}", unit, f"{which} {said}") for which in ("lowest", "mean", "highest")]

    def row(zone: str | None, totals: Totals) -> list[Cell]:
        doses = _doses(record, zone)
        injections, volume, purged, charge = (given.value if given is not None else None for given in doses.values())
        triggers = totals.triggers if injects(record) and counts_triggers(record) else None
        cells: list[Cell] = [zone, triggers, injections, volume, purged]
        cells += [totals.samples if flows(record) else None, charge]
        cells += [_stated(given) for given in doses.values()]
        cells.append("; ".join(f"{of}: {given.why}" for of, given in doses.items() if given and given.why) or None)
        cells.append(Decimal(totals.elapsed_ms).scaleb(-3) if injects(record) or flows(record) else None)
        cells.append(Decimal(totals.missing_ms).scaleb(-3) if flows(record) else None)
        for metric, unit in spreads:
            spread = record.spreads.get((zone, metric))
            known = spread is not None and spread.unit == unit and spread.count > 0
            cells += [spread.low, spread.mean, spread.high] if known and spread else [None] * 3
        return cells

    zones = record.tally.zones.items()
    title = "Sums, and lowest, mean and highest values, of the session and of each zone"
    if file != _FILE:
        title += f", as they were before amendment {re.sub('[^0-9]', '', file)}"
    return Table(file, title, tuple(fields), refers=OF_ZONE), [
        row(None, record.tally.session),
        *[row(zone, t) for zone, t in zones],
    ]


def _doses(record: Record, zone: str | None) -> dict[str, Dose | None]:
    """The doses of a zone; None for what no device reports there."""
    reported = {"injections": injects(record), "volume": injects(record), "purged": injects(record) and zone is None}
    reported["charge"] = flows(record)
    return {of: dose(record, zone, of) if reported[of] else None for of in _DOSES}


def _stated(given: Dose | None) -> Cell:
    if given is None:
        return None
    return _UNKNOWN if given.value is None else _AT_LEAST if given.at_least else _EXACT
