"""The steps of a session: a plan states them, what stops it keeps it from being recorded, and the record shows them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.ledger import Kind
from devicelog.screening.rules import SHIPPED
from tests.end_to_end.plans import GUN, PARTS, answers, plan

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog, Done

QUIET = ("--until-quiet", "500 ms", "--no-live")


def steps(box: Devicelog) -> dict[str, dict[str, Any]]:
    """The steps of the last session as `show --json` has them."""
    return {step["step"]: step for step in box("show", "last", "--json").document["steps"]}


def record(box: Devicelog, file: str, *words: str, code: int = 0) -> Done:
    return box("record", "--plan", file, *QUIET, *words, code=code)


# -- in order --------------------------------------------------------------------------------------------------


def test_a_plan_states_every_step_and_each_is_an_entry(box: Devicelog) -> None:
    record(box, plan(box.root / "plan.toml"))

    stated = [entry.kind for entry in box.entries() if entry.kind in {*Kind} and entry.t_us == 0]
    order = list(dict.fromkeys(kind for kind in stated if kind not in ("started", "zone")))
    assert order[:10] == [
        *("opened", "course", "history", "screening", "consent", "patch_test", "consultation"),
        *("product", "syringe", "consumable"),
    ]
    found = steps(box)
    taken = [step for step, view in found.items() if view["progress"] == "taken"]
    assert taken == [step for step in found if step not in ("reviewed", "signed")]
    assert found["opened"]["said"] == "physician, 12-345, Room 2"
    assert found["opened"]["by"] == "Dr A. Example"
    assert found["screening"]["unanswered"] == []
    assert box.of("syringe_in_use") == [{"syringe": 1, "because": "chosen at the start"}]
    assert "same entries, bit for bit" in box("replay", "last").err
    box("verify")


def test_free_text_of_a_plan_stands_sealed_in_the_ledger_and_is_read_with_the_key(box: Devicelog) -> None:
    record(box, plan(box.root / "plan.toml", patch_test='[patch_test]\ndone = "yes"\nresult = "she had a rash"\n'))

    with box.reader() as reader:
        raw = b"".join(line.body for line in reader.lines(reader.session("last").number))
        acts = b"".join(chunk.data for chunk in reader.chunks(reader.session("last").number))
    assert b"hay fever" not in raw + acts
    assert b"wants fewer lines" not in raw + acts
    assert b"rash" not in raw + acts
    assert "hay fever" in box("entries", "last", "--kind", "history").out


def test_what_the_command_line_gives_wins_over_the_plan_and_is_said(box: Devicelog) -> None:
    file = plan(box.root / "plan.toml")

    done = record(box, file, "--practitioner", "Dr B. Other", "--zone", "face.forehead")

    assert "note: --practitioner of the command line is taken; the plan has Dr A. Example" in done.err
    assert "note: --zone of the command line is taken; the plan has forehead, face.cheek.left" in done.err
    (opened,) = box.of("opened")
    assert opened["by"] == "Dr B. Other"
    assert box.of("started")[0]["zones"] == ["face.forehead"]


def test_what_a_recording_cannot_do_without_may_come_from_the_plan_and_must_come_from_somewhere(box: Devicelog) -> None:
    file = box.root / "plan.toml"
    plan(file)
    file.write_text(file.read_text(encoding="utf-8").replace('subject = "P-7"\n', ""), encoding="utf-8")

    assert "Missing option '--subject'" in box("record", "--plan", str(file), *QUIET, code=2).err
    assert not box.store.exists()
    record(box, str(file), "--subject", "P-8")


# -- without a plan --------------------------------------------------------------------------------------------


def test_without_a_plan_and_a_terminal_it_records_at_once_and_says_that_nobody_was_asked(box: Devicelog) -> None:
    box(*box.recording("sim://reference-mesogun?seed=1&speed=max"), "--until-quiet", "500 ms")

    why = "recorded without a plan; nobody was asked"
    skipped = box.of("skipped")
    assert [said["step"] for said in skipped] == [
        *("history", "screening", "consent", "patch test", "consultation", "products"),
    ]
    assert {(said["reason"], said["by"]) for said in skipped} == {(why, "Dr. Test")}
    document = box("show", "last", "--json").document
    missing = f"skipped: history, screening, consent, patch test, consultation, products ({why})"
    assert missing in document["missing"]
    assert "nobody was asked" in box("show", "last").out
    assert {step["progress"] for step in document["steps"][1:7]} == {"skipped"}


def test_what_was_skipped_of_screening_and_consent_stands_at_the_top_of_every_view_and_export(box: Devicelog) -> None:
    box(*box.recording("sim://reference-mesogun?seed=1&speed=max"), "--until-quiet", "500 ms")

    mark = "NOT ASKED: the contraindications and consent (recorded without a plan; nobody was asked)"
    assert box("show", "last", "--json").document["marks"]["not_asked"] == mark
    assert " ".join(box("show", "last").out.split()).index("NOT ASKED: ") < 400
    assert "NOT ASKED" in box("sessions").out
    assert [row["not_asked"] for row in box("sessions", "--json").document] == [True]
    box("export", "last", "--to", "out")
    (folder,) = (box.root / "out").iterdir()
    assert mark in " ".join((folder / "README.txt").read_text(encoding="utf-8").split())
    box("verify", "out")
    box("add", "screening", "last", "epilepsy", "no", "--by", "Ann")
    assert box("show", "last", "--json").document["marks"]["not_asked"] == mark


def test_each_skip_of_screening_and_of_consent_is_marked_with_its_own_reason(box: Devicelog) -> None:
    skips = (
        '[[skip]]\nstep = "screening"\nreason = "an emergency"\n[[skip]]\nstep = "consent"\nreason = "unable to sign"\n'
    )
    record(box, plan(box.root / "plan.toml", screening="", consent="", more=skips))
    marks = box("show", "last", "--json").document["marks"]
    assert marks["not_asked"] == "NOT ASKED: the contraindications (an emergency); consent (unable to sign)"
    record(box, plan(box.root / "plan.toml"), "--subject", "P-8")
    assert "not_asked" not in box("show", "last", "--json").document["marks"]
    assert [row["not_asked"] for row in box("sessions", "--json").document] == [True, False]


def test_steps_are_skipped_with_a_reason_of_ones_own(box: Devicelog) -> None:
    words = ("--no-ask", "an emergency", "--until-quiet", "500 ms")
    box(*box.recording("sim://reference-mesogun?seed=1&speed=max"), *words)

    assert all("sealed" in said["reason"] for said in box.of("skipped"))
    assert {view["why"] for view in steps(box).values() if view["progress"] == "skipped"} == {"an emergency"}
    sentence = box.refuses(*box.recording("sim://reference-mesogun"), "--no-ask", " ")
    assert "found an empty reason" in sentence


# -- out of order, empty, missing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "more", "sentence"),
    [
        ({"consent": ""}, "", "found patch test before consent; expected consent, or skip it with a reason."),
        (dict.fromkeys(("consent", "patch_test", "consultation"), ""), "", "found products before consent; expected"),
        ({"history": ""}, "", "found screening before history; expected history, or skip it with a reason."),
        ({"consent": ""}, '[[skip]]\nstep = "consent"\nreason = " "\n', "the skip of consent has no reason"),
        ({}, '[[skip]]\nstep = "consent"\nreason = "said twice"\n', "found consent skipped, and it was taken before"),
        ({}, '[[override]]\nof = "screening:epilepsy"\nreason = ""\n', "the override of epilepsy has no reason"),
        ({}, '[[override]]\nof = "screening:epilepsie"\nreason = "seen by a doctor"\n', "did you mean 'epilepsy'"),
        (
            {},
            '[[override]]\nof = "SCREENING:EPILEPSY"\nreason = "seen by a doctor"\n',
            "did you mean 'screening:epilepsy'",
        ),
        ({}, '[[override]]\nof = "screening:EPILEPSY"\nreason = "seen by a doctor"\n', "did you mean 'epilepsy'"),
        ({}, '[[override]]\nof = "product:l-1"\nreason = "seen by a doctor"\n', "did you mean 'product:L-1'"),
        (
            {},
            '[[override]]\nof = "epilepsy"\nreason = "seen by a doctor"\n',
            "expected what a refusal names (screening:..., ",
        ),
        ({}, '[[override]]\nof = "course:intervall"\nreason = "seen by a doctor"\n', "did you mean 'course:interval'"),
        (
            {"product": PARTS["product"] * 2 + PARTS["product"].replace("Revital", "Other"), "syringe": ""},
            '[[override]]\nof = "product:L-1"\nreason = "seen by a doctor"\n',
            "'product:L-1' is not of one product; expected product:Revital L-1 or product:Other L-1.",
        ),
        ({"product": PARTS["product"].replace("L-1", "L\\u001b[2J")}, "", "expected text without control characters"),
        ({"product": PARTS["product"].replace("Example Labs", "A\\nB")}, "", "expected text without control"),
        ({"history": '[history]\nreviewed = "yes"\ntext = "a\\u0007b"\n'}, "", "expected text without control"),
        ({"product": "", "syringe": ""}, "", "found no products, expected [[product]], or [[skip]]"),
        ({"product": PARTS["product"].replace("3 mL", "2 mL")}, "", "hold 3 mL of product 1"),
        ({"product": PARTS["product"].replace("3 mL", "3")}, "", "'3' has no unit"),
        ({"consent": '[consent]\ngiven = "perhaps"\n'}, "", "expected one of yes, no, not asked"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_one_sentence_with_its_line(
    box: Devicelog, parts: dict[str, str], more: str, sentence: str
) -> None:
    file = plan(box.root / "plan.toml", more=more, said=None, **parts)

    refused = box.refuses("record", "--plan", file, *QUIET)

    assert sentence in refused
    assert "plan.toml" in refused
    assert not box.store.exists()
    checked = box("plan", "check", file, code=1)
    assert sentence in checked.out


def test_every_problem_of_a_plan_is_told_with_its_line(box: Devicelog) -> None:
    file = box.root / "plan.toml"
    text = 'plan = 1\n[session]\ncolour = "red"\n[history]\nreviewed = "x"\n[screening]\npregnansy = "no"\n'
    file.write_text(text, encoding="utf-8")

    document = box("plan", "check", str(file), "--json", code=1).document

    places = [problem.partition(":")[0].partition(", ")[2] for problem in document["problems"]]
    assert places == ["line 3, session colour", "line 5, history reviewed", "line 7, screening pregnansy"]
    assert "did you mean 'pregnancy'?" in document["problems"][2]


def test_a_plan_that_nobody_filled_in_states_nothing_and_is_refused(box: Devicelog) -> None:
    box("plan", "new", "mine.toml")
    file = box.root / "mine.toml"
    text = file.read_text(encoding="utf-8")

    document = box("plan", "check", "mine.toml", "--json", code=1).document

    assert document["problems"] == [
        "mine.toml: found no products, expected [[product]], or [[skip]] with step = 'products' and a reason."
    ]
    assert text == box("plan", "new").out
    assert "is there already" in box.sentence("plan", "new", "mine.toml", code=2)
    answers = {line.partition("#")[0].strip() for line in text.splitlines()} - {""}
    facts = {line for line in answers if "=" in line and not line.endswith('= "not asked"')}
    assert facts == {"plan = 1"}


def test_the_lines_of_the_template_are_known_and_refused_while_they_are_empty(box: Devicelog) -> None:
    file = box.root / "mine.toml"
    bare = re.sub(r"^# (?=\[\[|\w+ = )", "", box("plan", "new").out, flags=re.MULTILINE)
    file.write_text(bare, encoding="utf-8")

    problems = box("plan", "check", "mine.toml", "--json", code=1).document["problems"]

    named = " ".join(problems)
    assert "not known" not in named
    assert all(f"product 1 {name}: found ''" in named for name in ("name", "maker", "lot", "drawn"))
    assert "session registration: found ''" in named


# -- what stops a session --------------------------------------------------------------------------------------


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


def test_an_unanswered_question_that_does_not_stop_is_recorded_as_unanswered(box: Devicelog) -> None:
    file = plan(box.root / "plan.toml", patch_test="[patch_test]\n", said=answers(event_soon=None))

    record(box, file)

    found = steps(box)
    assert found["patch test"]["progress"] == "unanswered"
    assert found["screening"]["unanswered"] == ["event_soon"]
    missing = box("show", "last", "--json").document["missing"]
    assert "patch test: nobody answered" in missing
    assert "screening: 1 question unanswered (event_soon)" in missing


def test_a_device_named_on_the_command_line_needs_no_plan_to_name_it(box: Devicelog) -> None:
    file = plan(box.root / "plan.toml", device="reference-mesogun@/dev/there-is-no-such-port")

    record(box, file, "--device", GUN)

    assert [device["url"] for device in box.of("started")[0]["devices"]] == [GUN.partition("@")[2]]
