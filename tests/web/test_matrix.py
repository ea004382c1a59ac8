"""Who may come in where: one table for every page and every kind of visitor. A page without a line here fails.

A line has one sign for each of VISITORS:

    .  let in          l  led to the log-in page       u  led to the PIN
    x  refused         p  asked for the password       o  let in, and another's session is kept from him

The API of other programs has its own table (tests/web/api); here it is only seen to refuse whoever has a cookie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from devicelog import clock
from devicelog.account import Role, Scope
from devicelog.accounts.secret import csrf_of, hash_of_token, new_id, new_token
from devicelog.store.accounts.logins import LoginRow
from devicelog.store.reader import Reader
from tests.waiting import PATIENCE
from tests.web.people import accepted
from tests.web.served import served_alone
from tests.web.sessions import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.account import Person
    from tests.web.served import Served

#: nobody, practitioner, reviewer, admin, practitioner and admin, an admin whose password was given long ago, a
#: practitioner whose screen is locked, one whose account was disabled, a program with a token of all scopes.
VISITORS = ("nobody", "practitioner", "reviewer", "admin", "both", "stale", "locked", "disabled", "program")
EXPECTED = """
    GET  /                                                l.....ull
    POST /language                                        ........x
    GET  /static/{name}                                   .........
    GET  /login                                           .........
    POST /login                                           ........x
    POST /login/code                                      ........x
    POST /logout                                          l......ll
    POST /lock                                            l.....ull
    GET  /idle                                            l......ll
    POST /here                                            l.....ull
    GET  /unlock                                          l......ll
    POST /unlock                                          l......ll
    GET  /prove                                           l.....ull
    POST /prove                                           l.....ull
    POST /prove/kept                                      lpppppull
    GET  /welcome                                         .........
    POST /welcome                                         ........x
    POST /welcome/admin                                   ........x
    GET  /invitation                                      .........
    POST /invitation                                      ........x
    POST /invitation/accept                               ........x
    GET  /account                                         l.....ull
    GET  /account/password                                l.....ull
    POST /account/password                                l.....ull
    GET  /account/pin                                     l....pull
    POST /account/pin                                     l....pull
    POST /account/sessions/end                            l.....ull
    GET  /account/authenticator                           l....pull
    POST /account/authenticator                           l....pull
    POST /account/recovery                                l....pull
    GET  /administration/people                           lxx...ull
    GET  /administration/people/new                       lxx..pull
    POST /administration/people/new                       lxx..pull
    GET  /administration/people/{person}                  lxx...ull
    POST /administration/people/{person}/roles            lxx..pull
    POST /administration/people/{person}/describe         lxx..pull
    POST /administration/people/{person}/code             lxx..pull
    POST /administration/people/{person}/sessions         lxx..pull
    POST /administration/people/{person}/disable          lxx..pull
    POST /administration/people/{person}/enable           lxx..pull
    GET  /administration/tokens                           lxx...ull
    GET  /administration/webhooks                         lxx...ull
    POST /administration/webhooks                         lxx...ull
    POST /administration/webhooks/{id_}/remove            lxx..pull
    GET  /administration/tokens/new                       lxx..pull
    POST /administration/tokens/new                       lxx..pull
    POST /administration/tokens/{token}/revoke            lxx..pull
    GET  /live                                            l..x.x.ll
    GET  /live/stream                                     l..x.x.ll
    GET  /live/{step}                                     l.xx.xull
    POST /live/end                                        l.xx.xull
    POST /live/type                                       l.xx.xull
    POST /live/{what}                                     l.xx.xull
    GET  /open/subject                                    l.xx.xull
    POST /open/subject                                    l.xx.xull
    POST /open/subject/other                              l.xx.xull
    POST /open/subject/this                               l.xx.xull
    GET  /open                                            l.xx.xull
    POST /open/drop                                       l.xx.xull
    GET  /open/ready                                      l.xx.xull
    POST /open/ready                                      l.xx.xull
    GET  /open/{name}                                     l.xx.xull
    POST /open/{name}/noted                               l.xx.xull
    POST /open/{name}                                     l.xx.xull
    GET  /sessions                                        l..x.xull
    POST /sessions                                        l..x.xull
    GET  /sessions/{session}                              lo.xoxull
    GET  /sessions/{session}/chart                        lo.xoxull
    GET  /sessions/{session}/chart.svg                    lo.xoxull
    GET  /sessions/{session}/body/{name}.svg              lo.xoxull
    GET  /sessions/{session}/amend                        loxxoxull
    POST /sessions/{session}/amend                        loxxoxull
    POST /sessions/{session}/amend/zone                   loxxoxull
    GET  /sessions/{session}/add                          loxxoxull
    POST /sessions/{session}/add                          loxxoxull
    GET  /sessions/{session}/sign                         lo.xoxull
    POST /sessions/{session}/sign                         lo.xoxull
    POST /sessions/{session}/review                       lx.xxxull
    POST /sessions/{session}/export                       lo.xoxull
    GET  /sessions/{session}/deliver                      lx.xxxull
    POST /sessions/{session}/deliver                      lx.xxxull
    GET  /people/{subject}                                lo.xoxull
    GET  /people/{subject}/course.svg                     lo.xoxull
    POST /people/{subject}                                loxxoxull
    GET  /follow-ups                                      l..x.xull
    GET  /lots                                            l..x.xull
    POST /lots                                            l..x.xull
    POST /lots/recall                                     lx.xxxull
    POST /lots/release                                    lx.xxxull
    GET  /devices                                         l.....ull
    GET  /devices/test                                    l.x...ull
    POST /devices/test                                    l.x...ull
    GET  /devices/test/{id_}                              l.x...ull
    GET  /devices/test/{id_}/stream                       l.x...ull
    POST /devices/test/{id_}/end                          l.x...ull
    GET  /devices/training                                l.x...ull
    POST /devices/training                                l.x...ull
    GET  /devices/bind                                    lxx...ull
    POST /devices/bind                                    lxx...ull
    GET  /devices/bind/{name}                             lxx...ull
    POST /devices/bind/{name}                             lxx..pull
    GET  /devices/unbind/{number}                         lxx...ull
    POST /devices/unbind/{number}                         lxx..pull
    GET  /administration                                  lxx...ull
    GET  /administration/chore/stream                     lxx...ull
    GET  /administration/protocols/{name}/derive          lxx...ull
    POST /administration/protocols/{name}/derive          lxx...ull
    GET  /administration/protocols                        lxx...ull
    GET  /administration/protocols/difference             lxx...ull
    GET  /administration/protocols/{name}                 lxx...ull
    POST /administration/protocols/{name}/approve         lxx...ull
    POST /administration/protocols/{name}/withdraw        lxx...ull
    GET  /administration/keys                             lxx...ull
    GET  /administration/keys/seal.svg                    lxx...ull
    POST /administration/keys/witnesses                   lxx...ull
    POST /administration/keys/rotate                      lxx...ull
    GET  /administration/backups                          lxx...ull
    POST /administration/backups/folder                   lxx...ull
    POST /administration/backups/make                     lxx...ull
    POST /administration/backups/check/{name}             lxx...ull
    POST /administration/backups/keys                     lxx...ull
    GET  /administration/accesses                         lxx...ull
    GET  /administration/doctor                           lxx...ull
    POST /administration/doctor                           lxx...ull
    POST /administration/doctor/verify                    lxx...ull
    POST /administration/retention/find                   lxx...ull
    GET  /administration/retention/{subject}              lxx...ull
    POST /administration/retention/{subject}/erase        lxx...ull
    GET  /administration/retention                        lxx...ull
    POST /administration/retention/rule                   lxx...ull
    GET  /administration/outbox                           lxx...ull
    POST /administration/outbox/run                       lxx...ull
    POST /administration/outbox/{number}/cancel           lxx..pull
