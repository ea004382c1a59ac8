"""What people do to the record of a session that is over, from the command line: amend, add, review, sign."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from devicelog.ledger import Kind
from tests.end_to_end.running import Devicelog, Warm

BY = ("--by", "Ann")
WHY = (*BY, "--reason", "misread")
SIGN = ("sign", "last", *BY, "--role", "nurse")


@pytest.fixture(scope="module")
def first_box(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Devicelog:
    """A store with a meso-gun's session in two zones, one injection over its limit."""
    box = Devicelog(tmp_path_factory.mktemp("amend") / "box", warm)
    url = "sim://reference-mesogun?seed=1&speed=max&scenario=face-limits"
    words = box.recording(url, protocol="meso-face-gun-intradermal")
    box(*words, "--zone", "forehead", "--zone", "left_cheek", "--until-quiet", "500 ms")
    return box


@pytest.fixture
def box(first_box: Devicelog, tmp_path: Path, warm: Warm) -> Devicelog:
    shutil.copytree(first_box.root, tmp_path / "box")
    return Devicelog(tmp_path / "box", warm)


def shown(box: Devicelog) -> Any:
    return box("show", "last", "--json").document


def must_hold(box: Devicelog) -> None:
    assert box("verify", "--json").document["holds"]
    assert box("replay", "last", "--json").document["same"]


def injections(box: Devicelog) -> list[int]:
    """The numbers of the entries of the injections."""
    entries = box("entries", "last", "--kind", "observation", "--json").document
    return [entry["entry"] for entry in entries if entry["content"]["report"] == "injection"]


def test_a_field_is_corrected_and_both_values_are_shown(box: Devicelog) -> None:
    told = box("amend", "last", "practitioner", "Dr. Other", *WHY, "--role", "nurse")
    assert "practitioner Dr. Other in the place of Dr. Test; both stay in the record" in told.err

    text = box("show", "last").out

    assert "Practitioner  Dr. Other (first recorded as Dr. Test)" in text
    assert "AMENDED: amendment 1, corrected practitioner, by Ann" in text
    assert "Ann, nurse: corrected practitioner; reason: misread" in text
    document = shown(box)
    assert document["practitioner"] == "Dr. Other"
    assert document["amendments"][0]["changes"] == [
        {"entry": 1, "kind": "started", "field": "practitioner", "old": "Dr. Test", "new": "Dr. Other"}
    ]
    must_hold(box)


def test_what_can_be_corrected_is_listed_with_what_it_says(box: Devicelog) -> None:
    box("add", "last", "x", code=2)
    box("add", "note", "last", "she called", *BY)
    box("amend", "last", "note.1.text", "she wrote", *WHY)

    listed = {field["field"]: field for field in box("amend", "last", "--fields", "--json").document}

    assert listed["practitioner"]["value"] == "Dr. Test"
    assert (listed["note.1.text"]["value"], listed["note.1.text"]["before"]) == ("she wrote", ["she called"])
    assert "she called" in box("amend", "last", "--fields").out
    assert {one["field"] for one in box("amend", "last", "--fields", "note", "--json").document} == {
        name for name in listed if name.startswith("note")
    }


def test_a_wrong_zone_is_corrected_over_a_stretch_and_totals_are_computed_anew(box: Devicelog) -> None:
    numbers = injections(box)
    before = shown(box)

    done = box("amend", "last", "--zone", "neck", "--from", str(numbers[0]), "--to", str(numbers[3]), *WHY, "--json")

    assert (done.document["amendment"], done.document["reports"]) == (1, 4)
    document = shown(box)
    zones = {zone["zone"]: zone["totals"]["injections"]["triggers"] for zone in document["zones"]}
    assert zones["neck"] == 4
    assert sum(zones.values()) == before["totals"]["injections"]["triggers"]
    assert document["amendments"][0]["before"]["zones"] == before["zones"]
    assert document["amendments"][0]["zones"][0]["entries"] == [numbers[0], numbers[3]]
    assert "zone corrected: entries" in box("show", "last").out
    replayed = box("replay", "last", "--json").document
    assert replayed["zones"] == {"recorded": before["zones"], "now": document["zones"]}
    assert "Neck" in box("replay", "last").out
    must_hold(box)


