"""What stops a session keeps it from being recorded; an override by name lets it go on, marked everywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from devicelog.screening.rules import SHIPPED
from tests.end_to_end.plans import PARTS, QUIET, answers, plan, record, steps

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog


def test_a_contraindication_keeps_the_session_from_being_recorded_and_no_port_is_read(box: Devicelog) -> None:
    nowhere = "reference-mesogun@/dev/there-is-no-such-port"
    file = plan(box.root / "plan.toml", device=nowhere, said=answers(pregnancy='"yes"'))

    done = record(box, file, code=1)

    (cause,) = [line for line in done.err.splitlines() if "pregnancy" in line]
    assert cause.startswith("Pregnancy: the answer is yes; this stops an injection session")
    assert cause.endswith("to open the session all the same, override screening:pregnancy with a reason by name.")
    kinds = [entry.kind for entry in box.entries()]
    assert kinds[-2:] == ["refused", "ended"]
    assert not {"link_opened", "observation", "syringe_in_use"} & set(kinds)
    assert box.of("refused") == [{"because": ["screening:pregnancy"], "by": "Dr A. Example"}]
    document = box("show", "last", "--json").document
    assert document["ended_because"] == "refused: screening:pregnancy"
    assert [row["refused"] for row in box("sessions", "--json").document] == [True]
    listed = box("sessions").out
    assert "REFUSED" in listed
    assert "ended" not in listed
    assert " REFUSED (refused: screening:pregnancy)" in box("show", "last").out
    known = box("subjects", "show", "P-7")
    assert known.out.splitlines()[-1].endswith("  REFUSED")
    counted = box("stats", "--json").document
    assert (counted["sessions"], counted["refused"]) == (0, 1)
    assert document["marks"]["refused"].startswith("REFUSED: this session was not recorded")
    assert steps(box)["device bound"]["progress"] == "not yet"
    assert list(box.states().values()) == ["ended"]
    box("verify")
    assert "same entries, bit for bit" in box("replay", "last").err
    box("export", "last", "--to", "out")
    box("verify", "out")


@pytest.mark.parametrize(
    ("said", "parts", "of"),
    [
        ({"pregnancy": None}, {}, "screening:pregnancy"),
        ({"pregnancy": '"not asked"'}, {}, "screening:pregnancy"),
        ({"epilepsy": '"unknown"'}, {}, "screening:epilepsy"),
        ({}, {"consent": '[consent]\ngiven = "no"\n'}, "screening:consent_missing"),
        ({}, {"consent": "[consent]\n"}, "screening:consent_missing"),
        ({}, {"product": PARTS["product"].replace("2099-12", "2020-12")}, "product:L-1"),
        ({}, {"product": PARTS["product"].replace('lot = "L-1"\n', "")}, "product:Revital"),
    ],
)
def test_what_is_unanswered_unknown_or_out_of_date_stops_as_well(
    box: Devicelog, said: dict[str, str | None], parts: dict[str, str], of: str
) -> None:
    file = plan(box.root / "plan.toml", said=answers(**said), **parts)

    done = record(box, file, code=1)

    assert box.of("refused")[0]["because"] == [of]
    assert f"override {of} with a reason by name." in done.err


def test_an_override_with_a_reason_by_name_lets_it_go_on_marked_everywhere(box: Devicelog) -> None:
    override = '[[override]]\nof = "screening:epilepsy"\nreason = "no seizure for 20 years"\nby = "Dr C. Head"\n'
    file = plan(box.root / "plan.toml", said=answers(epilepsy='"yes"'), more=override)

    record(box, file)

    (made,) = box.of("override")
    assert (made["of"], made["by"]) == ("screening:epilepsy", "Dr C. Head")
    assert made["reason"].keys() == {"sealed", "digest"}
    document = box("show", "last", "--json").document
    assert document["marks"]["overrides"] == "HAS OVERRIDES: screening:epilepsy by Dr C. Head"
    assert document["totals"]["injections"]["triggers"] == 100
    assert "HAS OVERRIDES: screening:epilepsy by Dr C. Head" in box("show", "last").out
    box("export", "last", "--to", "out")
    (folder,) = (box.root / "out").iterdir()
    assert "HAS OVERRIDES" in (folder / "README.txt").read_text(encoding="utf-8")
    assert json.loads((folder / "session.json").read_text(encoding="utf-8"))["record"]["marks"]["overrides"]
    box("verify", "out")


def test_an_override_that_nothing_needs_is_not_recorded(box: Devicelog) -> None:
    file = plan(box.root / "plan.toml", more='[[override]]\nof = "screening:epilepsy"\nreason = "just in case"\n')

    done = record(box, file)

    assert "note: the override of screening:epilepsy is not needed, and not recorded" in done.err
    assert box.of("override") == []
    assert "overrides" not in box("show", "last", "--json").document["marks"]


def test_a_second_session_too_soon_is_stopped_by_its_course_and_may_be_overridden(box: Devicelog) -> None:
    file = plan(box.root / "plan.toml")
    record(box, file)

    done = record(box, file, code=1)

    assert box.of("refused")[0]["because"] == ["course:interval"]
    assert "it is 0 days since session" in done.err
    plan(box.root / "plan.toml", more='[[override]]\nof = "course:interval"\nreason = "the other half of the face"\n')
    record(box, file)
    assert any(alarm.get("text", "").startswith("it is 0 days since") for alarm in box.of("alarm"))


def test_the_clinics_own_list_is_what_is_asked_and_named_in_each_answer(box: Devicelog) -> None:
    ours = box.root / "ours.toml"
    ours.write_text(SHIPPED.read_text(encoding="utf-8").replace('version = "1"', 'version = "clinic-4"'), "utf-8")
    file = plan(box.root / "plan.toml")

    record(box, file, "--screening", str(ours))

    assert {said["rules"]["version"] for said in box.of("screening")} == {"clinic-4"}
    assert "nowhere.toml: found no such file" in box.refuses("record", "--plan", file, "--screening", "nowhere.toml")


@pytest.mark.parametrize(("born", "answer", "stops"), [("2020-05-17", "no", True), ("1984-05-17", None, False)])
def test_a_birth_date_that_is_known_answers_for_the_age(
    box: Devicelog, born: str, answer: str | None, stops: bool
) -> None:
    box("subjects", "add", "--reference", "P-7", "--birth-date", born)
    said = answers(under_18=f'"{answer}"' if answer is not None else None)

    record(box, plan(box.root / "plan.toml", said=said), code=1 if stops else 0)

    assert [said["because"] for said in box.of("refused")] == ([["screening:under_18"]] if stops else [])


def test_a_course_counts_the_sessions_of_all_numbers_of_a_person(box: Devicelog) -> None:
    file = plan(box.root / "plan.toml")
    record(box, file, "--subject", "P-8")
    box("subjects", "add", "--reference", "P-7")
    box("subjects", "merge", "P-8", "P-7", "--by", "Ann")

    record(box, file, code=1)

    assert box.of("refused")[0]["because"] == ["course:interval"]


def test_a_lot_that_was_recalled_stops_a_session(box: Devicelog) -> None:
    file = plan(box.root / "plan.toml")
    record(box, file, "--subject", "P-8")
    box("lots", "recall", "L-1", "--reason", "particles", "--by", "Ann")

    done = record(box, file, code=1)

    assert box.of("refused")[0]["because"] == ["product:L-1"]
    assert "is recalled since" in done.err


def test_a_lot_that_is_expired_and_recalled_is_one_cause_and_one_override(box: Devicelog) -> None:
    file = plan(box.root / "plan.toml", product=PARTS["product"].replace("2099-12", "2020-12"))
    record(box, file, code=1)
    box("lots", "recall", "L-1", "--reason", "particles", "--by", "Ann")

    done = record(box, file, code=1)

    assert box.of("refused")[0]["because"] == ["product:L-1"]
    assert "is recalled since" in done.err
    assert "expired on" in done.err


def test_a_zone_that_the_modality_excludes_stops_a_plan(box: Devicelog) -> None:
    unit = "reference-noneedle@sim://reference-noneedle?seed=1&speed=max"
    file = plan(box.root / "plan.toml", device=unit)
    words = ("--protocol", "noneedle-ionto-dc-face", "--zone", "face.orbital")

    done = box("record", "--plan", file, *QUIET, *words, code=1)

    assert "zone:face.orbital" in box.of("refused")[0]["because"]
    assert "is excluded by the treatment protocol" in done.err
