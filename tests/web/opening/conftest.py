"""Tablets with somebody new logged in at the station of the module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.waiting import until
from tests.web.opening.walking import Tablet

if TYPE_CHECKING:
    from tests.web.served import Served

_NUMBERS = count(1)


#: Logs somebody new in, by name.
Another = Callable[[str], Tablet]


@pytest.fixture
def another(station: Served) -> Iterator[Another]:
    """Makes tablets of practitioners; sessions that they began are ended."""
    made = []

    def make(name: str) -> Tablet:
        made.append(Tablet.of(station.url, station.accounts, name))
        return made[-1]

    yield make
    for one in made:
        one.http.close()
    ended(station)


@pytest.fixture
def tablet(another: Another) -> Tablet:
    """A tablet of a practitioner whom nobody knows yet."""
    return another(f"Dr. B. Example {next(_NUMBERS)}")


def ended(station: Served) -> None:
    """End the session in progress, if there is one, and wait for that."""
    running = station.station.current
    if running is not None:
        running.end("a test")
        until(lambda: station.station.current is None, "the end of the session")
