"""What a record says of its screening: as JSON that its schema describes, and in the summary of the session."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.export.json import session_json
from devicelog.ledger import Entry, Kind, encode
from devicelog.record.as_json import content
from devicelog.record.record import fold
from devicelog.record.screening import screening_of
from devicelog.screening.answer import Override, answered
from devicelog.screening.assessment import Assessment, assess
from devicelog.screening.rules import load
from devicelog.screening.statements import learned_content, override_content, screening_contents
from devicelog.terminal.summary import print_summary
from devicelog.treatment.protocol import Modality

if TYPE_CHECKING:
    from tests.conftest import Gun, Session

RULES = load()
BY = "Dr A. Example"
WORDS = {"epilepsy": "yes", "alcohol": "yes", "heart_disease": "unknown"}
OVERRIDES = (
    Override("epilepsy", "seizure-free for ten years.", BY),
    Override("heart_disease", "letter of the cardiologist", BY, specialist="Dr C. Heart"),
)


def state(session: Session, kind: Kind, said: Mapping[str, Any]) -> None:
    """Somebody states something now."""
    session.put(ChunkKind.ACT, encode({"kind": kind.value, **said}), link=NO_LINK)


def screened() -> Assessment:
    """An injection session with two stops that were overridden and a caution; all else raises nothing."""
    answers = [
        answered(RULES, rule.code, WORDS.get(rule.code, rule.expected)) for rule in RULES.asked(Modality.INJECTION)
    ]
    return assess(RULES, Modality.INJECTION, answers, today=date(2026, 11, 22), overrides=OVERRIDES)


@pytest.fixture
def gun(mesogun: Callable[..., Gun]) -> Gun:
    """A session with that screening in its entries."""
    gun = mesogun()
    screening = screened()
    for said in screening_contents(screening, by=BY):
        state(gun.session, Kind.SCREENING, said)
    for override in OVERRIDES:
        state(gun.session, Kind.OVERRIDE, override_content(RULES, override))
    gun.inject()
    return gun


def said_late(session: Session, said: Mapping[str, Any]) -> list[Entry]:
    """The entries of the session, and behind its end a late answer."""
    entries = session.end().entries
    last = entries[-1]
    at = {"wall": "2026-01-03T09:00:00.000000Z", "zone": "+00:00"}
    return [*entries, Entry(last.number + 1, last.t_us, Kind.SCREENING.value, {**said, "at": at})]


def summary(capsys: pytest.CaptureFixture[str], entries: list[Entry]) -> str:
    capsys.readouterr()
    print_summary(fold(entries))
    return " ".join(capsys.readouterr().out.split())


def test_every_answer_stands_with_its_question_and_what_it_means(gun: Gun) -> None:
    told = content(gun.session.record)["screening"]

    answers = {answer["code"]: answer for answer in told["answers"]}
    assert list(answers) == [rule.code for rule in RULES.asked(Modality.INJECTION)]
    assert answers["epilepsy"]["question"] == RULES.rule("epilepsy").question
    assert (answers["epilepsy"]["answer"], answers["epilepsy"]["raises"]) == ("yes", "stop")
    assert (answers["pregnancy"]["answer"], answers["pregnancy"]["raises"]) == ("no", "none")
    assert told["rules"] == [RULES.named]
    assert told["unanswered"] == ["heart_disease"]


def test_findings_come_strictest_first_with_who_overrode_them(gun: Gun) -> None:
    told = content(gun.session.record)["screening"]

    found = [(finding["code"], finding["severity"], finding["overridden_by"]) for finding in told["findings"]]
    assert found == [("epilepsy", "stop", BY), ("heart_disease", "stop", BY), ("alcohol", "caution", None)]
    assert told["findings"][0]["disagreeing"] == ["S000"]
    assert [(one["of"], one["specialist"]) for one in told["overrides"]] == [
        ("screening:epilepsy", None),
        ("screening:heart_disease", "Dr C. Heart"),
    ]


def test_a_session_without_a_screening_says_nothing_of_one(
    mesogun: Callable[..., Gun], capsys: pytest.CaptureFixture[str]
) -> None:
    gun = mesogun()
    gun.inject()

    assert screening_of(gun.session.record) is None
    assert "screening" not in content(gun.session.record)
    assert "Screening" not in summary(capsys, gun.session.entries)


def test_the_summary_shows_stops_with_their_overrides_and_what_nobody_answered(
    gun: Gun, capsys: pytest.CaptureFixture[str]
) -> None:
    text = summary(capsys, gun.session.entries)

    asked = len(RULES.asked(Modality.INJECTION))
    assert f"Screening {asked} questions, {asked} answered; rules contraindications, version 1" in text
    assert "STOP Epilepsy: the answer is yes; this stops an injection session" in text
    assert f"overridden by {BY}: seizure-free for ten years. STOP" in text
    assert f"overridden by {BY}: letter of the cardiologist. Opinion of Dr C. Heart." in text
    assert "CAUTION Alcohol: the answer is yes" in text
    assert "answered with unknown: heart disease" in text
    assert "not answered" not in text
    assert "not overridden" not in text


def test_a_stop_that_nobody_overrode_says_so(mesogun: Callable[..., Gun], capsys: pytest.CaptureFixture[str]) -> None:
    gun = mesogun()
    for said in screening_contents(screened(), by=BY):
        state(gun.session, Kind.SCREENING, said)

    assert "not overridden" in summary(capsys, gun.session.entries)


def test_what_is_learned_later_takes_the_place_of_an_answer_that_stays(
    gun: Gun, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [answered(RULES, "pregnancy", "yes")]
    learned = assess(RULES, Modality.INJECTION, answers, today=date(2026, 11, 24)).assessed[0]
    (said,) = [one for one in screening_contents(screened(), by="Dr B. Other") if one["code"] == "pregnancy"]
    assert learned.finding is not None
    said |= {"answer": "yes", "raises": "stop", "why": learned.finding.why}
    entries = said_late(gun.session, said)

    told = content(fold(entries))["screening"]

    before, now = [answer for answer in told["answers"] if answer["code"] == "pregnancy"]
    assert (before["answer"], before["holds"], before["late"]) == ("no", False, False)
    assert (now["answer"], now["holds"], now["late"]) == ("yes", True, True)
    assert now["at"] == "2026-01-03T09:00:00.000000Z"
    assert "pregnancy" in {finding["code"] for finding in told["findings"]}
    assert "Said behind the end of the recording by Dr B. Other." in summary(capsys, entries)


def test_a_stop_that_is_learned_during_a_session_alarms_and_the_recording_goes_on(gun: Gun) -> None:
    answer = answered(RULES, "pregnancy", "yes")
    assessed = assess(RULES, Modality.INJECTION, [answer], today=date(2026, 11, 22)).assessed[0]
    assert assessed.finding is not None

    state(gun.session, Kind.ALARM, learned_content(assessed.finding))
    gun.inject()

    (alarm,) = gun.session.record.open_alarms
    assert alarm.priority == "high"
    assert alarm.text.startswith("learned during the session: Pregnancy: the answer is yes; this stops")
    assert gun.session.record.tally.session.triggers == 2


def test_an_entry_that_does_not_say_what_it_raises_is_read_strictly(mesogun: Callable[..., Gun]) -> None:
    gun = mesogun()
    for code, answer in (("epilepsy", "not asked"), ("pregnancy", "no"), ("cancer", "yes")):
        said = {"code": code, "answer": answer, "severity": "stop", "rules": RULES.named, "by": BY}
        state(gun.session, Kind.SCREENING, said)

    told = content(gun.session.record)["screening"]

    assert [finding["code"] for finding in told["findings"]] == ["epilepsy", "cancer"]


def test_free_text_that_was_not_opened_is_not_shown_as_text(gun: Gun, capsys: pytest.CaptureFixture[str]) -> None:
    sealed = {"sealed": "AAAA", "digest": "00"}
    state(gun.session, Kind.OVERRIDE, {"of": "screening:epilepsy", "reason": sealed, "by": BY, "rules": RULES.named})

    text = summary(capsys, gun.session.entries)

    assert f"overridden by {BY}: [sealed]." in text
    assert "AAAA" not in text


def test_the_schema_describes_a_screening_and_nothing_more(gun: Gun) -> None:
    jsonschema: Any = import_module("jsonschema")
    schema: dict[str, Any] = json.loads(session_json.schema())
    screening = {"$ref": "#/$defs/record/properties/screening", "$defs": schema["$defs"]}
    validator = jsonschema.Draft202012Validator(screening)
    told = json.loads(json.dumps(content(gun.session.record)["screening"]))

    assert [error.message for error in validator.iter_errors(told)] == []
    for part in (told, told["answers"][0], told["findings"][0], told["overrides"][0], told["rules"][0]):
        part["more"] = None
        assert not validator.is_valid(told)
        del part["more"]


def corrected(session: Session, code: str, **new: str) -> list[Entry]:
    """The entries of the session, and behind its end corrections of one answer."""
    entries = session.end().entries
    of = next(entry for entry in entries if entry.kind == Kind.SCREENING and entry.content["code"] == code)
    for field, value in new.items():
        last, old = entries[-1], of.content.get(field)
        at = {"wall": "2026-01-03T09:00:00.000000Z", "zone": "+00:00"}
        change = {"entry": of.number, "kind": "screening", "field": field, "old": old, "new": value}
        made = {"what": "corrected", "at": at, "by": BY, "reason": "misread", "amendment": 1, "entries": 0}
        entries.append(Entry(last.number + 1, last.t_us, Kind.AMENDMENT.value, made | {"changes": [change]}))
    return entries


@pytest.mark.parametrize(
    ("code", "answer", "raises", "why"),
    [
        (
            "pregnancy",
            "yes",
            "stop",
            "Pregnancy: the answer was no and was corrected to yes; this is a stop for the session.",
        ),
        ("heart_disease", "no", "none", None),
        (
            "epilepsy",
            "unknown",
            "stop",
            "Epilepsy: the answer was yes and was corrected to unknown; this is a stop for the session.",
        ),
        ("alcohol", "no", "none", None),
    ],
)
def test_an_answer_that_was_corrected_raises_what_it_says_now(
    gun: Gun, code: str, answer: str, raises: str, why: str | None
) -> None:
    told = content(fold(corrected(gun.session, code, answer=answer)))["screening"]

    assert next(one for one in told["answers"] if one["code"] == code)["raises"] == raises
    assert {one["code"]: one["why"] for one in told["findings"]}.get(code) == why


def test_where_yes_is_the_answer_that_raises_nothing_a_correction_to_no_raises_something(
    mesogun: Callable[..., Gun],
) -> None:
    gun = mesogun()
    [rule] = [rule for rule in RULES.rules if rule.expected == "yes"]
    answer = answered(RULES, rule.code, "yes")
    screening = assess(RULES, Modality.IONTOPHORESIS_DC, [answer], today=date(2026, 11, 22))
    [said] = [one for one in screening_contents(screening, by=BY) if one["code"] == rule.code]
    assert (said["expected"], said["raises"]) == ("yes", "none")
    state(gun.session, Kind.SCREENING, said)

    record = fold(corrected(gun.session, rule.code, answer="no"))

    assert [one["code"] for one in content(record)["screening"]["findings"]] == [rule.code]
