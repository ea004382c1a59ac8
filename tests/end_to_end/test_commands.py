"""The contract's commands on recorded sessions: what they print, where, and with which exit code."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from tests.end_to_end.running import Devicelog

LISTS = [
    ["ports"],
    ["drivers"],
    ["drivers", "reference-mesogun"],
    ["protocols"],
    ["protocols", "meso-face-gun-intradermal"],
    ["sessions"],
    ["show", "last"],
    ["entries", "last"],
    ["entries", "last", "--ids"],
    ["entries", "last", "--kind", "alarm"],
    ["verify"],
    ["verify", "last"],
    ["replay", "last"],
    ["keys"],
    ["zones"],
    ["zones", "forehead"],
    ["witness", "show", "last"],
]


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_what_lists_shows_or_verifies_gives_one_json_document(recorded: Devicelog, words: list[str]) -> None:
    done = recorded(*words, "--json")
    assert done.document
    assert "Traceback" not in done.err
    assert "NaN" not in done.out


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_the_same_is_shown_to_people(recorded: Devicelog, words: list[str]) -> None:
    done = recorded(*words)
    assert done.out or words in (["ports"], ["replay", "last"])
    assert "Traceback" not in done.err


def test_doctor_says_what_could_spoil_a_recording(recorded: Devicelog) -> None:
    done = recorded("doctor", "--json", code=None)
    assert done.document["findings"]
    assert done.code == (0 if done.document["holds"] else 1)
    assert all(finding["mend"] for finding in done.document["findings"] if finding["grade"] != "good")


def test_a_session_is_named_by_id_by_a_unique_beginning_and_by_last(recorded: Devicelog) -> None:
    first, last = (session["session"] for session in recorded("sessions", "--json").document)
    unique = next(last[:n] for n in range(1, len(last) + 1) if not first.startswith(last[:n]))
    named = [recorded("show", name, "--json").document["session"] for name in (last, unique, "last")]
    assert named == [last] * 3
    assert recorded("show", first, "--json").document["session"] == first


def test_sessions_are_found_by_subject_and_date(recorded: Devicelog) -> None:
    def found(*words: str) -> int:
        return len(recorded("sessions", "--json", *words).document)

    assert [found(), found("--subject", "P-1"), found("--subject", "P-2")] == [2, 2, 0]
    assert [found("--since", "2020-01-31"), found("--since", "2999-12-31")] == [2, 0]
    states = [session["state"] for session in recorded("sessions", "--json").document]
    assert states == ["ended", "ended"]


def test_acknowledgements_are_the_ids_of_the_entries(box: Devicelog) -> None:
    words = box.recording("sim://reference-mesogun?speed=max", protocol="meso-face-gun-intradermal")
    done = box(*words, "--print-acks", "--until-quiet", "500 ms")
    lines = done.out.splitlines()
    assert all(line.startswith("ACK ") for line in lines)
    ids = box("entries", "last", "--ids").out.splitlines()
    assert [line.removeprefix("ACK ") for line in lines] == ids
    assert box("entries", "last", "--ids", "--json").document == ids
    alarms = box("entries", "last", "--ids", "--kind", "alarm").out.splitlines()
    assert alarms
    assert set(alarms) < set(ids)


def test_the_store_is_named_by_option_before_variable(recorded: Devicelog, box: Devicelog) -> None:
    last = recorded("show", "last", "--json").document["session"]
    keys = {"DEVICELOG_KEYS": str(recorded.keys)}
    by_variable = box("show", "last", "--json", more=keys | {"DEVICELOG_STORE": str(recorded.store)})
    by_option = box("show", "last", "--json", "--store", str(recorded.store), more=keys)
    assert by_variable.document["session"] == by_option.document["session"] == last
    assert not box.store.exists()


def test_every_format_is_exported_and_the_export_verifies_anywhere(recorded: Devicelog, box: Devicelog) -> None:
    to = box.root / "out"
    recorded("export", "last", "--to", str(to))
    [folder] = to.iterdir()
    kept = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert any(name.endswith(".csv") for name in kept)
    assert any(name.endswith(".json") for name in kept)
    assert recorded("verify", str(folder), "--json").document["holds"]
    box("verify", str(folder))  # where neither store nor keys are


def test_one_format_is_exported_when_one_is_asked_for(recorded: Devicelog, box: Devicelog) -> None:
    recorded("export", "last", "--to", str(box.root / "out"), "--format", "csv")
    recorded("verify", str(box.root / "out"))


def test_an_export_to_where_nothing_can_be_written_is_not_now(recorded: Devicelog, box: Devicelog) -> None:
    (box.root / "file").write_text("", encoding="ascii")
    for to in (box.root / "file", box.root / "file" / "below"):
        assert str(box.root / "file") in recorded.sentence("export", "last", "--to", str(to), code=None)


def test_what_is_approved_is_named_in_the_next_session(box: Devicelog) -> None:
    box("protocols", "approve", "meso-face-gun-intradermal", "--by", "Dr. Test, physician")
    words = box.recording("sim://reference-mesogun?speed=max", protocol="meso-face-gun-intradermal")
    done = box(*words, "--for", "300 ms")
    assert "unapproved" not in done.err
    assert box.entries()[0].content["protocol"]["approved"]["by"] == "Dr. Test, physician"
    shown = box("protocols", "meso-face-gun-intradermal", "--json").document
    assert shown["approved"]["by"] == "Dr. Test, physician"
    box("verify")


def test_replay_says_what_another_driver_makes_of_the_bytes(recorded: Devicelog) -> None:
    first = recorded("sessions", "--json").document[0]["session"]
    before = recorded.kept()
    done = recorded("replay", first, "--driver", "reference-noneedle", "--json", "--why", "a newer driver", code=1)
    assert done.document["same"] is False
    assert done.document["differences"]
    logged = "store/access.jsonl"
    assert recorded.kept() | {logged: b""} == before | {logged: b""}
    last = recorded("accesses", first, "--json").document[-1]
    assert (last["what"], last["why"]) == ("replay", "a newer driver"), "it showed values"


@pytest.mark.parametrize("words", [["show", "last"], ["verify"], ["replay", "last"]], ids=" ".join)
def test_the_same_is_said_by_a_fresh_process(recorded: Devicelog, words: list[str]) -> None:
    """Every other test here forks its commands from a process that has the modules loaded."""
    done = subprocess.run(
        [sys.executable, "-m", "devicelog", *words, "--json"],
        env=recorded.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout == recorded(*words, "--json").out
