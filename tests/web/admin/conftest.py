"""A station with something in it: a patient, a session under an example protocol, and people of each role."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from devicelog import clock
from devicelog.account import Role
from devicelog.opening.stating import unasked
from devicelog.station.station import Order
from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import SessionTable
from tests.waiting import PATIENCE, killed_when_late, until
from tests.web.admin.people import Visitor, visitor
from tests.web.served import Served, served_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

GUN = "reference-mesogun@sim://reference-mesogun?seed=1"
PROTOCOL = "meso-face-gun-intradermal"


def order(device: str = GUN, subject: str = "P-0017") -> Order:
    """A session with a simulated device, of which nobody is asked anything."""
    session = SessionTable(
        devices=[device], protocol=PROTOCOL, subject=subject, practitioner="Dr A. Example", zones=["face.forehead"]
    )
    return Order(Draft(session), None, clock.now(), state=unasked)


def record(station: Served, device: str = GUN, order_subject: str = "P-0017") -> None:
    """A short session, begun and ended."""
    running = station.station.begin(order(device, order_subject)).running
    assert running is not None
    until(lambda: running.hub.drain() and running.hub.state.record.entries > 4)
    running.end("Dr A. Example")
    until(lambda: station.station.current is None)


@dataclass(frozen=True, slots=True)
class Client:
    """Pages as a browser without scripts asks for them; a form carries the token of its page."""

    http: httpx.Client
    visitor: Visitor

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self.http.get(path)

    def post(self, path: str, page: str = "/account", **fields: str | list[str]) -> httpx.Response:
        """A form, sent from this person's log-in session."""
        from devicelog.accounts.secret import csrf_of

        origin = str(self.http.base_url).rstrip("/")
        return self.http.post(
            path, data={"csrf": csrf_of(self.visitor.token), **fields}, headers={"origin": origin, "referer": page}
        )


_OPEN: list[httpx.Client] = []


def client(station: Served, name: str, *roles: Role) -> Client:
    """A new person of these roles."""
    one = visitor(station.accounts, name, *roles)
    _OPEN.append(httpx.Client(base_url=station.url, cookies={station.cookie: one.token}, timeout=PATIENCE))
    return Client(_OPEN[-1], one)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A station of the module's own, with one short session."""
    with served_alone(tmp_path_factory.mktemp("station")) as one:
        record(one)
        yield one
        while _OPEN:
            _OPEN.pop().close()


@pytest.fixture(scope="module")
def admin(station: Served) -> Client:
    return client(station, "Ada Admin", Role.ADMIN)


@pytest.fixture(scope="module")
def practitioner(station: Served) -> Client:
    return client(station, "Dr A. Example", Role.PRACTITIONER)


@pytest.fixture(scope="module")
def reviewer(station: Served) -> Client:
    return client(station, "Dr R. Viewer", Role.REVIEWER)


@pytest.fixture(scope="module")
def gun() -> Iterator[str]:
    """A simulated device on a pseudo-terminal, as it would be on a cable."""
    command = [sys.executable, "-m", "devicelog", "simulate", "reference-mesogun", "--seed", "7"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    with process, killed_when_late(process):
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("READY ").strip()
        process.terminate()
        assert process.wait(PATIENCE) == 0
