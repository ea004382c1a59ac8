"""The operational log tells of log-ins, codes and tokens: ids and addresses, never a typed name or a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.accounts.people import Description
from devicelog.accounts.secret import new_code
from devicelog.log import ALLOWED
from tests.accounts.conftest import ELSEWHERE, GOOD, MINUTE, OTHER
from tests.logging_anew import all_events

if TYPE_CHECKING:
    from tests.accounts.conftest import Clinic

TYPED = "my-password-in-the-wrong-field"


def test_security_events_are_told_with_ids_and_addresses_alone(clinic: Clinic) -> None:
    with all_events() as lines:
        admin = clinic.first_admin("Ada Adminova")
        eva = clinic.person("Eva Beispiel", with_totp=True)
        token = clinic.log_in(eva)
        clinic.accounts.own.set_pin(token, "4071", clinic.now)
        clinic.accounts.door.enter_pin(token, "4072", clinic.now)
        clinic.now += 16 * MINUTE
        clinic.look(token)
        clinic.try_in(TYPED, GOOD, address=ELSEWHERE)
        clinic.try_in(eva, OTHER, address=ELSEWHERE)
        clinic.try_in(eva, GOOD, address=ELSEWHERE, code="000000")
        clinic.accept(new_code(), address=ELSEWHERE)
        clinic.accounts.people.disable(eva.id, clinic.now, by=admin.name)
        clinic.accounts.people.add(Description("New One", "new"), ["reviewer"], clinic.now, by=admin.name)
        made = clinic.accounts.tokens.make("archive", ["exports:read"], 9, clinic.now, by=admin.name)
        clinic.accounts.tokens.revoke(made.token.id, clinic.now, by=admin.name)
    assert all(set(line) - {"log_level"} <= ALLOWED for line in lines)
    told = repr(lines)
    for secret in (TYPED, GOOD, OTHER, made.secret, token, "4071", "Eva", "beispiel", "Adminova", "archive"):
        assert secret not in told
    refused = [line for line in lines if line["event"] == "log-in refused"]
    assert [line.get("person") for line in refused] == [None, eva.id, eva.id]
    assert {line["address"] for line in refused} == {ELSEWHERE}
    events = {line["event"] for line in lines}
    assert events >= {"first code used", "one-time code used", "one-time code refused", "logged in", "PIN refused"}
    assert events >= {"log-in session locked", "token made", "token revoked", "person added"}
