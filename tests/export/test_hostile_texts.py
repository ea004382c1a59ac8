"""Texts of people and devices that would be something else in a file: markup, separators, lines, commands, paths."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from devicelog.export import FORMATS, chosen
from devicelog.export.folder.package import write_files
from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession
from devicelog.ledger import Chain, encode
from tests.export.everything import Source, lines
from tests.waiting import PATIENCE

HOSTILE = (
    '=cmd|"/C calc"!A0,\r\nPID|1||EVIL^&~\\F\\ #read("/etc/passwd") *b* $x$ @r <l> `c` </div><script>alert(1)</script>'
    '&lt;]]></text></svg>"},{"x":1}\\u0000 ../../evil\x00\x01\x0b\x1c\x7f\x85\u2028\u2029\u202e\u2066\ufffe\U000e0041 '
    "👨‍👩‍👧 é́́ مرحبا '=1"
)
#: Where a person or a device says something; ids are devicelog's own.
_WORD = re.compile(r"(?<![-\w])Marker")
#: What XHTML of ours is made of.
_TAGS = {"div", "p", "ul", "li", "table", "thead", "tbody", "tr", "td", "th", "br"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _put(value: Any) -> Any:
    """The hostile text in the place of each word that begins with Marker, names of fields included."""
    if isinstance(value, str):
        return _WORD.sub(lambda _: HOSTILE, value)
    if isinstance(value, list):
        return [_put(one) for one in value]
    return {_put(name): _put(one) for name, one in value.items()} if isinstance(value, dict) else value


class _Source(Source):
    def __init__(self) -> None:
        super().__init__()
        chain = Chain()
        self._lines = [chain.append(encode(_put(json.loads(line.body)))) for line in lines()]
        self.reference = self.name = HOSTILE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every format of a session with every kind of entry, each text of which is hostile."""
    session = ExportedSession.of(_Source())
    session = replace(session, made_with=session_pdf.made_with(session))
    folder = tmp_path_factory.mktemp("hostile")
    write_files(session, folder, chosen([]))
    return folder


def test_no_text_names_a_file(folder: Path) -> None:
    names = {path.name for path in folder.rglob("*")}
    assert {FORMATS[name].known_by for name in chosen([])} <= names
    assert all(re.fullmatch(r"[A-Za-z0-9_]+(\.schema)?\.(csv|json|pdf|hl7|txt)", name) for name in names), names


def test_a_cell_is_no_formula_and_no_row(folder: Path) -> None:
    hostile = 0
    for path in folder.glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1, path.name
        for cell in (cell for row in rows for cell in row):
            assert not re.match(r"[=+@\t\r\n]|-(?![\d.])", cell), (path.name, cell)
            assert _CONTROLS.search(cell) is None, (path.name, cell)
            hostile += cell.startswith("'=cmd")
    assert hostile > 5


def test_no_text_begins_a_segment(folder: Path) -> None:
    for path in folder.glob("*.hl7"):
        *segments, rest = path.read_bytes().decode().split("\r")
        assert rest == ""
        for segment in segments:
            assert re.match(r"(MSH|EVN|PID|PV1|TXA|OBR|OBX|NTE|PRT|CON)\|", segment), segment[:60]
            assert not segment.startswith("PID|1||EVIL")
            assert re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", segment) is None, segment[:60]


def _strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON value, with the name that it has there."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _strings(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one, name)
    elif isinstance(value, str):
        yield name, value


@pytest.mark.parametrize("file", ["fhir_document.json", "fhir_transaction.json"])
def test_the_text_of_a_resource_is_text(folder: Path, file: str) -> None:
    found = list(_strings(json.loads((folder / file).read_bytes())))
    for name, text in found:
        assert _CONTROLS.search(text) is None, name
        assert name != "id" or re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", text), text
        assert name != "code" or re.fullmatch(r"\S+( \S+)*", text), text
    divs = [text for name, text in found if name == "div"]
    for root in map(ElementTree.fromstring, divs):
        assert {part.tag.rpartition("}")[2] for part in root.iter()} <= _TAGS
        assert all(set(part.attrib) <= {"border"} for part in root.iter())
    assert any("script" in div for div in divs)


def test_no_text_begins_a_line_of_the_readme(folder: Path) -> None:
    text = (folder / "README.txt").read_text(encoding="utf-8")
    assert "EVIL" in text
    assert re.search("[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029\u202e\u2066]", text) is None
    assert not any(line.startswith("PID") for line in text.splitlines())


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler's pdftotext")
def test_a_page_prints_the_text_and_does_nothing(folder: Path) -> None:
    read = subprocess.run(
        ["pdftotext", "-layout", folder / "session.pdf", "-"], capture_output=True, timeout=PATIENCE, check=True
    )
    text = read.stdout.decode()
    assert "#read(" in text
    assert "root:" not in text
    assert "\u202e" not in text
