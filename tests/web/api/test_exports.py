"""Exports over the API are those of the command line, and nothing of them stays on the disk."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from devicelog.web.api import exporting
from tests.waiting import until
from tests.web.api.clinic import begun, client, over

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.web.served import Served


@pytest.fixture(scope="module")
def session(station: Served, program: httpx.Client) -> str:
    id_ = begun(program)
    over(station, program, id_)
    return id_


def made(program: httpx.Client, session: str, **of: object) -> dict[str, object]:
    answer = program.post(f"/api/v1/sessions/{session}/exports", json=of)
    assert answer.status_code == 202, answer.text
    where = answer.headers["location"]
    until(lambda: program.get(where).json()["state"] != "making", "the export is made")
    found: dict[str, object] = program.get(where).json()
    return found


def test_an_export_is_made_signed_and_fetched_once(
    station: Served, program: httpx.Client, session: str, tmp_path: Path
) -> None:
    from devicelog.export.proof.check import check_export

    export = made(program, session, formats=["json", "csv"])
    assert (export["state"], export["formats"]) == ("ready", ["json", "csv"])
    address = f"/api/v1/exports/{export['export']}"
    whole = program.get(f"{address}/zip")
    assert whole.headers["etag"] == f'"{sha256(whole.content).hexdigest()}"'
    with zipfile.ZipFile(io.BytesIO(whole.content)) as archive:
        archive.extractall(tmp_path)
    assert check_export(tmp_path / session, None).holds
    one = program.get(f"{address}/session.json")
    assert one.content == (tmp_path / session / "session.json").read_bytes()
    unchanged = program.get(f"{address}/session.json", headers={"if-none-match": one.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert not any((station.station.store / "exports").glob("*"))


def test_an_export_is_the_business_of_the_token_that_ordered_it(
    station: Served, program: httpx.Client, session: str
) -> None:
    export = made(program, session, formats=["json"], deidentified=True)
    with client(station) as other:
        assert other.get(f"/api/v1/exports/{export['export']}").status_code == 404
        assert other.get(f"/api/v1/exports/{export['export']}/zip").status_code == 404
    assert b"P-" not in program.get(f"/api/v1/exports/{export['export']}/session.json").content[:2000]


def test_more_exports_than_are_kept_have_to_wait(
    program: httpx.Client, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(program, session, formats=["json"])
    monkeypatch.setattr(exporting, "MOST", 1)

    answer = program.post(f"/api/v1/sessions/{session}/exports", json={})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert "too many exports are kept" in answer.json()["detail"]


def test_a_copy_for_others_is_not_called_after_its_session(program: httpx.Client, session: str) -> None:
    export = made(program, session, formats=["json"], deidentified=True)
    answer = program.get(f"/api/v1/exports/{export['export']}/zip")
    assert session not in answer.headers["content-disposition"]
    with ZipFile(io.BytesIO(answer.content)) as packed:
        assert [name for name in packed.namelist() if session in name] == []


def test_a_format_that_there_is_not_is_told(program: httpx.Client, session: str) -> None:
    answer = program.post(f"/api/v1/sessions/{session}/exports", json={"formats": ["docx"]})
    assert answer.status_code == 422
    assert "docx" in answer.json()["detail"]
    assert program.get("/api/v1/exports/none-such/zip").status_code == 404
