"""What must not pass in silence has its sentence, word for word, whichever command comes upon it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.plans import PARTS, answers, plan
from tests.end_to_end.story import Clinic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.end_to_end.running import Devicelog

FAMILY = "of meso-face-gun-intradermal 1 for the family meso-face"

#: What a plan has in the place of a usual part, and what is said of it behind the name of the file.
PLANS = {
    "a step out of order": (
        {"consent": ""},
        "line 52, patch_test: found patch test before consent; expected consent, or skip it with a reason.",
    ),
    "a step skipped without a reason": (
        {"consent": '[[skip]]\nstep = "consent"\nreason = " "\n'},
        "line 51, skip 1: the skip of consent has no reason; found an empty text, expected the reason in words.",
    ),
    "an override without a reason": (
        {"history": '[history]\n\n[[override]]\nof = "screening:epilepsy"\n'},
        (
            "line 15, override 1: the override of epilepsy has no reason; found '', "
            "expected why the session is opened all the same."
        ),
    ),
    "an answer that is none": (
        {"history": '[history]\nreviewed = "perhaps"\n'},
        "line 14, history reviewed: found 'perhaps', expected one of yes, no, not asked.",
    ),
    "an amount without a unit": (
        {"product": PARTS["product"].replace("3 mL", "3")},
        (
            "line 69, product 1 drawn: a volume cannot be read: '3' has no unit; "
            "a number alone says nothing of an amount; expected one such as '2 mL'."
        ),
    ),
}

_BY = ("--by", "Ann", "--reason", " ")
_REASON = "found an empty reason; expected it in words, such as 'one digit was misread'."
_TEXT = "found an empty text; expected it in words, such as 'asked again by telephone, all is well'."
#: Commands that want a reason, with an empty one.
EMPTY = [
    (("record", "--no-ask", " ", "--plan", "plan.toml"), _REASON),
    (("amend", "last", "practitioner", "Dr B. Other", *_BY), _REASON),
    (("amend", "last", "--zone", "chin", "--from", "1", "--to", "9", *_BY), _REASON),
    (("replay", "last", "--accept", *_BY), _REASON),
    (("lots", "recall", "L-1", *_BY), _REASON),
    (("subjects", "erase", "P-7", "--yes", *_BY), _REASON),
    (("protocols", "withdraw", "meso-face-gun-intradermal", "--role", "physician", *_BY), _REASON),
    (("add", "explanation", "last", "syringe:1", *_BY), _TEXT),
    (("add", "note", "last", " ", "--by", "Ann"), _TEXT),
]

_UNANSWERED = "[screening]\n" + "\n".join(f"{code} = {said}" for code, said in answers(pregnancy=None).items()) + "\n"
#: What a plan has in the place of what is in order, what has to be overridden, and why. Today is 2 March 2026.
STOPS = {
    "an answer that is missing": (
        {"screening": _UNANSWERED.replace("{", "{{").replace("}", "}}")},
        "screening:pregnancy",
        "Pregnancy: not asked, which counts as yes; this stops an injection session (S000 and S002)",
    ),
    "a consent that nobody was asked for": (
        {"consent": "[consent]\n"},
        "screening:consent_missing",
        "consent was not asked for",
    ),
    "a lot that expired yesterday": (
        {"product": PARTS["product"].replace("2099-12", "2026-03-01")},
        "product:L-1",
        "product 1 (Revital, lot L-1) expired on 2026-03-01, and today is 2026-03-02",
    ),
    "a lot that expired with the month": (
        {"product": PARTS["product"].replace("2099-12", "2026-02")},
        "product:L-1",
        "product 1 (Revital, lot L-1) expired on 2026-02-28, the end of 2026-02 as printed, and today is 2026-03-02",
    ),
    "a lot of which nobody knows the expiry": (
        {"product": PARTS["product"].replace('expiry = "2099-12"\n', "")},
        "product:L-1",
        "product 1 (Revital, lot L-1) has no expiry: nobody knows whether it is in date",
    ),
}


@pytest.fixture
def clinic(box: Devicelog) -> Clinic:
    """A clinic on 2 March 2026."""
    return Clinic(box)


def visit(box: Devicelog, parts: Mapping[str, str] | None = None) -> Path:
    """The plan of a visit in which all but these parts is in order."""
    return Path(plan(box.root / "plan.toml", said=None, **(parts or {})))


@pytest.mark.parametrize("case", PLANS)
def test_a_plan_that_cannot_be_is_told_so_by_whoever_reads_it(box: Devicelog, case: str) -> None:
    parts, sentence = PLANS[case]
    file = str(visit(box, parts))

    assert box.refuses("record", "--plan", file) == f"devicelog: {file}, {sentence}"
    assert f"{file}, {sentence}" in box("plan", "check", file, code=1).out.splitlines()


@pytest.mark.parametrize(("words", "sentence"), EMPTY, ids=lambda value: " ".join(value[:2]) if value[0] else None)
def test_an_empty_reason_is_none(box: Devicelog, words: tuple[str, ...], sentence: str) -> None:
    file = plan(box.root / "plan.toml")
    box("record", "--plan", file, "--until-quiet", "300 ms", "--no-live")

    assert box.refuses(*words) == f"devicelog: {sentence}"


@pytest.mark.parametrize("case", STOPS)
def test_what_stops_a_session_says_why_and_what_to_do(clinic: Clinic, case: str) -> None:
    parts, of, why = STOPS[case]

    refused = clinic.record(visit(clinic.box, parts), code=1)

    told = f"{why}; to open the session all the same, override {of} with a reason by name."
    assert told in refused.err.splitlines()
    assert clinic.json("show", "last")["marks"]["refused"].endswith(f"because of {of}")


def test_day_six_of_seven_is_told_and_day_seven_is_not(clinic: Clinic) -> None:
    clinic.record(visit(clinic.box))
    [first] = clinic.json("sessions")

    clinic.day = 6
    refused = clinic.record(visit(clinic.box), code=1)

    since = f"days since session {first['session']}, below the"
    how = "to open the session all the same, override course:interval with a reason by name."
    told = f"it is 6 {since} hard limit of 7 days [S000 L] {FAMILY}; {how}"
    assert told in refused.err.splitlines()
    clinic.day = 7
    recorded = clinic.record(visit(clinic.box))
    assert f"note: it is 7 {since} soft limit of 14 days [SEOK M] {FAMILY}" in recorded.err.splitlines()
    assert "hard limit" not in recorded.err


def test_session_nine_of_eight_is_told_and_session_eight_is_not(clinic: Clinic) -> None:
    for week in range(0, 16, 2):
        clinic.day = 7 * week
        recorded = clinic.record(visit(clinic.box))
        assert "hard limit" not in recorded.err

    clinic.day = 7 * 16
    refused = clinic.record(visit(clinic.box), code=1)

    how = "to open the session all the same, override course:session_count with a reason by name."
    told = f"this is session 9 of the course, above the hard limit of 8 [S000 L] {FAMILY}; {how}"
    assert told in refused.err.splitlines()
