"""`devicelog drivers new`, beside what `devicelog drivers` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog


def test_the_command_says_what_it_wrote_and_what_to_do_next(box: Devicelog, tmp_path: Path) -> None:
    folder = tmp_path / "gun"

    done = box("drivers", "new", "my-gun", "--to", str(folder))

    files = {str(path) for path in folder.rglob("*") if path.is_file()}
    assert set(done.out.splitlines()) == files
    assert "README.md" in done.err
    assert "invented device" in done.err


def test_the_command_tells_a_program_what_it_wrote(box: Devicelog, tmp_path: Path) -> None:
    folder = tmp_path / "gun"

    told = box("drivers", "new", "my-gun", "--to", str(folder), "--json").document

    assert (told["name"], told["package"], told["module"]) == ("my-gun", "devicelog-my-gun", "my_gun")
    assert told["files"]
    assert all((folder / file).is_file() for file in told["files"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("My Gun",), "such as 'my-gun'"),
        (("new-era",), "has a driver of that name"),
        (("new",), "is a command"),
        (("my-gun", "--to", "."), "exists; expected a folder that is still to be made"),
        (("my-gun", "--to", "nowhere/gun"), "nowhere is no folder; make it first"),
        ((), "Missing argument 'NAME'"),
    ],
)
def test_what_cannot_be_written_is_one_sentence_and_changes_nothing(
    box: Devicelog, words: tuple[str, ...], says: str
) -> None:
    before = sorted(box.root.rglob("*"))

    done = box("drivers", "new", *words, code=2)

    assert says in done.err
    assert len(done.err.splitlines()) == 1
    assert sorted(box.root.rglob("*")) == before


def test_drivers_and_one_driver_are_shown_as_before(box: Devicelog) -> None:
    listed = box("drivers", "--json").document
    one = box("drivers", "new-era", "--json").document

    assert one in listed
    assert box("drivers", "--json", "new-era").document == one
    assert box("drivers", "new-era").out.startswith("new-era  from devicelog ")
    assert "no driver is called 'nowhere'" in box("drivers", "nowhere", code=2).err
