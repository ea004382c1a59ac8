"""A record is signed with a meaning, of all that stands before; what came behind it and what is missing are said."""

from __future__ import annotations

from typing import Any

import pytest

from devicelog.amending.adding import add
from devicelog.amending.correcting import correct
from devicelog.amending.signing import Signed, review, sign
from devicelog.errors import BadInputError
from devicelog.ledger import Kind
from devicelog.record.caveats import marks
from devicelog.record.completeness import completeness, lacking
from devicelog.record.response import Meaning
from devicelog.record.signatures import Status, signatures, status
from devicelog.store.reader import SessionRow
from tests.clinic import Clinic


def signed(clinic: Clinic, by: str = "Ann", meaning: Meaning = Meaning.AUTHORSHIP, **more: Any) -> Signed:
    given: dict[str, Any] = {"role": "nurse", "registration": "NMC 1", "despite_missing": True}
    with clinic.writing() as writer:
        return sign(writer, clinic.row(), by=by, meaning=meaning, **(given | more))


def amended(clinic: Clinic) -> None:
    with clinic.writing() as writer:
        correct(writer, clinic.row(), "product.1.lot", "L2", by="Ann", role=None, reason="misread")


def noted(clinic: Clinic) -> None:
    with clinic.writing() as writer:
        add(writer, clinic.row(), Kind.NOTE, {"text": "she called", "by": "Ann"})


def test_a_signature_is_of_the_head_that_it_names(clinic: Clinic) -> None:
    last = clinic.lines()[-1]

    made = signed(clinic)

    [signature] = signatures(clinic.record())
    assert made.entry == signature.number == last.number + 1
    assert (signature.entries, signature.head) == (last.number, last.hash.hex())
    assert (signature.by, signature.role, signature.registration) == ("Ann", "nurse", "NMC 1")
    assert signature.meaning == "authorship"
    assert signature.at is not None
    clinic.must_hold()


def test_the_status_says_what_came_behind_the_last_signature(clinic: Clinic) -> None:
    assert status(clinic.record()) is Status.UNSIGNED
    signed(clinic)
    assert status(clinic.record()) is Status.SIGNED
    signed(clinic, "Bob", Meaning.REVIEW)
    assert status(clinic.record()) is Status.SIGNED
    noted(clinic)
    assert status(clinic.record()) is Status.ADDED
    amended(clinic)
    assert status(clinic.record()) is Status.AMENDED
    assert "amended_after_signature" in marks(clinic.record())
    signed(clinic, "Bob", Meaning.REVIEW)
    assert status(clinic.record()) is Status.SIGNED
    assert [one.since for one in signatures(clinic.record())] == [Status.AMENDED, Status.AMENDED, Status.SIGNED]
    clinic.must_hold()


@pytest.mark.parametrize(("answer", "code"), [("amended after signature", "epilepsy"), ("added to since", "asthma")])
def test_an_answer_that_takes_the_place_of_a_signed_one_amends_what_was_signed(
    clinic: Clinic, answer: str, code: str
) -> None:
    signed(clinic)

    clinic.state(Kind.SCREENING, code=code, answer="yes", severity="stop", by="Ann")

    assert status(clinic.record()).value == answer


def test_the_same_person_does_not_sign_the_same_twice(clinic: Clinic) -> None:
    signed(clinic)
    signed(clinic, meaning=Meaning.RESPONSIBILITY)
    before = clinic.lines()

    with pytest.raises(BadInputError, match="nothing was amended or added since"):
        signed(clinic)

    assert clinic.lines() == before
    noted(clinic)
    assert signed(clinic).entry is not None


def test_what_is_missing_is_named_and_nothing_is_signed_unless_that_is_wanted(clinic: Clinic) -> None:
    before = clinic.lines()

    refused = signed(clinic, despite_missing=False)

    assert refused.entry is None
    assert "aftercare: that a leaflet was given was not stated" in refused.missing
    assert clinic.lines() == before
    made = signed(clinic)
    assert made.missing == refused.missing == signatures(clinic.record())[0].missing


def test_a_session_that_runs_cannot_be_signed_or_reviewed(clinic: Clinic) -> None:
    row = clinic.row()
    running = SessionRow(row.number, row.id, row.subject, row.started, "running")
    with clinic.writing() as writer:
        with pytest.raises(BadInputError, match="only a session that is over can be signed"):
            sign(
                writer,
                running,
                by="Ann",
                role="nurse",
                registration=None,
                meaning=Meaning.REVIEW,
                despite_missing=True,
            )
        with pytest.raises(BadInputError, match="only a session that is over can be reviewed"):
            review(writer, running, by="Ann", role="nurse", text=None)


