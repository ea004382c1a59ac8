"""Names in any script print right, or the page says that letters are missing; what people wrote is never markup.

A look at the text alone proves nothing (a PDF can hold the right text under an empty box), so the pages are drawn, and
the shapes themselves are looked at.
"""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from devicelog.export.pdf import letters, session_pdf
from devicelog.export.pdf.fonts import Font, covering
from devicelog.export.session import ExportedSession
from devicelog.store.writer import Writer
from tests.export.pdf import sessions
from tests.export.pdf.conftest import Sheet, missing, program
from tests.waiting import PATIENCE

Sheets = Callable[..., Sheet]


def of_name(name: str) -> Callable[[Writer], str]:
    """Records a session of a person of this name."""
    return lambda writer: sessions.named(writer, name)


@pytest.mark.parametrize("name", ["Юрий Гагарин", "Łukasz Żółć", "Nguyễn Thị", "Ελένη", "Zoë d'Arcy-Nuñez", "नमस्ते"])
def test_names_in_scripts_that_the_fonts_have_stand_as_they_are(sheet: Sheets, name: str) -> None:
    text = sheet(name, of_name(name)).text

    assert f"Patient {name}" in unicodedata.normalize("NFC", text)
    assert "LETTERS MISSING" not in text


def test_a_combining_accent_is_set_on_its_letter(sheet: Sheets) -> None:
    text = sheet("accent", of_name("Jose\u0301 Q\u0303")).text

    assert "José" in unicodedata.normalize("NFC", text)
    assert "LETTERS MISSING" not in text


@pytest.mark.parametrize("name", ["محمد علي", "דוד לוי"])
def test_what_reads_from_the_right_is_drawn_from_the_right(sheet: Sheets, name: str) -> None:
    """The first letter stands farthest to the right, and a number behind the name stays behind it."""
    found = sheet(name, of_name(name))
    boxes = subprocess.run(
        [program("pdftotext"), "-bbox", found.path, "-"], capture_output=True, timeout=PATIENCE, check=True
    ).stdout
    words = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)<', boxes.decode())
    places = {word.strip("\u2066\u2067\u2068\u2069,"): float(left) for left, _, word in reversed(words)}

    first, last = name.split()

    assert places[first[::-1]] > places[last[::-1]]  # poppler says letters in the order in which they stand
    assert places["born"] > places[first[::-1]]
    assert "LETTERS MISSING" not in found.text


def test_a_name_that_no_font_has_is_shown_as_boxes_and_the_page_says_so(sheet: Sheets) -> None:
    found = sheet("李雷 without fonts", of_name("李雷"))

    assert "Patient □□" in found.text
    assert all("□□, born 1990-01-02" in page.split("\n")[0] for page in found.pages)
    assert "LETTERS MISSING: 2 letters have no shape in the fonts at hand" in found.text
    assert "U+674E, U+96F7" in found.text
    assert "李" not in found.text


def test_an_emoji_and_letters_in_the_chart_are_no_exception(writer: Writer) -> None:
    take = sessions.Take(writer, sessions.GUN, protocol=None, zones=("李 zone 😀",))
    sessions.inject(take, 2, ("李 zone 😀",))
    take.end()

    with sessions.exported(writer, take.id) as session:
        data = session_pdf.pdf(session)

    assert data.startswith(b"%PDF-1.7")
    assert session_pdf.made_with(session).keys() == {"typst", "pikepdf"}