def test_corrections_of_zones_stay_when_another_one_or_another_driver_follows(box: Devicelog) -> None:
    numbers = injections(box)
    for zone, place in (("neck", 0), ("chin", 2)):
        box("amend", "last", "--zone", zone, "--from", str(numbers[place]), "--to", str(numbers[place + 1]), *WHY)
    box("amend", "last", "practitioner", "Dr. Other", *WHY)
    box("replay", "last", "--driver", "reference-noneedle", "--accept", *WHY)
    box("replay", "last", "--driver", "reference-mesogun", "--accept", *WHY)

    document = shown(box)

    zones = {zone["zone"]: zone["totals"]["injections"]["triggers"] for zone in document["zones"]}
    assert (zones["neck"], zones["chin"]) == (2, 2)
    assert document["practitioner"] == "Dr. Other"
    must_hold(box)


def test_an_older_correction_can_be_corrected_itself_by_the_numbers_of_its_own_entries(box: Devicelog) -> None:
    numbers = injections(box)
    box("amend", "last", "--zone", "neck", "--from", str(numbers[0]), "--to", str(numbers[3]), *WHY)
    entries = box("entries", "last", "--json").document
    held = [(one["entry"], one["content"]["entry"]) for one in entries if one["kind"] == "amended"]
    inside = [
        number for number, one in held if one["kind"] == "observation" and one["content"]["report"] == "injection"
    ]

    box("amend", "last", "--zone", "forehead", "--from", str(inside[0]), "--to", str(inside[1]), *WHY)

    zones = {zone["zone"]: zone["totals"]["injections"]["triggers"] for zone in shown(box)["zones"]}
    assert zones["neck"] == 2
    must_hold(box)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("last", "practitioner", "Dr. Test", *WHY), "is 'Dr. Test' already"),
        (("last", "practitioner", "X", *BY, "--reason", " "), "found an empty reason"),
        (("last", "practitioner", "X", "--reason", "x"), "needs --by and --reason"),
        (("last", "practitioner", "X"), "needs --by and --reason"),
        (("last", "practitioner", *WHY), "found no FIELD and NEW"),
        (("last", *WHY), "found no FIELD and NEW"),
        (("last", "nothing", "X", *WHY), "has no field 'nothing' that a person stated"),
        (("last", "injection.1.depth", "2", *WHY), "corrected by nobody's hand"),
        (("last", "--zone", "neck", *WHY), "--zone goes with --from and --to"),
        (("last", "--from", "1", "--to", "2", "practitioner", "X", *WHY), "--from and --to go with --zone"),
        (("last", "--zone", "neck", "--from", "1", "--to", "2", *WHY), "nothing was given in the entries 1 to 2"),
        (("last", "--zone", "neck", "--from", "9", "--to", "2", *WHY), "expected two of its entries"),
        (("last", "practitioner", "X", "--fields"), "the beginning of a FIELD alone"),
        (("none", "--fields"), "'none'"),
    ],
)
def test_what_cannot_be_amended_is_refused_in_one_sentence(box: Devicelog, words: tuple[str, ...], said: str) -> None:
    assert said in box.refuses("amend", *words)


def test_a_stretch_that_counts_there_already_is_refused(box: Devicelog) -> None:
    first = str(injections(box)[0])
    assert "counts in forehead already" in box.refuses(
        "amend", "last", "--zone", "forehead", "--from", first, "--to", first, *WHY
    )


def test_a_session_that_runs_is_neither_amended_nor_signed(box: Devicelog) -> None:
    with box.record("sim://reference-mesogun?seed=1") as recording:
        recording.wait_for_entry("observation")
        for words in (("amend", "last", "practitioner", "X", *WHY), (*SIGN, "--meaning", "review")):
            assert "is in use by process" in box.sentence(*words, code=3)


