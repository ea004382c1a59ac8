"""The whole story of a no-needle course, as a clinic lives it: current, a serum that is rolled in, an implant.

Every figure is worked out by hand from the scenario of visit_current.py, sampled each second, by the trapezoid rule:

forehead    6 (up) + 1.2 mA * 240 s (288) + 6 (down)                                       300   mA*s = 5    mA*min
left cheek  6 + 144 - 0.6 (half of the last second before contact is lost) + 6 + 144 + 6   305.4 mA*s = 5.09 mA*min
right cheek 6 + 1.2 mA * 180 s (216) + 6                                                   228   mA*s = 3.8  mA*min

13.89 mA*min in all, which is what the unit itself says. Eight frames of the right cheek are lost on the line, and the
unit keeps none: 9 s have no samples, which is 10.8 mA*s or 0.18 mA*min, so 13.71 were recorded. The last 0.12 mA of a
ramp flow until the first sample of the pause, by which the next zone begins: 0.001 mA*min count there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from devicelog.treatment.protocol import Modality
from tests.end_to_end.plans import answers_for
from tests.end_to_end.story import Clinic, plain, section
from tests.end_to_end.visit_current import FAULTS, OVERRIDE, PLAN, SCENARIO

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

BEAUTICIAN = ("--by", "Eva Example", "--role", "beautician")
DOCTOR = ("--by", "Dr A. Example", "--role", "physician")
NURSE = ("--by", "Nurse B. Example")

IMPLANT = '{ answer = "yes", detail = "a pump at the belt" }'
#: What only whoever has the patient's key may read.
PRIVATE = ("migraine", "at the belt", "for the hour", "since last year", "cable", "in the chin", "came back")


def test_a_course_of_current_from_the_first_visit_to_the_erasure_of_the_patient(
    box: Devicelog, other_box: Devicelog
) -> None:
    clinic = Clinic(box)
    a_patient_comes_and_an_implant_stops_the_session(clinic)
    it_is_opened_by_an_override_that_names_the_specialist(clinic)
    the_record_has_what_flowed_and_the_contact_that_was_lost(clinic)
    what_differs_is_explained(clinic)
    the_wrong_zone_is_corrected(clinic)
    it_is_completed_and_signed(clinic)
    days_later_an_adverse_event_and_a_correction(clinic)
    it_is_found_again_and_counted(clinic)
    the_next_session_is_too_soon_and_the_one_after_beside_the_last(clinic)
    clinic.must_hold()
    the_patient_is_erased(clinic, elsewhere=other_box)
    clinic.must_hold()


def prepared(clinic: Clinic, override: str = OVERRIDE, run: int = 1) -> Path:
    """The plan of a visit; each run is the same device, switched on again."""
    scenario, faults = clinic.file("scenario.toml", SCENARIO), clinic.file("faults.toml", FAULTS)
    said = answers_for(Modality.IONTOPHORESIS_DC, active_implant=IMPLANT)
    answers = "\n".join(f"{code} = {answer}" for code, answer in said.items())
    plan = PLAN.format(scenario=f"{scenario}&faults={faults}&run={run}", answers=answers, override=override)
    return clinic.file("plan.toml", plan)


def first(clinic: Clinic) -> str:
    """The id of the first session that was recorded: the one before it was refused."""
    return str(clinic.json("sessions")[1]["session"])


def a_patient_comes_and_an_implant_stops_the_session(clinic: Clinic) -> None:
    clinic("subjects", "add", "--reference", "P-0018", "--name", "Bea Example", "--birth-date", "1990-02-03")

    refused = clinic.record(prepared(clinic, override=""), code=1)

    [sentence] = [line for line in refused.err.splitlines() if line.startswith("Active implant: ")]
    assert sentence.startswith("Active implant: the answer is yes; this stops a no-needle session (")
    assert sentence.endswith("override screening:active_implant with a reason by name.")
    without = clinic("plan", "check", str(prepared(clinic, OVERRIDE.replace('specialist = "Dr S. Pump"', ""))), code=1)
    assert "specialist" in without.out


def it_is_opened_by_an_override_that_names_the_specialist(clinic: Clinic) -> None:
    done = clinic.record(prepared(clinic))

    lines = plain(done)
    assert "HAS OVERRIDES: screening:active_implant by Dr A. Example" in lines
    assert "overridden by Dr A. Example: the pump is taken off for the hour. Opinion of Dr S. Pump." in lines
    assert section(lines, "Steps", "Screening")[3:6] == [
        "consent taken 00:00 yes, form No-needle, version 2, risks discussed: yes; by Eva Example",
        "patch test taken 00:00 no; by Eva Example",
        "consultation skipped 00:00 known since last year; by Eva Example",
    ]


def the_record_has_what_flowed_and_the_contact_that_was_lost(clinic: Clinic) -> None:
    lines = clinic.shown()

    assert section(lines, "Totals", "Zones") == [
        "charge 13.71 mA·min at least (9 s have no samples; 8 reports are missing)",
        "treatment time, pauses included: 12:36",
    ]
    charges = {
        zone["zone"]: zone["totals"]["current"]["charge"]["value"] for zone in clinic.json("show", "last")["zones"]
    }
    assert charges == {"forehead": "4.999", "left_cheek": "5.09", "right_cheek": "3.621"}
    alarms = section(lines, "Alarms", "Totals")
    assert any(line.endswith("the electrode has no contact") for line in alarms)
    assert any("no data from reference-noneedle: frames are missing" in line for line in alarms)
    assert "frames are missing, 8 reports missing" in section(lines, "Gaps", "Time")[0]
    assert "current time 730 721 -9 s DIFFERS" in lines
    assert "charge 13.89 13.71 -0.18 mA·min DIFFERS" in lines
    missing = section(lines, "Missing", "Notes")
    assert any("the charge is a lower bound: 9 s have no samples" in line for line in missing)


def what_differs_is_explained(clinic: Clinic) -> None:
    clinic("add", "leftover", "last", "1", "--left", "0.5 mL", "--wasted", "0.2 mL", *NURSE)
    # a serum is rolled in by hand: no device says how much of it
    assert (
        "syringe 1 (bowl) 2 : 1 of products 1, 2 3 – 0 0.5 0.2 – no device of the session says what was given"
        in clinic.shown()
    )
    reviewed = clinic("review", "last", *DOCTOR).err.splitlines()
    assert "missing: device totals: charge of link 1 differs and nobody explained it" in reviewed
    said = [one["sentence"] for one in clinic.json("show", "last")["products"]["unexplained"]]
    time, charge = said
    assert time == ("reference-noneedle counted 730 s as current time, and 721 s were recorded: they differ by 9 s")
    assert charge == (
        "reference-noneedle counted 13.89 mA*min as charge, and 13.71 mA*min were recorded: they differ by 0.18 mA*min"
    )

    for of in ("device:1:charge", "device:1:current_time"):
        clinic("add", "explanation", "last", of, "--reason", "somebody stood on the cable", *BEAUTICIAN[:2])

    lines = clinic.shown()
    assert "charge 13.89 13.71 -0.18 mA·min DIFFERS, explained: somebody stood on the cable" in lines
    missing = clinic("review", "last", *DOCTOR).err
    assert "device totals" not in missing


def the_wrong_zone_is_corrected(clinic: Clinic) -> None:
    zones = [entry["entry"] for entry in clinic.json("entries", "last", "--kind", "zone")]
    end = clinic.json("entries", "last", "--kind", "ended")[0]["entry"]
    stretch = ("--from", str(zones[-1]), "--to", str(end))

    done = clinic("amend", "last", "--zone", "chin", *stretch, *DOCTOR, "--reason", "that was in the chin")

    assert plain(done)[2:] == [
        "Cheek, right at least 3.621 mA·min, 203 samples at least 0 mA·min, 0 samples",
        "Chin – at least 3.621 mA·min, 203 samples",
    ]
    charges = {
        zone["zone"]: zone["totals"]["current"]["charge"]["value"] for zone in clinic.json("show", "last")["zones"]
    }
    assert charges == {"forehead": "4.999", "left_cheek": "5.09", "right_cheek": "0", "chin": "3.621"}


def it_is_completed_and_signed(clinic: Clinic) -> None:
    clinic("add", "reaction", "last", "none", *NURSE)
    clinic("add", "aftercare", "last", "--leaflet", "After current", "--version", "1", *NURSE)
    clinic("add", "follow-up", "last", "2026-03-09", *NURSE)
    picture = clinic.file("before.jpg", "a picture")
    clinic("add", "photograph", "last", str(picture), "--when", "before", *NURSE)
    sign = ("sign", "last", *BEAUTICIAN, "--registration", "B 17", "--meaning", "authorship")

    refused = clinic(*sign, code=1).err.splitlines()

    missing = [line for line in refused if line.startswith("missing: ")]
    assert missing == [
        "missing: gaps: 8 reports of the devices are missing",
        "missing: gaps: the charge is a lower bound: 9 s have no samples",
        "missing: limits: the treatment protocol was approved by nobody here",
        (
            "missing: limits: 2 reports could not be held against the limits: "
            "sample current mean, sample current_density mean"
        ),
    ]
    clinic(*sign, "--despite-missing")
    signed = section(clinic.shown(), "Signatures", "Seal")
    assert signed[0] == "signed"
    assert signed[2:] == [line.replace("missing: ", "missing when it was signed: ", 1) for line in missing]
    assert "reactions: None reported" in clinic.shown()


def days_later_an_adverse_event_and_a_correction(clinic: Clinic) -> None:
    clinic.day = 3
    event = ("add", "adverse-event", "last", "burn", "--severity", "mild", "--text", "came back with a red spot")
    clinic(*event, "--happened", "2026-03-04", *NURSE)
    assert section(clinic.shown(), "Signatures", "Seal")[0] == "added to since"

    clinic("amend", "last", "product.2.lot", "GS-110", *DOCTOR, "--reason", "one digit was misread")

    lines = clinic.shown()
    assert section(lines, "Signatures", "Seal")[0] == "amended after signature"
    assert any(line.endswith("corrected product 2 lot; reason: one digit was misread") for line in lines)
    told = "burn, mild: came back with a red spot (of 2026-03-04, written later, 2026-03-05 09:00, by Nurse B. Example)"
    assert f"adverse event {told}" in lines
    clinic("sign", "last", *DOCTOR, "--meaning", "responsibility", "--despite-missing")
    assert [one["since"] for one in clinic.json("show", "last")["signatures"]] == ["amended after signature", "signed"]


def it_is_found_again_and_counted(clinic: Clinic) -> None:
    session = first(clinic)

    def found(*words: str) -> list[str]:
        return [one["session"] for one in clinic.json("sessions", *words)]

    assert found("--zone", "chin") == found("--alarm", "no contact") == found("--signed") == [session]
    assert found("--zone", "Right cheek") == [session]  # chosen, although nothing was given there
    assert found("--zone", "neck") == []
    assert found("--practitioner", "Eva Example", "--lot", "GS-100")[-1] == session

    [refused, given] = clinic.json("lots", "trace", "gs-100")["sessions"]
    assert (refused["given"]["value"], given["given"]) == ("0", None)
    assert [zone["zone"] for zone in given["zones"]] == ["forehead", "left_cheek", "chin"]
    corrected = clinic("lots", "trace", "GS-101").err
    assert f"session {session} had Glow serum, lot GS-101, until that was corrected to lot GS-110" in corrected
    assert [one["session"] for one in clinic.json("lots", "trace", "GS-110")["sessions"]] == [session]

    counted = clinic.json("stats")
    assert [counted["periods"][0][what] for what in ("sessions", "untreated", "refused")] == [1, 0, 1]
    [gap] = counted["gaps"]
    assert gap["cause"] == "frames are missing"
    [charge] = [one for one in counted["counters"] if one["metric"] == "charge"]
    assert (charge["sessions"], charge["differ"]) == (1, 1)


def the_next_session_is_too_soon_and_the_one_after_beside_the_last(clinic: Clinic) -> None:
    before = first(clinic)
    soon = "below the soft limit of 7 days [S000 L] of noneedle-ionto-dc-face 1 for the family noneedle-face"
    clinic.day = 6
    done = clinic.record(prepared(clinic, run=2))

    assert f"note: it is 6 days since session {before}, {soon}\n" in done.err

    beside = clinic.shown("last", "--last-time")
    assert "zone figure last (2026-03-02 09:00) today change" in beside
    assert any(line.startswith("Forehead charge") for line in beside)


def the_patient_is_erased(clinic: Clinic, elsewhere: Devicelog) -> None:
    session = first(clinic)
    out = clinic.box.root / "out"
    clinic("export", session, "--to", str(out), by="Eva Example")
    [folder] = out.iterdir()
    elsewhere("verify", str(folder))
    clinic("verify", clinic.json("backup", "--to", str(clinic.box.root / "backups"))["backup"])
    readable = clinic.readable()
    assert [text for text in (*PRIVATE, "Bea Example", "P-0018") if text not in readable] == []

    why = ("--by", "Dr A. Example", "--reason", "asked in writing", "--ground", "consent-withdrawn")
    clinic("subjects", "erase", "P-0018", "--yes", *why)

    readable = clinic.readable()
    assert [text for text in (*PRIVATE, "Bea Example", "P-0018") if text in readable] == []
    assert clinic.json("subjects", "find") == []
    assert "overridden by Dr A. Example: [erased]. Opinion of Dr S. Pump." in clinic.shown(session)
    elsewhere("verify", str(folder))
    document = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    assert "migraine" in json.dumps(document["record"])  # what is out is out
    logged = [(one["what"], one["by"]) for one in clinic.json("accesses", session)]
    assert ("export", "Eva Example") in logged
