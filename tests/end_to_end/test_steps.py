"""The steps of a session: a plan states them, what stops it keeps it from being recorded, and the record shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from devicelog.ledger import Kind
from tests.end_to_end.plans import GUN, PARTS, QUIET, answers, plan, record, steps

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog


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
