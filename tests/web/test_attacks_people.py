"""What somebody who means harm does at the log-in page, and with an account: guesses, replays, climbs, injects."""

from __future__ import annotations

import re
import time
from threading import Event
from typing import TYPE_CHECKING

import pyotp
import pytest

from devicelog import clock
from devicelog.account import Role
from devicelog.accounts.door import LoggedIn
from devicelog.accounts.secret import hash_of_token
from devicelog.accounts.session import PIN_TRIES
from devicelog.accounts.throttle import FREE
from devicelog.ledger import Kind
from tests.web.people import PASSWORD, accepted, log_in
from tests.web.sessions import begun, ended
from tests.web.visiting import Visit

if TYPE_CHECKING:
    import httpx

    from tests.web.served import Served

SCRIPT = "<script>alert(1)</script>"
#: What differs between two pages that say the same.
_OWN = re.compile(r"[0-9a-f]{64}|value=\"[^\"]*\"|autofocus")


@pytest.fixture(autouse=True)
def _a_quiet_quarter_of_an_hour(station: Served) -> None:
    """What failed in the test before counts no more: all come from one address."""
    with station.accounts.file.changing() as rows:
        rows.tries.forget(clock.now().wall_ns, 0)


def now_s() -> int:
    return clock.now().wall_ns // 1_000_000_000


def log_in_with(visit: Visit, login: str, password: str = PASSWORD, code: str | None = None) -> httpx.Response:
    """Both steps of a log-in."""
    visit.get("/login")
    answer = visit.post("/login", login=login, password=password)
    return visit.post("/login/code", code=code) if code is not None and answer.status_code == 200 else answer


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(station: Served) -> None:
    person, _, _ = accepted(station.accounts, "Dr. K. Nown")
    with Visit(station.url) as visit:
        unknown, wrong = (log_in_with(visit, login, "wrong wrong wrong") for login in ("nobody-at-all", person.login))
    assert unknown.status_code == wrong.status_code == 401
    assert _OWN.sub("", unknown.text) == _OWN.sub("", wrong.text)


def test_whoever_guesses_waits_and_keeps_nobody_else_out(station: Served) -> None:
    person, _, codes = accepted(station.accounts, "Dr. G. Uessed", with_totp=True)
    with Visit(station.url, tablet=True) as guessing:
        guessing.http.headers["x-forwarded-for"] = "203.0.113.9"  # its word for where it comes from counts for nothing
        for _ in range(FREE):
            assert log_in_with(guessing, person.login, "wrong wrong wrong").status_code == 401
        waiting = log_in_with(guessing, person.login)
        assert waiting.status_code == 429
        assert 0 < int(waiting.headers["retry-after"]) <= 60
        assert "min" in guessing.text
        guessing.http.headers["x-forwarded-for"] = "203.0.113.10"
        assert log_in_with(guessing, person.login).status_code == 429
    found = station.accounts.door.log_in(
        person.login, PASSWORD, clock.now().wall_ns, address="192.168.7.44", is_local=False, code=codes[0]
    )
    assert isinstance(found, LoggedIn), found


def test_a_code_of_an_authenticator_and_a_recovery_code_are_good_once(station: Served) -> None:
    person, secret, codes = accepted(station.accounts, "Dr. R. Eplay", with_totp=True)
    code = pyotp.TOTP(secret).at(now_s() + 30)  # that of the next step, which counts already
    for once in (code, codes[0]):
        with Visit(station.url, tablet=True) as first, Visit(station.url, tablet=True) as again:
            assert log_in_with(first, person.login, code=once).status_code == 303
            assert log_in_with(again, person.login, code=once).status_code == 401
            assert "not right" in again.text


def test_the_second_step_is_of_no_use_in_another_browser(station: Served) -> None:
    person, _, codes = accepted(station.accounts, "Dr. S. Tep", with_totp=True)
    with Visit(station.url, tablet=True) as first, Visit(station.url, tablet=True) as other:
        first.get("/login")
        assert PASSWORD not in first.post("/login", login=person.login, password=PASSWORD).text
        other.get("/login")
        answer = other.post("/login/code", code=codes[0])
        assert answer.status_code == 401
        assert "devicelog=" not in answer.headers.get("set-cookie", "")


