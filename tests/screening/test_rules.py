"""The list that comes with devicelog: what it asks for each modality, and on whose word."""

from __future__ import annotations

import pytest

from devicelog.errors import UnknownNameError
from devicelog.screening.rule import METHODS, STRICTEST, Demand, Kind, Method, Severity, strictest
from devicelog.screening.rules import load
from devicelog.treatment.protocol import Grade, Modality, Status

RULES = load()
CURRENT = (Modality.IONTOPHORESIS_DC, Modality.ELECTROPORATION)


def codes(modality: Modality | None) -> list[str]:
    return [rule.code for rule in RULES.asked(modality)]


def does(code: str, modality: Modality | None) -> Severity:
    return RULES.rule(code).severity_for(modality)


def test_the_list_is_an_example_that_nobody_approved() -> None:
    assert RULES.status is Status.EXAMPLE_UNAPPROVED
    assert RULES.lowered == ()


def test_every_modality_is_with_a_needle_or_with_a_current() -> None:
    assert set(METHODS) == set(Modality)


@pytest.mark.parametrize("modality", CURRENT)
def test_a_pacemaker_stops_a_current_and_is_not_asked_for_an_injection(modality: Modality) -> None:
    assert does("active_implant", modality) is Severity.STOP
    assert "active_implant" not in codes(Modality.INJECTION)
    assert RULES.rule("active_implant").override_demands is Demand.SPECIALIST_OPINION


@pytest.mark.parametrize("modality", Modality)
def test_epilepsy_stops_every_session_and_its_sources_disagree(modality: Modality) -> None:
    rule = RULES.rule("epilepsy")

    assert rule.severity_for(modality) is Severity.STOP
    assert rule.sources_disagree
    said = {claim.source: claim.severity for claim in rule.claims}
    assert said["S000"] == {Method.INJECTION: Severity.NONE, Method.NO_NEEDLE: Severity.STOP}
    assert said["S002"] == {Method.INJECTION: Severity.STOP}


@pytest.mark.parametrize("code", ["anticoagulant_antiplatelet", "bleeding_disorder", "steroids", "autoimmune_disease"])
def test_what_bleeds_or_heals_badly_stops_an_injection_and_is_only_asked_for_a_current(code: str) -> None:
    assert does(code, Modality.INJECTION) is Severity.STOP
    assert {does(code, modality) for modality in CURRENT} == {Severity.ASK}


def test_isotretinoin_waits_for_the_longer_of_two_times_and_keeps_both() -> None:
    rule = RULES.rule("isotretinoin_current_or_recent")

    assert rule.washout_months == 18
    assert {claim.source: claim.months for claim in rule.claims if claim.months} == {"S002": 18, "ISO1": 6}
    assert rule.sources_disagree


def test_without_a_protocol_all_is_asked_and_the_strictest_holds() -> None:
    everything = {code for modality in Modality for code in codes(modality)}

    assert set(codes(None)) == everything
    for code in everything:
        assert does(code, None) is strictest(does(code, modality) for modality in Modality)


def test_questions_come_in_the_order_of_the_file() -> None:
    order = [rule.code for rule in RULES.rules]

    for modality in (*Modality, None):
        assert codes(modality) == sorted(codes(modality), key=order.index)


def test_only_questions_are_asked_of_a_person() -> None:
    elsewhere = {rule.code for rule in RULES.rules if rule.kind is not Kind.QUESTION}

    assert not elsewhere & set(codes(None))
    assert {rule.code for rule in RULES.of(Kind.PROCEDURAL) if rule.severity_for(None) is Severity.STOP} == {
        "consent_missing",
        "product_expired",
        "lot_missing",
        "device_unidentified",
        "calibration_overdue",
    }


def test_zones_that_a_current_excludes_are_left_to_the_body_map() -> None:
    stopped = {
        rule.code for rule in RULES.of(Kind.ZONE) if rule.severity_for(Modality.ELECTROPORATION) is Severity.STOP
    }

    expected = ("orbital", "temporal_pair", "mouth", "front_neck", "across_head", "transthoracic")
    assert stopped == {f"zone_{name}" for name in expected}


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.code)
def test_no_rule_is_less_strict_than_any_of_its_sources(rule: object) -> None:
    found = RULES.rule(rule.code)  # type: ignore[attr-defined]

    assert found.chosen_by == STRICTEST
    for method in Method:
        said = [claim.severity[method] for claim in found.claims if method in claim.severity]
        assert found.severity[method].rank >= strictest(said).rank


@pytest.mark.parametrize("rule", RULES.asked(None), ids=lambda rule: rule.code)
def test_whatever_is_asked_says_on_whose_word_for_each_modality(rule: object) -> None:
    found = RULES.rule(rule.code)  # type: ignore[attr-defined]

    for method in Method:
        backing = [claim for claim in found.claims if claim.severity.get(method) is found.severity[method]]
        assert backing or found.severity[method] is Severity.NONE


def test_both_patient_pages_stand_beside_each_other_where_they_disagree() -> None:
    about = {code for one in RULES.disagreements for code in one.rules}

    assert len(RULES.disagreements) == 5
    assert {"epilepsy", "active_implant", "cancer", "heart_disease"} < about
    for one in RULES.disagreements:
        assert {claim.source for claim in one.claims} == {"S000", "S002"}
        assert all(RULES.rule(code).sources_disagree or code.startswith("sensitive") for code in one.rules)


def test_the_page_that_knows_no_contraindication_is_kept_as_a_claim_only() -> None:
    (one,) = [one for one in RULES.disagreements if not one.rules]

    assert one.claims[0].quote_short == "There are no real contraindications to treatment with mesotherapy"


def test_quotes_are_short_and_of_the_patient_pages_only() -> None:
    quoted = [claim for rule in RULES.rules for claim in rule.claims if claim.quote_short]

    assert {claim.source for claim in quoted} == {"S000", "S002"}
    assert max(len(claim.quote_short or "") for claim in quoted) < 100


def test_sources_have_grades_and_each_is_used() -> None:
    used = {claim.source for rule in RULES.rules for claim in rule.claims}

    assert set(RULES.sources) == used
    assert RULES.sources["S002"].grade is Grade.CLINIC_PAGE
    assert RULES.sources["E"].grade is Grade.ENGINEERING_CHOICE


def test_a_code_without_a_rule_is_named() -> None:
    with pytest.raises(UnknownNameError, match="no screening rule is called 'epilepsie'; did you mean 'epilepsy'"):
        RULES.rule("epilepsie")
