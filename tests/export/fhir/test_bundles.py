"""Whatever kind of session it is: both bundles are whole, refer to themselves alone, and open in others' programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhirclient.models import bundle as smart

from devicelog.export.fhir.codes import CODES, SYSTEM
from tests.export.fhir.conftest import Written
from tests.export.fhir.sessions import KINDS

FILES = ("document", "transaction", "injections")
#: Required bindings of R4 that these resources use, by type and path (hl7.org/fhir/R4).
BOUND = {
    ("Composition", "status"): {"preliminary", "final", "amended", "entered-in-error"},
    ("Encounter", "status"): {"in-progress", "finished", "cancelled", "unknown"},
    ("Procedure", "status"): {"in-progress", "not-done", "completed", "unknown"},
    ("Consent", "status"): {"active", "rejected"},
    ("MedicationAdministration", "status"): {"in-progress", "completed", "unknown"},
    ("Observation", "status"): {"preliminary", "final"},
    ("DetectedIssue", "severity"): {"high", "moderate", "low"},
    ("AdverseEvent", "actuality"): {"actual", "potential"},
    ("DeviceMetric", "category"): {"measurement", "setting", "calculation", "unspecified"},
    ("DeviceUseStatement", "status"): {"active", "completed"},
    ("QuestionnaireResponse", "status"): {"in-progress", "completed"},
}


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a value."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(each)


def references(value: Any) -> set[str]:
    return {one["reference"] for one in walk(value) if isinstance(one.get("reference"), str)}


@pytest.mark.parametrize("file", FILES)
def test_others_open_it(each: Written, file: str) -> None:
    data = getattr(each, file)

    assert len(Bundle.model_validate_json(data).entry or []) == len(json.loads(data)["entry"])
    assert smart.Bundle(json.loads(data)).entry


@pytest.mark.parametrize("file", FILES)
def test_every_reference_is_of_a_resource_in_it(each: Written, file: str) -> None:
    entries = json.loads(getattr(each, file))["entry"]
    there = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in entries}

    assert len(there) == len(entries)
    assert references(entries) <= there.keys()
    assert all(one["type"] == there[one["reference"]] for one in walk(entries) if "reference" in one and "type" in one)


def test_every_entry_of_the_document_is_reached_from_its_composition(each: Written) -> None:
    by_url = {entry["fullUrl"]: entry["resource"] for entry in each.bundle["entry"]}
    reached: set[str] = set()
    open_ = {each.bundle["entry"][0]["fullUrl"]}
    while open_:
        reached |= open_
        open_ = {found for url in open_ for found in references(by_url[url])} - reached

    assert reached == by_url.keys()


def test_the_document_begins_with_the_composition_is_identified_and_asks_for_nothing(each: Written) -> None:
    bundle = each.bundle

    assert (bundle["type"], bundle["entry"][0]["resource"]["resourceType"]) == ("document", "Composition")
    assert bundle["identifier"]["system"]
    assert bundle["identifier"]["value"]
    assert bundle["timestamp"] == bundle["entry"][0]["resource"]["date"]
    assert not any("request" in entry for entry in bundle["entry"])


@pytest.mark.parametrize("file", ["transaction", "injections"])
def test_a_transaction_puts_each_resource_under_its_own_id(each: Written, file: str) -> None:
    for entry in json.loads(getattr(each, file))["entry"]:
        resource = entry["resource"]
        assert entry["request"] == {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
        assert str(UUID(resource["id"])) == resource["id"]


def test_no_identifier_is_what_a_server_rewrites(each: Written) -> None:
    """A server rewrites every string that equals a fullUrl, identifiers too: the second import would double them."""
    entries = json.loads(each.transaction)["entry"]
    urls = {entry["fullUrl"] for entry in entries}
    values = {one["value"] for one in walk(entries) if {"system", "value"} <= one.keys() and "code" not in one}

    assert values
    assert values.isdisjoint(urls)


def test_the_same_session_gives_the_same_bytes(each: Written, write: Any) -> None:
    again = write(KINDS[each.name]())

    assert (again.document, again.transaction, again.injections) == (each.document, each.transaction, each.injections)


def test_required_codes_are_of_their_value_sets(each: Written) -> None:
    for (kind, field), allowed in BOUND.items():
        for resource in each.of(kind):
            assert resource.get(field) is None or resource[field] in allowed, (kind, resource.get(field))


def test_every_code_of_our_own_is_in_the_table_with_its_display(each: Written) -> None:
    found = [one for one in walk(each.bundle) if one.get("system") == SYSTEM and "code" in one]

    assert found
    for one in found:
        assert CODES[one["code"]].display == one["display"]


def test_the_text_for_people_is_xhtml_with_words(each: Written) -> None:
    """dom-6 and txt-1, txt-2: a viewer that knows nothing of the resources shows what they say."""
    for resource in each.resources:
        div = ElementTree.fromstring(resource["text"]["div"])
        assert div.tag == "{http://www.w3.org/1999/xhtml}div"
        assert "".join(div.itertext()).strip()
    for section in each.resources[0]["section"]:
        assert "".join(ElementTree.fromstring(section["text"]["div"]).itertext()).strip()
        assert not (section.get("entry") and section.get("emptyReason"))


def test_nothing_is_empty_and_no_character_is_forbidden(each: Written) -> None:
    text = each.document.decode()

    assert not re.search(r'(""|\[\]|\{\}|null)\s*[,}\]]', text)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text)
    assert "NaN" not in text
    assert not re.search(r"\\u00[01][0-9a-f]", text)
