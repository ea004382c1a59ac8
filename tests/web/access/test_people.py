"""What an admin does with people and tokens, and what everybody does with the own account."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pyotp
import pytest

from devicelog import clock
from devicelog.account import Role, Scope
from devicelog.acts.accounts import AccountAct
from tests.web.access.test_first_start import acts
from tests.web.people import PASSWORD, accepted, log_in
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.web.served import Served

OTHER = "velvet anchor moth piano"


@pytest.fixture
def ada(station: Served) -> Iterator[Visit]:
    """An admin who has just given the password."""
    number = len(station.accounts.people.all())
    with Visit(station.url, token=log_in(station.accounts, f"Ada {number}", Role.ADMIN)) as visit:
        visit.get("/account")
        yield visit


def long_ago(station: Served, visit: Visit) -> None:
    """Let the password be given eleven minutes ago."""
    from devicelog.accounts.secret import hash_of_token

    given = clock.now().wall_ns - 11 * 60 * 10**9
    with station.accounts.file.changing() as rows:
        rows.logins.prove_password(hash_of_token(visit.http.cookies["devicelog"]), given, with_totp=True)


def test_whoever_is_added_sets_the_password_with_the_code_and_nobody_else_knows_it(station: Served, ada: Visit) -> None:
    ada.get("/administration/people/new")
    ada.post("/administration/people/new", name="Dr. B. Eispiel", login="berta", roles=["practitioner", "reviewer"])
    code = ada.codes[0]
    assert code not in ada.get("/administration/people").text
    with Visit(station.url, tablet=True) as berta:
        berta.get("/invitation")
        berta.post("/invitation", code=code)
        assert "Dr. B. Eispiel" in berta.text
        without = berta.post("/invitation/accept", code=code, password=OTHER, repeated=OTHER)
        assert without.status_code == 400  # a tablet needs the authenticator
        totp = pyotp.TOTP(berta.secret).at(clock.now().wall_ns // 10**9)
        berta.post("/invitation/accept", code=code, password=OTHER, repeated=OTHER, totp=totp)
        recovery = berta.codes
        berta.get("/login")
        berta.post("/login", login="berta", password=OTHER)
        assert berta.post("/login/code", code=recovery[0]).status_code == 303
        assert berta.get("/account").status_code == 200
        berta.get("/invitation")
        assert berta.post("/invitation", code=code).status_code == 401
    assert station.accounts.people.named("berta").roles == {Role.PRACTITIONER, Role.REVIEWER}


def test_nobody_has_a_role_that_no_admin_has_chosen(station: Served, ada: Visit) -> None:
    ada.get("/administration/people/new")
    assert re.findall(r'name="roles" value="(\w+)"( checked)?', ada.text) == [(role.value, "") for role in Role]
    refused = ada.post("/administration/people/new", name="Dr. No Role", login="no-role")
    assert refused.status_code == 400
    assert "no-role" not in [one.login for one in station.accounts.people.all()]


def test_administering_asks_for_the_password_again_after_ten_minutes(station: Served, ada: Visit) -> None:
    codes = station.accounts.own.new_recovery_codes(ada.http.cookies["devicelog"], clock.now().wall_ns)
    assert isinstance(codes, tuple)
    long_ago(station, ada)
    led = ada.get("/administration/people/new").headers["location"]
    assert led == "/prove?next=/administration/people/new"
    ada.get(led)
    wrong = ada.post("/prove", password="wrong wrong wrong", code="000000", next="/administration/people/new")
    assert wrong.status_code == 401
    right = ada.post("/prove", password=PASSWORD, code=codes[0], next="/administration/people/new")
    assert right.headers["location"] == "/administration/people/new"
    assert ada.get("/administration/people/new").status_code == 200


def test_a_form_that_comes_too_late_is_kept_while_the_password_is_asked_for(station: Served, ada: Visit) -> None:
    # given an admin who gave the password eleven minutes ago
    codes = station.accounts.own.new_recovery_codes(ada.http.cookies["devicelog"], clock.now().wall_ns)
    assert isinstance(codes, tuple)
    long_ago(station, ada)
    people = len(station.accounts.people.all())

    # when somebody is added
    typed: dict[str, str | list[str]] = {"name": 'Too "Late" <b>', "roles": ["practitioner", "reviewer"]}
    asked = ada.post("/administration/people/new", login="late", password=PASSWORD, **typed)

    # then the password is asked for, nobody was added, and what was typed is on the page, but for secrets
    assert (asked.status_code, len(station.accounts.people.all())) == (200, people)
    assert PASSWORD not in asked.text
    wrong = ada.post("/prove", **hidden(asked), password="wrong wrong wrong", code="000000")
    assert (wrong.status_code, hidden(wrong)) == (401, hidden(asked))
    assert hidden(wrong)["roles"] == ["practitioner", "reviewer"]

    # and with the password it is done as it was typed, once
    sent_on = ada.http.post(
        "/prove",
        data=hidden(wrong) | {"csrf": ada.csrf, "password": PASSWORD, "code": codes[0]},
        follow_redirects=True,
    )
    assert sent_on.request.url.path == "/administration/people/new"
    added = station.accounts.people.named("late")
    assert added.name == 'Too "Late" <b>'
    assert added.roles == {Role.PRACTITIONER, Role.REVIEWER}
    assert len(station.accounts.people.all()) == people + 1


def test_a_form_that_waits_for_the_password_waits_on_in_another_language(station: Served, ada: Visit) -> None:
    # given a form that is kept while the password is asked for
    codes = station.accounts.own.new_recovery_codes(ada.http.cookies["devicelog"], clock.now().wall_ns)
    assert isinstance(codes, tuple)
    long_ago(station, ada)
    typed: dict[str, str | list[str]] = {"name": "Dr. P. Atient", "roles": ["practitioner", "reviewer"]}
    asked = ada.post("/administration/people/new", login="patient-one", password=PASSWORD, **typed)

    # when another language is chosen, with something in the field for the password
    chosen = hidden(asked, "/language") | {"csrf": ada.csrf, "language": "de", "password": "half of it", "code": "12"}
    german = ada.http.post("/language", data=chosen, follow_redirects=True)

    # then the page is in that language, with what was typed, but for secrets
    assert '<html lang="de">' in german.text
    assert hidden(german) == hidden(asked)
    assert PASSWORD not in german.text
    assert "half of it" not in german.text

    # and it is taken when the password is right
    right = hidden(german) | {"csrf": ada.csrf, "password": PASSWORD, "code": codes[0]}
    ada.http.post("/prove", data=right, follow_redirects=True)
    added = station.accounts.people.named("patient-one")
    assert added.name == "Dr. P. Atient"
    assert added.roles == {Role.PRACTITIONER, Role.REVIEWER}


def test_the_password_sends_a_form_on_to_no_other_place(station: Served, ada: Visit) -> None:
    codes = station.accounts.own.new_recovery_codes(ada.http.cookies["devicelog"], clock.now().wall_ns)
    assert isinstance(codes, tuple)
    ada.get("/account")
    answer = ada.post("/prove", then="https://evil.example/", name="x", password=PASSWORD, code=codes[0])
    assert answer.headers["location"] == "/"


def test_a_form_of_ones_own_account_that_comes_too_late_leads_back_to_its_page(station: Served, ada: Visit) -> None:
    long_ago(station, ada)
    ada.http.headers["referer"] = f"{station.url}/account"
    assert ada.post("/account/recovery").headers["location"] == "/prove?next=/account"
    ada.http.headers["referer"] = "https://evil.example/account"
    assert ada.post("/account/recovery").headers["location"] == "/prove"


def test_no_form_of_another_browser_is_kept(station: Served, ada: Visit) -> None:
    long_ago(station, ada)
    ada.csrf = "0" * 64
    assert ada.post("/administration/tokens/new", name="x").status_code == 403


def hidden(page: httpx.Response, action: str = "/prove") -> dict[str, str | list[str]]:
    """What a form in the page holds without being seen, but for its own token."""
    form = page.text.partition(f'action="{action}"')[2].partition("</form>")[0]
    found: dict[str, str | list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form):
        before = found.get(name)
        said = html.unescape(value)
        found[name] = said if before is None else [*([before] if isinstance(before, str) else before), said]
    del found["csrf"]
    return found


def test_a_pin_is_not_enough_to_administer(station: Served, ada: Visit) -> None:
    token = ada.http.cookies["devicelog"]
    station.accounts.own.set_pin(token, "729314", clock.now().wall_ns)
    ada.post("/lock")
    ada.get("/unlock")
    assert ada.post("/unlock", pin="729314").status_code == 303
    assert ada.get("/administration/people").status_code == 200
    assert ada.get("/administration/people/new").headers["location"].startswith("/prove")


def test_the_last_admin_stays(fresh: Served) -> None:
    with Visit(fresh.url, token=log_in(fresh.accounts, "Ada Adminova", Role.ADMIN)) as ada:
        ada.get("/account")
        me = fresh.accounts.people.named("ada-adminova")
        for what, fields in (("disable", {}), ("roles", {"roles": "practitioner"})):
            answer = ada.post(f"/administration/people/{me.id}/{what}", **fields)
            assert answer.status_code == 400
            assert "the only admin who can log in" in ada.text
        assert fresh.accounts.people.get(me.id).roles == {Role.ADMIN}


def test_what_is_done_to_people_and_tokens_becomes_acts_with_the_admins_name(fresh: Served) -> None:
    with Visit(fresh.url, token=log_in(fresh.accounts, "Ada Adminova", Role.ADMIN)) as ada:
        other = accepted(fresh.accounts, "Dr. O. Ther")[0]
        ada.get("/account")
        at = f"/administration/people/{other.id}"
        ada.post(f"{at}/roles", roles=["practitioner", "reviewer"])
        ada.post(f"{at}/code")
        ada.post(f"{at}/disable")
        ada.post(f"{at}/enable")
        ada.post("/administration/tokens/new", name="software", scopes=["live:read"], days="7")
        token = fresh.accounts.tokens.all()[0]
        ada.post(f"/administration/tokens/{token.id}/revoke")
    acts_of = AccountAct
    assert acts(fresh)[2:] == [
        acts_of.ROLES_CHANGED,
        acts_of.CODE_GIVEN,
        acts_of.PERSON_DISABLED,
        acts_of.PERSON_ENABLED,
        acts_of.TOKEN_MADE,
        acts_of.TOKEN_REVOKED,
    ]
    named = fresh.station.desk.do(lambda writer: {one.content["by"] for one in writer.signed_acts(acts_of.TOKEN_MADE)})
    assert named == {"Ada Adminova"}


def test_a_token_is_shown_once_and_holds_until_it_is_revoked(station: Served, ada: Visit) -> None:
    for days in ("0", "91", "x", ""):
        assert ada.post("/administration/tokens/new", name="n", scopes="live:read", days=days).status_code == 400
    assert ada.post("/administration/tokens/new", name="n", scopes="all:all", days="1").status_code == 400
    assert ada.post("/administration/tokens/new", name="n", days="1").status_code == 400
    ada.post("/administration/tokens/new", name="software", scopes=["live:read", "devices:read"], days="90")
    secret = re.search(r"devicelog_[\w-]{43}", ada.text)
    assert secret is not None
    now = clock.now().wall_ns
    held = station.accounts.tokens.holder(secret.group(), now)
    assert held is not None
    assert held.scopes == {Scope.LIVE_READ, Scope.DEVICES_READ}
    listed = ada.get("/administration/tokens").text
    assert "software" in listed
    assert secret.group() not in listed
    ada.post(f"/administration/tokens/{held.id}/revoke")
    assert station.accounts.tokens.holder(secret.group(), now) is None


def test_everybody_changes_the_own_password_and_the_other_log_ins_end(station: Served) -> None:
    token = log_in(station.accounts, "Dr. P. Assword")
    person = station.accounts.people.named("dr-p-assword")
    with Visit(station.url, token=token) as here, Visit(station.url) as there:
        there.get("/login")
        there.post("/login", login=person.login, password=PASSWORD)
        assert there.get("/account").status_code == 200
        here.get("/account/password")
        fields = {"old": PASSWORD, "password": OTHER, "repeated": OTHER}
        assert here.post("/account/password", **(fields | {"old": "wrong wrong"})).status_code == 401
        assert here.post("/account/password", **(fields | {"repeated": "x"})).status_code == 400
        assert here.post("/account/password", **fields).status_code == 303
        assert here.get("/account").status_code == 200
        assert there.get("/account").headers["location"].startswith("/login")


def test_sessions_elsewhere_are_shown_and_ended(station: Served) -> None:
    person, _, _ = accepted(station.accounts, "Dr. E. Lsewhere")
    with Visit(station.url) as here, Visit(station.url) as there:
        for visit in (here, there):
            visit.get("/login")
            visit.post("/login", login=person.login, password=PASSWORD)
        assert "End them" in here.get("/account").text
        here.post("/account/sessions/end")
        assert "End them" not in here.get("/account").text
        assert there.get("/account").status_code == 303


def test_an_authenticator_is_set_up_and_its_recovery_codes_are_shown_once(station: Served) -> None:
    with Visit(station.url, token=log_in(station.accounts, "Dr. T. Otp")) as visit:
        visit.get("/account/authenticator")
        secret = visit.secret
        assert visit.post("/account/authenticator", totp="000000").status_code == 400
        assert visit.secret == secret
        visit.post("/account/authenticator", totp=pyotp.TOTP(secret).at(clock.now().wall_ns // 10**9))
        codes = visit.codes
        assert len(codes) == 10
        visit.get("/account")
        visit.post("/account/recovery")
        assert len(set(visit.codes) | set(codes)) == 20
    assert station.accounts.people.named("dr-t-otp").has_totp


def test_an_idle_screen_locks_by_the_stations_clock_and_asking_is_no_use_of_it(station: Served) -> None:
    from devicelog.accounts.secret import hash_of_token

    token = log_in(station.accounts, "Dr. I. Dle")
    with Visit(station.url, token=token) as visit:
        used = clock.now().wall_ns - 14 * 60 * 10**9
        with station.accounts.file.changing() as rows:
            rows.logins.use(hash_of_token(token), used)
        left = visit.get("/idle").json()["left"]
        assert 0 < left <= 60
        assert visit.get("/idle").json()["left"] <= left
        visit.get("/account")
        assert visit.post("/here").status_code == 204
        assert visit.get("/idle").json()["left"] > 800
        with station.accounts.file.changing() as rows:
            rows.logins.lock(hash_of_token(token))
        assert visit.get("/idle").json() == {"left": 0}
        assert visit.post("/here").headers["location"] == "/unlock"
        assert "Dr. I. Dle" in visit.get("/unlock").text
