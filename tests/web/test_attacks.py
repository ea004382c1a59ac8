"""What somebody who means harm sends to the station: other sites, other programs, broken requests."""

from __future__ import annotations

import mimetypes
import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from devicelog.account import Role
from devicelog.accounts.secret import csrf_of, new_token
from devicelog.web import connection
from devicelog.web.paths import own_path
from devicelog.web.security import MOST_BYTES
from tests.waiting import PATIENCE
from tests.web.people import PASSWORD, accepted, log_in
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.served import Served


@pytest.fixture(scope="module")
def admin(station: Served) -> str:
    """The token of an admin who is logged in."""
    return log_in(station.accounts, "Ada Adminova", Role.ADMIN)


@pytest.fixture(scope="module")
def http(station: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=station.url, trust_env=False) as client:
        yield client


def raw(station: Served, sent: bytes, patience: float = 10) -> bytes:
    """What comes back on a connection of one's own until it ends, or nothing more comes."""
    port = station.settings.port
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        line.sendall(sent)
        found = b""
        while True:
            try:
                piece = line.recv(65536)
            except (TimeoutError, ConnectionError):
                return found
            if not piece:
                return found
            found += piece


def request(station: Served, first: str, *more: str, body: bytes = b"") -> bytes:
    """A request line and headers as they are to be sent."""
    lines = [first, f"Host: localhost:{station.settings.port}", "Connection: close", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


# -- other sites ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost"},
        {"origin": "http://localhost.evil.example"},
        {"origin": "file://"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
        {},
    ],
)
def test_a_form_of_another_site_is_refused_though_the_browser_sends_the_cookie(
    station: Served, http: httpx.Client, admin: str, headers: dict[str, str]
) -> None:
    cookie = {"cookie": f"devicelog={admin}", "x-csrf-token": csrf_of(admin)}
    answer = http.post("/administration/tokens/new", data={"name": "x"}, headers=headers | cookie)
    assert answer.status_code == 403
    assert station.accounts.tokens.all() == []


@pytest.mark.parametrize("given", ["", "0" * 64, "foreign", "before"])
def test_a_form_without_the_token_of_its_own_session_is_refused(
    station: Served, http: httpx.Client, admin: str, given: str
) -> None:
    if given == "foreign":
        given = csrf_of(log_in(station.accounts, "Dr. F. Oreign"))
    if given == "before":
        given = csrf_of(new_token())
    headers = {"origin": station.url, "cookie": f"devicelog={admin}"}
    assert http.post("/account/sessions/end", data={"csrf": given}, headers=headers).status_code == 403
    assert http.post(f"/account/sessions/end?csrf={csrf_of(admin)}", headers=headers).status_code == 403


def test_nobody_is_logged_in_by_a_form_that_another_browser_was_shown(station: Served) -> None:
    person, _, _ = accepted(station.accounts, "Dr. L. Ogin")
    with Visit(station.url) as attacker, Visit(station.url) as victim:
        attacker.get("/login")
        victim.get("/login")
        victim.csrf = attacker.csrf
        answer = victim.post("/login", login=person.login, password=PASSWORD)
        assert answer.status_code == 403
        assert "devicelog=" not in answer.headers.get("set-cookie", "")
    with Visit(station.url) as without:
        assert without.post("/login", login=person.login, password=PASSWORD).status_code == 403


def test_a_log_in_begins_with_a_fresh_token_whatever_cookie_was_planted(station: Served) -> None:
    person, _, _ = accepted(station.accounts, "Dr. F. Ixed")
    planted = new_token()
    with Visit(station.url, token=planted) as visit:
        visit.get("/login")
        answer = visit.post("/login", login=person.login, password=PASSWORD)
        kept = answer.cookies["devicelog"]
        assert kept != planted
        assert visit.get("/account").status_code == 200
    with Visit(station.url, token=planted) as other:
        assert other.get("/account").headers["location"].startswith("/login")


def test_the_cookie_is_for_no_script_and_no_other_site(station: Served) -> None:
    person, _, _ = accepted(station.accounts, "Dr. C. Ookie")
    with Visit(station.url) as visit:
        before = visit.get("/login").headers["set-cookie"]
        kept = visit.post("/login", login=person.login, password=PASSWORD).headers["set-cookie"]
    for cookie in (before, kept):
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    assert PASSWORD not in kept