"""
TABLE = {
    (method, path): signs for method, path, signs in (line.split() for line in EXPECTED.split("\n") if line.strip())
}
#: What other programs ask, with tokens alone.
API = ("/api/", "/health", "/metrics")
#: Methods that no page has, and paths that none has.
METHODS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
UNKNOWN = ("/nothing", "/admin", "/docs", "/openapi.json", "/redoc", "/account/", "/login/", "//login", "/.git/config")
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass
class Clinic:
    """A station with people of all kinds, and a session of somebody who is none of them."""

    station: Served
    people: dict[str, Person]
    token: str
    fill: dict[str, str]
    http: httpx.Client

    def session_of(self, visitor: str) -> str:
        """The token of a log-in session as this kind of visitor has it, just begun."""
        token, now = new_token(), clock.now().wall_ns
        given = now - 11 * 60 * 1_000_000_000 if visitor == "stale" else now
        is_locked = visitor == "locked"
        person = self.people[visitor].id
        row = LoginRow(
            hash_of_token(token), new_id("login"), person, "127.0.0.1", True, True, now, now, given, locked=is_locked
        )
        with self.station.accounts.file.changing() as rows:
            rows.logins.add(row)
        return token

    def path(self, path: str) -> str:
        """A path whose parameters are another's: the session, and everything that belongs to nobody who asks."""
        return _PARAMETER.sub(lambda found: self.fill.get(found.group(1), self.fill["session"]), path)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with served_alone(tmp_path_factory.mktemp("matrix")) as station:
        roles = {"reviewer": [Role.REVIEWER], "admin": [Role.ADMIN], "stale": [Role.ADMIN]} | {
            "both": [Role.PRACTITIONER, Role.ADMIN]
        }
        people = {
            one: accepted(station.accounts, f"Dr. {one.title()}", *roles.get(one, []))[0]
            for one in VISITORS
            if one not in ("nobody", "program")
        }
        now = clock.now().wall_ns
        people["disabled"] = station.accounts.people.disable(people["disabled"].id, now, by="a test")
        scopes = [scope.value for scope in Scope]
        token = station.accounts.tokens.make("everything", scopes, 1, now, by="a test").secret
        other = accepted(station.accounts, "Dr. O. Ther")[0]
        fill = {"session": recorded(station.station, "Dr. O. Ther"), "name": "station.css"}
        with Reader.open(station.station.store) as reader:
            fill["subject"] = reader.session(fill["session"]).subject
        fill |= {"person": other.id, "token": "token-0000"}
        with httpx.Client(trust_env=False, timeout=PATIENCE) as http:
            yield Clinic(station, people, token, fill, http)


