"""A packed PDF holds the same objects as before, as a program that others wrote reads it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typst

from devicelog.export.pdf.packing import packed
from tests.export.pdf.conftest import program
from tests.waiting import PATIENCE

_SOURCE = b'#set document(title: "T")\n#set text(lang: "en")\n= H\n#table(columns: 4, ..range(600).map(str))\n'


@pytest.fixture(scope="module")
def plain() -> bytes:
    made = typst.compile(_SOURCE, format="pdf", ignore_system_fonts=True, pdf_standards=["a-2a", "ua-1"], timestamp=0)
    assert isinstance(made, bytes)
    return made


def unpacked(data: bytes, path: Path) -> bytes:
    """The file as qpdf writes it with nothing packed, numbered in the order in which things refer to each other."""
    path.write_bytes(data)
    how = ("--object-streams=disable", "--stream-data=uncompress", "--decode-level=generalized", "--static-id")
    return subprocess.run([program("qpdf"), *how, path, "-"], capture_output=True, timeout=PATIENCE, check=True).stdout


def test_it_has_the_same_objects_and_is_much_smaller(plain: bytes, tmp_path: Path) -> None:
    small = packed(plain)

    assert unpacked(small, tmp_path / "small.pdf") == unpacked(plain, tmp_path / "plain.pdf")
    assert len(small) < 0.5 * len(plain)


def test_it_is_sound(plain: bytes, tmp_path: Path) -> None:
    path = tmp_path / "small.pdf"
    path.write_bytes(packed(plain))

    checked = subprocess.run(
        [program("qpdf"), "--check", path], capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_same_file_gives_the_same_bytes_also_in_another_process(plain: bytes) -> None:
    does = "sys.stdout.buffer.write(packed(sys.stdin.buffer.read()))"
    code = f"import sys; from devicelog.export.pdf.packing import packed; {does}"
    other = subprocess.run(
        [sys.executable, "-c", code], input=plain, capture_output=True, timeout=PATIENCE, check=True
    ).stdout

    assert packed(plain) == packed(plain) == other


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7\nstartxref\n9\n%%EOF", b"startxref 0 %%EOF"])
def test_what_is_no_sound_pdf_is_refused_and_not_repaired(damage: bytes) -> None:
    with pytest.raises(ValueError, match="could not be packed"):
        packed(damage)
