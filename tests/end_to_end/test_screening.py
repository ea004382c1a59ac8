"""`devicelog screening` and `devicelog care`: what is listed, a clinic's own file checked, and what is due when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from devicelog.screening import care_file, rules
from devicelog.screening.rule import Severity
from devicelog.treatment.protocol import Modality

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog

RULES = rules.load()


def own(box: Devicelog, was: str, now: str) -> str:
    """The path of a list that is like ours but for one thing."""
    text = rules.SHIPPED.read_text(encoding="utf-8").replace('\nversion = "1"', '\nversion = "own-1"')
    assert text.count(was) == 1
    file = box.root / "own.toml"
    file.write_text(text.replace(was, now), encoding="utf-8")
    return str(file)


def test_the_list_shows_every_rule_for_both_ways_of_treating(box: Devicelog) -> None:
    done = box("screening")

    table = done.out.partition("Where the sources disagree")[0]
    lines = {words[0]: words[1:] for line in table.splitlines() if (words := line.split())}
    for rule in RULES.rules:
        assert lines[rule.code][:2] == [severity.value for severity in rule.severity.values()]
    assert "example-unapproved" in done.out
    assert RULES.sha256 in done.out
    assert "There are no real contraindications" in done.out
    assert not box.store.exists()


@pytest.mark.parametrize("modality", Modality)
def test_a_modality_shows_its_questions_in_order_with_claims_and_sources(box: Devicelog, modality: Modality) -> None:
    asked = RULES.asked(modality)
    out = box("screening", modality).out
    document = box("screening", modality, "--json").document

    assert [rule["code"] for rule in document["rules"]] == [rule.code for rule in asked]
    assert {rule["severity"] for rule in document["rules"]} <= {severity.value for severity in Severity}
    assert document["modality"] == modality
    places = [out.index(f"\n{rule.code}  ") for rule in asked]
    assert places == sorted(places)
    assert "[S002] L  Save Face" in out


def test_one_rule_is_shown_in_full(box: Devicelog) -> None:
    out = box("screening", "isotretinoin_current_or_recent").out

    assert "A yes holds for 18 calendar months from the day when it ended." in out
    assert '"in the last 18 months"' in out
    assert "[ISO1] 6 months by the leaflet of the medicine" in out


def test_a_word_that_is_neither_is_refused_with_the_nearest(box: Devicelog) -> None:
    assert "did you mean 'injection'" in box.refuses("screening", "injektion")


def test_a_sound_list_of_a_clinic_is_shown_with_what_it_lowers(box: Devicelog) -> None:
    text = rules.SHIPPED.read_text(encoding="utf-8")
    rule = text[text.index('code = "keloid_history"') :].partition("\n[[rule]]")[0]
    lowered = rule.replace('injection = "stop"', 'injection = "caution"', 1)
    file = own(box, rule, lowered.replace("claims = [", 'chosen_by = "clinic:example"\nclaims = ['))
    what = "keloid_history: caution for injection instead of stop, chosen by clinic:example"

    assert box("screening", "check", file).out == f"less strict: {what}\n"
    assert box("screening", "check", file, "--json").document["lowered"] == [what]
    assert f"LESS STRICT: {what}" in box("screening", "--screening", file).out
    shown = box("screening", "--screening", file, "keloid_history").out
    assert "Chosen by clinic:example." in shown


def test_a_bad_list_is_refused_by_its_line_and_checked_in_full(box: Devicelog) -> None:
    file = own(box, "washout_months = 18", 'washout_months = 0\nmonths = 3\nquestoin = "?"')

    done = box("screening", "check", file, code=1)
    assert len(done.out.splitlines()) == 3
    assert all(line.startswith(f"{file}, line ") for line in done.out.splitlines())
    assert box("screening", "check", file, "--json", code=1).document["problems"] == done.out.splitlines()
    assert "and 2 more, see `devicelog screening check`" in box.refuses("screening", "--screening", file)
    assert "is not a file" in box.refuses("screening", "check", str(box.root / "none.toml"))


def test_care_times_are_listed_with_their_sources(box: Devicelog) -> None:
    out = box("care").out
    document = box("care", "--json").document

    assert "no_make_up  12 h after; the sources disagree" in out
    assert "[UNIS] 6 h" in out
    assert {item["code"]: item["duration"]["value"] for item in document["care"]}["no_make_up"] == "43200"


def test_care_times_count_from_the_end_of_a_session(box: Devicelog) -> None:
    box(*box.recording("sim://reference-mesogun?speed=max"), "--for", "300 ms")

    shown = box("show", "last", "--json").document
    document = box("care", "last", "--json").document

    ended = datetime.fromisoformat(shown["until"])
    assert datetime.fromisoformat(document["ended"]) == ended
    due = {one["code"]: datetime.fromisoformat(one["until"]) for one in document["due"]}
    assert due["no_make_up"] == ended + timedelta(hours=12)
    assert due["no_exercise_sun_or_heat"] == ended + timedelta(hours=48)
    out = box("care", "last").out
    assert f"until {datetime.fromisoformat(document['due'][0]['until']):%Y-%m-%d %H:%M}" in out
    assert "(UTC" in out
    assert "%" not in out


def test_care_times_that_were_told_stay_in_the_record_as_they_were(box: Devicelog, tmp_path: Path) -> None:
    box(*box.recording("sim://reference-mesogun?seed=1&speed=max"), "--until-quiet", "300 ms")
    assert "the record does not say that anything was told" in box("care", "last").out
    box("add", "aftercare", "last", "--leaflet", "after treatment", "--version", "3", "--by", "Ann")

    document = box("care", "last", "--json").document
    (told,) = document["told"]
    assert (told["leaflet"], told["care"], told["due"]) == ("after treatment", document["care"], document["due"])
    (make_up,) = [one["until"] for one in told["due"] if one["code"] == "no_make_up"]
    minute = make_up[:16].replace("T", " ")
    assert f"until {minute}  " in box("show", "last").out
    out = box("care", "last").out
    assert out.count(f"until {minute}  ") == 1, "the same list is not shown twice"

    shorter = tmp_path / "own.toml"
    text = care_file.SHIPPED.read_text(encoding="utf-8").replace('id = "', 'id = "own-')
    shorter.write_text(text, encoding="utf-8")
    box("add", "aftercare", "last", "--leaflet", "b", "--version", "1", "--care", str(shorter), "--by", "Ann")
    box("add", "aftercare", "last", "--leaflet", "c", "--version", "1", "--no-care", "--by", "Ann")
    _, own, none = box("care", "last", "--json").document["told"]
    assert own["care"]["id"] == f"own-{document['care']['id']}"
    assert "care" not in none
    assert "no care times were told with it" in box("care", "last").out
    box("export", "last", "--to", str(tmp_path / "out"))
    box("verify", str(tmp_path / "out"))
    words = ("--leaflet", "d", "--version", "1", "--by", "Ann", "--care", str(shorter), "--no-care")
    assert "give one" in box.refuses("add", "aftercare", "last", *words)


def test_a_clinics_own_care_times_are_checked_and_used(box: Devicelog) -> None:
    text = care_file.SHIPPED.read_text(encoding="utf-8")
    file = box.root / "care.toml"
    file.write_text(text.replace('duration = "12 h"\ntext', 'duration = "6 h"\ntext'), encoding="utf-8")
    assert "found 6 h while a source says 12 h" in box("care", "check", str(file), code=1).out

    chosen = 'chosen_by = "clinic:example"\nduration = "6 h"\ntext'
    file.write_text(text.replace('duration = "12 h"\ntext', chosen), encoding="utf-8")
    assert "6 h instead of 12 h, chosen by clinic:example" in box("care", "check", str(file)).out
    assert "no_make_up  6 h after, chosen by clinic:example" in box("care", "--care", str(file)).out


# -- learned when it is over -----------------------------------------------------------------------------------


@pytest.fixture
def treated(box: Devicelog) -> Devicelog:
    """An injection session that is over."""
    gun = "sim://reference-mesogun?seed=1&speed=max"
    box(*box.recording(gun, protocol="meso-face-gun-intradermal"), "--until-quiet", "300 ms")
    return box


def test_what_is_learned_behind_the_end_is_a_late_answer_held_against_that_session(
    treated: Devicelog, tmp_path: Path
) -> None:
    done = treated("add", "screening", "last", "epilepsy", "yes", "--text", "she rang", "--by", "Ann")

    assert "Epilepsy: the answer is yes; this stops an injection session" in done.err
    (answer,) = treated("show", "last", "--json").document["screening"]["answers"]
    assert (answer["raises"], answer["from"], answer["late"], answer["detail"]) == ("stop", "learned", True, "she rang")
    assert "learned after the session" in treated("show", "last").out
    treated("export", "last", "--to", str(tmp_path))
    treated("verify", str(tmp_path))
    treated("verify")
    treated("replay", "last")


def test_months_of_a_late_answer_count_to_the_day_of_the_session(treated: Devicelog) -> None:
    day = datetime.fromisoformat(treated("sessions", "--json").document[0]["started"]).date()
    long_ago = day.replace(year=day.year - 3)

    code = "isotretinoin_current_or_recent"
    done = treated("add", "screening", "last", code, "yes", "--ended", long_ago.isoformat(), "--by", "Ann")

    assert "stops" not in done.err
    assert treated.of("screening")[-1]["raises"] == "none"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("gout", "yes"), "gout"),
        (("active_implant", "yes"), "no question of this way of treating is called 'active_implant'"),
        (("epilepsy", "maybe"), "found the answer 'maybe', expected one of yes"),
        (("epilepsy", "not asked"), "expected yes, no or unknown"),
        (("epilepsy", "yes", "--ended", "2025-01-01"), "found the date '2025-01-01', expected none"),
    ],
)
def test_what_cannot_be_learned_is_refused_in_one_sentence(
    treated: Devicelog, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in treated.refuses("add", "screening", "last", *words, "--by", "Ann")