def test_a_review_is_stated_with_its_words_sealed(clinic: Clinic) -> None:
    with clinic.writing() as writer:
        number = review(writer, clinic.row(), by="Ann", role="nurse", text="all is well")

    assert b"all is well" not in clinic.lines()[-1].body
    made = clinic.record().statements.last(Kind.REVIEWED)
    assert made is not None
    assert (made.number, made.now["text"]) == (number, "all is well")


def test_completeness_names_what_each_aspect_lacks(clinic: Clinic) -> None:
    items = {item.aspect: item for item in completeness(clinic.record())}

    held = {aspect for aspect, item in items.items() if item.holds}
    assert held >= {"practitioner", "history", "screening", "consent", "clock"}
    assert items["products"].missing == ("what was left in syringe 1 was not stated",)
    assert items["reactions"].missing == ("reactions were not stated, not even that there were none",)
    assert items["limits"].missing[0] == "the treatment protocol was approved by nobody here"


def test_what_is_stated_later_is_missing_no_more(clinic: Clinic) -> None:
    with clinic.writing() as writer:
        row = clinic.row()
        add(writer, row, Kind.REACTION, {"codes": ["none"], "by": "Ann"})
        add(writer, row, Kind.AFTERCARE, {"leaflet": "after", "version": "2", "by": "Ann"}, happened="2026-06-01")
        add(writer, row, Kind.LEFTOVER, {"syringe": 1, "left": "0.5", "wasted": "0", "unit": "mL", "by": "Ann"})
    [unexplained] = [what for what in lacking(clinic.record()) if what.startswith("syringes")]
    assert unexplained.startswith("syringes: syringe 1 (A) differs by ")
    with clinic.writing() as writer:
        add(writer, row, Kind.EXPLAINED, {"of": "syringe:1", "reason": "spilled", "by": "Ann"})

    found = {what.partition(":")[0] for what in lacking(clinic.record())}

    assert not found & {"reactions", "aftercare", "products"}


def test_a_syringe_that_differs_is_missing_until_somebody_explains_it(clinic: Clinic) -> None:
    with clinic.writing() as writer:
        row = clinic.row()
        add(writer, row, Kind.LEFTOVER, {"syringe": 1, "left": "0", "wasted": "0", "unit": "mL", "by": "Ann"})
        [differs] = [what for what in lacking(clinic.record()) if what.startswith("syringes: ")]
        assert differs.startswith("syringes: syringe 1 (A) differs by ")
        assert differs.endswith("; nobody explained it")

        add(writer, row, Kind.EXPLAINED, {"of": "syringe:1", "reason": "spilled", "by": "Ann"})

    assert not any(what.startswith("syringes: ") for what in lacking(clinic.record()))


#: A product beside the one of the session.
SECOND = {"product": 2, "name": "Vit", "maker": "Acme", "use": "product", "ingredients": [], "drawn": "1", "unit": "mL"}
SECOND |= {"by": "Ann"}


@pytest.mark.parametrize(
    ("kind", "stated", "aspect", "said"),
    [
        (Kind.CONSENT, {"given": "no", "by": "Ann"}, "consent", "consent: no"),
        (Kind.CONSENT, {"given": "yes", "by": "Ann"}, "consent", "the form was not stated"),
        (Kind.HISTORY, {"reviewed": "not asked", "by": "Ann"}, "history", "the medical history: not asked"),
        (
            Kind.SCREENING,
            {"code": "keloid", "answer": "not asked", "severity": "stop", "by": "Ann"},
            "screening",
            "without an answer: keloid",
        ),
        (
            Kind.SCREENING,
            {"code": "pregnancy", "answer": "yes", "severity": "stop", "by": "Ann"},
            "screening",
            "pregnancy stops such a treatment, and no override was recorded",
        ),
        (Kind.PRODUCT, SECOND | {"lot": "L9", "expiry": None}, "products", "the expiry of product 2"),
    ],
)
def test_what_is_stated_may_itself_lack_something(
    clinic: Clinic, kind: Kind, stated: dict[str, Any], aspect: str, said: str
) -> None:
    clinic.state(kind, **stated)

    [item] = [item for item in completeness(clinic.record()) if item.aspect == aspect]

    assert any(said in what for what in item.missing)


def test_a_session_that_broke_off_is_not_complete(clinic: Clinic) -> None:
    [item] = [item for item in completeness(clinic.record(2)) if item.aspect == "devices"]
    assert "the session is interrupted" in item.missing
