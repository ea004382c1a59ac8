"""Every bundle of every kind of session is valid FHIR R4: structure, types, all invariants, required codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from devicelog.export.fhir import bundles
from tests.export.terminology import FOLDER
from tests.oracles.oracle import ask

Json = dict[str, Any]


def of(bundle: Json, kind: str) -> Json:
    """The first resource of a kind."""
    found: Json = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind)
    return found


def without_attachments(file: Path) -> str:
    """A bundle without its files: what is broken in it is found sooner."""
    bundle = json.loads(file.read_bytes())
    bundle["entry"] = [one for one in bundle["entry"] if one["resource"]["resourceType"] != "DocumentReference"]
    return json.dumps(bundle)


def without_policy(bundle: Json) -> None:
    consent = of(bundle, "Consent")
    consent.pop("policyRule", None)
    consent.pop("policy", None)


def without_dose(bundle: Json) -> None:
    dosage = of(bundle, "MedicationAdministration")["dosage"]
    dosage.pop("dose", None)
    dosage.pop("rateQuantity", None)


def with_a_request(bundle: Json) -> None:
    bundle["entry"][0]["request"] = {"method": "PUT", "url": "Composition/1"}


def with_a_seriousness_in_small_letters(bundle: Json) -> None:
    system = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness"
    bundle["entry"].append(
        {
            "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000000",
            "resource": {
                "resourceType": "AdverseEvent",
                "id": "00000000-0000-4000-8000-000000000000",
                "actuality": "actual",
                "subject": {"display": "somebody"},
                "seriousness": {"coding": [{"system": system, "code": "non-serious"}]},
            },
        }
    )


def with_a_status_that_is_none(bundle: Json) -> None:
    of(bundle, "Procedure")["status"] = "done"


def with_a_mode_that_is_none(bundle: Json) -> None:
    """Deep inside a part of a resource."""
    of(bundle, "Composition")["section"][0]["mode"] = "perhaps"


def with_a_route_that_is_none(bundle: Json) -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"
    of(bundle, "MedicationAdministration")["dosage"]["route"] = {"coding": [{"system": system, "code": "IDINJX"}]}


def with_a_reference_that_leads_nowhere(bundle: Json) -> None:
    of(bundle, "Procedure")["subject"]["reference"] = "urn:uuid:00000000-0000-4000-8000-00000000000f"


def with_a_patient_for_an_encounter(bundle: Json) -> None:
    of(bundle, "Procedure")["encounter"] = of(bundle, "Procedure")["subject"]


def with_something_that_r4_has_not(bundle: Json) -> None:
    of(bundle, "Procedure")["occurrencePeriod"] = {"start": "2026-01-01"}


BROKEN: Mapping[str, Callable[[Json], None]] = {
    "ppc-1": without_policy,
    "mad-1": without_dose,
    "bdl-3": with_a_request,
    "no code non-serious": with_a_seriousness_in_small_letters,
    "is not in http://hl7.org/fhir/ValueSet/event-status": with_a_status_that_is_none,
    "is not in http://hl7.org/fhir/ValueSet/list-mode": with_a_mode_that_is_none,
    "no code IDINJX": with_a_route_that_is_none,
    "0000f": with_a_reference_that_leads_nowhere,
    "Invalid reference: got": with_a_patient_for_an_encounter,
    "occurrencePeriod": with_something_that_r4_has_not,
}


@pytest.fixture(scope="module")
def findings(exports: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Json]]:
    """What the validator finds in every bundle, and in one that was broken in every way: one process for all."""
    files = {f"{name} {path.stem}": path for name, folder in exports.items() for path in sorted(folder.iterdir())}
    files |= {path.name: path for path in FOLDER.iterdir()}
    whole = without_attachments(exports["stored"] / bundles.DOCUMENT)
    room = tmp_path_factory.mktemp("broken")
    for number, (fault, break_) in enumerate(BROKEN.items()):
        bundle = json.loads(whole)
        break_(bundle)
        files[fault] = room / f"{number}.json"
        files[fault].write_text(json.dumps(bundle))
    found = ask("validate_fhir.mjs", *files.values())
    return {name: found[str(path)] for name, path in files.items()}


def test_every_bundle_of_every_kind_and_every_shipped_code_system_is_valid(
    findings: Mapping[str, list[Json]], exports: Mapping[str, Path]
) -> None:
    whole = {name: found for name, found in findings.items() if name not in BROKEN}
    assert len(whole) == 2 * len(exports) + 1 + len(list(FOLDER.iterdir()))
    assert {name: found for name, found in whole.items() if found} == {}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_validator_finds_what_was_broken(findings: Mapping[str, list[Json]], fault: str) -> None:
    assert any(fault in one["where"] + one["what"] for one in findings[fault]), findings[fault][:3]
