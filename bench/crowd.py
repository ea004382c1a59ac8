"""A crowd that logs in at a station, in a process of its own: `python -m bench.crowd`.

Reads a request as JSON, prints `READY`, begins at the next line, and prints `DONE` with what became of the log-ins as
JSON. Everybody comes from an address of his own within 127.0.0.0/8, which is what Linux lets a program do.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlencode, urlsplit

from devicelog.accounts.secret import csrf_of, new_token

#: A guesser is at one account and one address; strangers come each from another address, with a name nobody has.
GUESSER, STRANGER, RIGHT = "guesser", "stranger", "right"
#: Of log-ins with a wrong password, the guesser's and the strangers', as they follow each other.
_WRONG = (GUESSER, STRANGER, STRANGER)
_GUESSED_FROM = "127.0.2.1"
#: So many log-ins are under way at most; one that is not answered for so long has failed (s).
_AT_ONCE, _PATIENCE = 96, 60.0
#: Whoever is let in logs in again so long after the log-in before (s).
_AGAIN = 1.0
_LET_IN = 303


@dataclass
class Told:
    """What the station answered: how often which status, by whom; how long each right person took to be in (s)."""

    answers: dict[str, Counter[str]] = field(
        default_factory=lambda: {sort: Counter() for sort in (GUESSER, STRANGER, RIGHT)}
    )
    until_in: list[float] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def note(self, sort: str, status: int) -> None:
        with self.guard:
            self.answers[sort][str(status)] += 1


class Crowd:
    """`password` is that of all `people`, who are each known at an address."""

    def __init__(self, url: str, password: str, people: Mapping[str, str]) -> None:
        self._host = urlsplit(url).netloc
        self._password = password
        self._people = people
        self.told = Told()

    def come(self, rate: float, seconds: float) -> None:
        """So many log-ins a second for so long: of each person one a second, the rest with wrong passwords."""
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(_AT_ONCE + len(self._people)) as pool:
            right = [pool.submit(self._come_again, login, until) for login in self._people]
            others, begun = self._others(), time.monotonic()
            wrong = rate - len(self._people) / _AGAIN
            for number in range(round(wrong * seconds)):
                time.sleep(max(0.0, begun + number / wrong - time.monotonic()))
                pool.submit(self._try, *next(others))
            for one in right:
                one.result()

    def _others(self) -> Iterator[tuple[str, str, str]]:
        """Of everybody who has a wrong password: sort, address and name."""
        guessed = next(iter(self._people))
        for number, sort in enumerate(cycle(_WRONG)):
            address = f"127.{3 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"
            yield (sort, _GUESSED_FROM, guessed) if sort == GUESSER else (sort, address, f"nobody-{number}")

    def _try(self, sort: str, address: str, login: str) -> None:
        self._log_in(sort, address, login, "wrong wrong wrong")

    def _come_again(self, login: str, until: float) -> None:
        """Log in, and when let in once more, as somebody does who is told to wait: after the time that was named."""
        while time.monotonic() < until:
            began = time.monotonic()
            while (wait := self._log_in(RIGHT, self._people[login], login, self._password)) is not None:
                time.sleep(wait)
            with self.told.guard:
                self.told.until_in.append(time.monotonic() - began)
            time.sleep(max(0.0, began + _AGAIN - time.monotonic()))

    def _log_in(self, sort: str, address: str, login: str, password: str) -> float | None:
        """How long to wait before the next try; None: let in."""
        status, wait = 0, 1.0
        with suppress(OSError):
            status, wait = self._ask(address, login, password)
        self.told.note(sort, status)
        return None if status == _LET_IN else wait

    def _ask(self, address: str, login: str, password: str) -> tuple[int, float]:
        before = new_token()
        headers = {
            "Host": self._host,
            "Origin": f"http://{self._host}",
            "Cookie": f"devicelog_before={before}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
        }
        form = urlencode({"csrf": csrf_of(before), "login": login, "password": password})
        port = int(self._host.rpartition(":")[2])
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE, source_address=(address, 0))
        try:
            line.request("POST", "/login", form, headers)
            answer = line.getresponse()
            answer.read()
            return answer.status, float(answer.headers.get("retry-after", 1))
        finally:
            line.close()


def main() -> None:
    request: dict[str, Any] = json.loads(sys.stdin.readline())
    crowd = Crowd(request["url"], request["password"], request["people"])
    print("READY", flush=True)
    sys.stdin.readline()
    crowd.come(request["rate"], request["seconds"])
    found = {"answers": crowd.told.answers, "until_in": sorted(crowd.told.until_in)}
    print("DONE", json.dumps(found), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
