"""A station that records one session and is looked at, in a process of its own: `python -m bench.station`.

Reads a request as JSON, prints `READY` with its address, the cookie of somebody who is logged in, and who else may log
in (with `people`, each known at an address, and hashes as they are in use). Answers every further line with `CPU` and
the processor time that it has taken so far (ns), and ends when its input is closed. Then it leaves the moments at which
readings were acknowledged (`acknowledged_file`).
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import threading
import time
from array import array
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from devicelog import clock
from devicelog.accounts.accounts import Accounts
from devicelog.accounts.door import LoggedIn
from devicelog.accounts.invitations import Chosen
from devicelog.accounts.people import Description
from devicelog.ledger import Kind, Line
from devicelog.opening.stating import unasked
from devicelog.station.hub import Hub
from devicelog.station.station import Order, Station
from devicelog.steps.draft import Draft
from devicelog.steps.plan_schema import SessionTable
from devicelog.store.folder import open_folder
from devicelog.web.app import application
from devicelog.web.security import Security
from devicelog.web.server import listen, server
from devicelog.web.settings import Settings

_WHO, _LOGIN, _PASSWORD, _HERE = "Dr A. Bench", "bench", "quiet walnut harbour lantern", "127.0.0.1"


def acknowledged_file(folder: Path) -> Path:
    """Where the moments are left at which readings were durable, in their order (CLOCK_MONOTONIC, ns)."""
    return folder / "acknowledged.int64"


class _Timed(Hub):
    """Takes down when those who look on were told of a reading."""

    moments = array("q")

    def take(self, lines: Sequence[Line]) -> None:
        super().take(lines)
        self.moments.extend([time.monotonic_ns()] * sum(line.kind == Kind.OBSERVATION for line in lines))


def main() -> None:
    request = json.loads(sys.stdin.readline())
    folder = Path(request["folder"])
    os.environ["DEVICELOG_KEYS"] = str(folder / "keys")
    taken = listen(Settings(port=0))
    settings = Settings(port=taken.getsockname()[1])
    station = Station(folder / "store")
    station.start()
    people = int(request.get("people", 0))
    with Accounts.open(open_folder(folder / "store"), RFC_9106_LOW_MEMORY if people else CHEAPEST) as accounts:
        token, ready = _logged_in(accounts, _LOGIN, _HERE), threading.Event()
        at = {f"{_LOGIN}-{number}": f"127.0.1.{number}" for number in range(1, people + 1)}
        for login, address in at.items():
            _logged_in(accounts, login, address)
        pages = application(station, accounts, settings)
        serving = server(Security(pages, settings), settings, ready.set, pages.state.web.broadcasts.close)
        thread = threading.Thread(target=asyncio.run, args=(serving.serve([taken]),))
        thread.start()
        ready.wait()
        with mock.patch("devicelog.station.station.Hub", _Timed):
            running = station.begin(_order(request["device"], request["protocol"])).running
        assert running is not None
        print(
            "READY", json.dumps({"url": settings.url, "token": token, "password": _PASSWORD, "people": at}), flush=True
        )
        for _ in sys.stdin:
            used = resource.getrusage(resource.RUSAGE_SELF)
            print("CPU", round((used.ru_utime + used.ru_stime) * 1e9), flush=True)
        serving.should_exit = True
        thread.join()
    station.close()
    acknowledged_file(folder).write_bytes(_Timed.moments.tobytes())


def _logged_in(accounts: Accounts, login: str, address: str) -> str:
    """The token of the first log-in session of a new practitioner, who is known at that address from then on."""
    now, who = clock.now().wall_ns, _WHO if login == _LOGIN else f"{_WHO} {login}"
    code = accounts.people.add(Description(who, login, "physician", "R-1"), ["practitioner"], now, by="bench")
    accounts.invitations.accept(code.code, Chosen(_PASSWORD), now, address=address, is_local=True)
    found = accounts.door.log_in(login, _PASSWORD, now, address=address, is_local=True)
    assert isinstance(found, LoggedIn)
    return found.token


def _order(device: str, protocol: str) -> Order:
    session = SessionTable(devices=[device], protocol=protocol, subject="bench", practitioner=_WHO, zones=["face"])
    return Order(Draft(session), None, clock.now(), state=unasked)


if __name__ == "__main__":
    main()
