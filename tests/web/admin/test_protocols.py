"""Treatment protocols on a page: shown with units and sources, approved by name, derived, compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from devicelog.accounts import session as login_sessions
from devicelog.approving import derived_in
from devicelog.naming import approvals_in
from tests.web.admin.conftest import PROTOCOL
from tests.web.people import PASSWORD

if TYPE_CHECKING:
    from tests.web.admin.conftest import Client
    from tests.web.served import Served

SCALP = "meso-scalp-hair-nappage"


def sha(page: str) -> str:
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password was given too long ago."""
    monkeypatch.setattr(login_sessions, "RECENT", -1)


def test_limits_are_shown_with_units_sources_and_overlays(admin: Client) -> None:
    page = admin.get("/administration/protocols/noneedle-ionto-dc-face?overlay=IT").text
    assert "0.1 mA/cm²" in page
    assert "stricter by the overlay" in page
    assert "Italian law 1/1990" in page
    assert "DM110" in page


def test_a_protocol_that_does_not_exist_is_said(admin: Client) -> None:
    assert admin.get("/administration/protocols/no-such").status_code == 404
    assert admin.get("/administration/protocols/..%2Fstore.json.toml").status_code == 404


@pytest.mark.usefixtures("asks")
def test_a_protocol_is_approved_by_name_with_the_password_given_again(station: Served, admin: Client) -> None:
    path = f"/administration/protocols/{PROTOCOL}"
    form = {"sha256": sha(admin.get(path).text), "role": "medical director"}
    refused = admin.post(f"{path}/approve", **form, password="not that one", code="")
    assert refused.status_code == 400
    assert "This is not right" in refused.text
    assert PROTOCOL not in {one.id for one in approvals_in(station.station.store)}

    taken = admin.post(f"{path}/approve", **form, password=PASSWORD, code=admin.visitor.codes[0])
    assert taken.status_code == 303, taken.text
    *_, approval = approvals_in(station.station.store)
    assert (approval.id, approval.person) == (PROTOCOL, "Ada Admin, medical director")
    assert "Approved by Ada Admin, medical director" in admin.get(path).text


def test_only_the_text_that_was_shown_is_approved(admin: Client) -> None:
    answer = admin.post(f"/administration/protocols/{SCALP}/approve", sha256="0" * 64, role="medical director")
    assert answer.status_code == 400
    assert "The text has changed" in answer.text


def test_an_approval_is_taken_back_with_a_reason_and_stays_readable(station: Served, admin: Client) -> None:
    path = f"/administration/protocols/{SCALP}"
    admin.post(f"{path}/approve", sha256=sha(admin.get(path).text), role="medical director")
    assert "found an empty reason" in admin.post(f"{path}/withdraw", reason=" ").text
    assert admin.post(f"{path}/withdraw", reason="the dose was misread").status_code == 303
    last = approvals_in(station.station.store)[-1]
    assert last.withdrawn is not None
    assert last.withdrawn["reason"] == "the dose was misread"
    page = admin.get(path).text
    assert "Approved by nobody" in page
    assert "the dose was misread" in page


def fields(page: str) -> dict[str, str]:
    """What a form holds, as a browser would send it."""
    form = page[page.index('id="derive"') :]
    found = dict(re.findall(r'<input id="[^"]+" name="([^"]+)"[^>]*? value="([^"]*)"', form))
    selects = re.findall(r'<select id="[^"]+" name="([^"]+)">(.*?)</select>', form, re.DOTALL)
    for name, options in selects:
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen is not None else ""
    return found


def test_a_derived_protocol_is_shown_beside_its_base_and_kept_when_it_is_sound(station: Served, admin: Client) -> None:
    path = f"/administration/protocols/{PROTOCOL}/derive"
    form = fields(admin.get(path).text) | {"id": "our-face", "version": "2026-1", "soft-1": "1,5", "hard-1": "5 mm"}
    shown = admin.post(path, **form, act="show")
    assert "lets pass what the first does not" in shown.text
    assert "1.5 mm" in shown.text
    assert not derived_in(station.station.store)

    kept = admin.post(path, **form, act="keep")
    assert kept.headers["location"] == "/administration/protocols/our-face-2026-1.toml"
    [file] = derived_in(station.station.store)
    assert file.name == "our-face-2026-1.toml"
    page = admin.get(kept.headers["location"]).text
    assert "Approved by nobody" in page
    assert "Decision of the clinic, by Ada Admin" in page
    assert "exists already" in admin.post(path, **form, act="keep").text

    admin.post(f"{kept.headers['location']}/approve", sha256=sha(page), role="medical director")
    assert "Approved by Ada Admin" in admin.get("/administration/protocols/our-face").text
    assert "our-face-2026-1.toml" not in admin.get("/administration/protocols").text


def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(admin: Client) -> None:
    path = f"/administration/protocols/{PROTOCOL}/derive"
    form = fields(admin.get(path).text) | {"id": "our-face-2", "title": "Ours", "soft-1": "1.5 mL"}
    refused = admin.post(path, **form, act="show")
    assert refused.status_code == 400
    assert re.search(r'id="soft-1-error"[^>]*>.*?mL', refused.text, re.DOTALL)
    assert 'value="our-face-2"' in refused.text
    assert (
        "no id of a treatment protocol" in admin.post(path, **(form | {"id": "../x", "soft-1": "2"}), act="keep").text
    )


def test_two_versions_stand_side_by_side(admin: Client) -> None:
    page = admin.get(f"/administration/protocols/difference?first={PROTOCOL}&second=meso-face-nappage-superficial").text
    assert re.search(r"injection depth: soft</th><td[^>]*>2 mm</td><td[^>]*>1 mm", page)
    assert admin.get("/administration/protocols/difference?first=no&second=no").status_code == 404
