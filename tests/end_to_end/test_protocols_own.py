"""Treatment protocols as the clinic's own: derived, approved, found by their id, withdrawn; overlays; whose limit."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog, Done

FACE = "meso-face-gun-intradermal"
CURRENT = "noneedle-ionto-dc-face"
DIRECTOR = ("--by", "Dr A", "--role", "medical director")
STRICT = ("--set", "injection volume: soft=0.01 mL, hard=0.015 mL [AUDIT M]", "--source", "AUDIT=Our audit | folder 3")


def derive(box: Devicelog, *words: str, base: str = FACE, new: str = "ours", code: int = 0) -> Done:
    given = ("--as", new, "--version", "2", "--by", "Dr A", "--to", f"{new}.toml")
    return box("protocols", "derive", base, *given, *words, code=code)


def record(box: Devicelog, protocol: str, driver: str = "reference-mesogun", scenario: str = "face-limits") -> Done:
    url = f"sim://{driver}?seed=1&speed=max&scenario={scenario}"
    return box(*box.recording(url, driver=driver, protocol=protocol), "--zone", "chin", "--until-quiet", "500 ms")


def started(box: Devicelog) -> dict[str, Any]:
    [first] = box.of("started")
    kept: dict[str, Any] = first["protocol"]
    return kept


def minute(wall: str) -> str:
    """A moment as people here read it."""
    return f"{datetime.fromisoformat(wall).astimezone():%Y-%m-%d %H:%M}"


def test_an_approved_file_is_found_by_its_id_when_the_file_is_gone(box: Devicelog) -> None:
    said = derive(box, *STRICT)
    assert "injection volume: hard 0.05 mL → 0.015 mL" in said.out
    assert "LOOSER" not in said.err
    box("protocols", "approve", "ours.toml", *DIRECTOR)
    text = (box.root / "ours.toml").read_text(encoding="utf-8")
    (box.root / "ours.toml").unlink()

    recorded = record(box, "ours")

    kept = started(box)
    at = minute(kept["approved"]["at"])
    assert f"the treatment protocol is ours version 2, approved by Dr A, medical director at {at}\n" in recorded.err
    assert (kept["id"], kept["version"], kept["text"], kept["family"]) == ("ours", "2", text, "meso-face")
    assert (kept["approved"]["by"], kept["approved"]["role"]) == ("Dr A", "medical director")
    assert box("verify").code == 0
    assert box("replay", "last").code == 0
    assert box("protocols", "ours").out.splitlines()[1].endswith(at)


def test_what_is_done_to_protocols_is_told_to_programs_as_well(box: Devicelog) -> None:
    derived = derive(box, *STRICT, "--json").document
    assert (derived["id"], derived["version"], derived["file"]) == ("ours", "2", "ours.toml")
    assert [one["limit"] for one in derived["changed"]] == ["injection volume"]

    approved = box("protocols", "approve", "ours.toml", *DIRECTOR, "--json").document
    assert (approved["act"], approved["sha256"], approved["in_place_of"]) == ("approved", derived["sha256"], None)
    withdrawn = box("protocols", "withdraw", "ours", *DIRECTOR, "--reason", "too strict", "--json").document
    assert (withdrawn["act"], withdrawn["reason"], withdrawn["counts_now"]) == ("withdrawn", "too strict", None)


def test_an_alarm_names_whose_limit_was_breached_in_every_view(box: Devicelog) -> None:
    derive(box, *STRICT)
    box("protocols", "approve", "ours.toml", "--by", "Dr A, physician")
    record(box, "ours")
    source = "hard limit 0.015 mL [AUDIT M] of ours 2"

    [entry] = [one for one in box.of("alarm") if one.get("name") == "injection volume" and one["severity"] == "hard"][
        :1
    ]
    assert entry["protocol"] == {"id": "ours", "version": "2"}
    assert entry["citation"] == {"key": "AUDIT", "grade": "M"}
    shown = " ".join(box("show", "last").out.split())
    assert "is above the hard limit of 0.015 mL; peak" in shown
    assert "[AUDIT M]: limit of ours 2; grade M: paper or manual; Our audit" in shown

    document = box("show", "last", "--json").document
    told = next(one for one in document["alarms"] if one["source"] == source)
    assert (told["severity"], told["bound"], told["limit_name"]) == (
        "hard",
        {"value": "0.015", "unit": "mL"},
        "injection volume",
    )
    assert document["protocol"]["sources"][told["citation"]["key"]] == {"title": "Our audit", "where": "folder 3"}

    box("export", "last", "--to", "out", "--format", "csv,json")
    [table] = Path(box.root / "out").rglob("alarms.csv")
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert source in {cell for row in csv.reader(file) for cell in row}
    assert box("verify", "out").code == 0


def test_the_clinics_version_of_a_shipped_id_counts_until_it_is_withdrawn(box: Devicelog) -> None:
    derive(box, *STRICT, new=FACE)
    box("protocols", "approve", f"{FACE}.toml", *DIRECTOR)

    assert "not the example of that name that comes with devicelog" in record(box, FACE).err
    assert started(box)["version"] == "2"
    assert "the clinic's own" in box("protocols", FACE).out

    gone = box("protocols", "withdraw", FACE, "--by", "Dr B", "--reason", "the audit was wrong")
    assert f"no version of {FACE} is approved here now" in gone.err

    assert "version 1 is example-unapproved; nobody here has approved it" in record(box, FACE).err
    assert started(box)["version"] == "1"
    assert box("verify").code == 0, "a session under an approval that was taken back later still verifies"


def test_the_version_before_counts_again_when_the_last_one_is_withdrawn(box: Devicelog) -> None:
    derive(box, *STRICT)
    box("protocols", "approve", "ours.toml", *DIRECTOR)
    two = (box.root / "ours.toml").read_text(encoding="utf-8")
    (box.root / "ours.toml").write_text(two.replace('version = "2"', 'version = "3"', 1), encoding="utf-8")
    replaced = box("protocols", "approve", "ours.toml", "--by", "Dr B")
    assert "it takes the place of version 2, approved by Dr A, medical director" in replaced.err

    again = box("protocols", "withdraw", "ours", "--by", "Dr A", "--reason", "too soon")

    assert "version 2, approved by Dr A, medical director at" in again.err
    assert box("protocols", "ours").out.startswith("ours  version 2")
    listed = {one["id"]: one for one in box("protocols", "--json").document}
    assert [
        (one["version"], one["withdrawn"] and one["withdrawn"]["reason"]) for one in listed["ours"]["approvals"]
    ] == [
        ("2", None),
        ("3", "too soon"),
    ]
    assert listed["ours"]["approved"]["role"] == "medical director"
    assert listed[FACE]["approved"] is None


def test_what_nobody_approved_cannot_be_withdrawn(box: Devicelog) -> None:
    box("protocols", "approve", FACE, "--by", "Dr A, physician")

    for words in ((CURRENT,), (FACE, "--version", "7")):
        said = box.refuses("protocols", "withdraw", *words, "--by", "Dr A", "--reason", "no")
        assert f"Known: {FACE}." in said
    assert "found an empty reason" in box.refuses("protocols", "withdraw", FACE, "--by", "Dr A", "--reason", " ")


def test_italys_limit_is_applied_recorded_and_found_again_by_replay(box: Devicelog) -> None:
    recorded = record(box, f"{CURRENT}+IT", "reference-noneedle", "current-limits")

    kept = started(box)
    assert (kept["id"], kept["overlay"]) == (CURRENT, "IT")
    texts = [one["text"] for one in box.of("alarm")]
    assert any("is above the hard limit of 0.1 mA/cm**2" in text for text in texts)
    assert not any("limit of 0.2 mA/cm**2" in text or "limit of 0.5 mA/cm**2" in text for text in texts)
    assert "version 1 with the overlay IT is example-unapproved" in recorded.err
    assert "version 1 with the overlay IT" in box("show", "last").out
    document = box("show", "last", "--json").document
    assert "hard limit 0.1 mA/cm**2 [DM110 H] of noneedle-ionto-dc-face+IT 1" in {
        one["source"] for one in document["alarms"]
    }
    assert box("replay", "last").code == 0
    assert box("replay", "--all").code == 0
    box("export", "last", "--to", "out")
    assert box("verify", "out").code == 0


@pytest.mark.parametrize(
    ("name", "said"), [(f"{CURRENT}+DE", "'DE'"), (f"{CURRENT}+it", "'it'"), (f"{FACE}+IT", "'IT'")]
)
def test_an_overlay_that_a_protocol_has_not_is_refused(name: str, said: str, box: Devicelog) -> None:
    sentence = box.refuses(*box.recording("sim://reference-noneedle", protocol=name))

    assert f"no overlay of {name.partition('+')[0]} is called {said}" in sentence


def test_an_overlay_is_approved_with_its_protocol_and_not_alone(box: Devicelog) -> None:
    assert "approve the protocol itself" in box.refuses("protocols", "approve", f"{CURRENT}+IT", "--by", "Dr A")

    box("protocols", "approve", CURRENT, *DIRECTOR)

    assert box("protocols", f"{CURRENT}+IT", "--json").document["approved"]["by"] == "Dr A"


def test_an_overlay_that_loosens_is_refused_by_check_and_approve(box: Devicelog) -> None:
    derive(box, *STRICT)
    file = box.root / "ours.toml"
    overlay = (
        '[[overlay]]\nclinic = "north"\n[[overlay.limit]]\nscope = "injection"\nchannel = "depth"\nhard = "9 mm"\n'
    )
    file.write_text(file.read_text(encoding="utf-8") + overlay, encoding="utf-8")

    checked = box("protocols", "check", "ours.toml", code=1)

    assert "its hard value is 9 mm, and 4 mm before; an overlay may only be stricter" in checked.out
    assert "an overlay may only be stricter" in box.refuses("protocols", "approve", "ours.toml", *DIRECTOR)


def test_a_raised_limit_is_said_loudly(box: Devicelog) -> None:
    said = derive(box, "--set", "injection depth: hard=5 mm")

    assert f"LOOSER than {FACE} version 1: injection depth: its hard value is 5 mm, and 4 mm before" in said.err


def test_the_difference_of_two_protocols_is_told_and_is_json(box: Devicelog) -> None:
    derive(box, "--set", "injection depth: hard=5 mm")

    told = box("protocols", "difference", FACE, "ours.toml").out.splitlines()
    document = box("protocols", "difference", FACE, "ours.toml", "--json").document

    assert "injection depth: hard 4 mm → 5 mm" in told
    assert "LOOSER: injection depth: its hard value is 5 mm, and 4 mm before" in told
    assert document["changed"][0]["fields"]["hard"] == {"first": "4 mm", "second": "5 mm"}
    assert document["second"]["id"] == "ours"
    assert "do not differ" in box("protocols", "difference", FACE, FACE).err


def test_derive_never_writes_over_a_file(box: Devicelog) -> None:
    box.root.joinpath("ours.toml").write_text("mine", encoding="utf-8")

    assert "exists already" in derive(box, *STRICT, code=2).err
    assert box.root.joinpath("ours.toml").read_text(encoding="utf-8") == "mine"


def test_a_change_that_cannot_be_writes_nothing(box: Devicelog) -> None:
    assert "'injection deph'" in derive(box, "--set", "injection deph: hard=3 mm", code=2).err
    assert not box.root.joinpath("ours.toml").exists()


def test_check_says_what_is_worth_a_look_and_still_holds(box: Devicelog) -> None:
    derive(box)
    file = box.root / "ours.toml"
    text = file.read_text(encoding="utf-8").replace('soft_source = { key = "HP2018", grade = "M" }\n', "", 1)
    file.write_text(text, encoding="utf-8")

    checked = json.loads(box("protocols", "check", "ours.toml", "--json").out)

    assert checked["holds"]
    assert [note.partition(": ")[2] for note in checked["notes"]] == [
        "injection depth: the soft value has no source.",
        "the source HP2018 is cited by nothing.",
    ]