def test_the_story_from_the_end_of_a_session_to_an_amendment_after_its_signature(
    box: Devicelog, tmp_path: Path
) -> None:
    picture = tmp_path / "after.jpg"
    picture.write_bytes(b"a picture")
    assert "reactions: not stated" in box("show", "last").out
    box("add", "reaction", "last", "redness, itching", "--severity", "mild", *BY)
    box("add", "aftercare", "last", "--leaflet", "after treatment", "--version", "3", *BY)
    box("add", "photograph", "last", str(picture), "--when", "after", *BY)
    box("add", "follow-up", "last", "2099-01-31", *BY)
    reviewed = box("review", "last", *BY, "--role", "nurse", "--text", "looked through", "--json").document
    assert {item["aspect"] for item in reviewed["completeness"]} >= {"consent", "gaps", "clock", "limits"}

    refused = box(*SIGN, "--meaning", "authorship", "--json", code=1)
    assert not refused.document["signed"]
    assert any(what.startswith("consent: ") for what in refused.document["missing"])
    signed = box(*SIGN, "--meaning", "authorship", "--despite-missing", "--json").document
    assert signed["missing"] == refused.document["missing"]
    assert shown(box)["signature_status"] == "signed"
    assert "nothing was amended or added since" in box.refuses(*SIGN, "--meaning", "authorship", "--despite-missing")

    box("add", "adverse-event", "last", "bruise", "--severity", "mild", "--text", "left cheek", *BY)
    assert shown(box)["signature_status"] == "added to since"
    box("amend", "last", "adverse_event.1.severity", "moderate", *WHY)

    document = shown(box)
    assert document["signature_status"] == "amended after signature"
    assert document["afterwards"]["reactions"] == ["redness", "itching"]
    text = box("show", "last").out
    assert "AMENDED AFTER SIGNATURE" in text
    assert "Ann, nurse" in text
    assert "adverse event bruise, moderate: left cheek (written later, " in text
    assert "missing when it was signed: consent" in text
    must_hold(box)


