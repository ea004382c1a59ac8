"""What a statement during a session comes to, whoever makes it, and the same after the computer broke down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from devicelog.errors import UnknownNameError
from devicelog.ledger import Kind, decode
from devicelog.opening.during import During

if TYPE_CHECKING:
    from devicelog.products.recall import Recalls
    from tests.opening.conftest import Clinic

#: A second product is expired, which somebody overrode; the second syringe has it.
PRODUCT = """[[product]]
name = "Revital"
lot = "L-1"
expiry = "2099-12"
drawn = "2 mL"

[[product]]
name = "Old"
lot = "L-2"
expiry = "2020-01"
drawn = "1 mL"
"""
SYRINGE = """[[syringe]]
label = "left tray"
parts = [{{ product = 1, volume = "2 mL" }}]

[[syringe]]
label = "right tray"
parts = [{{ product = 2, volume = "1 mL" }}]
"""
OVERRIDE = '[[override]]\nof = "product:L-2"\nreason = "the maker extended it"\n'
LEARNED = {"code": "pregnancy", "detail": "told just now", "by": "Dr A. Example"}


def begun(clinic: Clinic) -> During:
    prepared, said = clinic.stated(clinic.draft(product=PRODUCT, syringe=SYRINGE, more=OVERRIDE))
    return During.begun(said, prepared.zones)


def _without_recalls(during: During) -> tuple[During, list[object]]:
    """All that can be compared."""
    known: Recalls | None = during.recalls
    assert known is not None
    return replace(during, recalls=None), list(known)


def test_a_session_that_goes_on_has_from_its_record_what_it_began_with(clinic: Clinic) -> None:
    prepared, said = clinic.stated(clinic.draft(product=PRODUCT, syringe=SYRINGE, more=OVERRIDE))
    during = During.begun(said, prepared.zones)

    after = During.of(clinic.record(prepared, said), clinic.writer)

    assert _without_recalls(after) == _without_recalls(during)
    assert after.overridden == {"product:L-2"}
    assert after.planned == ("forehead", "face.cheek.left")
    assert (after.zones, after.labels, after.questions) == (during.zones, during.labels, during.questions)


def test_it_goes_on_with_the_syringe_that_was_in_use_last(clinic: Clinic) -> None:
    prepared, said = clinic.stated(clinic.draft(product=PRODUCT, syringe=SYRINGE, more=OVERRIDE))
    during = During.begun(said, prepared.zones)
    assert during.in_use == 1
    taken = {"syringe": 2, "because": "chosen"}

    chunks = during.chunks(Kind.SYRINGE_IN_USE, taken, lambda text: {"sealed": text})
    after = During.of(clinic.record(prepared, said, chunks), clinic.writer)

    assert after.in_use == during.in_use == 2
    back = {"syringe": 1, "because": "chosen"}
    assert after.acts(Kind.SYRINGE_IN_USE, back) == during.acts(Kind.SYRINGE_IN_USE, back)


def test_a_syringe_brings_its_alarms_and_takes_those_of_the_one_before_away(clinic: Clinic) -> None:
    during = begun(clinic)

    (_, (kind, alarm)) = during.acts(Kind.SYRINGE_IN_USE, {"syringe": 2, "because": "chosen"})
    (in_use, ended) = during.acts(Kind.SYRINGE_IN_USE, {"syringe": 1, "because": "chosen"})

    assert (kind, alarm["priority"]) == (Kind.ALARM, "low"), "it was overridden before, and stays in sight"
    assert in_use == (Kind.SYRINGE_IN_USE, {"syringe": 1, "because": "chosen"})
    assert ended == (Kind.ALARM_ENDED, {"about": alarm["about"]})


def test_a_syringe_that_was_not_prepared_is_refused_and_none_is_changed(clinic: Clinic) -> None:
    during = begun(clinic)

    with pytest.raises(UnknownNameError, match=r"no syringe is called '3'.* Known: 1, 2"):
        during.acts(Kind.SYRINGE_IN_USE, {"syringe": 3, "because": "chosen"})
    assert during.in_use == 1


def test_a_contraindication_that_is_learned_raises_an_alarm_that_stays(clinic: Clinic) -> None:
    during = begun(clinic)

    (answer, (kind, alarm)) = during.acts(Kind.SCREENING, LEARNED)

    assert (answer[0], answer[1]["answer"], answer[1]["from"]) == (Kind.SCREENING, "yes", "learned")
    assert (kind, alarm["priority"], alarm["latching"]) == (Kind.ALARM, "high", True)
    with pytest.raises(UnknownNameError):
        during.acts(Kind.SCREENING, {**LEARNED, "code": "nobody_asks_that"})


def test_free_text_is_sealed_before_it_takes_its_place_among_the_bytes(clinic: Clinic) -> None:
    (chunk,) = begun(clinic).chunks(Kind.NOTE, {"text": "she is calm", "by": "Ann"}, lambda _: {"box": "opaque"})

    assert decode(chunk.data) == {"kind": "note", "text": {"box": "opaque"}, "by": "Ann"}


def test_planned_zones_are_offered_first_and_found_by_any_name(clinic: Clinic) -> None:
    during = begun(clinic)

    assert during.zones[:2] == ["forehead", "face.cheek.left"]
    assert len(during.zones) > 40
    assert "face.forehead" not in during.zones, "a planned zone is offered once"
    found = during.find("left cheek")
    assert found is not None
    assert (found.code, found.name) == ("face.cheek.left", "Cheek, left")
    assert during.find("nowhere") is None