@pytest.mark.parametrize("where", ["?token={}", "?devicelog={}", "?access_token={}"])
def test_a_token_in_an_address_lets_nobody_in(http: httpx.Client, admin: str, where: str) -> None:
    assert http.get(f"/account{where.format(admin)}").status_code == 303
    assert http.get("/account", headers={"authorization": f"Bearer {admin}"}).status_code == 303


def test_no_other_site_may_read_or_frame_anything(http: httpx.Client, admin: str) -> None:
    origin = {"origin": "https://evil.example", "cookie": f"devicelog={admin}"}
    answer = http.get("/account", headers=origin)
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    asked = {"access-control-request-method": "POST", **origin}
    preflight = http.options("/account/sessions/end", headers=asked)
    assert preflight.status_code == 405
    assert not [name for name in preflight.headers if name.startswith("access-control")]


# -- places to go on to ---------------------------------------------------------------------------------------------

STRANGE = (
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\r\nset-cookie: x=1",
    "%2f%2fevil.example",
    "///evil.example",
    "/ä",
    "/" + "a" * 3000,
    "",
)


@pytest.mark.parametrize("strange", STRANGE)
def test_no_form_leads_to_another_site(station: Served, strange: str) -> None:
    token = log_in(station.accounts, f"Dr. {STRANGE.index(strange)} Led", login=f"led{STRANGE.index(strange)}")
    with Visit(station.url, token=token) as visit:
        visit.get("/account")
        for path, field in (("/language", "back"), ("/login", "next"), ("/unlock", "next")):
            answer = visit.post(path, language="en", **{field: strange})
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert visit.http.get("/unlock", params={"next": strange}).headers["location"] == "/"
    assert own_path(strange) == "/"
    assert own_path(f" {strange}") == "/"


def test_a_path_of_our_own_is_gone_on_to() -> None:
    assert own_path("/account?done=pin") == "/account?done=pin"


# -- broken and strange requests -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/....//app.py",
        "/static//etc/passwd",
        "/static/station.css%00.html",
        "/static/..\\app.py",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/administration/people/..%2f..%2faccount",
    ],
)
def test_no_path_leads_out_of_what_is_served(station: Served, path: str) -> None:
    answer = raw(station, request(station, f"GET {path} HTTP/1.1"))
    assert answer.split(b" ")[1] in (b"404", b"400", b"303")
    assert b"import" not in answer
    assert b"root:" not in answer


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "DEBUG", "get"])
def test_strange_methods_are_denied(station: Served, method: str) -> None:
    answer = raw(station, request(station, f"{method} /login HTTP/1.1", "X-Mark: hidden-mark"))
    assert answer.split(b" ")[1] in (b"405", b"400", b"404")
    assert b"hidden-mark" not in answer


