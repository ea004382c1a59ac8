"""The whole story of an injection course, as a clinic lives it: from the first visit to the erasure of the patient.

Every figure is worked out by hand from the scenario of visit_injection.py. One syringe of 1 mL has two lots of Revital
(0.5 and 0.25 mL, 10 mg/mL hyaluronic acid each) and one of lidocaine (0.25 mL of 2 %, which is 20 mg/mL), so 2 : 1 : 1.
10 shots of 0.02 mL in the forehead, 8 of 0.02 mL and one of 0.06 mL in the left cheek, 12 of 0.02 mL in the right
cheek: 31 shots, 0.66 mL; 0.1 mL were purged before.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from devicelog.treatment.protocol import Modality
from tests.end_to_end.plans import answers_for
from tests.end_to_end.story import Clinic, plain, section
from tests.end_to_end.visit_injection import OVERRIDE, PLAN, SCENARIO

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

DOCTOR = ("--by", "Dr A. Example", "--role", "physician")
HEAD = ("--by", "Dr C. Head", "--role", "medical director")
NURSE = ("--by", "Nurse B. Example")

EPILEPSY = '{ answer = "yes", detail = "one seizure as a child" }'
#: What only whoever has the patient's key may read.
PRIVATE = ("hay fever", "as a child", "neurologist", "fewer lines", "was spilled", "in the chin", "told by telephone")


def test_a_course_of_injections_from_the_first_visit_to_the_erasure_of_the_patient(
    box: Devicelog, other_box: Devicelog
) -> None:
    clinic = Clinic(box)
    a_patient_comes(clinic)
    the_session_is_stopped_and_opened_by_an_override(clinic)
    the_record_has_what_was_given(clinic)
    the_syringe_does_not_add_up_and_that_is_explained(clinic)
    the_wrong_zone_is_corrected(clinic)
    what_came_afterwards_is_added(clinic)
    it_is_complete_but_for_what_is_named_and_signed(clinic)
    days_later_an_adverse_event_and_a_correction(clinic)
    it_is_found_again_and_counted(clinic)
    the_next_session_is_too_soon_and_the_one_after_beside_the_last(clinic)
    clinic.must_hold()
    out = exported_and_backed_up(clinic, elsewhere=other_box)
    the_patient_is_erased(clinic, out, elsewhere=other_box)
    clinic.must_hold()


def first(clinic: Clinic) -> str:
    """The id of the first session that was recorded: the one before it was refused."""
    return str(clinic.json("sessions")[1]["session"])


def prepared(clinic: Clinic, override: str = "", run: int = 1) -> Path:
    """The plan of a visit; each run is the same device, switched on again."""
    scenario = clinic.file("scenario.toml", SCENARIO)
    said = answers_for(Modality.INJECTION, epilepsy=EPILEPSY, event_soon=None)
    answers = "\n".join(f"{code} = {answer}" for code, answer in said.items())
    plan = PLAN.format(scenario=f"{scenario}&run={run}", answers=answers, override=override)
    return clinic.file("plan.toml", plan)


def a_patient_comes(clinic: Clinic) -> None:
    who = ("--reference", "P-0017", "--name", "Ann Example", "--birth-date", "1984-05-17")
    subject = clinic("subjects", "add", *who).out.strip()
    assert subject.startswith("subject-")
    [found] = clinic.json("subjects", "find", "ann")
    assert (found["reference"], found["subject"], found["birth_date"]) == ("P-0017", subject, "1984-05-17")


def the_session_is_stopped_and_opened_by_an_override(clinic: Clinic) -> None:
    plan = prepared(clinic)
    assert clinic("plan", "check", str(plan)).out == f"{plan}: a sound plan of a session\n"

    refused = clinic.record(plan, code=1)

    assert (
        "Epilepsy: the answer is yes; this stops an injection session (S002; but S000: names it for treatment with "
        "current only); to open the session all the same, override screening:epilepsy with a reason by name."
    ) in refused.err
    [listed] = clinic.json("sessions")
    assert listed["refused"]
    assert "REFUSED" in clinic("sessions").out

    recorded = clinic.record(prepared(clinic, OVERRIDE))

    assert (
        "note: An event at which a bruise would be unacceptable: not asked, which counts as yes; "
        "this is a caution for an injection session (S002).\n"
    ) in recorded.err
    assert "HAS OVERRIDES: screening:epilepsy by Dr C. Head" in " ".join(plain(recorded))


def the_record_has_what_was_given(clinic: Clinic) -> None:
    lines = clinic.shown()

    asked = "risks discussed: yes, time to decide: yes, photographs: yes"
    assert section(lines, "Steps", "Screening")[:6] == [
        "opened taken 00:00 physician, GMC 7654321, Room 2; by Dr A. Example",
        "history taken 00:00 yes; hay fever in spring; by Dr A. Example",
        "screening taken 00:00 30 no, 1 yes, 1 not asked; 1 question unanswered: event_soon; by Dr A. Example",
        f"consent taken 00:00 yes, form Mesotherapy, version 3, on 2026-02-20, {asked}; by Dr A. Example",
        "patch test taken 00:00 yes, product Revital, on 2026-02-20, result: no reaction; by Dr A. Example",
        "consultation taken 00:00 on 2026-02-20; wants fewer lines; by Dr A. Example",
    ]
    assert "overridden by Dr C. Head: no seizure for 20 years, her neurologist agrees." in lines
    assert section(lines, "Totals", "Zones") == [
        "31 injections, 0.66 mL",
        "purged, no patient dose: 0.1 mL",
        "treatment time, pauses included: 01:35",
    ]
    assert section(lines, "Zones", "Products")[2:6] == [
        "Forehead 10 10 0.2 1.5 1.5 1.5",
        "Cheek, left 9 9 0.22 1.5 1.5 1.5",
        "Cheek, right 12 12 0.24 1.5 1.5 1.5",
        "all 31 31 0.66 1.5 1.5 1.5",
    ]
    assert section(lines, "Doses", "Syringes")[2:] == [
        # half of 0.2, 0.22 and 0.24 mL, then a quarter of each
        *("Revital, lot RV-2291 Forehead 0.1 mL", "Cheek, left 0.11 mL", "Cheek, right 0.12 mL", "all 0.33 mL"),
        *("Revital, lot RV-2305 Forehead 0.05 mL", "Cheek, left 0.055 mL", "Cheek, right 0.06 mL", "all 0.165 mL"),
        *("Lidocaine, lot LI-77 Forehead 0.05 mL", "Cheek, left 0.055 mL", "Cheek, right 0.06 mL", "all 0.165 mL"),
        # three quarters at 10 mg/mL, a quarter at 20 mg/mL
        *("hyaluronic acid Forehead 1.5 mg", "Cheek, left 1.65 mg", "Cheek, right 1.8 mg", "all 4.95 mg"),
        *("lidocaine hydrochloride Forehead 1 mg", "Cheek, left 1.1 mg", "Cheek, right 1.2 mg", "all 3.3 mg"),
    ]
    assert "30 within, 0 warning, 1 exceeded, 0 not evaluable" in lines
    alarm = " ".join(section(lines, "Alarms", "Totals"))
    assert "injection volume 0.06 mL is above the hard limit of 0.05 mL; peak 0.06 mL in 1 reading" in alarm
    assert "[MMFAQ L]: limit of meso-face-gun-intradermal 1" in alarm
    assert "triggers session 31 31 0 agrees" in lines
    assert "volume session 0.66 0.66 0 mL agrees" in lines


def the_syringe_does_not_add_up_and_that_is_explained(clinic: Clinic) -> None:
    left = clinic("add", "leftover", "last", "1", "--left", "0.1 mL", "--wasted", "0 mL", *NURSE)

    # 1 mL was in it: 0.66 given, 0.1 purged, 0.1 left
    differs = (
        "syringe 1 (left tray) differs by 0.14 mL: nobody accounts for them; the tolerance is 0.05 mL, "
        "the larger of 5 % and 0.05 mL"
    )
    session = clinic.json("sessions")[-1]["session"]
    say = f"{differs}; say why: devicelog add explanation {session} syringe:1 --reason TEXT --by NAME"
    assert say in left.err.splitlines()
    lines = clinic.shown()
    assert "syringe 1 (left tray) 2 : 1 : 1 of products 1, 2, 3 1 0.66 0.1 0.1 0 0.14 DIFFERS" in lines
    assert section(lines, "Lots", "Gaps")[2:] == [
        "Revital, lot RV-2291 0.5 0.5 0.33 0.05 0.05 0 0.07",
        "Revital, lot RV-2305 0.25 0.25 0.165 0.025 0.025 0 0.035",
        "Lidocaine, lot LI-77 0.25 0.25 0.165 0.025 0.025 0 0.035",
    ]
    reviewed = clinic("review", "last", *HEAD)
    assert f"missing: syringes: {differs}; nobody explained it" in reviewed.err.splitlines()

    clinic("add", "explanation", "last", "syringe:1", "--reason", "a drop was spilled at the needle", *DOCTOR[:2])

    assert (
        "syringe 1 (left tray) 2 : 1 : 1 of products 1, 2, 3 1 0.66 0.1 0.1 0 0.14 "
        "DIFFERS, explained: a drop was spilled at the needle"
    ) in clinic.shown()


def the_wrong_zone_is_corrected(clinic: Clinic) -> None:
    given = [
        entry["entry"]
        for entry in clinic.json("entries", "last", "--kind", "observation")
        if entry["content"]["report"] == "injection"
    ]
    stretch = ("--from", str(given[-4]), "--to", str(given[-1]))

    done = clinic("amend", "last", "--zone", "chin", *stretch, *DOCTOR, "--reason", "these four were in the chin")

    assert plain(done)[2:] == [
        "Cheek, right 12 injections, 0.24 mL 8 injections, 0.16 mL",
        "Chin – 4 injections, 0.08 mL",
    ]
    lines = clinic.shown()
    assert section(lines, "Zones", "Products")[4:7] == [
        "Cheek, right 8 8 0.16 1.5 1.5 1.5",
        "Chin 4 4 0.08 1.5 1.5 1.5",
        "all 31 31 0.66 1.5 1.5 1.5",
    ]
    doses = section(lines, "Doses", "Syringes")
    assert doses[-10:] == [
        *(
            "hyaluronic acid Forehead 1.5 mg",
            "Cheek, left 1.65 mg",
            "Cheek, right 1.2 mg",
            "Chin 0.6 mg",
            "all 4.95 mg",
        ),
        *("lidocaine hydrochloride Forehead 1 mg", "Cheek, left 1.1 mg", "Cheek, right 0.8 mg", "Chin 0.4 mg"),
        "all 3.3 mg",
    ]
    assert "AMENDED: amendment 1, zone corrected: entries" in " ".join(lines[:8])


def what_came_afterwards_is_added(clinic: Clinic) -> None:
    picture = clinic.file("after.jpg", "a picture")
    clinic("add", "reaction", "last", "redness", "--severity", "mild", *NURSE)
    clinic("add", "aftercare", "last", "--leaflet", "After treatment", "--version", "3", "--no-care", *NURSE)
    clinic("add", "follow-up", "last", "2026-03-16", *NURSE)
    clinic("add", "photograph", "last", str(picture), "--when", "after", *NURSE)

    late = "(written later, 2026-03-02 09:00, by Nurse B. Example)"
    lines = clinic.shown()
    assert section(lines, "Afterwards", "Signatures") == [
        "reactions: redness",
        f"reaction redness, mild {late}",
        f"aftercare leaflet After treatment, version 3 {late}",
        f"follow-up 2026-03-16 {late}",
        f"photograph after, after.jpg {late}",
        f"leftover in syringe 1, 0.1 mL left, 0 mL wasted {late}",
        "explained syringe:1: a drop was spilled at the needle (written later, 2026-03-02 09:00, by Dr A. Example)",
        "reviewed as medical director (written later, 2026-03-02 09:00, by Dr C. Head)",
    ]
    assert "same" in clinic("photographs", "check", "last", str(picture.parent)).out
    assert clinic("follow-ups", "--due").out == ""


def it_is_complete_but_for_what_is_named_and_signed(clinic: Clinic) -> None:
    sign = ("sign", "last", *DOCTOR, "--registration", "GMC 7654321", "--meaning", "authorship")
    open_ = "missing: screening: without an answer: event_soon"
    unapproved = "limits: the treatment protocol was approved by nobody here"

    refused = clinic(*sign, code=1)

    assert refused.err.splitlines()[:2] == [open_, f"missing: {unapproved}"]
    assert "was not signed; mend what is missing, or sign with --despite-missing" in refused.err
    clinic("amend", "last", "screening.event_soon.answer", "no", *DOCTOR, "--reason", "asked before she left")
    clinic(*sign, "--despite-missing")
    lines = clinic.shown()
    assert section(lines, "Screening", "Course")[0].startswith("32 questions, 32 answered; ")
    assert not any("An event at which" in line for line in lines)
    signed = section(lines, "Signatures", "Seal")
    assert signed[0] == "signed"
    assert signed[1].startswith("Dr A. Example, physician, GMC 7654321, 2026-03-02 09:00: authorship, of entries 1 to ")
    assert signed[2:] == [f"missing when it was signed: {unapproved}"]
    assert "corrected screening event soon answer; reason: asked before she left" in " ".join(lines)


def days_later_an_adverse_event_and_a_correction(clinic: Clinic) -> None:
    clinic.day = 3
    event = ("add", "adverse-event", "last", "bruise", "--severity", "moderate", "--text", "told by telephone")
    clinic(*event, "--action", "arnica advised", "--happened", "2026-03-04 18:00", *NURSE)
    assert section(clinic.shown(), "Signatures", "Seal")[0] == "added to since"

    clinic("amend", "last", "adverse_event.1.severity", "mild", *DOCTOR, "--reason", "seen in person")

    lines = clinic.shown()
    assert section(lines, "Signatures", "Seal")[0] == "amended after signature"
    assert "AMENDED AFTER SIGNATURE: what was signed is not what the record says now" in lines
    changed = section(lines, "Amendments", "Afterwards")[-1]
    assert changed.startswith("adverse event 1 severity ")
    assert changed.endswith(" moderate mild")
    told = next(line for line in lines if line.startswith("adverse event bruise"))
    assert told == (
        "adverse event bruise, mild, arnica advised: told by telephone (of 2026-03-04 18:00, written later, "
        "2026-03-05 09:00, by Nurse B. Example, corrected, see Amendments)"
    )

    clinic("sign", "last", *HEAD, "--meaning", "approval", "--despite-missing")

    signed = section(clinic.shown(), "Signatures", "Seal")
    assert signed[0] == "signed"
    assert signed[1].endswith("; amended after signature")
    assert signed[3].startswith("Dr C. Head, medical director, 2026-03-05 09:00: approval, of entries 1 to ")
    assert clinic.json("show", "last")["signature_status"] == "signed"


def it_is_found_again_and_counted(clinic: Clinic) -> None:
    session = first(clinic)

    def found(*words: str) -> list[str]:
        return [one["session"] for one in clinic.json("sessions", *words)]

    assert found("--zone", "face.chin") == found("--zone", "Chin") == [session]
    assert session in found("--zone", "face")
    assert found("--alarm", "injection volume") == found("--alarm", "medium") == [session]
    assert session in found("--practitioner", "dr a. example")
    assert session in found("--lot", "rv-2305")
    assert found("--signed") == [session]
    assert found("--zone", "neck") == []

    refused, given = clinic.json("lots", "trace", "RV-2305", "--show-references")["sessions"]
    assert (refused["given"], refused["zones"]) == ({"value": "0", "unit": "mL"}, [])
    assert (given["session"], given["given"]["value"]) == (session, "0.165")
    doses = [(zone["zone"], zone["given"]["value"]) for zone in given["zones"]]
    assert doses == [("forehead", "0.05"), ("left_cheek", "0.055"), ("right_cheek", "0.04"), ("chin", "0.02")]
    traced = clinic("lots", "trace", "RV-2305", "--show-references")
    assert "P-0017" in traced.out
    assert "not known" not in traced.out

    counted = clinic.json("stats")
    [march] = counted["periods"]
    assert [march[what] for what in ("begin", "sessions", "untreated", "refused")] == ["2026-03-01", 1, 0, 1]
    [alarm] = counted["alarms"]
    assert (alarm["name"], alarm["count"]) == ("injection volume", 1)
    [due] = clinic.json("follow-ups")
    assert (due["on"], due["due"]) == ("2026-03-16", False)


def the_next_session_is_too_soon_and_the_one_after_beside_the_last(clinic: Clinic) -> None:
    before = first(clinic)
    limits = "of meso-face-gun-intradermal 1 for the family meso-face"
    clinic.day = 6

    refused = clinic.record(prepared(clinic, OVERRIDE, run=2), code=1)

    assert (
        f"it is 6 days since session {before}, below the hard limit of 7 days [S000 L] {limits}; "
        "to open the session all the same, override course:interval with a reason by name."
    ) in refused.err
    clinic.day = 10
    done = clinic.record(prepared(clinic, OVERRIDE, run=2))
    assert (
        f"note: it is 10 days since session {before}, below the soft limit of 14 days [SEOK M] {limits}\n" in done.err
    )
    said = "injections 31, volume 0.66 mL, mean depth 1.5 mm, volume per trigger 0.021 mL, duration 1.583 min"
    assert f"note: last time (2026-03-02, session {before}): {said}; settings: " in done.err
    assert "depth set 1.5 mm, needles 1, volume basis commanded, volume set 0.02 mL\n" in done.err
    assert f"session 2 of the course meso-face, 10 days after session {before}" in plain(done)

    beside = clinic.shown("last", "--last-time")

    assert "zone figure last (2026-03-02 09:00) today change" in beside
    assert "all volume 0.66 mL 0.66 mL +0.0 %" in beside
    assert "Cheek, right injections 8 12 +50.0 %" in beside
    assert "Chin volume 0.08 mL – –" in beside
    assert "volume set 0.02 mL 0.02 mL" in beside
    [period] = clinic.json("stats")["periods"]
    assert [period[what] for what in ("sessions", "untreated", "refused")] == [2, 0, 2]


def exported_and_backed_up(clinic: Clinic, elsewhere: Devicelog) -> Path:
    clinic.day = 11
    out = clinic.box.root / "out"
    clinic("export", first(clinic), "--to", str(out), by="Dr A. Example")
    [folder] = out.iterdir()
    elsewhere("verify", str(folder))
    document = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    assert document["record"]["totals"]["injections"]["triggers"] == 31
    assert "hay fever" in json.dumps(document)
    assert (document["subject_name"], document["subject_birth_date"]) == ("Ann Example", "1984-05-17")
    doses = (folder / "product_doses.csv").read_text(encoding="utf-8").splitlines()
    assert any("chin" in line and "lidocaine" in line and ",0.4," in line for line in doses), doses

    backup = clinic.json("backup", "--to", str(clinic.box.root / "backups"))["backup"]
    clinic("verify", backup)
    readable = clinic.readable()
    assert [text for text in (*PRIVATE, "Ann Example", "P-0017") if text not in readable] == []
    return folder


def the_patient_is_erased(clinic: Clinic, out: Path, elsewhere: Devicelog) -> None:
    session = first(clinic)
    subject = clinic.json("show", session)["subject"]
    erase = ("subjects", "erase", "P-0017", "--yes", "--by", "Dr C. Head")
    early = clinic(*erase, code=2)
    assert "are to be kept until 2034-03-12" in early.err  # eight years from the last entry

    clinic(*erase, "--reason", "asked in writing", "--ground", "consent-withdrawn")

    clinic("verify")
    readable = clinic.readable()
    assert [text for text in (*PRIVATE, "Ann Example", "P-0017") if text in readable] == []
    assert clinic.json("subjects", "find") == []
    lines = clinic.shown(session)
    assert "31 injections, 0.66 mL" in lines
    assert "overridden by Dr C. Head: [erased]." in lines
    assert clinic.json("lots", "trace", "RV-2305", "--show-references")["subjects"][0]["reference"] is None

    elsewhere("verify", str(out))
    assert "hay fever" in (out / "session.json").read_text(encoding="utf-8")  # what is out is out
    stone = clinic.json("subjects", "show", subject)
    assert (stone["name"], stone["erased"]["by"], stone["erased"]["ground"]) == (
        None,
        "Dr C. Head",
        "consent-withdrawn",
    )
    logged = [(one["what"], one["by"]) for one in clinic.json("accesses", session)]
    assert ("export", "Dr A. Example") in logged
    assert ("show", "Reception") in logged
