"""A newer driver reads an old session: the difference is shown, never silently applied, and accepted with both kept."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from devicelog.ledger import Kind
from devicelog.ledger.sealed import is_sealed
from devicelog.replay.replay import replay
from tests.end_to_end.upgrades import amended

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog
    from tests.end_to_end.upgrades import Upgraded


def test_the_difference_is_said_with_units_and_nothing_is_changed(clinic: Upgraded) -> None:
    clinic.install("2", more=100)
    before = clinic.box.kept()

    done = clinic("replay", "last", code=1)

    assert "depth: 1.5 mm → 1.6 mm" in done.out
    assert "{" not in done.out
    assert "'" not in done.out
    logged = "store/access.jsonl"
    assert clinic.box.kept() | {logged: b""} == before | {logged: b""}


def test_the_difference_as_json_has_both_sides_of_every_change(clinic: Upgraded) -> None:
    clinic.install("2", more=100)

    found = clinic("replay", "last", "--json", code=1).document["differences"]

    changes = [change for one in found for change in one["changes"] if change["what"] == "depth"]
    assert len(changes) == 23
    assert {change["recorded"]["unit"] for change in changes} == {"mm"}
    assert all(float(c["now"]["value"]) - float(c["recorded"]["value"]) == pytest.approx(0.1) for c in changes)


def test_what_is_accepted_stands_behind_the_session_and_what_was_recorded_stays(clinic: Upgraded) -> None:
    recorded = clinic.box.entries()
    clinic.install("2", more=100)

    clinic.accept()

    entries = clinic.box.entries()
    assert entries[: len(recorded)] == recorded
    amendment = entries[len(recorded)]
    assert amendment.kind == Kind.AMENDMENT
    assert amendment.content["by"] == "Dr. New"
    assert is_sealed(amendment.content["reason"])
    assert "reason: depth was misread" in clinic("show", "last").out
    assert [device["driver_version"] for device in amendment.content["drivers"]] == ["2"]
    assert (amendment.content["of"]["first"], amendment.content["of"]["last"]) == (1, len(recorded))
    assert {entry.kind for entry in entries[len(recorded) + 1 :]} == {Kind.AMENDED}
    assert amended(entries)[-1][2] == "ended"


def test_the_reason_is_erased_with_the_person_and_nothing_can_be_accepted_any_more(amended_clinic: Upgraded) -> None:
    (subject,) = {row["subject"] for row in amended_clinic("sessions", "--json").document}

    amended_clinic("subjects", "erase", subject, "--by", "Dr. Test", "--reason", "asked for it", "--yes")

    assert "depth was misread" not in amended_clinic("show", "last").out
    (amendment,) = amended_clinic("show", "last", "--json").document["amendments"]
    assert amendment["reason"] == "[erased]"
    amended_clinic("verify")
    amended_clinic("replay", "last")
    amended_clinic.install("3", more=200)
    assert "expected a reason of the closed list" in amended_clinic.accept(code=2).err


def test_the_record_has_the_new_values_and_the_old_ones_beside_them(
    first_clinic: Upgraded, amended_clinic: Upgraded
) -> None:
    before = first_clinic("show", "last", "--json").document
    record = amended_clinic("show", "last", "--json").document

    [amendment] = record["amendments"]
    assert amendment["before"]["spreads"] == before["spreads"]
    assert amendment["before"]["verdicts"] == before["verdicts"]
    depths = [float(of["spreads"]["depth"]["low"]["value"]) for of in (amendment["before"], record)]
    assert depths[1] - depths[0] == pytest.approx(0.1)
    assert record["devices"][0]["driver_version"] == "2"
    shown = amended_clinic("show", "last").out
    assert "AMENDED: amendment 1, decoded again by clinic-gun 2, by Dr. New" in shown
    assert "reason: depth was misread" in shown


def test_replay_and_verify_hold_of_an_amended_session(amended_clinic: Upgraded) -> None:

    assert "the same entries, bit for bit" in amended_clinic("replay", "last").err
    assert amended_clinic("replay", "--all", "--json").document["same"]
    assert amended_clinic("verify", "--json").document["holds"]


def test_a_third_version_differs_from_what_was_accepted_and_can_be_accepted_too(amended_clinic: Upgraded) -> None:
    amended_clinic.install("3", more=250)

    amended_clinic("replay", "last", code=1)
    amended_clinic.accept()

    record = amended_clinic("show", "last", "--json").document
    lows = [of["spreads"]["depth"]["low"]["value"] for of in (*[a["before"] for a in record["amendments"]], record)]
    assert [float(b) - float(a) for a, b in pairwise(lows)] == pytest.approx([0.1, 0.15])
    amended_clinic("replay", "last")
    assert amended_clinic("verify", "--json").document["holds"]


def test_replay_gives_an_amended_ledger_again_bit_for_bit(clinic: Upgraded) -> None:
    clinic.accept("--driver", "reference-noneedle")
    clinic.accept("--driver", "reference-mesogun")
    with clinic.box.reader() as reader:
        row = reader.session("last")
        stored = list(reader.lines(row.number))
        assert len(stored) > 2 * 100
        with clinic.seen():
            assert list(replay(reader, row)) == stored


def test_another_driver_may_be_named_and_the_first_one_be_taken_back(clinic: Upgraded) -> None:
    recorded = [entry.content for entry in clinic.box.entries() if entry.kind == Kind.OBSERVATION]
    clinic("replay", "last", "--driver", "reference-noneedle", code=1)
    clinic.accept("--driver", "reference-noneedle")
    clinic.accept("--driver", "clinic-gun")

    again = [entry[3:] for entry in amended(clinic.box.entries()) if entry[2] == Kind.OBSERVATION]
    assert again == recorded
    clinic("replay", "last")
    clinic("verify")


@pytest.mark.parametrize("accepted", [False, True])
def test_accepting_what_counts_already_is_refused(clinic: Upgraded, *, accepted: bool) -> None:
    if accepted:
        clinic.install("2", more=100)
        clinic.accept()
    before = clinic.box.kept()

    said = clinic.accept(code=2).err

    assert ("amendment 1 has accepted that" if accepted else "it was recorded so") in said
    assert len(said.splitlines()) == 1
    assert clinic.box.kept() == before


def test_a_session_that_runs_cannot_be_amended(clinic: Upgraded) -> None:
    url = "sim://reference-mesogun?seed=1"
    with clinic.box.record(url) as recording:
        recording.wait_for_entry("observation")
        said = clinic.accept(code=3).err
    assert "is in use by process" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["last", "--accept"], "--accept, --by and --reason go together"),
        (["last", "--by", "me", "--reason", "x"], "--accept, --by and --reason go together"),
        (["last", "--accept", "--by", " ", "--reason", "x"], "the person who accepts has no name"),
        (["last", "--all"], "give one of them"),
        ([], "give one of them"),
        (["--all", "--driver", "clinic-gun"], "--all goes with neither"),
        (["last", "--driver", "2=reference-mesogun"], "names no link of the session"),
        (["last", "--driver", "nobody"], "no driver is called 'nobody'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(recorded: Devicelog, words: list[str], said: str) -> None:
    assert said in recorded.refuses("replay", *words)


def test_an_interrupted_session_can_be_amended(clinic: Upgraded) -> None:
    with clinic.box.record("sim://reference-mesogun?seed=1") as recording:
        recording.wait_for_entry("observation")
        recording.kill()
    clinic.accept("--driver", "reference-noneedle")

    assert amended(clinic.box.entries())[-1][2] == "interrupted"
    assert clinic("show", "last", "--json").document["state"] == "interrupted"
    clinic("replay", "last")
    clinic("verify")
