"""The small parts that resources are made of (FHIR R4 data types), as plain dicts.

A Decimal stays one until it is written (`encoding.py`). None, "", [] and {} stand for nothing and are left out there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any

from devicelog.export.fhir import codes
from devicelog.export.ucum import SYSTEM as UCUM_SYSTEM
from devicelog.export.ucum import UCUM
from devicelog.ledger.sealed import words

Json = dict[str, Any]

LOINC = "http://loinc.org"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
ABSENT = f"{TERMINOLOGY}/data-absent-reason"
#: The extension by which a value that is not there says why (hl7.org/fhir/R4/extension-data-absent-reason.html).
ABSENT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


# -- codes -----------------------------------------------------------------------------------------------------


def coding(system: str, code: str, display: str | None = None) -> Json:
    return {"system": system, "code": code, "display": display}


def concept(text: str | None, *codings: Json) -> Json:
    """A CodeableConcept."""
    return {"coding": list(codings), "text": text}


def own(code: str, text: str | None = None, *more: Json) -> Json:
    """A concept of devicelog's own table, with more codings if there are official ones; KeyError for any other."""
    known = codes.CODES[code]
    return concept(text or known.display, coding(codes.SYSTEM, known.code, known.display), *more)


def own_or_text(code: str, words: str) -> Json:
    """A concept of the table where it has one for this, else words alone: a driver may name what it likes."""
    return own(code) if code in codes.CODES else concept(words)


def loinc(code: str, display: str | None, text: str | None = None) -> Json:
    """A LOINC code; without a display where the files of R4 show none."""
    return concept(text or display, coding(LOINC, code, display))


def hl7(system: str, code: str, display: str, text: str | None = None) -> Json:
    """A concept of a code system that ships with FHIR R4."""
    return concept(text or display, coding(f"{TERMINOLOGY}/{system}", code, display))


def absent(code: str, text: str) -> Json:
    """Why a value is missing: a code of data-absent-reason, and words."""
    return concept(text, coding(ABSENT, code))


def absent_extension(code: str) -> Json:
    """What stands in the place of a primitive value that is not there."""
    return {"extension": [{"url": ABSENT_EXTENSION, "valueCode": code}]}


def site(zone: str, code: str | None) -> Json:
    """A zone of the body: as the record names it, and its code on the body map."""
    return concept(zone, *([coding(codes.BODY_MAP, code)] if code is not None else []))


# -- identity --------------------------------------------------------------------------------------------------


def identifier(system: str, value: str) -> Json:
    return {"system": system, "value": value}


# -- amounts ---------------------------------------------------------------------------------------------------


def quantity(amount: Mapping[str, str], *, at_least: bool = False) -> Json:
    """A Quantity of `{"value": "2", "unit": "mL"}`; a lower bound has the comparator `>=`.

    A unit that is not in the closed table is sent as text without a code.
    """
    return {**measure(Decimal(amount["value"]), amount["unit"]), "comparator": ">=" if at_least else None}


def measure(value: Decimal | int, unit: str) -> Json:
    """A value with its unit; the unit of a count is shown as nothing."""
    known = UCUM.get(unit)
    if known is None:
        return {"value": Decimal(value), "unit": unit}
    return {"value": Decimal(value), "unit": known.shown, "system": UCUM_SYSTEM, "code": known.code}


def shown(amount: Mapping[str, str] | None, *, at_least: bool = False) -> str:
    """An amount as people read it; "not known" for None."""
    if amount is None:
        return "not known"
    known = UCUM.get(amount["unit"])
    unit = known.shown if known is not None else amount["unit"]
    return f"{'at least ' if at_least else ''}{amount['value']} {unit}".rstrip()


# -- times -----------------------------------------------------------------------------------------------------


def period(start: str | None, end: str | None) -> Json:
    return {"start": start, "end": end}


def stated_time(text: str | None, zone: str) -> str | None:
    """A moment that a person stated, as a FHIR dateTime: a date or month stays one, a time has seconds and an offset.

    None for nothing, and for what is no moment.
    """
    if not text:
        return None
    if len(text) <= len("2026-11-22"):
        return text if _is_date(text) else None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo)
    except ValueError:
        return None
    return moment.isoformat() if moment.tzinfo is not None else None


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(f"{text}-01" if len(text) == len("2026-11") else text)
    except ValueError:
        return False
    return len(text) in (len("2026-11"), len("2026-11-22"))


# -- text ------------------------------------------------------------------------------------------------------


def said(value: Any) -> str:
    """A value of a statement as people read it; a sealed text that is not open says so."""
    if isinstance(value, list):
        return ", ".join(said(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return words(value)


def annotation(text: str, *, time: str | None = None, author: str | None = None) -> Json:
    return {"authorString": author, "time": time, "text": text}


def narrative(*parts: str) -> Json:
    """The text of a resource: XHTML made by `paragraph`, `table` and `listed`."""
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{"".join(parts)}</div>'}


def paragraph(text: str) -> str:
    return f"<p>{_lines(text)}</p>"


def listed(items: Iterable[str]) -> str:
    """A list; nothing for no items, because XHTML has no empty one."""
    found = "".join(f"<li>{_lines(item)}</li>" for item in items)
    return f"<ul>{found}</ul>" if found else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; nothing for no rows."""
    body = "".join(f"<tr>{''.join(f'<td>{_lines(cell)}</td>' for cell in row)}</tr>" for row in rows)
    heads = "".join(f"<th>{_lines(cell)}</th>" for cell in head)
    return f'<table border="1"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>' if body else ""


def _lines(text: str) -> str:
    return "<br/>".join(escape(line, quote=False) for line in text.splitlines()) or "-"
