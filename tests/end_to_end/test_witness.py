"""Witnesses as a user has them: registered, told by each recording, missed and caught up with, and used by `verify`."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog

URL = "sim://reference-mesogun?seed=1&speed=max"


def record(box: Devicelog) -> str:
    """One more short session; what was said about it on stderr."""
    return box(*box.recording(URL), "--until-quiet", "300 ms").err


def witnessed(box: Devicelog) -> list[tuple[int, int, bool]]:
    """For each witness: its last seal, the store's last seal, and whether it is there."""
    return [(one["seals"], one["of"], one["fault"] is None) for one in box("witness", "list", "--json").document]


@pytest.fixture
def stick(box: Devicelog) -> Path:
    """A store with a session, and a folder that stands for a medium of its own with a witness of it."""
    record(box)
    folder = box.root / "stick"
    folder.mkdir()
    box("witness", "add", str(folder))
    return folder


def set_back(box: Devicelog, older: Path) -> None:
    """Put an older copy of the whole store in its place."""
    shutil.rmtree(box.store)
    shutil.copytree(older, box.store)


def test_each_recording_tells_every_witness(box: Devicelog, stick: Path) -> None:
    [(first, _, _)] = witnessed(box)
    box("witness", "add", str(box.root / "second.witness"))
    record(box)
    told = witnessed(box)
    assert first > 0
    assert told[0][0] > first
    assert told == [(told[0][1], told[0][1], True)] * 2
    assert any("witnessed up to seal" in note for note in _notes(box))


def test_an_older_copy_restored_in_place_is_a_roll_back(box: Devicelog, stick: Path) -> None:
    older = box.root / "older"
    shutil.copytree(box.store, older)
    record(box)
    box("verify")
    set_back(box, older)
    done = box("verify", code=1)
    assert "a roll-back to an older copy, or an end that was cut off" in done.out
    assert done.out.count("fault:") == 1
    box("witness", "remove", str(stick))
    assert any("cannot be seen without a witness" in note for note in _notes(box))
    [file] = stick.iterdir()
    assert "older copy" in box("verify", "--witness", str(file), code=1).out


def test_a_seal_on_paper_shows_a_roll_back_too(box: Devicelog) -> None:
    record(box)
    older = box.root / "older"
    shutil.copytree(box.store, older)
    record(box)
    text = box("show", "last", "--json").document["seal_text"]
    assert text in " ".join(box("show", "last").out.split())
    assert text == box("witness", "show", "last", "--json").document["seal_text"]
    assert text in box("witness", "show", "last").out
    head, tail = text.split(" FINAL ")
    for words in (["verify"], ["verify", "last"]):
        box(*words, "--seal", text)
        box(*words, "--seal", f"{head.lower()} FINAL {tail.lower().replace('-', ' ')}")
    set_back(box, older)
    assert "older copy" in box("verify", "--seal", text, code=1).out
    mistyped = text[:-1] + ("A" if text[-1] != "A" else "B")
    assert "not copied right" in box.sentence("verify", "--seal", mistyped, code=2)


def test_the_qr_code_is_written_as_svg(box: Devicelog, stick: Path) -> None:
    svg = box.root / "seal.svg"
    box("witness", "show", "last", "--svg", str(svg))
    assert svg.read_bytes().startswith(b"<?xml")


def test_an_export_is_held_against_seals_of_its_session(box: Devicelog) -> None:
    record(box)
    record(box)
    first, last = (one["session"] for one in box("sessions", "--json").document)
    texts = {name: box("witness", "show", name, "--json").document["seal_text"] for name in (first, last)}
    for name in (first, last):
        box("export", name, "--to", str(box.root / "out"))
        readme = (box.root / "out" / name / "README.txt").read_text(encoding="utf-8")
        assert texts[name] in readme
        box("verify", str(box.root / "out" / name), "--seal", texts[name])
    other = box("verify", str(box.root / "out" / first), "--seal", texts[last])
    assert "says nothing of this session" in other.out


