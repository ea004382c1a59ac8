"""session.pdf: one to two A4 pages, tagged PDF/A-2a and PDF/UA-1, set by typst from `session.typ`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import unescape
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from devicelog.export.chart import session_chart
from devicelog.export.pdf import letters, packing
from devicelog.export.pdf.fonts import Font, covering, folder_of
from devicelog.export.pdf.page import Page, page
from devicelog.export.session import ExportedSession
from devicelog.witness import qr

FILE = "session.pdf"
ABOUT = f"""\
{FILE}            the record on paper"""

#: typst's own fonts, which are the same everywhere.
_FAMILIES = ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern")
#: How wide the chart is drawn, in its own units; on the page it is as wide as the text.
_CHART_WIDTH = 900
#: The pages are set without a bold font, whose letters would be a fifth of the file.
_BOLD = ' font-weight="bold"'
#: The record is to have so many pages; one that has more is set anew, closer.
_PAGES, _CLOSER = 2, (1, 2)
#: So often the pages are set anew with □ for letters that were refused.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Made:
    """The file, and the fonts of the system that it was set with."""

    data: bytes
    fonts: Sequence[Font]


class _RefusedError(Exception):
    """typst has no shape for these letters."""

    def __init__(self, found: set[str]) -> None:
        super().__init__()
        self.letters = found


def write(session: ExportedSession, folder: Path) -> None:
    """Write session.pdf."""
    (folder / FILE).write_bytes(session.once(pdf))


def pdf(session: ExportedSession) -> bytes:
    """The pages; the same session gives the same bytes wherever `made_with` is the same."""
    return session.once(_made).data


def made_with(session: ExportedSession) -> dict[str, str]:
    """What the bytes depend on besides the ledger: typst, pikepdf, fonts of the system by SHA-256."""
    from importlib.metadata import version

    own = {f"font {font.family}": font.sha256 for font in session.once(_made).fonts}
    return {"typst": version("typst"), **packing.made_with(), **own}


def _made(session: ExportedSession) -> _Made:
    """Set the pages; where letters are refused, look for fonts that have them, then print □ for what none has."""
    sheet = _Sheet(page(session), session_chart.svg(session, _CHART_WIDTH), _seal_code(session), _seconds(session))
    absent: set[str] = set()
    fonts: Sequence[Font] | None = None
    for _ in range(_TRIES):
        try:
            return _Made(sheet.short(absent, fonts or ()), fonts or ())
        except _RefusedError as refused:
            found = refused.letters
        if fonts is None:
            fonts = covering(frozenset(found))
            found = found.difference(*(font.letters for font in fonts))
        absent |= found
    absent |= sheet.unusual()
    return _Made(sheet.short(absent, ()), ())


def _seconds(session: ExportedSession) -> int:
    """When the file says that it was made: at the last entry of the record."""
    return int(session.record.wall(session.record.last_us).timestamp())


def _seal_code(session: ExportedSession) -> str:
    return qr.svg(session.seal_text).decode() if session.seal_text is not None else ""


def _described(chart: str) -> str:
    """What the chart says of itself in words."""
    found = re.search(r"<desc[^>]*>(.*?)</desc>", chart, re.DOTALL)
    return unescape(found[1]) if found is not None else "The chart of the session."


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is set: the data of the pages, the chart and the seal's code as SVG ("" for none), and the file's time."""

    page: Page
    chart: str
    code: str
    seconds: int

    def short(self, absent: Collection[str], fonts: Sequence[Font]) -> bytes:
        """The file, as closely set as it takes for two pages, or for as few as can be; _RefusedError as `_set`."""
        made = self._set(absent, fonts, 0)
        pages = packing.pages(made)
        for tight in _CLOSER:
            if pages <= _PAGES:
                break
            closer = self._set(absent, fonts, tight)
            if packing.pages(closer) < pages:
                made, pages = closer, packing.pages(closer)
        return packing.packed(made)

    def _set(self, absent: Collection[str], fonts: Sequence[Font], tight: int) -> bytes:
        """What typst makes of it; _RefusedError if letters have no shape in typst's own fonts and these."""
        import typst

        content = letters.cleaned(self.page, absent)
        if absent:
            content["heading"]["marks"].append(letters.said_missing(absent))
        families = [*_FAMILIES, *(font.family for font in fonts)]
        inputs = {
            "page": msgspec.json.encode(content).decode(),
            "chart": letters.without(self.chart.replace(_BOLD, ""), absent),
            "alt": _described(self.chart),
            "code": self.code,
            "tight": str(tight),
            "fonts": msgspec.json.encode(families).decode(),
        }
        with as_file(files("devicelog.export.pdf")) as room, folder_of(fonts) as folder:
            try:
                made = typst.compile(
                    room / "session.typ",
                    root=room,
                    format="pdf",
                    ignore_system_fonts=True,
                    font_paths=folder,
                    sys_inputs=inputs,
                    pdf_standards=["a-2a", "ua-1"],  # tagged, to be kept, and to be read aloud
                    timestamp=self.seconds,
                )
            except typst.TypstError as error:
                found = (letters.refused(error.diagnostic) or self.unusual()) - set(absent)
                if not found:
                    raise
                raise _RefusedError(found) from None
        assert isinstance(made, bytes)
        return made

    def unusual(self) -> set[str]:
        """Every letter of the pages and the chart beyond ASCII."""
        told = msgspec.json.encode(letters.cleaned(self.page)).decode()
        return {char for char in told + self.chart if not char.isascii()}
