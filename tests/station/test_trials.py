"""Test readings step aside for a session, whatever their port does: a session is begun, and its port is its own."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.attach.choice import parse_choice
from devicelog.errors import DevicelogError, NotNowError, PortError
from devicelog.link import serial_port
from devicelog.station import station as stations
from devicelog.station.running import Running
from devicelog.station.trial import Trial
from tests.station.conftest import begun, ended, gun, order
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devicelog.station.station import Station

needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys")


class Adapter:
    """A pseudo-terminal whose first opening hangs: before the port is open, or behind that. `goes_on` ends it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, hangs_open: bool) -> None:
        self._ends = os.openpty()
        self.path = os.ttyname(self._ends[1])
        self.hangs, self.goes_on, self.came = threading.Event(), threading.Event(), threading.Event()
        self.refused: list[Exception] = []
        self.hung: list[Any] = []
        self._hangs_open = hangs_open
        self._open = serial_port._open
        monkeypatch.setattr(serial_port, "_open", self._opened)

    def _opened(self, port: Any, url: str) -> None:
        if url != self.path or self.hung:
            try:
                self._open(port, url)
            except Exception as error:
                self.refused.append(error)
                raise
            return
        self.hung.append(port)
        if self._hangs_open:
            self._open(port, url)
        self.hangs.set()
        self.goes_on.wait(PATIENCE)
        if not self._hangs_open:
            self._open(port, url)
        self.came.set()

    def close(self) -> None:
        self.goes_on.set()
        until(lambda: not any(thread.name == "opening" for thread in threading.enumerate()), "the port that hung")
        for end in self._ends:
            os.close(end)


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Adapter]]:
    made: list[Adapter] = []

    def make(*, hangs_open: bool = False) -> Adapter:
        made.append(Adapter(monkeypatch, hangs_open=hangs_open))
        return made[-1]

    yield make
    for one in made:
        one.close()


def trial(port: str, by: str = "somebody") -> Trial:
    return Trial(f"of {by}", parse_choice(f"reference-mesogun@{port}"), by, frozenset())


def free() -> None:
    """What is asked of a port that nobody has."""


def asked_for(station: Station, one: Trial, check: Callable[[], None] = free) -> Future[None]:
    """Test readings that somebody begins on a thread of his own, as a page does."""
    answer: Future[None] = Future()

    def begin() -> None:
        try:
            station.trials.begin(one, check)
        except DevicelogError as error:
            answer.set_exception(error)
        else:
            answer.set_result(None)

    threading.Thread(target=begin, daemon=True).start()
    return answer


@needs_pty
def test_a_session_begins_while_a_port_that_is_tried_does_not_open(
    station: Station, adapter: Callable[..., Adapter]
) -> None:
    slow = adapter()
    tried = trial(slow.path)
    answer = asked_for(station, tried)
    assert slow.hangs.wait(PATIENCE)

    begun(station)
    assert not slow.goes_on.is_set()
    with pytest.raises(NotNowError, match="was not opened: a session was begun, which comes first"):
        answer.result(PATIENCE)
    assert tried.is_over

    slow.goes_on.set()
    assert slow.came.wait(PATIENCE)
    until(lambda: not slow.hung[0].is_open, "the end of the port that opened late")
    ended(station)


@needs_pty
def test_a_session_has_its_own_port_also_where_that_is_only_just_being_opened_for_a_trial(
    station: Station, adapter: Callable[..., Adapter]
) -> None:
    slow = adapter(hangs_open=True)
    answer = asked_for(station, trial(slow.path))
    assert slow.hangs.wait(PATIENCE)

    wanted: Future[Running | None] = Future()
    device = f"reference-mesogun@{slow.path}"
    beginning = threading.Thread(target=lambda: wanted.set_result(station.begin(order(device)).running))
    beginning.start()
    until(lambda: slow.refused, "a port that the trial still holds")
    slow.goes_on.set()
    running = wanted.result(PATIENCE)
    beginning.join(PATIENCE)

    assert running is not None
    assert not slow.hung[0].is_open
    with pytest.raises(NotNowError, match="comes first"):
        answer.result(PATIENCE)
    ended(station)


@needs_pty
def test_a_session_whose_own_port_hangs_is_refused_and_the_desk_goes_on(
    station: Station, adapter: Callable[..., Adapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devicelog.link.opening.PATIENCE", 0.2)
    slow = adapter()
    with pytest.raises(PortError, match="has not opened within"):
        station.begin(order(f"reference-mesogun@{slow.path}"))
    begun(station)
    ended(station)


@needs_pty
def test_whoever_tries_a_port_that_does_not_open_is_told_and_others_are_not_held_up(
    station: Station, adapter: Callable[..., Adapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = adapter()
    answer = asked_for(station, trial(slow.path))
    assert slow.hangs.wait(PATIENCE)
    other = trial("sim://reference-mesogun?seed=70", by="somebody else")
    station.trials.begin(other, free)
    assert not answer.done()
    other.end()
    assert other.is_over

    monkeypatch.setattr("devicelog.link.opening.PATIENCE", 0.2)
    slow.hung.clear()
    with pytest.raises(PortError, match=r"has not opened within 0\.2 s; plug its adapter in again"):
        station.trials.begin(trial(slow.path, by="a third"), free)


@needs_pty
def test_who_begins_other_test_readings_does_not_wait_for_a_port_that_hangs(
    station: Station, adapter: Callable[..., Adapter]
) -> None:
    slow = adapter()
    answer = asked_for(station, trial(slow.path))
    assert slow.hangs.wait(PATIENCE)
    other = trial("sim://reference-mesogun?seed=71")
    station.trials.begin(other, free)
    with pytest.raises(NotNowError, match="you have begun other test readings since"):
        answer.result(PATIENCE)
    other.end()


def test_no_test_reading_gets_between_the_ports_of_a_session_and_its_beginning(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Running | None] = []
    looked = threading.Event()

    def look() -> None:
        seen.append(station.current)
        looked.set()
        raise NotNowError("the port belongs to the session.")

    def made(*given: Any) -> Running:
        asked_for(station, trial("sim://reference-mesogun?seed=72"), look)
        looked.wait(0.5)
        return Running(*given)

    monkeypatch.setattr(stations, "Running", made)
    running = station.begin(order(gun())).running
    assert looked.wait(PATIENCE)
    assert seen == [running] != [None]
    ended(station)
