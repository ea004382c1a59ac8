"""A session that somebody forgot does not keep the station from others; no browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.account import Role
from devicelog.ledger import Kind
from devicelog.store.reader import Reader
from devicelog.web.live import access
from tests.waiting import until
from tests.web.people import log_in
from tests.web.sessions import begun, ended, until_seen
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devicelog.station.running import Running
    from tests.web.served import Served

WHO, OTHER = "Dr. A. Example", "Dr. B. Other"
FORM = "Is it forgotten?"


@pytest.fixture(scope="module")
def other(station: Served) -> str:
    """The log-in of somebody else who treats."""
    return log_in(station.accounts, OTHER)


@pytest.fixture
def running(station: Served) -> Iterator[Running]:
    """A session of one person, in progress, with what is no simulator."""
    made = begun(station.station, WHO, device="manual@page")
    until_seen(station.station)
    yield made
    if station.station.current is not None:
        ended(station.station, WHO)


def why(station: Served, session: str) -> str:
    """Why a session ended, as its last entry says."""
    with Reader.open(station.station.store) as reader:
        [last] = [line for line in reader.lines(reader.session(session).number) if line.kind == Kind.ENDED]
    return str(last.entry().content["because"])


def test_a_session_in_use_is_ended_by_nobody_else(station: Served, running: Running, other: str) -> None:
    with Visit(station.url, token=other) as visit:
        assert "another practitioner" in visit.get("/live").text
        assert FORM not in visit.text
        visit.post("/live/end", confirmed="yes")
    assert station.station.current is running
    assert not running.is_ending


def test_one_that_nobody_used_for_long_is_ended_by_whoever_treats_next_and_says_so(
    station: Served, running: Running, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "FORGOTTEN_US", 0)
    with Visit(station.url, token=other) as visit:
        visit.get("/live")
        assert FORM in visit.text
        assert running.session not in visit.text
        assert visit.post("/live/end").headers["location"] == "/live"
        assert not running.is_ending, "it is confirmed first"
        visit.post("/live/end", confirmed="yes")
    until(lambda: station.station.current is None, "the end of the session")
    assert why(station, running.session) == f"ended by {OTHER}"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN])
def test_nobody_ends_it_who_treats_nobody(
    station: Served, running: Running, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    monkeypatch.setattr(access, "FORGOTTEN_US", 0)
    with Visit(station.url, token=log_in(station.accounts, f"Mx. {role}", role)) as visit:
        visit.get("/live")
        assert FORM not in visit.text
        visit.post("/live/end", confirmed="yes")
    assert not running.is_ending


def test_a_training_session_makes_room_for_a_patient_at_once(station: Served, other: str) -> None:
    with Visit(station.url, token=log_in(station.accounts, "Mx. Boss", Role.ADMIN)) as boss:
        boss.get("/devices/training")
        boss.post("/devices/training", simulator="reference-mesogun", scenario="")
    until_seen(station.station)
    with Visit(station.url, token=other) as visit:
        visit.get("/live")
        assert FORM in visit.text
        visit.post("/live/end", confirmed="yes")
    until(lambda: station.station.current is None, "the end of the session")


def test_the_time_in_which_nobody_did_anything_begins_anew_with_each_statement(
    station: Served, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = running.hub.state
    monkeypatch.setattr(state, "_treated_us", {})
    later = state.record.last_us + 60_000_000  # of one moment, because only the statement may make the difference
    monkeypatch.setattr(type(state), "now_us", property(lambda _: later))
    before = state.unused_us
    running.state(Kind.NOTE, {"text": "well", "by": WHO})
    until(lambda: bool(state.record.statements.of(Kind.NOTE)), "the note")
    assert state.unused_us < before