def test_a_font_of_the_system_that_has_the_letters_is_used_and_named(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts = covering(frozenset("李雷"))
    if not fonts:
        missing("no font of this system has the letters of 李雷")
    with sessions.exported(writer, sessions.named(writer, "李雷")) as session:
        boxed = session_pdf.pdf(session)
    monkeypatch.setattr("devicelog.export.pdf.session_pdf.covering", covering)

    with sessions.exported(writer, writer.sessions()[-1].id) as session:
        data, made_with = session_pdf.pdf(session), session_pdf.made_with(session)

    path = tmp_path / "named.pdf"
    path.write_bytes(data)
    text = subprocess.run(
        [program("pdftotext"), path, "-"], capture_output=True, timeout=PATIENCE, check=True
    ).stdout.decode()
    assert "李雷" in text
    assert "LETTERS MISSING" not in text
    assert made_with[f"font {fonts[0].family}"] == fonts[0].sha256
    assert is_drawn_as_two_letters(path, tmp_path)
    assert data != boxed


def is_drawn_as_two_letters(path: Path, folder: Path) -> bool:
    """Whether the two letters of 李雷 have dark shapes that differ: two empty boxes would be alike."""
    boxes = subprocess.run(
        [program("pdftotext"), "-bbox", path, "-"], capture_output=True, timeout=PATIENCE, check=True
    ).stdout.decode()
    found = re.search(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">李雷<', boxes)
    assert found is not None
    left, top, right, bottom = (round(float(place) * 600 / 72) for place in found.groups())
    where = ["-x", left, "-y", top, "-W", right - left, "-H", bottom - top, "-l", 1]
    drawing = [program("pdftoppm"), "-r", "600", "-gray", *map(str, where), str(path), str(folder / "name")]
    subprocess.run(drawing, timeout=PATIENCE, check=True)
    [picture] = folder.glob("name*.pgm")
    _, size, _, pixels = picture.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    rows = [pixels[row * width : (row + 1) * width] for row in range(height)]
    half = width // 2
    first, second = ([bytes(dot < 128 for dot in row[at : at + half]) for row in rows] for at in (0, half))
    inside = sum(map(sum, first[height // 4 : -height // 4]))
    return first != second and inside > half


NOTES = (
    '#import "@preview/x:1.0.0"',
    '#read("/etc/passwd") ${} `raw` ```',
    "= heading\n- list\n+ list\n/ term: x",
    "a\x00b\x07c\x1b[31m\u202egnp.exe\u2028next",
    "x" * 3000,
    "</desc><script>&amp;&amp;",
    "\\u{41} \"quoted\" 'single' {curly}",
)


def test_no_text_breaks_the_page_or_runs_out_of_it(sheet: Sheets) -> None:
    found = sheet("notes", lambda writer: sessions.named(writer, "Ann", *NOTES))

    boxes = subprocess.run(
        [program("pdftotext"), "-bbox", found.path, "-"], capture_output=True, timeout=PATIENCE, check=True
    ).stdout
    assert max(float(most) for most in re.findall(rb'xMax="([\d.]+)"', boxes)) < 595 - 15 / 25.4 * 72 + 1
    for note in NOTES:
        assert f"note: {letters.clean(note)[:25].rstrip()}" in found.text
    assert "(cut here: 3000 characters, whole in session.json)" in found.text


def test_what_would_steer_a_reader_is_seen_and_does_nothing() -> None:
    assert letters.clean("a\x00b\x1b[31m") == "a�b�[31m"
    assert letters.clean("\u202egnp.exe") == "�gnp.exe"
    assert letters.clean("one\r\ntwo\nthree") == "one / two / three"


def test_what_reads_from_the_right_is_set_apart_from_numbers_behind_it() -> None:
    assert letters.clean("by محمد علي 12") == "by \u2068محمد علي\u2069 12"


def test_the_letters_that_typst_refuses_are_read_from_its_error() -> None:
    said = 'error: the text `"李"` could not be displayed\nerror: the text `"q\\u{303}"` could not be displayed'

    assert letters.refused(said) == {"李", "\u0303"}
    assert letters.refused("error: unknown variable: x") == set()


def test_the_same_session_gives_the_same_bytes_here_and_in_another_process(writer: Writer, sheet: Sheets) -> None:
    found = sheet("gun")
    again = (
        "import sys\nfrom pathlib import Path\nfrom devicelog.export.pdf import session_pdf\n"
        "from devicelog.export.session import ExportedSession\nfrom devicelog.store.evidence import Evidence\n"
        "from devicelog.store.reader import Reader\n"
        "with Reader.open(Path(sys.argv[1])) as reader:\n"
        "    session = ExportedSession.of(Evidence(reader).session(reader.session(sys.argv[2])))\n"
        "    sys.stdout.buffer.write(session_pdf.pdf(session))\n"
    )

    with sessions.exported(writer, found.record.session) as session:
        here = session_pdf.pdf(session)
    there = subprocess.run(
        [sys.executable, "-c", again, writer.folder.path, found.record.session],
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    ).stdout

    assert here == found.data
    assert there == found.data


def test_fonts_are_copied_into_a_folder_that_is_gone_afterwards(tmp_path: Path) -> None:
    from devicelog.export.pdf.fonts import folder_of

    file = tmp_path / "one.ttf"
    file.write_bytes(b"a font")
    font = Font("One", file, frozenset("x"))

    with folder_of([font]) as [folder]:
        assert [path.read_bytes() for path in folder.iterdir()] == [b"a font"]

    assert not folder.exists()
    assert font.sha256 == sha256(b"a font").hexdigest()


def test_what_made_it_is_named(sheet: Sheets) -> None:
    session: ExportedSession = sheet("gun").session

    made_with = session_pdf.made_with(session)

    assert re.fullmatch(r"\d+\.\d+\.\d+", made_with["typst"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", made_with["pikepdf"])
