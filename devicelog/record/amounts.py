"""Numbers, units, durations and sentences of the record as people read them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devicelog.bodymap.zones import load as body_map
from devicelog.ledger.sealed import plain_text
from devicelog.record import caveats
from devicelog.treatment import past
from devicelog.units import plain

if TYPE_CHECKING:
    from datetime import datetime

    from devicelog.record.caveats import Dose
    from devicelog.record.record import Record

_UNITS = {"count": "", "1": "", "mA*min": "mA·min", "us": "µs"}
#: The units of fields that hold an amount.
_FIELD_UNITS = {"drawn": "mL", "left": "mL", "wasted": "mL", "volume": "mL", "length": "mm", "area": "cm²"}
#: Decimal places that say something; totals of what is counted in nL are exact at 6.
_PLACES = {"mL": 6, "V": 2, "kPa": 2, "Hz": 1, "us": 1, "ms": 0, "ohm": 0, "s": 1}
_UNIT_IN_TEXT = re.compile(r"\b(mA\*min|mA/cm\*\*2|W/cm\*\*2|mg/cm\*\*2|cm\*\*2)(?!\w)")


def unit_text(unit: str) -> str:
    """A unit of the record as people write it: mA·min, cm²."""
    return _UNITS.get(unit, unit.replace("**2", "²"))


def number(value: Decimal, unit: str) -> str:
    """A number rounded to what its unit can bear, without trailing zeros."""
    return plain(round(value, _PLACES.get(unit, 3)) + 0)


def amount(value: Decimal, unit: str) -> str:
    """A number with its unit."""
    return f"{number(value, unit)} {unit_text(unit)}".rstrip()


def bound(given: Dose, unit: str) -> str:
    """A dose in a column that names its unit: 1.2, "≥ 1.2", or a dash where it is not known."""
    if given.value is None:
        return "–"
    return f"{'≥ ' if given.at_least else ''}{number(given.value, unit)}"


def triggers(record: Record, zone: str | None) -> str:
    """How often the devices injected, in a column; a dash where no device counts it."""
    totals = record.tally.session if zone is None else record.tally.zones[zone]
    return str(totals.triggers) if caveats.counts_triggers(record) else "–"


def dose(given: Dose, unit: str, what: str) -> str:
    """A dose in a line of text; `what` names it where it is not known."""
    if given.value is None:
        return f"{what} not known"
    return f"{'at least ' if given.at_least else ''}{amount(given.value, unit)}"


def injections(record: Record, zone: str | None) -> str:
    """How many injections were given and how much, in a zone or the whole session."""
    counted, volume = caveats.dose(record, zone, "injections"), caveats.dose(record, zone, "volume")
    if not caveats.counts_triggers(record):
        return dose(volume, "mL", "volume")
    noun = "injection" if counted.value == 1 else "injections"
    return f"{dose(counted, 'count', 'number')} {noun}, {dose(volume, 'mL', 'volume')}"


def sentence(text: str) -> str:
    """What an alarm says, in words for people: `volume_total` is "volume total", `mA*min` is mA·min."""
    spaced = re.sub(r"(?<=[a-z])_(?=[a-z])", " ", text)
    short = re.sub(r"\d+\.\d{7,}", lambda found: plain(round(Decimal(found[0]), 6)), spaced)
    return re.sub(r" count\b", "", with_units(short))


def with_units(text: str) -> str:
    """A text with its units as people write them."""
    return _UNIT_IN_TEXT.sub(lambda found: unit_text(found[1]), text)


def words(code: str) -> str:
    """A zone code or metric in words: left_cheek is "left cheek"."""
    return code.replace("_", " ")


def place(zone: str) -> str:
    """A zone by its name on the body map; one that is not on it in its own words."""
    found = body_map().find(zone)
    return found.name if found is not None else words(zone)


def since_start(microseconds: int) -> str:
    """A time within a session, 12:34 or 1:02:03."""
    seconds = microseconds // 1_000_000
    text = str(timedelta(seconds=seconds))
    return text[2:] if seconds < 3600 else text


def local(record: Record, microseconds: int) -> datetime:
    """A moment of a session in the local time of the place where it was recorded."""
    return past.local(record.wall(microseconds), str(record.started.get("host", {}).get("zone")))


def shown(value: Any, field: str) -> str:
    """The value of a field for people; a dash where nothing was stated."""
    if value is None:
        return "–"
    unit = _FIELD_UNITS.get(field.rpartition(".")[2], "")
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(plain_text(value))
    return f"{text} {unit}".rstrip()
