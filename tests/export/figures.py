"""The figures of a session as each format has them, read by nothing that writes them: one text for each figure.

A figure is named by its zone ("" is the whole session) and its code; ">=3.9 mL" is a lower bound, "?" is not known.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.export.hl7.reader import Message, Segment

Figures = dict[tuple[str, str], str]
Json = Mapping[str, Any]
UNKNOWN = "?"
_UCUM = {"count": "{count}", "mA*min": "mA.min", "ohm": "Ohm", "min": "min"}
_DOSES = ("injections", "volume", "purged", "charge")
#: What a format has for nothing: a figure that is 0 may be left out.
_ONLY_IF_ANY = ("without_volume", "purges", "purged_total")


def text(value: object, unit: str, *, at_least: bool = False) -> str:
    """A figure as every reader gives it."""
    number = f"{Decimal(str(value)).normalize() + 0:f}"
    return f"{'>=' if at_least else ''}{number} {_UCUM.get(unit, unit)}"


def without_nothing(found: Figures) -> Figures:
    """Without what a format need not say because it is 0."""
    return {
        name: said
        for name, said in found.items()
        if name[1] not in _ONLY_IF_ANY or not said.removeprefix(">=").startswith("0 ")
    }


# -- the record ------------------------------------------------------------------------------------------------


def of_json(said: Json) -> Figures:
    """What `show --json` says."""
    scopes = [("", said), *((zone["zone"], zone) for zone in said["zones"])]
    return {(zone, name): told for zone, one in scopes for name, told in _of_scope(one)}


def _of_scope(said: Json) -> Iterator[tuple[str, str]]:
    totals = said["totals"]
    injected, current = totals["injections"], totals["current"]
    if injected is not None:
        bound = injected["injections_lower_bound"]
        yield "triggers", _json_text(injected["triggers"])
        yield "injections", _json_text(injected["injections"], at_least=bound)
        yield "volume_total", _json_text(injected["volume"], at_least=injected["volume_lower_bound"])
        yield "without_volume", _json_text(injected["without_volume"])
        if "purges" in injected:
            yield "purges", _json_text(injected["purges"])
            yield "purged_total", _json_text(injected["purged"], at_least=injected["purged_lower_bound"])
    if current is not None:
        yield "samples", _json_text(current["samples"])
        yield "charge", _json_text(current["charge"], at_least=current["charge_lower_bound"])
        yield "unsampled", _json_text(current["unsampled"])
    if injected is not None or current is not None:
        yield "elapsed", _json_text(totals["elapsed"])
    for metric, spread in said["spreads"].items():
        for part, word in (("low", "lowest"), ("mean", "mean"), ("high", "highest")):
            yield f"{metric}.{word}", _json_text(spread[part])


def _json_text(value: Any, *, at_least: bool = False) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, int):
        return text(value, "count", at_least=at_least)
    return text(value["value"], value["unit"], at_least=at_least)


# -- CSV -------------------------------------------------------------------------------------------------------


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


_COLUMNS = {"volume": "volume_total", "purged": "purged_total", "time treated": "elapsed"} | {
    "time without samples": "unsampled"
}


def of_csv(folder: Path) -> Figures:
    """What summary.csv says."""
    found: Figures = {}
    for row in rows(folder, "summary.csv"):
        for head, cell in row.items():
            name, _, unit = head.partition(" [")
            stated = row.get(f"{name} stated", "")
            code = _COLUMNS.get(name, ".".join(name.rsplit(" ", 1)).replace(" ", "_") if unit else name)
            if cell and unit:
                found[row["zone"], code] = text(cell, unit[:-1], at_least=stated == "at least")
            elif unit and (stated == "not known" or (name == "triggers" and row["injections stated"] == "not known")):
                found[row["zone"], code] = UNKNOWN
    return found


# -- FHIR ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """The resources of a FHIR document."""

    resources: Sequence[Json]

    @classmethod
    def read(cls, path: Path) -> Document:
        bundle = json.loads(path.read_bytes(), parse_float=Decimal)
        return cls([entry["resource"] | {"fullUrl": entry["fullUrl"]} for entry in bundle["entry"]])

    def all(self, type_: str, code: str | None = None) -> list[Json]:
        found = [one for one in self.resources if one["resourceType"] == type_]
        return [one for one in found if code is None or code in _codes(one["code"])]

    def figures(self) -> Figures:
        """What the summaries say."""
        of_zones = [(one["bodySite"]["text"], one) for one in self.all("Observation", "zone-summary")]
        summaries = [*of_zones, *(("", one) for one in self.all("Observation", "session-summary"))]
        return {
            (zone, _code(part["code"])): _quantity(part.get("valueQuantity"))
            for zone, one in summaries
            for part in one.get("component", [])
        }

    def doses(self) -> set[tuple[str | None, str | None, str, str]]:
        """Product, lot, zone, dose."""
        medications = {one["fullUrl"]: one for one in self.all("Medication")}
        found = set()
        for one in self.all("MedicationAdministration"):
            of = medications[one["medicationReference"]["reference"]] if "medicationReference" in one else {}
            dose = one["dosage"].get("dose")
            bound = "(at least)" in dose["unit"] if dose else False
            said = text(dose["value"], dose["code"], at_least=bound) if dose else UNKNOWN
            name = of["code"]["text"] if of else None
            found.add((name, of.get("batch", {}).get("lotNumber"), one["dosage"]["site"]["text"], said))
        return found

    def acknowledgement(self, event: Json) -> tuple[datetime, str]:
        """When and by whom, of an event whose focus is an alarm of the document."""
        by = next(one for one in self.resources if one["fullUrl"] == event["performer"][0]["reference"])
        [focus] = event["focus"]
        assert focus["reference"] in {issue["fullUrl"] for issue in self.all("DetectedIssue", "limit-breach")}
        return datetime.fromisoformat(event["effectiveDateTime"]), by["name"][0]["text"]


def _codes(concept: Json) -> list[str]:
    return [coding["code"] for coding in concept.get("coding", [])]


def _code(concept: Json) -> str:
    words: str = concept["text"]
    found = _codes(concept)
    return found[0] if found else ".".join(words.partition(" (")[0].split(", ")).replace(" ", "_")


def _quantity(said: Json | None) -> str:
    if said is None:
        return UNKNOWN
    return text(said["value"], said["code"], at_least=said.get("comparator") == ">=")


# -- HL7 -------------------------------------------------------------------------------------------------------


def of_hl7(message: Message) -> Figures:
    """What the summaries of an ORU say; a zone is named by the first row of its channel."""
    found: Figures = {}
    zone: str | None = None
    for row in message.all("OBX"):
        code = row.parts(3)[0]
        if row[11] == "X" and not row[2] and row[4].endswith(".0"):
            zone = {"session-summary": ""}.get(code)
            in_zone = code == "zone-summary"
        elif code == "zone" and in_zone:
            zone = row.parts(5)[0]
        elif zone is not None:
            found[zone, code] = hl7_text(row)
    return found


def hl7_text(row: Segment) -> str:
    """The value of a row of numbers."""
    if not row[5]:
        return UNKNOWN
    parts, unit = row.parts(5), row.parts(6)
    ucum = unit[unit.index("UCUM") - 2] if "UCUM" in unit else ""
    return text(parts[-1], ucum, at_least=row[2] == "SN" and parts[0] == ">=")
