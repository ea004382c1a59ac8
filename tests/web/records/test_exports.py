"""Records taken away: the files that the command line writes, whole, signed, and nothing left behind."""

from __future__ import annotations

import asyncio
import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from devicelog.errors import StoreFullError
from devicelog.ledger import Kind
from devicelog.store.reader import Reader
from devicelog.web.api.exporting import Exports
from devicelog.web.making import new_room
from devicelog.web.pages.records import exporting
from tests.waiting import PATIENCE
from tests.web.records.test_history import words
from tests.web.records.test_writing import record

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from starlette.types import Message

    from tests.web.records.conftest import Clinic


def verified(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """What `devicelog verify` says of a folder, as an exit code."""
    from devicelog.cli import main

    monkeypatch.setattr("sys.argv", ["devicelog", "verify", str(folder)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_a_download_holds_what_the_command_writes_and_verifies(
    clinic: Clinic, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = clinic.sessions.second
    room = tmp_path / "temporary"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    with clinic.browsing(browser) as context:
        tab = context.new_page()
        tab.goto(f"/sessions/{session}")
        for name in ("PDF", "FHIR", "HL7 v2"):
            tab.get_by_role("checkbox", name=name, exact=True).uncheck()
        with tab.expect_download() as waiting:
            tab.get_by_role("button", name="Download as ZIP").click()
        assert waiting.value.suggested_filename == f"{session}.zip"
        waiting.value.save_as(tmp_path / "taken.zip")
    with ZipFile(tmp_path / "taken.zip") as packed:
        names = set(packed.namelist())
        packed.extractall(tmp_path / "taken")
    assert {f"{session}/{name}" for name in ("session.json", "SHA256SUMS", "SHA256SUMS.sig", "README.txt")} <= names
    assert not any(name.endswith((".pdf", ".hl7")) for name in names)
    assert verified(tmp_path / "taken" / session, monkeypatch) == 0
    assert [*room.iterdir(), *(clinic.store / "exports").iterdir()] == []
    last = clinic.accesses()[-1]
    assert (last.what, last.by, last.session) == ("export", "Dr. Ann Berg", session)


def test_what_a_kill_leaves_of_an_export_lies_in_the_store_and_goes_at_the_next_start(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, rooms = tmp_path / "temporary", list[Path]()
    elsewhere.mkdir()

    def killed(_reader: object, _session: str, room: Path, *_: object, **__: object) -> None:
        rooms.extend([room, *elsewhere.iterdir()])
        raise StoreFullError("the disk is full; make room.")

    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    monkeypatch.setattr(exporting, "export", killed)
    clinic.post(f"/sessions/{clinic.sessions.flow}/export", {"format": "json"})

    (room,) = rooms
    assert clinic.store in room.parents
    store = tmp_path / "store"
    left = store / room.relative_to(clinic.store) / "session.json"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    Exports(store).close()
    assert not left.exists()


def test_nothing_stays_of_an_export_whose_browser_went_away(tmp_path: Path) -> None:
    room = new_room(tmp_path)
    file = room / "session.zip"
    file.write_bytes(b"x" * 200_000)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def gone(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("nobody reads any more")

    scope = {"type": "http", "method": "POST", "headers": [], "asgi": {"spec_version": "2.4"}}
    sending = exporting._Taken(room, file, "application/zip")
    with ThreadPoolExecutor(1) as another, pytest.raises(OSError, match="nobody reads"):
        another.submit(asyncio.run, sending(scope, receive, gone)).result(PATIENCE)
    assert not room.exists()


def test_the_pdf_comes_alone_under_the_name_of_its_session(clinic: Clinic) -> None:
    session = clinic.sessions.flow
    answer = clinic.post(f"/sessions/{session}/export", {"pdf-alone": "yes"})
    assert answer.headers["content-disposition"] == f'attachment; filename="{session}.pdf"'
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_a_copy_for_others_names_nobody(clinic: Clinic) -> None:
    form: dict[str, str | list[str]] = {"format": ["json", "csv"], "deidentified": "yes"}
    answer = clinic.post(f"/sessions/{clinic.sessions.second}/export", form)
    packed = ZipFile(io.BytesIO(answer.content))
    inside = b"".join(packed.read(name) for name in packed.namelist())
    said = answer.headers["content-disposition"].encode() + b" ".join(name.encode() for name in packed.namelist())
    for told in (b"Winter", b"Ann Berg", b"P-1", clinic.sessions.second.encode(), clinic.sessions.patient.encode()):
        assert told not in inside + said
    assert {one.date_time[0] for one in packed.infolist()} == {1980}


def test_a_format_that_does_not_exist_is_refused_in_a_sentence(clinic: Clinic) -> None:
    answer = clinic.post(f"/sessions/{clinic.sessions.flow}/export", {"format": "docx"})
    assert answer.status_code in (400, 404)
    assert "docx" in words(answer.text)
    none = clinic.post(f"/sessions/{clinic.sessions.flow}/export", {})
    assert none.status_code == 400
    assert "choose one or more" in words(none.text)


def test_a_record_is_delivered_by_whoever_may_and_its_receipt_stands_in_it(clinic: Clinic, tmp_path: Path) -> None:
    session, target = clinic.sessions.other, tmp_path / "file"
    target.mkdir()
    answer = clinic.post(f"/sessions/{session}/deliver", {"target": str(target)}, clinic.rita)
    assert answer.status_code == 200, words(answer.text)
    assert f"Delivered: folder → {target}" in words(answer.text)
    (receipt,) = record(clinic, session).statements.of(Kind.DELIVERED)
    assert (receipt.now["by"], receipt.now["target"]) == ("Rita Review", str(target))
    assert len(list(target.rglob("SHA256SUMS.sig"))) == 1
    assert str(target) in words(clinic.get(f"/sessions/{session}", clinic.rita).text)
    with Reader.open(clinic.store) as reader:
        entries = reader.last_line(reader.session(session).number)
    again = clinic.post(f"/sessions/{session}/deliver", {"target": str(target)}, clinic.rita)
    assert "The target has this record already." in words(again.text)
    with Reader.open(clinic.store) as reader:
        assert reader.last_line(reader.session(session).number) == entries


@pytest.mark.parametrize("target", ["ftp://x", f"/{'x' * 300}", "y" * 5000, "/no\0", "file:///%00"])
def test_a_target_that_is_none_is_refused_beside_its_field(clinic: Clinic, target: str) -> None:
    answer = clinic.post(f"/sessions/{clinic.sessions.flow}/deliver", {"target": target}, clinic.rita)
    assert answer.status_code == 422
    assert 'id="target-error"' in answer.text
