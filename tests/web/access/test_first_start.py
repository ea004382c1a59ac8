"""The first start: everything leads to one page, and the code from the terminal makes the first admin, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp

from devicelog import clock
from devicelog.account import Role
from devicelog.acts.accounts import AccountAct
from tests.web.people import PASSWORD
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from tests.web.served import Served

ADA = {"name": "Ada Adminova", "login": "ada", "password": PASSWORD, "repeated": PASSWORD}


def first_code(station: Served) -> str:
    given = station.accounts.people.first_code(clock.now().wall_ns)
    assert given is not None
    return given.code


def acts(station: Served) -> list[str]:
    """What the chain of seals says of accounts, once the desk has come to it."""
    return station.station.desk.do(lambda writer: [one.content["act"] for one in writer.signed_acts(*AccountAct)])


def test_the_code_makes_the_first_admin_who_then_logs_in(fresh: Served) -> None:
    code = first_code(fresh)
    with Visit(fresh.url) as visit:
        for path in ("/", "/login", "/account", "/administration/people", "/invitation"):
            assert visit.get(path).headers["location"].partition("?")[0] == "/welcome", path
        visit.get("/welcome")
        assert visit.post("/welcome", code="0000-0000-0000-0000").status_code == 401
        assert visit.post("/welcome", code=code.lower().replace("-", " ")).status_code == 200
        secret = visit.secret

        # what is refused costs nothing: the code holds, and the authenticator stays the same
        short = ADA | {"password": "short", "repeated": "short"}
        assert visit.post("/welcome/admin", code=code, totp="", **short).status_code == 400
        assert visit.post("/welcome/admin", code=code, totp="000000", **ADA).status_code == 400
        assert visit.post("/welcome/admin", code=code, totp="1", **(ADA | {"repeated": "other"})).status_code == 400
        assert visit.secret == secret

        totp = pyotp.TOTP(secret)
        made = visit.post("/welcome/admin", code=code, totp=totp.at(clock.now().wall_ns // 10**9), **ADA)
        assert made.status_code == 200
        recovery = visit.codes
        assert len(recovery) == 10

        assert visit.get("/welcome").headers["location"] == "/"
        assert visit.get("/account").headers["location"] == "/login?next=/account"
        visit.get("/login")
        visit.post("/login", login="ADA", password=PASSWORD, next="/account")
        assert "<h1>Log in</h1>" in visit.text
        answer = visit.post("/login/code", code=recovery[0], next="/account")
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        assert "Ada Adminova" in visit.get("/account").text
    assert acts(fresh) == [AccountAct.PERSON_ADDED]


def test_the_code_is_good_for_one_admin_and_no_second(fresh: Served) -> None:
    code = first_code(fresh)
    with Visit(fresh.url) as first, Visit(fresh.url) as second:
        for visit in (first, second):
            visit.get("/welcome")
            visit.post("/welcome", code=code)
        totp = pyotp.TOTP(first.secret).at(clock.now().wall_ns // 10**9)
        assert first.post("/welcome/admin", code=code, totp=totp, **ADA).status_code == 200
        late = second.post("/welcome/admin", code=code, totp=totp, **(ADA | {"login": "eve", "name": "Eve"}))
        assert late.status_code == 303
    assert [(one.login, one.roles) for one in fresh.accounts.people.all()] == [("ada", frozenset({Role.ADMIN}))]


def test_an_older_code_holds_no_more(fresh: Served) -> None:
    older, _ = first_code(fresh), first_code(fresh)
    with Visit(fresh.url) as visit:
        visit.get("/welcome")
        assert visit.post("/welcome", code=older).status_code == 401
        assert visit.post("/welcome/admin", code=older, **ADA).status_code == 401
    assert fresh.accounts.people.all() == []