def test_an_export_has_old_and_new_signatures_and_what_came_afterwards(box: Devicelog, tmp_path: Path) -> None:
    box("add", "note", "last", "she called", *BY)
    box("amend", "last", "note.1.text", "she wrote", *WHY)
    numbers = injections(box)
    box("amend", "last", "--zone", "neck", "--from", str(numbers[0]), "--to", str(numbers[1]), *WHY)
    box(*SIGN, "--meaning", "responsibility", "--registration", "NMC 1", "--despite-missing")

    box("export", "last", "--to", str(tmp_path / "out"))
    box("verify", str(tmp_path / "out"))

    [folder] = (tmp_path / "out").iterdir()
    document = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    schema = json.loads((folder / "session.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    [correction] = _rows(folder / "corrections.csv")
    assert (correction["kind"], correction["before"], correction["after"]) == ("note", "she called", "she wrote")
    assert {row["zone"] for row in _rows(folder / "summary.csv")} >= {"neck"}
    assert {row["zone"] for row in _rows(folder / "summary_before_2.csv")} == {"", "forehead", "left_cheek"}
    [signature] = _rows(folder / "signatures.csv")
    assert (signature["by"], signature["meaning"], signature["since"]) == ("Ann", "responsibility", "signed")
    assert _rows(folder / "afterwards.csv")[0]["text"] == "she wrote"
    assert {row["aspect"] for row in _rows(folder / "completeness.csv")} >= {"consent", "products"}


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_photographs_are_checked_where_they_are(box: Devicelog, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "a.jpg").write_bytes(b"a picture")
    box("add", "photograph", "last", str(pictures / "a.jpg"), "--when", "before", *BY)
    assert "same" in box("photographs", "check", "last", str(pictures)).out

    (pictures / "a.jpg").write_bytes(b"another one")

    found = box("photographs", "check", "last", str(pictures), "--json", code=1).document
    assert [one["found"] for one in found["photographs"]] == ["changed"]
    assert "is no folder" in box.refuses("photographs", "check", "last", str(tmp_path / "nowhere"))


def test_follow_ups_that_are_due_are_listed(box: Devicelog) -> None:
    box("add", "follow-up", "last", "2099-01-31", *BY)
    assert box("follow-ups", "--due", "--json").document == []
    [one] = box("follow-ups", "--json").document
    assert (one["on"], one["due"], one["settled_by"]) == ("2099-01-31", False, None)
    assert "to come" in box("follow-ups").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("reaction", "last", "pox", *BY), "expected one of: none, redness"),
        (("reaction", "last", "none", "--by", " "), "empty text"),
        (("reaction", "last", "none", *BY, "--severity", "bad"), "expected one of: mild, moderate, severe"),
        (("adverse-event", "last", "x", "--severity", "mild", "--text", " ", *BY), "empty text"),
        (("follow-up", "last", "soon", *BY), "expected a date"),
        (("photograph", "last", "nowhere.jpg", "--when", "after", *BY), "cannot be read"),
        (("photograph", "last", "x", "--when", "during", *BY), "cannot be read"),
        (("leftover", "last", "1", "--left", "0.3", *BY), "has no unit"),
        (("leftover", "last", "1", "--left", "0.3 mL", *BY), "has no syringe 1"),
        (("explanation", "last", "device:1:x", "--reason", "x", *BY), "nothing called 'device:1:x'"),
        (("reaction", "last", "none", *BY, "--severity", "mild"), "no reaction and the severity mild"),
        (("points", "last", "forehead", "--drawing", "face-front", "--point", "2,0", *BY), "from 0 to 1"),
        (("points", "last", "forehead", "--drawing", "face-front", "--point", "1", *BY), "from 0 to 1"),
        (("points", "last", "forehead", "--drawing", "hands", "--point", "1,1", *BY), "is not on the drawing hands"),
        (("points", "last", "forehead", "--drawing", "nose", "--point", "1,1", *BY), "no drawing is called 'nose'"),
        (("note", "last", "x", "--happened", "0001-01-01", *BY), "expected a date such as"),
        (("note", "last", "x", "--happened", "yesterday", *BY), "expected a date such as"),
        (("note", "last", "x", "--happened", "2001-01-01", *BY), "is before session"),
    ],
)
def test_what_cannot_be_added_is_refused_in_one_sentence(box: Devicelog, words: tuple[str, ...], said: str) -> None:
    assert said in box.refuses("add", *words)


def test_none_cannot_follow_a_reaction_and_a_reaction_may_follow_none(box: Devicelog) -> None:
    box("add", "reaction", "last", "none", *BY)
    assert "reactions: None reported" in box("show", "last").out

    box("add", "reaction", "last", "redness, itching", *BY)
    text = box("show", "last").out
    assert "reactions: redness, itching" in text
    assert "reaction none seen until then (written later, " in text
    assert "reaction none (" not in text

    said = box.refuses("add", "reaction", "last", "none", *BY)
    assert "has redness, itching (entry " in said
    box("amend", *said.partition("`devicelog amend ")[2].partition("`")[0].split(), *WHY)
    assert "reactions: None reported" in box("show", "last").out
    box("add", "reaction", "last", "none", *BY)


def test_what_is_added_is_an_entry_with_both_times(box: Devicelog) -> None:
    day = box.entries()[0].content["at"]["wall"][:10]
    box("add", "points", "last", "neck", "--point", "0.25,0.5", "--point", "1,0", *BY)
    box("add", "note", "last", "all is well", "--happened", day, *BY)

    points, note = box.entries()[-2:]

    assert (points.kind, points.content["points"]) == (Kind.POINTS, [["0.25", "0.5"], ["1", "0"]])
    assert (note.kind, note.content["happened"]) == (Kind.NOTE, day)
    assert note.content["at"]["wall"] > day
    assert f"note: all is well (of {day}, written later, " in box("show", "last").out
