"""Who may open which page of devices and administration, and who is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from tests.web.admin.conftest import PROTOCOL

if TYPE_CHECKING:
    from tests.web.admin.conftest import Client
    from tests.web.served import Served

ALL = ["/devices"]
TRAINING = ["/devices/test", "/devices/training"]
ADMIN = [
    "/devices/bind",
    "/administration",
    "/administration/protocols",
    f"/administration/protocols/{PROTOCOL}",
    f"/administration/protocols/{PROTOCOL}/derive",
    f"/administration/protocols/difference?first={PROTOCOL}&second=meso-face-nappage-superficial",
    "/administration/keys",
    "/administration/keys/seal.svg",
    "/administration/backups",
    "/administration/accesses",
    "/administration/doctor",
    "/administration/retention",
    "/administration/outbox",
    "/administration/webhooks",
]
#: What only an admin may send.
FORMS = [
    "/devices/bind",
    f"/administration/protocols/{PROTOCOL}/approve",
    f"/administration/protocols/{PROTOCOL}/withdraw",
    f"/administration/protocols/{PROTOCOL}/derive",
    "/administration/keys/rotate",
    "/administration/backups/folder",
    "/administration/backups/make",
    "/administration/backups/keys",
    "/administration/doctor/verify",
    "/administration/retention/rule",
    "/administration/retention/find",
    "/administration/outbox/run",
    "/administration/webhooks",
]


@pytest.mark.parametrize("path", [*ALL, *TRAINING, *ADMIN])
def test_an_admin_opens_every_page(admin: Client, path: str) -> None:
    assert admin.get(path).status_code == 200


@pytest.mark.parametrize("path", ALL + TRAINING)
def test_a_practitioner_sees_devices_tries_them_and_trains(practitioner: Client, path: str) -> None:
    assert practitioner.get(path).status_code == 200


@pytest.mark.parametrize("path", ADMIN)
def test_a_practitioner_administers_nothing(practitioner: Client, path: str) -> None:
    assert practitioner.get(path).status_code == 403


def test_a_reviewer_sees_devices_and_opens_no_port(reviewer: Client) -> None:
    assert reviewer.get("/devices").status_code == 200
    assert {reviewer.get(path).status_code for path in (*TRAINING, *ADMIN)} == {403}


@pytest.mark.parametrize("path", FORMS)
def test_who_is_no_admin_changes_nothing(practitioner: Client, reviewer: Client, path: str) -> None:
    assert [one.post(path).status_code for one in (practitioner, reviewer)] == [403, 403]


def test_a_form_without_the_token_of_its_page_is_refused(admin: Client) -> None:
    assert admin.post("/administration/doctor", csrf="0" * 64).status_code == 403


def test_whoever_is_not_logged_in_sees_nothing(station: Served) -> None:
    for path in (*ALL, *TRAINING, *ADMIN):
        answer = httpx.get(f"{station.url}{path}")
        assert (answer.status_code, answer.text) == (303, "")