def ask(clinic: Clinic, visitor: str, method: str, path: str) -> httpx.Response:
    """What a visitor is answered; forms carry the token that they should."""
    headers, cookies, base = {"origin": clinic.station.url}, {}, clinic.station.url
    if visitor == "program":
        headers["authorization"] = f"Bearer {clinic.token}"
    elif visitor == "nobody":
        cookies["devicelog_before"] = new_token()
        headers["x-csrf-token"] = csrf_of(cookies["devicelog_before"])
    else:
        cookies["devicelog"] = clinic.session_of(visitor)
        cookies["devicelog_before"] = new_token()
        own = cookies["devicelog_before"] if visitor == "disabled" else cookies["devicelog"]
        headers["x-csrf-token"] = csrf_of(own)
    headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if method == "POST":
        headers["content-type"] = "application/x-www-form-urlencoded"
    if not cookies:
        del headers["cookie"]
    with clinic.http.stream(method, f"{base}{clinic.path(path)}", headers=headers) as answer:
        if not answer.headers.get("content-type", "").startswith("text/event-stream"):  # has no end
            answer.read()
    clinic.http.cookies.clear()
    return answer


def sign(answer: httpx.Response, method: str) -> str:
    """What an answer is, as the table has it. The gate leads a form to the bare path, and takes no cookie away.

    A form of those who administer is answered with the page that asks for the password.
    """
    if answer.status_code == 403:
        return "x"
    led = answer.headers.get("location", "") if answer.status_code == 303 and "set-cookie" not in answer.headers else ""
    path, _, query = led.partition("?")
    signs = {"/login": "l", "/unlock": "u", "/prove": "p"}
    if path in signs and not (method == "POST" and query):
        return signs[path]
    if method == "POST" and answer.status_code == 200 and 'action="/prove"' in answer.text:
        return "p"
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
    return "."


def routes(station: Served) -> list[tuple[str, str]]:
    return [(method, path) for method, path, _ in station.guarded if not path.startswith(API)]


def test_every_page_has_a_line_and_every_line_a_page(clinic: Clinic) -> None:
    assert set(routes(clinic.station)) == set(TABLE)
    assert all(len(signs) == len(VISITORS) for signs in TABLE.values())


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_page_lets_in_whom_the_table_says(clinic: Clinic, visitor: str) -> None:
    wrong = []
    for (method, path), signs in TABLE.items():
        answer, expected = ask(clinic, visitor, method, path), signs[VISITORS.index(visitor)]
        if expected == "o":
            kept = answer.status_code in (403, 404) and "P-1" not in answer.text
            wrong += [] if kept else [f"{method} {path} shows another's session: {answer.status_code}"]
        elif sign(answer, method) != expected:
            wrong.append(
                f"{method} {path}: {sign(answer, method)} ({answer.status_code}), and the table says {expected}"
            )
        if method == "POST" and path.endswith("/disable"):
            person = clinic.fill["person"]
            clinic.station.accounts.people.enable(person, clock.now().wall_ns, by="a test")
    assert wrong == []


def test_a_program_gets_nothing_on_pages_by_any_scope(clinic: Clinic) -> None:
    for scope in Scope:
        now = clock.now().wall_ns
        secret = clinic.station.accounts.tokens.make(scope.value, [scope.value], 1, now, by="a test").secret
        for path in ("/", "/account", "/administration/people"):
            answer = clinic.http.get(f"{clinic.station.url}{path}", headers={"authorization": f"Bearer {secret}"})
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login")


def test_whoever_has_a_cookie_gets_nothing_of_the_api(clinic: Clinic) -> None:
    asked = [(method, path) for method, path, _ in clinic.station.guarded if path.startswith("/api/")]
    for method, path in asked:
        for visitor in ("practitioner", "reviewer", "admin", "both"):
            assert ask(clinic, visitor, method, path).status_code in (401, 403), f"{method} {path}"


@pytest.mark.parametrize("visitor", ["nobody", "both", "program"])
def test_every_other_method_and_path_is_denied(clinic: Clinic, visitor: str) -> None:
    for number, path in enumerate(sorted({path for _, path in routes(clinic.station)})):
        method = METHODS[number % len(METHODS)]
        assert ask(clinic, visitor, method, path).status_code in (404, 405), f"{method} {path}"
    for path in UNKNOWN:
        for method in ("GET", "POST"):
            assert ask(clinic, visitor, method, path).status_code in (404, 405), f"{method} {path}"
