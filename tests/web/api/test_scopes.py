"""What each scope lets a program do, endpoint by endpoint: one table, so that every change of it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from devicelog import clock
from devicelog.account import Scope
from devicelog.accounts.permission import Permission
from devicelog.web.api.gate import TokenGuard
from devicelog.web.app import application
from devicelog.web.gate import Open
from tests.web.api.clinic import client, token
from tests.web.people import log_in

if TYPE_CHECKING:
    from tests.web.served import Served

#: Every endpoint and the scope that it needs; "any": any token.
EXPECTED = {
    ("GET", "/api/v1/sessions"): "sessions:read",
    ("POST", "/api/v1/sessions/search"): "sessions:read",
    ("GET", "/api/v1/sessions/{session}"): "sessions:read",
    ("GET", "/api/v1/sessions/{session}/state"): "sessions:read",
    ("GET", "/api/v1/sessions/{session}/entries"): "entries:read",
    ("GET", "/api/v1/stream"): "live:read",
    ("POST", "/api/v1/sessions"): "sessions:write",
    ("POST", "/api/v1/sessions/{session}/statements"): "sessions:write",
    ("POST", "/api/v1/sessions/{session}/end"): "sessions:write",
    ("POST", "/api/v1/sessions/{session}/exports"): "exports:read",
    ("GET", "/api/v1/exports/{export}"): "exports:read",
    ("GET", "/api/v1/exports/{export}/{file}"): "exports:read",
    ("GET", "/api/v1/devices"): "devices:read",
    ("GET", "/api/v1/webhooks"): "webhooks:manage",
    ("POST", "/api/v1/webhooks"): "webhooks:manage",
    ("GET", "/api/v1/webhooks/{hook}"): "webhooks:manage",
    ("DELETE", "/api/v1/webhooks/{hook}"): "webhooks:manage",
    ("GET", "/api/v1/openapi.json"): "any",
    ("GET", "/health/live"): "any",
    ("GET", "/health/ready"): "any",
    ("GET", "/metrics"): "metrics:read",
}
_FILLED = {
    "{session}": "20200101-000000-0000",
    "{export}": "export-0",
    "{file}": "zip",
    "{hook}": "webhook-0000000000000000",
}
#: As if it came from elsewhere: nobody is let in without a token.
_ELSEWHERE = {"x-forwarded-for": "192.0.2.7"}


def asked(program: httpx.Client, method: str, path: str) -> int:
    for name, value in _FILLED.items():
        path = path.replace(name, value)
    if path == "/api/v1/stream":
        with program.stream(method, path, headers=_ELSEWHERE) as answer:
            return answer.status_code
    return program.request(method, path, headers=_ELSEWHERE).status_code


def test_every_endpoint_is_in_the_table(station: Served) -> None:
    app = application(station.station, station.accounts, station.settings)
    found: dict[tuple[str, str], object] = {}
    for route in app.routes:
        guards = [one.dependency for one in getattr(route, "dependencies", ())]
        for guard in guards:
            if isinstance(guard, TokenGuard):
                found |= {(method, route.path): guard.needs for method in route.methods}  # type: ignore[attr-defined]
    assert found.keys() == EXPECTED.keys()
    assert all(isinstance(needs, Permission) or needs is Open.KNOWN for needs in found.values())


@pytest.mark.parametrize("scope", [*Scope, None])
def test_a_scope_lets_in_where_the_table_says_and_nowhere_else(station: Served, scope: Scope | None) -> None:
    headers = {"authorization": f"Bearer {token(station, scope.value)}"} if scope is not None else {}
    with httpx.Client(base_url=station.url, headers=headers) as program:
        for (method, path), needed in EXPECTED.items():
            status = asked(program, method, path)
            if scope is None:
                assert status == 401, (method, path)
            elif needed in ("any", scope.value):
                assert status not in (401, 403), (method, path, status)
            else:
                assert status == 403, (method, path)


def test_a_token_that_ran_out_or_is_none_lets_nobody_in(station: Served) -> None:
    day = 24 * 3600 * 1_000_000_000
    old = token(station, now=clock.now().wall_ns - 2 * day)
    for secret in (old, "devicelog_nonsense", "ä", "x" * 5000):
        answer = httpx.get(f"{station.url}/api/v1/sessions", headers=[(b"authorization", f"Bearer {secret}".encode())])
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_in_an_address_or_a_cookie_lets_nobody_in(station: Served) -> None:
    secret = token(station)
    address = f"{station.url}/api/v1/sessions"
    assert httpx.get(address, params={"access_token": secret}).status_code == 401
    assert httpx.get(address, headers={"cookie": f"devicelog={secret}; token={secret}"}).status_code == 401
    assert httpx.get(address, headers={"authorization": f"Basic {secret}"}).status_code == 401


def test_somebody_who_is_logged_in_at_a_page_is_nobody_here(station: Served) -> None:
    from tests.web.people import log_in

    cookie = {"cookie": f"{station.cookie}={log_in(station.accounts, 'Dr. P. Page')}"}
    assert httpx.get(f"{station.url}/api/v1/sessions", headers=cookie).status_code == 401


def test_a_token_opens_no_page(station: Served) -> None:
    log_in(station.accounts, "Dr. C. Example")  # else everybody is led to where the first admin is made
    with client(station) as program:
        assert program.get("/").headers["location"] == "/login"
