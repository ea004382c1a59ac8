"""`devicelog drivers new` writes all of a package or nothing of it, in good order under every name."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import reduce
from operator import xor
from pathlib import Path

import pytest

from devicelog.kit import package
from devicelog.kit.name import LONGEST, free_name
from devicelog.kit.package import template, write_package
from tests.waiting import PATIENCE

RUFF = shutil.which("ruff", path=Path(sys.executable).parent)


@pytest.mark.parametrize("name", ["g", "my-gun", "x" * LONGEST])
def test_the_code_is_in_order_whatever_the_name(name: str, tmp_path: Path) -> None:
    assert RUFF is not None
    folder = tmp_path / "written"
    write_package(free_name(name), folder)

    for check in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [RUFF, *check, "--no-cache", "."], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stdout


def test_nothing_of_the_templates_own_names_is_left(tmp_path: Path) -> None:
    written = write_package(free_name("my-gun"), tmp_path / "written")

    assert len(written) == len(list(template()))
    assert not [path for path in written if "example" in str(path.relative_to(tmp_path))]
    assert not [path for path in written if re.search("example.dispenser", path.read_text(encoding="utf-8"))]


def test_what_tools_leave_behind_in_the_template_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "kit" / "template"
    for place, file in template():
        (copy / place).parent.mkdir(parents=True, exist_ok=True)
        (copy / place).write_bytes(file.read_bytes())
    litter = copy / "src" / "example_dispenser" / "__pycache__"
    litter.mkdir()
    (litter / "driver.pyc").write_bytes(b"\xff\x00")
    monkeypatch.setattr(package, "files", lambda _: tmp_path / "kit")

    written = write_package(free_name("my-gun"), tmp_path / "written")

    assert not [path for path in written if path.suffix == ".pyc"]


def test_a_package_that_cannot_be_written_whole_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = list(template())

    def broken() -> object:
        yield from files[:3]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(package, "template", broken)
    with pytest.raises(OSError, match="No space"):
        write_package(free_name("my-gun"), tmp_path / "written")

    assert list(tmp_path.iterdir()) == []


def test_the_readme_shows_checks_that_are_right() -> None:
    readme = next(file for place, file in template() if place.name == "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^\| `([^`]+)\*([0-9A-F]{2})` \|", readme, re.MULTILINE)

    assert len(examples) == 3
    for text, check in examples:
        assert int(check, 16) == reduce(xor, text.encode(), 0)
