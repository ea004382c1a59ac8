"""What was given: a Medication for each lot, and a MedicationAdministration for each product and zone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from devicelog.errors import BadInputError
from devicelog.export.fhir import devices, ids, people
from devicelog.export.fhir.elements import (
    TERMINOLOGY,
    Json,
    absent,
    absent_extension,
    annotation,
    coding,
    concept,
    identifier,
    measure,
    period,
    quantity,
    shown,
    site,
)
from devicelog.export.fhir.resources import Resources
from devicelog.record.steps import refused_because
from devicelog.treatment.kept import protocol_of
from devicelog.treatment.protocol import Modality

_ROUTES = f"{TERMINOLOGY}/v3-RouteOfAdministration"
_V2_ROUTES = f"{TERMINOLOGY}/v2-0162"
#: Routes that a treatment protocol names in its title, by the word: text, v3 code, v2-0162 code.
_NAMED = {
    "intradermal": (("IDINJ", "Injection, intradermal"), ("ID", "Intradermal")),
    "subcutaneous": (("SQ", "Injection, subcutaneous"), ("SC", "Subcutaneous")),
}
#: Of an administration, by the state of the record.
_STATUS = {"ended": "completed", "running": "in-progress", "interrupted": "unknown"}


def medications(found: Resources) -> dict[int, Json]:
    """What was taken for the session, by its number."""
    return {said["product"]: _medication(found, said) for said in found.said.get("products", {}).get("taken", [])}


def _medication(found: Resources, said: Json) -> Json:
    lot, expiry = said["lot"], said["expiry_printed"] or said["expiry"]
    batch = {
        "lotNumber": lot,
        "_lotNumber": absent_extension("unknown") if lot is None else None,
        "expirationDate": expiry,
        "_expirationDate": absent_extension("unknown") if expiry is None else None,
    }
    told = f"{said['name']}, lot {lot or 'not stated'}, expiry {expiry or 'not stated'}"
    told += f", {said['use']}, drawn {shown(said['drawn'])}"
    role = ("product", said["product"])
    return found.add(
        "Medication",
        found.id(*role),
        told,
        {
            "identifier": [identifier(ids.PRODUCT, found.id(*role))],
            "code": concept(said["name"]),
            "manufacturer": {"display": said["maker"]} if said["maker"] else None,
            "ingredient": [_ingredient(one) for one in said["ingredients"]],
            "batch": batch,
        },
    )


def _ingredient(said: Json) -> Json:
    """How much of it is in a mL."""
    per_ml = said["concentration"]
    unit = str(per_ml["unit"]).removesuffix("/mL")
    strength = {"numerator": measure(Decimal(per_ml["value"]), unit), "denominator": measure(1, "mL")}
    return {"itemCodeableConcept": concept(said["name"]), "strength": strength}


def administrations(found: Resources, procedure: Json, encounter: Json) -> list[Json]:
    """The dose of each product in each zone; of a volume of which nobody knows the product, that is said."""
    medicines = medications(found)
    codes = {zone["zone"]: zone.get("code") for zone in found.said["zones"]}
    return [
        _administration(found, dose, zone, medicines, codes, {"partOf": [procedure], "context": encounter})
        for dose in found.said.get("products", {}).get("doses", [])
        for zone in dose["zones"]
    ]


def _administration(
    found: Resources,
    dose: Json,
    zone: Json,
    medicines: Mapping[int, Json],
    codes: Mapping[str, str | None],
    of: Json,
) -> Json:
    medicine = medicines.get(dose["product"])
    named = f"{dose['name']}, lot {dose['lot'] or 'not stated'}" if dose["name"] else "a product that nobody knows"
    where = f"in {zone['zone']}" if zone["zone"] is not None else "in no stated zone"
    amount = shown(zone["volume"], at_least=zone["at_least"])
    who = people.treating(found)
    running = found.record.state == "running"
    given = (
        {"medicationReference": medicine}
        if medicine is not None
        else {"medicationCodeableConcept": absent("unknown", "Nobody knows of which product")}
    )
    return found.add(
        "MedicationAdministration",
        found.id("administration", dose["product"], zone["zone"]),
        f"{amount} of {named} {where}",
        {
            "status": _STATUS[found.record.state],
            **given,
            "subject": people.patient(found),
            **of,
            "effectivePeriod": period(found.started, found.until if not running else None),
            "performer": [{"actor": who}] if who is not None else [],
            "device": [devices.device(found, link) for link in found.record.devices],
            "note": [annotation(f"The dose is a lower bound: {amount}")] if zone["at_least"] else [],
            "dosage": {
                "text": f"{amount} {where}",
                "site": site(zone["zone"], codes.get(zone["zone"])) if zone["zone"] is not None else None,
                "route": route(found),
                "dose": _dose(zone),
            },
        },
    )


def _dose(zone: Json) -> Json:
    """A SimpleQuantity, which has no comparator (sqty-1): what is a lower bound says so in the unit that is shown."""
    told = quantity(zone["volume"])
    return {**told, "unit": f"{told['unit']} (at least)"} if zone["at_least"] else told


def modality(found: Resources) -> Modality | None:
    """How the treatment reaches the skin, as the treatment protocol of the session says it."""
    kept = found.record.protocol
    if kept is None:
        return None
    try:
        return protocol_of(kept, where="the session's treatment protocol").modality
    except (BadInputError, LookupError, TypeError, AttributeError):  # of a ledger that was changed
        return None


def route(found: Resources) -> Json | None:
    """The route, coded as far as the treatment protocol says it: no device reports one."""
    match modality(found):
        case Modality.IONTOPHORESIS_DC:
            code = coding(_ROUTES, "IONTO", "Topical application, iontophoresis")
            return concept("iontophoresis", code)
        case Modality.ELECTROPORATION:
            return concept("electroporation", coding(_ROUTES, "TRNSDERMD", "Diffusion, transdermal"))
        case Modality.INJECTION:
            title = str((found.record.protocol or {}).get("title", "")).lower()
            named = [word for word in _NAMED if word in title]
            if len(named) == 1:
                v3, v2 = _NAMED[named[0]]
                return concept(f"{named[0]} injection", coding(_ROUTES, *v3), coding(_V2_ROUTES, *v2))
            return concept("injection, the layer of the skin is not stated")
    return None


def is_refused(found: Resources) -> bool:
    return bool(refused_because(found.record))
