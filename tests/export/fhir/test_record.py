"""What the record says, FHIR says: doses, lower bounds, what is missing, who, what was wrong, and what came later."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from decimal import Decimal
from hashlib import sha1

import pytest

from devicelog.export.fhir.documents import LONGEST, parts
from devicelog.export.fhir.elements import stated_time
from devicelog.export.fhir.encoding import encoded, pruned
from devicelog.export.fhir.ids import SESSION
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from tests.export.fhir.conftest import PDF, Written
from tests.export.fhir.sessions import BY, exported, given, gun, late

Every = Mapping[str, Written]
Write = Callable[[ExportedSession], Written]


def text_of(written: Written, title: str) -> str:
    """The text of a section."""
    found = next(one for one in written.resources[0]["section"] if one["title"] == title)
    return str(found["text"]["div"])


# -- figures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["0.02", "0.000000001", "-24.5", "43.14765", "0", "100", "12345678901234567.5"])
def test_a_decimal_is_written_with_its_own_digits(number: str) -> None:
    assert encoded(pruned({"value": Decimal(number)})) == b'{\n "value": %b\n}\n' % number.encode()


def test_figures_are_those_of_the_record(every: Every) -> None:
    written = every["whole"]
    said = written.session.record.tally.zones["forehead"]

    (zone,) = written.coded("zone-summary")

    assert zone["bodySite"]["text"] == "forehead"
    assert written.component(zone, "injections")["valueQuantity"]["value"] == said.injections == 20
    volume = written.component(zone, "volume_total")["valueQuantity"]
    assert (str(volume["value"]), volume["code"], volume["system"]) == ("0.44", "mL", "http://unitsofmeasure.org")
    assert str(written.component(zone, "depth.highest")["valueQuantity"]["value"]) == "1.5"


def test_limits_stand_beside_the_figures_and_say_what_was_beyond_them(every: Every) -> None:
    (zone,) = every["whole"].coded("zone-summary")

    single = every["whole"].component(zone, "volume.highest")
    total = every["whole"].component(zone, "volume_total")

    assert [str(one["high"]["value"]) for one in single["referenceRange"]] == ["0.025", "0.05"]
    assert single["interpretation"][0]["coding"][0]["code"] == "HH"
    assert total["interpretation"][0]["coding"][0]["code"] == "N"


def test_a_lower_bound_says_at_least_and_is_never_called_normal(every: Every) -> None:
    written = every["at_least"]
    (zone,) = written.coded("zone-summary")

    volume = written.component(zone, "volume_total")
    doses = [one["dosage"] for one in written.of("MedicationAdministration")]

    assert volume["valueQuantity"]["comparator"] == ">="
    assert volume["interpretation"][0]["coding"][0]["code"] == "not-evaluable"
    assert doses
    assert all(one["text"].startswith("at least ") for one in doses)
    assert all(one["dose"]["unit"] == "mL (at least)" and "comparator" not in one["dose"] for one in doses)
    assert "at least 0.46 mL" in text_of(written, "Findings")


def test_what_nobody_knows_has_a_reason_and_no_value(every: Every) -> None:
    (summary,) = every["empty"].coded("session-summary")
    unmeasured = every["several_needles"]
    (zone,) = unmeasured.coded("session-summary")

    assert summary["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert "component" not in summary
    assert unmeasured.component(zone, "without_volume")["valueQuantity"]["value"] == 1
    assert unmeasured.component(zone, "injections")["valueQuantity"]["value"] == 10
    assert unmeasured.component(zone, "volume_total")["valueQuantity"]["comparator"] == ">="


# -- products --------------------------------------------------------------------------------------------------


def test_each_lot_is_a_medication_and_each_dose_names_it(every: Every) -> None:
    written = every["whole"]
    first, second = written.of("Medication")

    assert first["batch"] == {"lotNumber": "A1", "expirationDate": "2027-05"}
    assert first["code"]["text"] == "Hyal <&> 李雷"
    assert second["batch"]["_lotNumber"]["extension"][0]["valueCode"] == "unknown"
    doses = {
        one["medicationReference"]["reference"]: one["dosage"]["dose"] for one in written.of("MedicationAdministration")
    }
    assert {str(dose["value"]) for dose in doses.values()} == {"0.293333333", "0.146666667"}
    assert doses.keys() == {f"urn:uuid:{first['id']}", f"urn:uuid:{second['id']}"}


def test_every_administration_has_a_dose_and_a_route_that_the_protocol_names(every: Every) -> None:
    """mad-1: dose or rate; and a Consent has a policy rule (ppc-1), which no schema asks for."""
    for written in every.values():
        assert all("dose" in one["dosage"] for one in written.of("MedicationAdministration"))
        assert all("policyRule" in one for one in written.of("Consent"))
    route = every["whole"].of("MedicationAdministration")[0]["dosage"]["route"]
    assert [one["code"] for one in route["coding"]] == ["IDINJ", "ID"]


# -- how a session went ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "composition", "encounter", "procedure"),
    [
        ("whole", "preliminary", "finished", "completed"),
        ("signed", "final", "finished", "completed"),
        ("corrected", "amended", "finished", "completed"),
        ("running", "preliminary", "in-progress", "in-progress"),
        ("interrupted", "preliminary", "unknown", "unknown"),
        ("refused", "preliminary", "cancelled", "not-done"),
        ("empty", "preliminary", "finished", "unknown"),
    ],
)
def test_the_states_say_no_more_than_is_known(
    every: Every, kind: str, composition: str, encounter: str, procedure: str
) -> None:
    written = every[kind]

    assert written.resources[0]["status"] == composition
    assert written.of("Encounter")[0]["status"] == encounter
    (done,) = written.of("Procedure")
    assert done["status"] == procedure
    assert ("statusReason" in done) == (procedure in ("unknown", "not-done"))


def test_who_signed_attests_with_the_time(every: Every) -> None:
    (attester,) = every["signed"].resources[0]["attester"]
    role = next(one for one in every["signed"].resources if f"urn:uuid:{one['id']}" == attester["party"]["reference"])

    assert (attester["mode"], attester["time"]) == ("professional", "2026-01-03T09:00:00.000000Z")
    assert role["identifier"][0]["value"] == "GMC 1"
    assert "attester" not in every["whole"].resources[0]


def test_who_began_the_session_is_its_enterer_a_token_by_its_name_alone(every: Every) -> None:
    def enterers(name: str) -> list[object]:
        agents = every[name].of("Provenance")[0]["agent"]
        return [one["who"] for one in agents if one["type"]["coding"][0]["code"] == "enterer"]

    [practitioner] = [one for one in every["signed"].of("Practitioner") if one["name"] == [{"text": BY}]]
    assert enterers("signed") == [{"reference": f"urn:uuid:{practitioner['id']}", "type": "Practitioner"}]
    assert enterers("went_on") == [{"display": "token of the appointment book"}]
    assert enterers("interrupted") == []


def test_an_amendment_has_its_own_provenance_with_the_old_value(every: Every) -> None:
    one, amendment = every["corrected"].of("Provenance")

    assert one["target"][0]["type"] == "Composition"
    assert amendment["entity"][0]["role"] == "revision"
    assert "LOT-1 became LOT-9" in amendment["entity"][0]["what"]["display"]
    assert every["corrected"].of("Medication")[0]["batch"]["lotNumber"] == "LOT-9"


def test_the_time_of_the_bundle_is_that_of_the_last_entry(every: Every) -> None:
    assert every["whole"].bundle["timestamp"] == "2026-01-03T09:00:00.000000Z"
    assert every["current"].bundle["timestamp"] == every["current"].of("Encounter")[0]["period"]["end"]


def test_what_is_simulated_or_typed_says_so_on_every_resource_of_the_session(every: Every) -> None:
    shared = ("Patient", "Practitioner", "Organization")
    for one in every["whole"].resources:
        labels = [label["code"] for label in one.get("meta", {}).get("security", [])]
        assert labels == ([] if one["resourceType"] in shared else ["HTEST"])
    assert every["whole"].resources[0]["title"].startswith("[SIMULATED] ")
    for one in every["typed"].coded("zone-summary"):
        assert [tag["code"] for tag in one["meta"]["tag"]] == ["mark.typed"]
        assert "security" not in one["meta"]


def test_a_gap_is_said_with_its_cause_and_nothing_stands_in_its_place(every: Every) -> None:
    (gap,) = every["gap"].coded("recording-gap")

    assert gap["effectivePeriod"].keys() == {"start", "end"}
    (said,) = every["gap"].session.record.gaps.values()
    assert gap["valueCodeableConcept"]["text"] == said.cause == "link lost"
    assert every["gap"].component(gap, "missing-reports")["valueQuantity"]["value"] == said.missing


# -- before and after ------------------------------------------------------------------------------------------


def test_every_answer_keeps_its_question_and_what_nobody_answered_has_none(every: Every) -> None:
    (response,) = every["screened"].of("QuestionnaireResponse")
    groups = {group["linkId"]: group["item"] for group in response["item"]}
    answers = {item["linkId"].split(".")[1]: item for item in groups["screening"]}

    assert answers["epilepsy"]["answer"][0]["valueBoolean"] is True
    assert answers["epilepsy"]["text"].endswith("?")
    assert answers["heart_disease"]["answer"][0]["valueCoding"]["code"] == "asked-unknown"
    assert "answer" not in groups["history"][0]
    assert groups["patch test"][0]["answer"][0]["valueString"] == "the same product"


def test_what_the_screening_raised_and_who_overrode_it_is_an_issue(every: Every) -> None:
    found = {one["code"]["text"]: one for one in every["screened"].coded("contraindication")}

    assert {name: one["severity"] for name, one in found.items()} == {
        "epilepsy": "high",
        "heart disease": "high",
        "alcohol": "moderate",
    }
    assert "seizure-free for ten years" in found["epilepsy"]["mitigation"][0]["action"]["text"]
    assert "Dr C. Heart" in found["heart disease"]["mitigation"][0]["action"]["text"]
    assert "mitigation" not in found["alcohol"]


def test_a_consent_that_was_refused_is_rejected_and_one_nobody_asked_for_is_none(every: Every) -> None:
    assert [one["status"] for one in every["refused"].of("Consent")] == ["rejected"]
    assert every["screened"].of("Consent") == []
    assert "No answer about consent" in text_of(every["screened"], "Consent")
    assert every["refused"].coded("refused")[0]["detail"].endswith("screening:consent_missing")


def test_none_reported_is_said_only_if_somebody_said_so(every: Every) -> None:
    (reaction,) = every["signed"].coded("skin-reaction")

    assert reaction["valueCodeableConcept"]["coding"][0]["code"] == "reaction.none"
    assert "None reported" in text_of(every["signed"], "Reactions and events")
    assert "not stated" in text_of(every["current"], "Reactions and events")
    assert "complication" not in every["signed"].of("Procedure")[0]


def test_an_adverse_event_has_its_severity_and_no_seriousness_that_nobody_stated(every: Every) -> None:
    (event,) = every["whole"].of("AdverseEvent")

    assert event["severity"]["coding"][0]["code"] in ("mild", "moderate", "severe")
    assert "seriousness" not in event  # its value set has "Non-serious" and "Serious": a judgement, and nobody made it
    assert (event["date"], event["recordedDate"]) == ("2026-01-02", "2026-01-03T09:00:00.000000Z")


def test_an_erased_person_has_no_name_and_no_number(every: Every) -> None:
    (patient,) = every["erased"].of("Patient")

    assert patient["name"] == [
        {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}
    ]
    assert [one["system"] for one in patient["identifier"]] == ["urn:devicelog:subject"]
    assert "[erased]" in text_of(every["erased"], "Treatment")


def test_a_name_that_is_exported_beside_the_ledger_is_the_patients(write: Write) -> None:
    (patient,) = write(exported(gun().session.end(), name="李雷", birth_date="1984-05-17")).of("Patient")

    assert (patient["name"], patient["birthDate"]) == ([{"text": "李雷"}], "1984-05-17")


def test_markup_in_words_stays_words(every: Every) -> None:
    div = text_of(every["whole"], "Treatment")

    assert "warm\ufffd &lt;skin&gt; &amp; such" in div


# -- documents -------------------------------------------------------------------------------------------------


def test_the_pdf_and_the_tables_are_inside_with_size_and_sha1(every: Every) -> None:
    found = {
        one["content"][0]["attachment"]["title"]: one["content"][0]["attachment"]
        for one in every["whole"].of("DocumentReference")
    }

    for name, attachment in found.items():
        if name != "before.jpg":
            data = b64decode(attachment["data"], validate=True)
            assert len(data) == attachment["size"]
            assert b64decode(attachment["hash"]) == sha1(data, usedforsecurity=False).digest()
    assert b64decode(found["session.pdf"]["data"]) == PDF
    assert any(
        attachment["contentType"].startswith("text/csv") for name, attachment in found.items() if name != "before.jpg"
    )
    assert found["before.jpg"] == {"title": "before.jpg", "creation": "2026-01-01T09:00:00+01:00"}


def test_a_long_table_comes_in_parts_that_are_the_whole() -> None:
    data = b"".join(b"%d,some cell\r\n" % number for number in range(120_000))

    found = parts("long.csv", data)

    assert b"".join(found.values()) == data
    assert all(len(part) <= LONGEST and part.endswith(b"\n") for part in found.values())
    assert next(iter(found)) == f"long.csv, part 1 of {len(found)}"
    assert parts("short.csv", b"a\r\n") == {"short.csv": b"a\r\n"}


# -- ids -------------------------------------------------------------------------------------------------------


def ids(written: Written, kind: str) -> set[str]:
    return {one["id"] for one in written.of(kind)}


def test_an_amended_session_comes_under_the_same_ids_with_new_content(every: Every, write: Write) -> None:
    before = write(exported(given().session.end()))
    after = every["corrected"]

    assert {one["id"] for one in before.resources} <= {one["id"] for one in after.resources}
    assert before.bundle["identifier"] != after.bundle["identifier"]


def test_a_dose_that_was_corrected_into_another_zone_is_withdrawn_where_it_was(every: Every) -> None:
    """Else a server that had the first version would show it in both zones."""
    first, second = every["whole"], every["zone_corrected"]
    sent = {one["resource"]["id"]: one["resource"] for one in json.loads(second.transaction)["entry"]}

    gone = ids(first, "MedicationAdministration")
    assert gone.isdisjoint(ids(second, "MedicationAdministration"))
    assert {sent[id_]["status"] for id_ in gone} == {"entered-in-error"}
    (zone,) = first.coded("zone-summary")
    assert sent[zone["id"]]["status"] == "entered-in-error"
    assert {sent[id_]["status"] for id_ in ids(second, "MedicationAdministration")} == {"completed"}
    assert [one["bodySite"]["text"] for one in second.coded("zone-summary")] == ["chin"]
    assert "before it: forehead 0.44 mL" in second.of("Provenance")[1]["entity"][0]["what"]["display"]


def test_two_sessions_share_patient_people_device_and_clinic_and_nothing_else(every: Every, write: Write) -> None:
    session = gun().session.end()
    other = exported(session)
    started = {**other.record.started, "session": "S2"}
    other.record.started = started
    second = write(other)
    first = every["whole"]

    for kind in ("Patient", "Organization"):
        assert ids(second, kind) == ids(first, kind)
    assert ids(second, "Device") <= ids(first, "Device")
    for kind in ("Composition", "Encounter", "Procedure", "Observation", "DocumentReference", "Provenance"):
        assert ids(second, kind).isdisjoint(ids(first, kind)), kind
    assert second.of("Encounter")[0]["identifier"] == [{"system": SESSION, "value": "S2"}]


# -- injections ------------------------------------------------------------------------------------------------


def test_each_injection_is_a_member_of_the_panel_in_order(every: Every) -> None:
    bundle = json.loads(every["whole"].injections, parse_float=Decimal)
    found = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    panel = next(one for one in found.values() if "hasMember" in one)
    members = [found[one["reference"]] for one in panel["hasMember"]]

    assert len(members) == 20
    volumes = [str(one["component"][0]["valueQuantity"]["value"]) for one in members]
    assert volumes == ["0.02"] * 7 + ["0.06"] + ["0.02"] * 12
    assert [one["interpretation"][0]["coding"][0]["code"] for one in members].count("AA") == 1
    assert [one["effectiveDateTime"] for one in members] == sorted(one["effectiveDateTime"] for one in members)


def test_an_injection_without_a_value_says_so(every: Every) -> None:
    bundle = json.loads(every["several_needles"].injections)
    parts_ = [part for entry in bundle["entry"] for part in entry["resource"].get("component", [])]

    missing = [part for part in parts_ if "dataAbsentReason" in part]
    assert [part["code"]["text"] for part in missing] == ["Injection depth", "Volume of one injection"]


# -- times -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026-11", "2026-11"),
        ("2026-11-22T18:00+01:00", "2026-11-22T18:00:00+01:00"),
        ("2026-11-22T18:00", "2026-11-22T18:00:00+02:00"),
        ("2026-13-41", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_stated_time_is_a_fhir_datetime_with_an_offset_or_nothing(stated: str | None, written: str | None) -> None:
    assert stated_time(stated, "+02:00") == written


def test_late_words_are_known_as_late(write: Write) -> None:
    made = exported(gun().session.end(), late(Kind.NOTE, text="asked again", by=BY))

    (note,) = [one for one in write(made).of("Procedure")[0]["note"] if "asked again" in one["text"]]

    assert (note["text"], note["time"]) == ("asked again (written later)", "2026-01-03T09:00:00.000000Z")
