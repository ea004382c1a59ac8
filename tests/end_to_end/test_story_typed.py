"""A visit with a gun that has no cable: what is typed is recorded, reconciled, signed and found as what a device sends.

By hand: 20 shots of 0.02 mL in the forehead are 0.4 mL; in the left cheek 41 were typed and corrected to 14, 0.28 mL,
and one of 0.06 mL, so 15 and 0.34 mL. 35 shots, 0.74 mL, 7.4 mg at 10 mg/mL. The display says 0.8 mL.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.end_to_end.plans import plan
from tests.end_to_end.story import Clinic, section

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

ANN = ("--by", "Nurse Ann")
TYPED = (
    *("needles 1", "basis depth extension", "basis volume commanded", "dose 0.02 mL depth 1.5 mm", "purge 0.1 mL"),
    *("shots 20", "pause", "shots 41", "correct shots 14", "dose 0.06 mL shots 1", "volume 0.8 mL"),
)


def test_a_visit_that_was_typed_from_its_plan_to_a_correction_after_its_signature(box: Devicelog) -> None:
    clinic = Clinic(box)
    steps = "".join(f'\n[[steps]]\nline = "{line}"\nafter = "5 s"\n' for line in TYPED)
    scenario = clinic.file("typed.toml", f'simulator = "manual"\ntitle = "a visit"\n{steps}')
    device = f"manual@sim://manual?seed=1&speed=max&scenario={scenario}"
    clinic.record(Path(plan(box.root / "plan.toml", device=device)))

    it_says_that_it_was_typed_and_what_was_given(clinic)
    both_differences_are_explained(clinic)
    it_is_signed_and_corrected(clinic)
    clinic.must_hold()


def it_says_that_it_was_typed_and_what_was_given(clinic: Clinic) -> None:
    lines = clinic.shown()
    assert "TYPED: what is recorded of link 1 (manual) was typed by a person, and sent by no device" in lines
    assert clinic.json("sessions")[0]["typed"]
    assert section(lines, "Totals", "Zones")[:2] == ["35 injections, 0.74 mL", "purged, no patient dose: 0.1 mL"]
    assert section(lines, "Zones", "Products")[2:4] == [
        "Forehead 20 20 0.4 1.5 1.5 1.5",
        "Cheek, left 15 15 0.34 1.5 1.5 1.5",
    ]
    assert section(lines, "Doses", "Syringes")[5:] == [
        "hyaluronic acid Forehead 4 mg",
        "Cheek, left 3.4 mg",
        "all 7.4 mg",
    ]
    alarms = " ".join(section(lines, "Alarms", "Gaps"))
    assert "injection volume 0.06 mL is above the hard limit of 0.05 mL; peak 0.06 mL in 1 reading" in alarms


def both_differences_are_explained(clinic: Clinic) -> None:
    said = clinic("add", "leftover", "last", "1", "--left", "0.9 mL", *ANN).err
    assert "syringe 1 (left tray) differs by 0.26 mL: nobody accounts for them" in said  # 2 - 0.74 - 0.1 - 0.9
    clinic("add", "leftover", "last", "2", "--left", "1 mL", *ANN)
    assert "volume given 0.8 0.74 -0.06 mL DIFFERS" in clinic.shown()

    for of in ("syringe:1", "device:1:volume_given"):
        clinic("add", "explanation", "last", of, "--reason", "three shots went beside", *ANN)

    lines = clinic.shown()
    assert "volume given 0.8 0.74 -0.06 mL DIFFERS, explained: three shots went beside" in lines
    assert "syringe 1 (left tray) Revital 2 0.74 0.1 0.9 0 0.26 DIFFERS, explained: three shots went beside" in lines
    assert "syringe 2 (right tray) Revital 1 0 0 1 0 0 adds up" in lines


def it_is_signed_and_corrected(clinic: Clinic) -> None:
    clinic("add", "reaction", "last", "none", *ANN)
    clinic("add", "aftercare", "last", "--leaflet", "After treatment", "--version", "3", *ANN)
    sign = ("sign", "last", *ANN, "--role", "nurse", "--meaning", "authorship")
    missing = "missing: limits: the treatment protocol was approved by nobody here"
    assert clinic(*sign, code=1).err.splitlines()[0] == missing
    clinic(*sign, "--despite-missing")

    clinic("amend", "last", "screening.epilepsy.answer", "yes", *ANN, "--reason", "she called")

    lines = clinic.shown()
    assert "AMENDED AFTER SIGNATURE: what was signed is not what the record says now" in lines
    why = "Epilepsy: the answer was no and was corrected to yes; this is a stop for the session."
    assert section(lines, "Screening", "Course")[1:] == [f"STOP {why}", "not overridden"]
    review = clinic("review", "last", *ANN, "--role", "nurse").err
    assert "missing: screening: epilepsy stops such a treatment, and no override was recorded" in review
