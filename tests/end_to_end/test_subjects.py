"""Patients on the command line: found, merged, taken along, erased; who read what; how long it is kept."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from devicelog.ledger import Kind
from devicelog.store.statements import state_late
from tests.end_to_end.running import Devicelog

URL = "sim://reference-mesogun?seed=1&speed=max"
TEXT = "itches since Sunday"


@pytest.fixture
def clinic(box: Devicelog) -> Devicelog:
    """A session of P-1, who is Ann, with a note; and P-2, of whom nothing was recorded."""
    box(*box.recording(URL), "--until-quiet", "300 ms")
    with box.writer() as writer:
        state_late(writer, writer.session("last"), Kind.NOTE, {"text": TEXT, "by": "A. Nurse"})
    box("subjects", "change", "P-1", "--name", "Ann Example", "--birth-date", "2012-05-17", "--by", "Bo")
    box("subjects", "add", "--reference", "P-2", "--name", "Anne Exemplar")
    return box


def names(box: Devicelog, *words: str) -> set[str]:
    return {found["reference"] for found in box("subjects", "find", *words, "--json").document}


def accesses(box: Devicelog, *words: str) -> list[tuple[str, str, str | None]]:
    return [(one["what"], one["by"], one["why"]) for one in box("accesses", *words, "--json").document]


def test_what_is_done_to_patients_and_the_rule_is_told_to_programs_as_well(clinic: Devicelog) -> None:
    added = clinic("subjects", "add", "--reference", "P-3", "--by", "Cy", "--json").document
    shown = clinic("subjects", "show", "P-3", "--json").document
    assert (added, shown["added_by"]) == ({"subject": shown["subject"]}, "Cy")
    assert "added by    Cy" in clinic("subjects", "show", "P-3").out

    change = ("subjects", "change", "P-3", "--name", "Ann Other", "--by", "Cy", "--json")
    assert clinic(*change).document == {**added, "changed": True}
    assert clinic(*change).document == {**added, "changed": False}
    into = clinic("subjects", "show", "P-1", "--json").document["subject"]
    merged = clinic("subjects", "merge", "P-3", "P-1", "--by", "Cy", "--json").document
    assert merged == {**added, "into": into, "by": "Cy"}

    rule = ("retention", "set", "--years", "12", "--minor-until", "26", "--by", "Cy", "--json")
    said = clinic(*rule).document
    assert (said["rule"]["years"], said["rule"]["by"]) == (12, "Cy")
    assert said["rule"] == clinic("retention", "--json").document["rule"]


def test_a_patient_is_found_and_shown_with_what_was_before_and_the_sessions(clinic: Devicelog) -> None:
    assert names(clinic, "ann") == {"P-1", "P-2"}
    assert names(clinic, "2012-05-17") == {"P-1"}
    assert "no subject" in clinic("subjects", "find", "Bert").err
    shown = clinic("subjects", "show", "P-1", "--json").document
    assert [session["session"] for session in shown["sessions"]] == list(clinic.states())
    assert shown["before"][0]["values"] == {"name": None, "birth_date": None}
    said = clinic("subjects", "show", shown["subject"]).out
    assert "Ann Example" in said
    assert "name not known; until" in said
    assert "of a minor" in said


def test_two_numbers_of_one_person_are_merged_and_parted_again(clinic: Devicelog) -> None:
    clinic("subjects", "merge", "P-2", "P-1", "--by", "Bo")
    assert len(clinic("sessions", "--subject", "P-2", "--json").document) == 1
    assert "one person already" in clinic.sentence("subjects", "merge", "P-1", "P-2", code=2)
    clinic("verify")
    clinic("subjects", "unmerge", "P-2", "--by", "Bo")
    assert clinic("sessions", "--subject", "P-2", "--json").document == []
    assert "was not merged" in clinic.sentence("subjects", "unmerge", "P-2", code=2)


def test_a_patient_takes_everything_along(clinic: Devicelog) -> None:
    clinic("show", "last", "--by", "Dr. Curious", "--why", "a question")
    out = clinic.root / "out"
    clinic("subjects", "export", "P-1", "--to", str(out))
    [folder] = out.iterdir()
    told = json.loads((folder / "subject.json").read_bytes())
    assert [known["name"] for known in told["known"]] == ["Ann Example"]
    assert ("show", "Dr. Curious", "a question") in [(one["what"], one["by"], one["why"]) for one in told["accesses"]]
    assert TEXT in (folder / told["sessions"][0] / "session.json").read_text(encoding="utf-8")
    clinic("verify", str(folder))
    assert "is there already" in clinic.sentence("subjects", "export", "P-1", "--to", str(out), code=2)


def test_the_whole_story_of_an_erasure(clinic: Devicelog) -> None:
    out = str(clinic.root / "out")
    clinic("export", "last", "--to", out)
    erase = ("subjects", "erase", "P-1")
    assert "add --yes" in clinic.refuses(*erase)
    assert "to be kept until 2037-05-17" in clinic.refuses(*erase, "--yes")
    assert "still to come" in clinic.refuses(*erase, "--yes", "--reason", "x", "--requested", "2999-01-01")
    assert "is not one of" in clinic.refuses(*erase, "--yes", "--reason", "x", "--ground", "because")
    words = (*erase, "--yes", "--reason", "asked in writing", "--ground", "consent-withdrawn", "--by", "Dr. Test")
    done = clinic(*words, "--requested", "2026-01-31", "--json")
    [subject] = done.document["erased"]
    assert "the reason stays readable" in done.err
    clinic("verify")
    clinic("verify", out)
    assert TEXT not in clinic("entries", "last").out
    assert "[erased]" in clinic("show", "last").out
    stone = clinic("subjects", "show", subject, "--json").document
    assert (stone["name"], stone["erased"]["by"], stone["erased"]["ground"]) == (None, "Dr. Test", "consent-withdrawn")
    assert "erased before the end of its retention" in clinic("subjects", "show", subject).out
    assert "no subject" in clinic.sentence("subjects", "show", "P-1", code=2)
    clinic("export", "last", "--to", str(clinic.root / "after"))
    clinic("verify", str(clinic.root / "after"))


def test_how_long_records_are_kept_is_said_and_nothing_is_deleted(clinic: Devicelog) -> None:
    told = clinic("retention", "--json").document
    assert told["rule"] == {"years": 8, "minor_until": 25, "by": None, "at": None}
    assert [(one["reference"], one["keep_until"], one["due"]) for one in told["records"]] == [
        ("P-1", "2037-05-17", False)
    ]
    assert clinic("retention", "--due", "--json").document["records"] == []
    clinic("retention", "set", "--years", "0", "--minor-until", "0", "--by", "Dr. Test")
    assert "P-1: 1 session" in clinic("retention", "--due").out
    assert "expected years from 0" in clinic.refuses("retention", "set", "--years", "900", "--minor-until", "25")
    assert len(clinic.states()) == 1
    clinic("verify")


def test_whoever_shows_or_exports_a_record_is_logged(clinic: Devicelog) -> None:
    clinic("show", "last", more={"DEVICELOG_USER": "Dr. Test", "DEVICELOG_WHY": "ward round"})
    clinic("entries", "last", "--by", "Bo")
    clinic("export", "last", "--to", str(clinic.root / "out"), "--by", "Bo")
    clinic("verify")
    session = [("show", "Dr. Test", "ward round"), ("entries", "Bo", None), ("export", "Bo", None)]
    assert accesses(clinic, "last") == session
    names(clinic, "ann")
    clinic("subjects", "show", "P-1", "--by", "Bo")
    assert [what for what, _, _ in accesses(clinic)] == ["show", "entries", "export", "subjects find", "subjects show"]
    assert "show" in clinic("accesses").out


def test_every_other_command_that_shows_something_of_a_record_is_logged_and_those_that_check_are_not(
    clinic: Devicelog,
) -> None:
    clinic("add", "follow-up", "last", "2020-01-31", "--by", "Bo")
    clinic("sessions")
    clinic("stats")
    clinic("replay", "last")
    assert accesses(clinic) == []

    clinic("sessions", "--subject", "P-1", "--by", "Bo", "--why", "she asked")
    clinic("follow-ups", "--by", "Bo")
    clinic("photographs", "check", "last", str(clinic.root), "--by", "Bo")
    clinic("care", "last", "--by", "Bo")
    clinic("amend", "last", "--fields", "--by", "Bo")
    clinic("review", "last", "--by", "Bo", "--role", "nurse")
    clinic("sign", "last", "--by", "Bo", "--role", "nurse", "--meaning", "review", code=1)

    whole = accesses(clinic)
    assert ("sessions", "Bo", "she asked") in whole
    assert {who for _, who, _ in whole} == {"Bo"}
    told = [what for what, _, _ in whole]
    assert told == ["sessions", "follow-ups", "photographs check", "care", "amend --fields", "review", "sign"]
    clinic("verify")


def test_an_access_is_logged_while_a_session_is_recorded(clinic: Devicelog) -> None:
    with clinic.record(URL.replace("max", "20")) as recording:
        recording.wait_for(5)
        clinic("show", "last")
        assert [what for what, _, _ in accesses(clinic, "last")] == ["show"]
        recording.kill()


def test_a_log_that_was_cut_or_changed_does_not_hold(clinic: Devicelog) -> None:
    for _ in range(2):
        clinic("show", "last")
    clinic("retention", "set", "--years", "8", "--minor-until", "25")  # seals cover both from here on
    file = clinic.store / "access.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index(b"\n") + 1])
    assert "the log of accesses has 1 line, and seal" in clinic("verify", code=1).out
    file.unlink()
    assert "it was cut" in clinic("verify", code=1).out
    file.write_bytes(whole)
    clinic("verify")


@pytest.mark.skipif(os.name != "posix" or not Path("/proc").exists(), reason="rights are another thing here")
def test_a_record_is_shown_also_where_nothing_can_be_logged(clinic: Devicelog) -> None:
    (clinic.store / "access.jsonl").mkdir()
    done = clinic("show", "last")
    assert "could not be logged" in done.err
    assert "P-1" in done.out


def test_a_backup_a_restore_and_a_salvage_carry_the_log_along(clinic: Devicelog, other_box: Devicelog) -> None:
    clinic("show", "last")
    clinic("backup", "--to", str(clinic.root / "backups"))
    clinic("show", "last")
    clinic("retention", "set", "--years", "8", "--minor-until", "25")
    [backup] = (clinic.root / "backups").iterdir()
    other_box.environment["DEVICELOG_KEYS"] = str(clinic.keys)
    other_box("restore", str(backup), "--to", str(other_box.store))
    other_box("verify")
    assert len(other_box("accesses", "--json").document) == 1
    saved = clinic.root / "saved"
    clinic("salvage", str(clinic.store), "--to", str(saved))
    clinic("verify", "--store", str(saved))
    assert len(clinic("accesses", "--store", str(saved), "--json").document) == 2
    (clinic.store / "access.jsonl").unlink()
    clinic("salvage", str(clinic.store), "--to", str(clinic.root / "again"))
    assert "the log of accesses was lost" in clinic("verify", "--store", str(clinic.root / "again")).out


def test_after_an_erasure_a_record_is_amended_with_a_reason_of_the_closed_list(box: Devicelog) -> None:
    box(*box.recording(URL), "--until-quiet", "300 ms")
    subject = box("sessions", "--json").document[0]["subject"]
    box(
        "subjects", "erase", subject, "--yes", "--reason", "asked for it", "--ground", "consent-withdrawn", "--by", "Bo"
    )
    amend = ("amend", "last", "practitioner", "Dr. Right", "--by", "Ann", "--reason")

    refused = box.refuses(*amend, "she said so")
    box(*amend, "Misread")

    assert "expected a reason of the closed list (mistyped, misread, mistaken, incomplete)" in refused
    assert box("show", "last", "--json").document["amendments"][0]["reason"] == "misread"
    assert box("verify", "--json").document["holds"]
    assert "same entries, bit for bit" in box("replay", "last").err
    box("export", "last", "--to", "out")
    box("verify", "out")
    assert "only what needs no free text" in box.refuses("add", "note", "last", "words", "--by", "Ann")