def test_a_pin_is_guessed_five_times_and_then_the_password_is_wanted(station: Served) -> None:
    token = log_in(station.accounts, "Dr. P. In")
    station.accounts.own.set_pin(token, "729314", clock.now().wall_ns)
    with Visit(station.url, token=token) as visit:
        visit.get("/account")
        visit.post("/lock")
        visit.get("/unlock")
        for _ in range(PIN_TRIES):
            assert visit.post("/unlock", pin="111222").status_code == 401
        assert visit.post("/unlock", pin="729314").status_code == 401
        assert visit.get("/account").headers["location"].startswith("/unlock")
        visit.get("/unlock")
        assert visit.post("/unlock", password=PASSWORD, next="/account").headers["location"] == "/account"
        assert visit.get("/account").status_code == 200


def test_other_roles_end_what_was_open_with_the_old_ones(station: Served) -> None:
    log_in(station.accounts, "Ada Other", Role.ADMIN)
    token = log_in(station.accounts, "Ada Fallen", Role.ADMIN)
    person = station.accounts.people.named("ada-fallen")
    with Visit(station.url, token=token) as visit:
        assert visit.get("/administration/people").status_code == 200
        station.accounts.people.change_roles(person.id, ["reviewer"], clock.now().wall_ns, by="a test")
        assert visit.get("/administration/people").headers["location"].startswith("/login")
        assert visit.post("/administration/people/new", name="Mallory", login="mallory").status_code == 303
    assert all(one.login != "mallory" for one in station.accounts.people.all())


def test_nobody_gives_himself_a_role(station: Served) -> None:
    token = log_in(station.accounts, "Dr. C. Limber")
    person = station.accounts.people.named("dr-c-limber")
    with Visit(station.url, token=token) as visit:
        visit.get("/account")
        answer = visit.post(f"/administration/people/{person.id}/roles", roles=["admin", "practitioner"])
        assert answer.status_code == 403
        for path in ("/account/password", "/account/pin"):
            visit.post(path, roles="admin", person=person.id, old=PASSWORD)
    assert station.accounts.people.get(person.id).roles == {Role.PRACTITIONER}


def test_whoever_is_disabled_is_out_at_the_next_request(station: Served) -> None:
    token = log_in(station.accounts, "Dr. D. Isabled")
    person = station.accounts.people.named("dr-d-isabled")
    with Visit(station.url, token=token) as visit:
        assert visit.get("/account").status_code == 200
        station.accounts.people.disable(person.id, clock.now().wall_ns, by="a test")
        assert visit.get("/account").headers["location"].startswith("/login")
        assert log_in_with(visit, person.login).status_code == 401


def test_a_stream_that_is_open_ends_when_its_person_is_disabled(station: Served) -> None:
    token = log_in(station.accounts, "Dr. S. Tream")
    person = station.accounts.people.named("dr-s-tream")
    begun(station.station, "Dr. S. Tream")
    try:
        with Visit(station.url, token=token) as visit, visit.http.stream("GET", "/live/stream") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            pieces = stream.iter_raw()
            assert next(pieces)
            station.accounts.people.disable(person.id, clock.now().wall_ns, by="a test")
            ends = time.monotonic() + 20
            for _ in pieces:  # it is told that it ends, and then nothing more comes
                assert time.monotonic() < ends
    finally:
        ended(station.station, "Dr. S. Tream")


@pytest.mark.parametrize("what", ["a chore", "test readings"])
def test_a_stream_of_the_administration_leads_away_whoever_is_logged_out(station: Served, what: str) -> None:
    token = log_in(station.accounts, f"Ada {what.title()}", Role.ADMIN)
    over = Event()

    def deliver(_: object) -> list[object]:
        over.wait(60)
        return []

    with Visit(station.url, token=token) as visit:
        if what == "a chore":
            station.station.chores.begin("deliver", "0", "a test", deliver)
            path, back = "/administration/chore/stream?back=outbox", "/administration/outbox"
        else:
            visit.get("/devices/test")
            chosen = {"port": "sim://reference-mesogun?seed=1", "driver": "reference-mesogun"}
            back = visit.post("/devices/test", **chosen).headers["location"]
            path = f"{back}/stream"
        try:
            with visit.http.stream("GET", path, timeout=60) as stream:
                pieces = stream.iter_raw()
                assert b"event: swap" in next(pieces)
                station.accounts.door.log_out(token, clock.now().wall_ns)
                assert b"".join(pieces).endswith(f"event: leave\ndata: {back}\n\n".encode())
        finally:
            over.set()
            station.station.trials.make_room()


