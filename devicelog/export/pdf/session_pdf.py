"""session.pdf: one to two A4 pages, tagged PDF/A, set by typst from `session.typ`."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from devicelog.export.session import ExportedSession

FILE = "session.pdf"
ABOUT = f"""\
{FILE}            the record on paper"""


def write(session: ExportedSession, folder: Path) -> None:
    """Write session.pdf."""
    (folder / FILE).write_bytes(session.once(pdf))


def made_with(_session: ExportedSession) -> dict[str, str]:
    """What else but the ledger the bytes depend on: where it differs, the same session gives other bytes."""
    return {"typst": version("typst")}


def pdf(session: ExportedSession) -> bytes:
    """The pages; the same session gives the same bytes."""
    import typst

    page = msgspec.json.encode({"session": session.record.session}).decode()
    last: datetime = session.record.wall(session.record.last_us)
    with as_file(files("devicelog.export.pdf")) as room:
        made = typst.compile(
            room / "session.typ",
            root=room,
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"page": page},
            pdf_standards=["a-2a"],
            timestamp=int(last.timestamp()),
        )
    assert isinstance(made, bytes)
    return made