def test_a_recording_goes_on_without_its_witness_and_says_so(box: Devicelog, stick: Path) -> None:
    away = box.root / "in a pocket"
    stick.rename(away)
    assert "a witness could not be told" in record(box)
    assert not stick.exists()
    [(_, _, there)] = witnessed(box)
    assert not there
    findings = box("doctor", "--json", code=None).document["findings"]
    assert any(f["about"] == "witness" and "is not there" in f["found"] for f in findings)
    assert any("what it holds was not compared" in note for note in _notes(box))
    box("witness", "update", code=3)
    away.rename(stick)
    record(box)
    [(reaches, end, there)] = witnessed(box)
    assert (reaches, there) == (end, True)


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe with a name, which stands for a medium that hangs")
def test_a_medium_that_hangs_keeps_no_recording_waiting(box: Devicelog, stick: Path) -> None:
    [file] = stick.iterdir()
    file.unlink()
    os.mkfifo(file)
    assert "a witness does not answer" in record(box)
    assert list(box.states().values()) == ["ended", "ended"]


def test_keys_are_shown_and_changed_and_everything_verifies(box: Devicelog, stick: Path) -> None:
    before = box("keys", "--json").document
    box("export", "last", "--to", str(box.root / "before"))
    box("keys", "rotate")
    record(box)
    after = box("keys", "--json").document
    assert after["installation"] == before["installation"]
    assert after["keys"][:1] == before["keys"]
    assert [key["fingerprint"] in box("keys").out for key in after["keys"]] == [True, True]
    box("export", "last", "--to", str(box.root / "after"))
    box("verify")
    for folder in ("before", "after"):
        assert "is this installation's" in box("verify", str(box.root / folder)).out
    [(reaches, end, _)] = witnessed(box)
    assert reaches == end


def test_a_subject_is_erased_only_when_that_is_meant(box: Devicelog, stick: Path) -> None:
    erase = ("subjects", "erase")
    assert "add --yes" in box.refuses(*erase, "P-1")
    assert "no subject" in box.sentence(*erase, "P-2", "--yes", code=2)
    assert "to be kept until" in box.sentence(*erase, "P-1", "--yes", code=2)
    box(*erase, "P-1", "--yes", "--reason", "asked for it")
    assert "P-1" not in box("show", "last").out
    assert box("sessions", "--subject", "P-1", "--json").document == []
    assert any("1 subject erased" in note for note in _notes(box))
    [(reaches, end, _)] = witnessed(box)
    assert reaches == end


@pytest.mark.parametrize(
    "words",
    [
        ("witness", "add", "/no/such/folder/file"),
        ("witness", "remove", "/no/such/folder/file"),
        ("verify", "--witness", "/no/such/folder/file"),
        ("verify", "--seal", "DL1 nonsense"),
        ("witness", "show", "no-such-session"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_sentence_and_changes_nothing(box: Devicelog, stick: Path, words: tuple[str, ...]) -> None:
    assert box.refuses(*words)


def _notes(box: Devicelog) -> list[str]:
    """The notes of a verification that holds."""
    [result] = box("verify", "--json").document["results"]
    notes: list[str] = result["notes"]
    return notes


def test_a_change_of_keys_is_told_as_json(box: Devicelog, stick: Path) -> None:
    for words in (("keys", "rotate", "--json"), ("keys", "--json", "rotate")):
        assert box(*words).document == box("keys", "--json").document
    assert box("keys").out.count("given up") == 2


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe with a name and a device that keeps nothing")
def test_only_what_keeps_seals_becomes_a_witness(box: Devicelog, stick: Path) -> None:
    os.mkfifo(box.root / "pipe")
    for path in (str(box.root / "pipe"), os.devnull):
        assert f"{path} is neither a file nor a folder" in box.refuses("witness", "add", path)
    assert "the path is empty" in box.refuses("witness", "add", "")


def test_a_qr_code_that_cannot_be_written_is_said_before_anything_is_shown(box: Devicelog, stick: Path) -> None:
    for place in (box.root / "nodir" / "seal.svg", stick):
        assert f"{place} cannot be written" in box.refuses("witness", "show", "last", "--svg", str(place))