def test_no_stream_that_a_page_opens_by_itself_keeps_a_screen_from_locking(
    station: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = log_in(station.accounts, "Ada Away", Role.ADMIN, Role.PRACTITIONER)
    hash_, minute = hash_of_token(token), 60 * 10**9
    streams = [path for method, path, _ in station.guarded if method == "GET" and path.endswith("/stream")]
    pages = [path.replace("{id_}", "none") for path in streams if not path.startswith("/api")]
    assert len(pages) == 3, "each is looked at here"
    for path in pages:
        now = clock.now().wall_ns
        with station.accounts.file.changing() as rows:
            rows.logins.use(hash_, now - 14 * minute)
        with Visit(station.url, token=token) as visit, visit.http.stream("GET", path):
            pass
        with monkeypatch.context() as patch:
            patch.setattr(station.accounts.door, "_boot", lambda: clock.boot_ns() + 2 * minute)
            seen = station.accounts.door.look(token, now, is_local=True, counts=False)
        assert seen is not None
        assert seen.session.is_locked, path
        with station.accounts.file.changing() as rows:
            rows.logins.prove_password(hash_, now, with_totp=True)


@pytest.mark.parametrize("other", ["Dr-U-Nicode", "DR-U-NICODE", "ｄｒ-u-nicode", "dr-u-nıcode"])
def test_a_log_in_name_that_looks_like_another_is_that_one_or_nobodys(station: Served, other: str) -> None:
    people = station.accounts.people
    if all(one.login != "dr-u-nicode" for one in people.all()):
        accepted(station.accounts, "Dr. U. Nicode")
    same = other != "dr-u-nıcode"  # a letter of its own in Turkish
    with Visit(station.url) as visit:
        assert log_in_with(visit, other).status_code == (303 if same else 401)


def test_line_ends_in_what_is_typed_reach_no_header_and_no_name(station: Served) -> None:
    token = log_in(station.accounts, "Ada Lines", Role.ADMIN)
    with Visit(station.url, token=token) as visit:
        visit.get("/administration/people/new")
        answer = visit.post(
            "/administration/people/new", name="Eve\r\nSet-Cookie: x=1", login="eve\r\nlocation:x", roles="practitioner"
        )
        assert answer.status_code == 400
        assert "x=1" not in answer.headers.get("set-cookie", "")
        visit.post("/administration/people/new", name="Eve\r\nCrlf", login="eve-crlf", roles="practitioner")
    assert station.accounts.people.named("eve-crlf").name == "Eve Crlf"


def test_what_people_type_is_text_on_every_page(station: Served) -> None:
    """A session and accounts full of scripts, shown to whoever may see most: none of it becomes part of a page."""
    practitioner = f"Dr. {SCRIPT}"
    running = begun(station.station, practitioner, subject=f"P-{SCRIPT}"[:40])
    running.state(Kind.NOTE, {"text": f"a note {SCRIPT} \"'><img src=x onerror=alert(1)>", "by": practitioner})
    ended(station.station, practitioner)
    token = log_in(station.accounts, f"Ada {SCRIPT}", *Role, login='ada"><script>alert(1)</script>'.replace(" ", ""))
    person = next(one for one in station.accounts.people.all() if one.name.startswith("Ada <"))
    scope, now = "sessions:read", clock.now().wall_ns
    station.accounts.tokens.make(f"token {SCRIPT}", [scope], 1, now, by=f"Ada {SCRIPT}")
    fill = {"session": running.session, "person": person.id, "subject": "1", "name": "station.js"}
    shown = 0
    with Visit(station.url, token=token) as visit:
        for method, path, _ in station.guarded:
            if method != "GET" or "stream" in path or path.startswith(("/static", "/api")):
                continue
            made = re.sub(r"\{(\w+)[^}]*\}", lambda found: fill.get(found.group(1), running.session), path)
            answer = visit.http.get(made)
            text = answer.text if "html" in answer.headers.get("content-type", "") else ""
            assert SCRIPT not in text, path
            assert "<img src=x" not in text, path
            shown += "&lt;script&gt;" in text
    assert shown >= 3


def test_a_login_that_fails_keeps_what_was_typed_out_of_log_and_page(
    station: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    with Visit(station.url) as visit:
        answer = log_in_with(visit, "somebody-typed", "a password by mistake")
    assert "a password by mistake" not in answer.text
    told = "".join(capfd.readouterr())
    assert "somebody-typed" not in told
    assert "a password by mistake" not in told
