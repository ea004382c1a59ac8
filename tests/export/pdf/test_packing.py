"""A packed PDF holds the same objects as before, as a program that others wrote reads it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typst

from devicelog.export.pdf.packing import fingerprint, packed
from tests.export.pdf.conftest import program

_SOURCE = b'#set document(title: "T")\n#set text(lang: "en")\n= H\n#table(columns: 4, ..range(600).map(str))\n'


@pytest.fixture(scope="module")
def plain() -> bytes:
    made = typst.compile(_SOURCE, format="pdf", ignore_system_fonts=True, pdf_standards=["a-2a", "ua-1"], timestamp=0)
    assert isinstance(made, bytes)
    return made


def objects(data: bytes, path: Path) -> Any:
    """Every object of a file with its content, its streams decoded; without those that only pack others."""
    path.write_bytes(data)
    told = subprocess.run(
        [program("qpdf"), "--json=2", "--json-stream-data=inline", "--decode-level=generalized", path],
        capture_output=True,
        check=True,
    )
    found = json.loads(told.stdout)["qpdf"][1]
    kept = {
        name: one
        for name, one in found.items()
        if one.get("stream", {}).get("dict", {}).get("/Type") not in ("/ObjStm", "/XRef")
    }
    trailer = kept.pop("trailer")["value"]
    return kept, {name: trailer[name] for name in ("/Root", "/Info", "/ID")}


def test_it_has_the_same_objects_and_is_much_smaller(plain: bytes, tmp_path: Path) -> None:
    small = packed(plain)

    assert objects(small, tmp_path / "small.pdf") == objects(plain, tmp_path / "plain.pdf")
    assert len(small) < 0.5 * len(plain)


def test_it_is_sound(plain: bytes, tmp_path: Path) -> None:
    path = tmp_path / "small.pdf"
    path.write_bytes(packed(plain))

    checked = subprocess.run([program("qpdf"), "--check", path], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_same_file_gives_the_same_bytes(plain: bytes) -> None:
    assert packed(plain) == packed(plain)
    assert fingerprint() == fingerprint()


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7\nstartxref\n9\n%%EOF", b"startxref 0 %%EOF"])
def test_what_is_no_plain_pdf_is_refused(damage: bytes) -> None:
    with pytest.raises(ValueError, match="cross-reference"):
        packed(damage)