@pytest.mark.parametrize("name", ["x-http-method-override", "x-http-method", "x-method-override"])
def test_no_header_turns_a_method_into_another(http: httpx.Client, station: Served, admin: str, name: str) -> None:
    headers = {name: "POST", "cookie": f"devicelog={admin}", "x-csrf-token": csrf_of(admin)}
    assert http.get("/logout", headers=headers).status_code == 405
    assert http.get("/account?_method=POST", headers=headers).status_code == 200
    assert station.accounts.door.look(admin, _now(), is_local=True) is not None


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 5", "Content-Length: 50"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Content-Length: +5",),
        ("Content-Length: -1",),
        ("Content-Length: 0x5",),
        ("Content-Length : 5",),
        ("Host: evil.example",),
    ],
)
def test_a_request_that_two_programs_would_read_otherwise_is_refused(station: Served, headers: tuple[str, ...]) -> None:
    smuggled = b"0\r\n\r\nGET /account HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = raw(station, request(station, "POST /login HTTP/1.1", *headers, body=smuggled))
    assert answer.split(b" ")[1] in (b"400", b"403", b"413", b"421", b"501")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_body_or_a_head_that_is_too_long_is_refused(station: Served, http: httpx.Client) -> None:
    large = http.post("/login", content=b"a=" + b"x" * MOST_BYTES, headers={"origin": station.url})
    assert large.status_code == 413
    chunks = (b"x" * 65536 for _ in range(MOST_BYTES // 65536 + 2))
    content = {"content-type": "application/x-www-form-urlencoded", "origin": station.url}
    with pytest.raises(httpx.HTTPError):
        http.post("/login", content=chunks, headers=content).raise_for_status()
    answer = raw(station, request(station, "GET /login HTTP/1.1", "X-Long: " + "x" * 100_000))
    assert answer.split(b" ")[1] in (b"400", b"431")
    fields = "&".join(f"f{n}=1" for n in range(50_000))
    assert http.post("/login", content=fields, headers=content).status_code == 403


def test_whoever_sends_slowly_loses_the_connection(station: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_S", 1.0)
    monkeypatch.setattr(connection, "BODY_S", 1.0)
    assert raw(station, b"") == b""
    assert raw(station, b"GET /login HTTP/1.1\r\nHost: localhost\r\n") == b""
    half = request(station, "POST /login HTTP/1.1", "Content-Length: 100", f"Origin: {station.url}", body=b"a=1")
    assert b" 200 " not in raw(station, half)
    whole = f"GET /login HTTP/1.1\r\nHost: localhost:{station.settings.port}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", station.settings.port), timeout=PATIENCE) as line:
        line.sendall(whole)
        assert line.recv(65536).startswith(b"HTTP/1.1 200")
        line.sendall(b"GET /login HTTP/1.1\r\n")  # and then nothing more
        left = b"."
        while left:
            left = line.recv(65536)


def test_a_websocket_is_refused(station: Served) -> None:
    upgrade = ("Upgrade: websocket", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13")
    lines = ["GET /login HTTP/1.1", f"Host: localhost:{station.settings.port}", "Connection: Upgrade, close", *upgrade]
    answer = raw(station, "\r\n".join(lines).encode() + b"\r\n\r\n")
    assert b" 101 " not in answer.split(b"\r\n")[0]


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost", "localhost:1", "127.0.0.1.nip.io", "[::ffff:127.0.0.1]"]
)
def test_a_name_that_is_not_the_stations_is_refused(http: httpx.Client, host: str) -> None:
    answer = http.get("/login", headers={"host": host})
    assert answer.status_code in (400, 421)
    assert "<" not in answer.text


def test_no_answer_is_kept_by_a_cache_but_what_is_the_same_for_all(http: httpx.Client, admin: str) -> None:
    for path in ("/login", "/account", "/nothing"):
        answer = http.get(path, headers={"cookie": f"devicelog={admin}"})
        assert answer.headers["cache-control"] == "no-store"
    assert "public" in http.get("/static/station.css?1").headers["cache-control"]


def test_a_script_is_a_script_whatever_this_computer_takes_it_for(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_: ("text/plain", None))
    for name, kind in (("station.js", "text/javascript"), ("station.css", "text/css"), ("icon.svg", "image/svg+xml")):
        assert http.get(f"/static/{name}").headers["content-type"].startswith(kind)


def test_pages_of_errors_tell_nothing_of_the_inside(station: Served, http: httpx.Client, admin: str) -> None:
    cookie = {"cookie": f"devicelog={admin}"}
    found = [
        http.get("/nothing/<script>alert(1)</script>", headers=cookie),
        http.get("/administration/people/<script>alert(1)</script>", headers=cookie),
        http.post("/login", content=b"\xff\xfe", headers={"origin": station.url}),
        http.get("/login", headers={"cookie": "devicelog=" + "x" * 5000}),
    ]
    for answer in found:
        assert answer.status_code < 500
        for word in ("Traceback", 'File "', "site-packages", "fastapi", "uvicorn", "<script>alert"):
            assert word not in answer.text
        assert "server" not in answer.headers


def test_a_request_that_was_passed_on_is_not_of_this_computer(station: Served, http: httpx.Client) -> None:
    token = log_in(station.accounts, "Dr. H. Ere")
    cookie = {"cookie": f"devicelog={token}"}
    assert http.get("/account", headers=cookie).status_code == 200
    for name in ("x-forwarded-for", "forwarded", "via", "x-real-ip"):
        for value in ("127.0.0.1", "for=127.0.0.1", "::1", ""):
            answer = http.get("/account", headers=cookie | {name: value})
            assert answer.status_code == 303, f"{name}: {value}"


def _now() -> int:
    from devicelog import clock

    return clock.now().wall_ns
