"""Treatment protocol files that cannot be trusted: refused with line and field, listed by `protocols check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog

GOOD = """\
id = "own"
family = "own"
version = "1"
title = "A protocol of one's own"
status = "example-unapproved"
modality = "injection"
area = "face"

[[limit]]
scope = "injection"
channel = "volume"
soft = "0.025 mL"
hard = "0.05 mL"
soft_source = { key = "OWN", grade = "E" }
hard_source = { key = "OWN", grade = "E" }

[sources]
OWN = { title = "our own", where = "here" }
"""

BAD = {
    "wrong dimension": ('soft = "0.025 mL"', 'soft = "0.025 mm"', 12, "wrong dimension"),
    "unknown unit": ('soft = "0.025 mL"', 'soft = "0.025 shots"', 12, "'shots'"),
    "megalitre": ('soft = "0.025 mL"', 'soft = "0.025 ML"', 12, "'ML'"),
    "no unit": ('soft = "0.025 mL"', "soft = 0.025", 12, "unit"),
    "soft above hard": ('soft = "0.025 mL"', 'soft = "0.06 mL"', 12, "hard"),
    "misspelt key": ("hard = ", "hart = ", 13, "did you mean 'hard'"),
    "unknown channel": ('channel = "volume"', 'channel = "volum"', 11, "did you mean 'volume'"),
    "unknown source": ('soft_source = { key = "OWN"', 'soft_source = { key = "OWM"', 14, "did you mean 'OWN'"),
    "no TOML": ('soft = "0.025 mL"', "soft = 0.025 mL", 12, "quotes"),
    "no limit": (GOOD[GOOD.index("[[limit]]") : GOOD.index("[sources]")], "", None, "limit"),
}


@pytest.fixture(params=BAD)
def bad(request: pytest.FixtureRequest, box: Devicelog) -> tuple[Path, int | None, str]:
    """A file with one fault, the line of the fault, and what a sentence about it must say."""
    good, wrong, line, named = BAD[request.param]
    file = box.root / "own.toml"
    assert good in GOOD
    file.write_text(GOOD.replace(good, wrong), encoding="utf-8")
    return file, line, named


def _record(protocol: Path) -> list[str]:
    who = ["--subject", "P-1", "--practitioner", "Dr. Test", "--no-live"]
    device = "reference-mesogun@sim://reference-mesogun?speed=max"
    return ["record", "--device", device, "--protocol", str(protocol), *who]


def test_no_recording_begins_with_a_bad_protocol(box: Devicelog, bad: tuple[Path, int | None, str]) -> None:
    file, line, named = bad
    for words in (_record(file), ["protocols", str(file)], ["protocols", "approve", str(file), "--by", "Dr. Test"]):
        sentence = box.refuses(*words)
        assert str(file) in sentence
        assert named in sentence
        assert line is None or f"line {line}," in sentence or f"line {line}:" in sentence
    assert not box.store.exists()


def test_check_lists_what_is_wrong_with_a_protocol(box: Devicelog, bad: tuple[Path, int | None, str]) -> None:
    file, line, named = bad
    done = box("protocols", "check", str(file), code=1)
    assert named in done.out
    assert line is None or f"line {line}" in done.out
    assert all(problem.startswith(str(file)) for problem in done.out.splitlines())
    document = box("protocols", "check", str(file), "--json", code=1).document
    assert document["holds"] is False
    assert document["problems"] == done.out.splitlines()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b'id = "\xff"', b"[" * 5000, b"x" * 300_000])
def test_what_is_no_protocol_at_all_is_refused(box: Devicelog, content: bytes) -> None:
    file = box.root / "own.toml"
    file.write_bytes(content)
    assert str(file) in box.refuses(*_record(file))
    assert box("protocols", "check", str(file), code=1).err == ""


def test_a_folder_is_no_protocol(box: Devicelog) -> None:
    folder = box.root / "folder.toml"
    folder.mkdir()
    assert "a folder" in box.refuses(*_record(folder))
    box.refuses("protocols", "check", str(folder))


def test_a_sound_protocol_of_ones_own_is_recorded_with_and_kept(box: Devicelog) -> None:
    file = box.root / "own.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert box("protocols", "check", str(file)).out == ""
    box(*_record(file), "--for", "300 ms")
    started = box.entries()[0].content
    assert started["protocol"]["id"] == "own"
    assert started["protocol"]["text"] == GOOD
