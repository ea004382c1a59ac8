"""The sessions of `sessions.py`, each recorded and set once for all tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

from devicelog.export.pdf import session_pdf
from devicelog.export.session import ExportedSession
from devicelog.record.record import Record
from devicelog.store.writer import Writer
from tests.export.pdf import sessions
from tests.waiting import PATIENCE


@dataclass(frozen=True, slots=True)
class Sheet:
    """One session on paper: its record, the file, and the text that `pdftotext` reads, in all and page by page."""

    record: Record
    session: ExportedSession
    data: bytes
    path: Path

    @property
    def pages(self) -> list[str]:
        return read(self.path).split("\f")[:-1]

    @property
    def text(self) -> str:
        """All in one line, so that no line break stands between words."""
        return " ".join(read(self.path).split())

    @property
    def flow(self) -> str:
        """The same column by column, where a page has two."""
        return " ".join(read(self.path, laid_out=False).split())


@cache
def read(path: Path, *, laid_out: bool = True) -> str:
    """What others read of the file, laid out as it stands on the page or in the order in which it is written."""
    how = "-layout" if laid_out else "-raw"
    found = subprocess.run([program("pdftotext"), how, path, "-"], capture_output=True, timeout=PATIENCE, check=True)
    return found.stdout.decode()


def program(name: str) -> str:
    """A program that others wrote; without it the test skips, where CI does not forbid that."""
    found = shutil.which(name)
    if found is None:
        missing(f"{name} is not installed")
    return found


def missing(what: str) -> NoReturn:
    """What a test needs is not here: it skips, and fails where the tests run for all."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, expected where the tests run for all")
    pytest.skip(what)


@pytest.fixture(scope="session")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """A store for all sessions of this room."""
    folder = tmp_path_factory.mktemp("pdf")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEVICELOG_KEYS", str(folder / "keys"))
        opened = Writer.open(folder / "store")
    with opened:
        yield opened


@pytest.fixture(scope="session")
def sheet(writer: Writer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Sheet]]:
    """The pages of a session by its name in `sessions.SESSIONS`, or of any that a function records."""
    made: dict[str, Sheet] = {}
    folder, kept = tmp_path_factory.mktemp("sheets"), ExitStack()

    def make(name: str, record: Callable[[Writer], str] | None = None) -> Sheet:
        if name not in made:
            recorded = (record or sessions.SESSIONS[name])(writer)
            session = kept.enter_context(sessions.exported(writer, recorded))
            data = session_pdf.pdf(session)
            path = folder / f"{len(made)}.pdf"
            path.write_bytes(data)
            made[name] = Sheet(session.record, session, data, path)
        return made[name]

    with kept:
        yield make


@pytest.fixture(autouse=True)
def keys(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of that one store, in the place of those that each other test of exports has of its own."""
    monkeypatch.setenv("DEVICELOG_KEYS", str(writer.folder.path.parent / "keys"))


@pytest.fixture(autouse=True)
def no_fonts_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test sees does not depend on which fonts are installed; the tests of fonts look for them by themselves."""
    monkeypatch.setattr("devicelog.export.pdf.session_pdf.covering", lambda _: ())
