"""What a person stated is corrected by name: the new value counts, the old one stands beside it, nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from devicelog.amending.addresses import fields, find
from devicelog.amending.correcting import correct
from devicelog.amending.fields import FIELDS
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.ledger.sealed import is_sealed, sealed_in
from devicelog.ledger.statement import STATED, changed, value_at
from devicelog.record.as_json import content
from devicelog.record.completeness import lacking
from devicelog.record.statements import chain
from devicelog.store.erasure import Request, erase
from tests.clinic import Clinic

WHO: dict[str, Any] = {"by": "Ann", "role": "nurse", "reason": "misread"}


def amend(clinic: Clinic, field: str, new: str, **more: Any) -> None:
    with clinic.writing() as writer:
        correct(writer, clinic.row(), field, new, **(WHO | more))


def now(clinic: Clinic, field: str) -> Any:
    return find(clinic.record(), field).now


@pytest.mark.parametrize(
    ("field", "new", "kept"),
    [
        ("practitioner", "Dr. Other", "Dr. Other"),
        ("opened.registration", "GMC 2", "GMC 2"),
        ("opened.place", "room 3", "room 3"),
        ("opened.supervisor", "Dr. Head", "Dr. Head"),
        ("product.1.lot", "L2", "L2"),
        ("product.1.expiry", "2027-02-28", "2027-02-28"),
        ("product.1.drawn", "2500 uL", "2.5"),
        ("product.1.ingredients.1.concentration", "12.5", "12.5"),
        ("syringe.1.parts.1.volume", "2.5 mL", "2.5"),
        ("consent.version", "4", "4"),
        ("consent.photographs", "No", "no"),
        ("screening.epilepsy.answer", "unknown", "unknown"),
        ("consumable.1.gauge", "32", 32),
        ("note.1.text", "she was calm", "she was calm"),
    ],
)
def test_each_field_that_a_person_stated_can_be_corrected(clinic: Clinic, field: str, new: str, kept: Any) -> None:
    before = now(clinic, field)

    amend(clinic, field, new)

    found = find(clinic.record(), field)
    assert found.now == kept
    assert [(one.old, one.new) for one in found.corrections] == [(before, kept)]
    clinic.must_hold()


@pytest.mark.parametrize(("typed", "kept"), [("Left cheek", "face.cheek.left"), ("old scar", "old scar")])
def test_the_zone_of_an_event_is_kept_as_its_code_where_it_is_on_the_body_map(
    clinic: Clinic, typed: str, kept: str
) -> None:
    clinic.state(Kind.EVENT, code="pain", zone="forehead", by="Ann")

    amend(clinic, "event.1.zone", typed)

    assert now(clinic, "event.1.zone") == kept
    clinic.must_hold()


def test_the_entry_stays_as_it_was_stated_and_the_record_has_both(clinic: Clinic) -> None:
    amend(clinic, "product.1.lot", "L2")
    amend(clinic, "product.1.lot", "L3", by="Bob")

    product = clinic.record().statements.of(Kind.PRODUCT)[0]
    assert product.content["lot"] == "L1"
    assert product.now["lot"] == "L3"
    assert chain(product, "lot") == ["L1", "L2", "L3"]
    assert [one.amendment["by"] for one in product.corrections] == ["Ann", "Bob"]
    amendments = content(clinic.record())["amendments"]
    assert [(one["changes"][0]["old"], one["changes"][0]["new"]) for one in amendments] == [("L1", "L2"), ("L2", "L3")]
    assert {one["what"] for one in amendments} == {"corrected"}
    assert {one["before"] for one in amendments} == {None}


def test_a_free_text_is_sealed_old_and_new_and_the_reason_with_it(clinic: Clinic) -> None:
    amend(clinic, "note.1.text", "she was calm")

    amendment = clinic.entries()[-1].content
    assert is_sealed(amendment["reason"])
    assert len(list(sealed_in(amendment))) == 3
    body = clinic.lines()[-1].body
    assert b"calm" not in body
    assert b"nervous" not in body
    assert b"misread" not in body


def test_what_was_corrected_is_erased_with_the_person_and_everything_still_verifies(clinic: Clinic) -> None:
    amend(clinic, "note.1.text", "she was calm")
    with clinic.writing() as writer:
        erase(writer, "P-1", Request("Dr A", reason="asked for it"))

    clinic.must_hold()
    record = clinic.record()
    assert record.notes[0][1] == "[erased]"
    assert "calm" not in str(content(record))


def test_an_unknown_field_is_refused_with_those_that_there_are(clinic: Clinic) -> None:
    with pytest.raises(BadInputError, match=r"did you mean 'product\.1\.lot'") as error:
        amend(clinic, "product.1.lott", "L2")
    assert "--fields" in str(error.value)


@pytest.mark.parametrize("field", ["injection.1.depth", "depth", "volume", "observation.12.volume"])
def test_what_a_device_reported_is_corrected_by_nobodys_hand(clinic: Clinic, field: str) -> None:
    with pytest.raises(BadInputError, match="corrected by nobody's hand; `devicelog replay --accept`"):
        amend(clinic, field, "1")


@pytest.mark.parametrize(
    ("field", "new", "said"),
    [
        ("product.1.lot", "L1", "is 'L1' already"),
        ("product.1.drawn", "3000 uL", "already"),
        ("product.1.drawn", "3", "has no unit"),
        ("product.1.drawn", "3 mm", "wrong dimension"),
        ("product.1.drawn", "3 ML", "not known"),
        ("product.1.drawn", "-1 mL", "no less than zero"),
        ("product.1.drawn", "3 l", "expected mL, uL or cc"),
        ("product.1.drawn", "0.0000000001 mL", "finer than a billionth"),
        ("product.1.expiry", "31.1.2027", "is no date; expected a day such as"),
        ("product.1.expiry", "2027-02-30", "that month has 28 days"),
        ("product.1.ingredients.1.unit", "banana", "expected one of: mg/mL, IU/mL, U/mL"),
        ("product.1.ingredients.1.concentration", "0", "expected a number above zero"),
        ("consent.cooling_off", "perhaps", "expected one of: yes, no, not asked"),
        ("consumable.1.gauge", "0", "expected a whole number from 1"),
        ("consumable.1.gauge", "9" * 5000, "expected a whole number from 1"),
        ("consent.given", "perhaps", "expected one of: yes, no, not asked"),
        ("screening.epilepsy.answer", "maybe", "expected one of: yes, no, unknown, not asked"),
        ("consumable.1.gauge", "30 G", "expected a whole number"),
        ("product.1.ingredients.1.concentration", "much", "expected a number"),
        ("practitioner", " ", "empty text"),
        ("opened.place", "a\x07b", "bytes that are no text"),
    ],
)
def test_what_a_field_cannot_hold_is_refused_in_one_sentence(clinic: Clinic, field: str, new: str, said: str) -> None:
    before = clinic.lines()

    with pytest.raises(BadInputError, match=said) as error:
        amend(clinic, field, new)

    assert "\n" not in str(error.value)
    assert clinic.lines() == before


def test_of_two_statements_of_the_same_name_the_earlier_one_is_named_by_its_entry(clinic: Clinic) -> None:
    first = find(clinic.record(), "screening.epilepsy.answer").entry
    again = clinic.state(Kind.SCREENING, code="epilepsy", answer="yes", severity="stop", by="Ann")

    named = {field.address: field for field in fields(clinic.record())}

    assert named["screening.epilepsy.answer"].entry == again
    assert named[f"{first}.answer"].now == "no"
    amend(clinic, f"{first}.answer", "unknown")
    assert now(clinic, f"{first}.answer") == "unknown"
    assert now(clinic, "screening.epilepsy.answer") == "yes"
    assert now(clinic, f"{again}.answer") == "yes"


def test_a_name_may_be_written_with_hyphens(clinic: Clinic) -> None:
    clinic.state(Kind.FOLLOW_UP, on="2027-01-02", by="Ann")
    amend(clinic, "follow-up.1.on", "2027-01-03")
    assert now(clinic, "follow_up.1.on") == "2027-01-03"


def test_every_kind_that_is_in_the_list_is_stated_by_people() -> None:
    assert set(FIELDS) <= STATED
    assert Kind.SIGNED not in FIELDS
    assert Kind.REVIEWED not in FIELDS
    assert "sha256" not in FIELDS[Kind.PHOTOGRAPH]


@pytest.mark.parametrize(
    ("path", "new", "became"),
    [
        ("a", 2, {"a": 2, "list": [{"b": 1}, {"b": 2}]}),
        ("list.2.b", 9, {"a": 1, "list": [{"b": 1}, {"b": 9}]}),
        ("list.1", 0, {"a": 1, "list": [0, {"b": 2}]}),
    ],
)
def test_a_field_within_a_statement_is_changed_and_what_was_given_stays(path: str, new: Any, became: Any) -> None:
    content = {"a": 1, "list": [{"b": 1}, {"b": 2}]}

    assert changed(content, path, new) == became
    assert value_at(became, path) == new
    assert content == {"a": 1, "list": [{"b": 1}, {"b": 2}]}


@pytest.mark.parametrize("path", ["list.0.b", "list.3.b", "list.x.b", "list.-1.b"])
def test_a_part_that_is_not_there_is_said(path: str) -> None:
    content = {"list": [{"b": 1}, {"b": 2}]}
    with pytest.raises(LookupError):
        value_at(content, path)
    with pytest.raises(LookupError):
        changed(content, path, 1)


def test_an_expiry_that_was_printed_as_a_month_is_corrected_and_the_record_can_still_be_read(clinic: Clinic) -> None:
    amend(clinic, "product.1.expiry", "2027-02")
    assert content(clinic.record())["products"]["taken"][0]["expiry"] == "2027-02-28"

    amend(clinic, "product.1.expiry", "2028-01-31")

    [product] = content(clinic.record())["products"]["taken"]
    assert (product["expiry"], product["expiry_printed"]) == ("2028-01-31", "2028-01-31")
    clinic.must_hold()


def test_a_corrected_part_of_a_syringe_changes_what_it_holds_in_all(clinic: Clinic) -> None:
    amend(clinic, "syringe.1.parts.1.volume", "2.5 mL")

    [syringe] = content(clinic.record())["products"]["syringes"]
    assert syringe["volume"] == {"value": "2.5", "unit": "mL"}
    clinic.must_hold()


def test_a_concentration_is_shown_as_it_was_corrected_and_not_as_it_was_written_once(clinic: Clinic) -> None:
    ingredient = {"name": "lidocaine", "concentration": "20", "unit": "mg/mL", "stated": "2 % (w/v)"}
    taken: dict[str, Any] = {"name": "Lido", "maker": "Acme", "lot": "L2", "expiry": "2099-01-31", "use": "anaesthetic"}
    amounts: dict[str, Any] = {"ingredients": [ingredient], "drawn": "1", "unit": "mL", "by": "Dr. Test"}
    clinic.state(Kind.PRODUCT, product=2, **taken, **amounts)

    amend(clinic, "product.2.ingredients.1.concentration", "10")

    [_, product] = content(clinic.record())["products"]["taken"]
    assert product["ingredients"][0]["stated"] == "10 mg/mL"
    clinic.must_hold()


def test_a_time_that_is_to_come_is_refused(clinic: Clinic) -> None:
    clinic.state(Kind.REACTION, codes=["redness"], by="Dr. Test", happened="2026-01-01")
    with pytest.raises(BadInputError, match="still to come"):
        amend(clinic, "reaction.1.happened", "2999-01-01")
    with pytest.raises(BadInputError, match="expected a date"):
        amend(clinic, "reaction.1.happened", "0001-01-01")


def test_an_answer_that_is_corrected_to_yes_stops_again_and_is_missing_an_override(clinic: Clinic) -> None:
    amend(clinic, "screening.epilepsy.answer", "yes")

    assert "screening: epilepsy stops such a treatment, and no override was recorded" in lacking(clinic.record())
