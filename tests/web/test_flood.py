"""Many log in at once while a session is recorded: none of it is lost, and what they cost is bounded."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from argon2.profiles import CHEAPEST

from devicelog.accounts import password, throttle
from devicelog.accounts.accounts import Accounts
from devicelog.accounts.password import Passwords
from devicelog.errors import NotNowError
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from devicelog.stored import record_of
from tests.waiting import PATIENCE, join, until
from tests.web.people import log_in
from tests.web.sessions import begun, ended
from tests.web.visiting import Visit

if TYPE_CHECKING:
    from tests.web.served import Served

#: Log-ins a second, and for how long (s).
RATE, SECONDS = 50, 2
FAST_GUN = "reference-mesogun@sim://reference-mesogun?seed=1&speed=50"


def test_fifty_log_ins_a_second_take_nothing_from_a_recording(station: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hashes as they are in use (64 MiB), and from so many addresses that none is told to wait."""
    log_in(station.accounts, "Dr. S. Omebody")
    monkeypatch.setattr(throttle, "FREE", 10**6)
    dear = Accounts.open(open_folder(station.station.store))
    for name in ("door", "people", "invitations"):
        monkeypatch.setattr(station.accounts, name, getattr(dear, name))
    running = begun(station.station, "Dr. A. Example", device=FAST_GUN)
    answers: list[int] = []

    with Visit(station.url) as visit, ThreadPoolExecutor(32) as crowd:
        visit.get("/login")
        form = {"csrf": visit.csrf, "login": "nobody", "password": "wrong wrong wrong"}
        began = time.monotonic()
        for number in range(RATE * SECONDS):
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
            crowd.submit(lambda: answers.append(visit.http.post("/login", data=form, timeout=PATIENCE).status_code))
    assert station.station.current is running
    ended(station.station, "Dr. A. Example")
    dear.close()

    assert len(answers) == RATE * SECONDS
    assert set(answers) == {401, 429}  # tried, or told to come back because too many wait
    running.hub.drain()
    with Reader.open(station.station.store) as reader:
        record = record_of(reader, reader.session(running.session))
    assert record.ended == "ended by Dr. A. Example"
    assert record.entries == running.hub.state.record.entries
    assert record.tally.session.triggers > 0


def test_hashes_are_made_one_at_a_time_and_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords()
    inside, most, guard = [0], [0], threading.Lock()

    class Counting:
        def hash(self, _: bytes) -> str:
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.02)
            with guard:
                inside[0] -= 1
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Counting())
    refused = []

    def one() -> None:
        try:
            passwords.hash("quiet walnut harbour lantern")
        except NotNowError:
            refused.append(1)

    threads = [threading.Thread(target=one) for _ in range(40)]
    for each in threads:
        each.start()
    join(*threads)
    assert most == [password._AT_ONCE]
    assert refused


def test_who_is_known_where_he_is_comes_before_a_crowd_of_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords(CHEAPEST)
    kept, is_at_work, goes_on = passwords.hash("quiet walnut harbour lantern"), threading.Event(), threading.Event()
    hasher = passwords._hasher

    looked_at: list[str] = []

    class Slow:
        def verify(self, hash_: str, given: bytes) -> bool:
            looked_at.append(hash_)
            is_at_work.set()
            goes_on.wait(30)
            return hasher.verify(hash_, given)

    monkeypatch.setattr(passwords, "_hasher", Slow())
    with ThreadPoolExecutor(password._WAITING + 2) as crowd:
        strangers = [crowd.submit(passwords.is_right, None, "wrong") for _ in range(password._WAITING + 1)]
        assert is_at_work.wait(30)
        until(lambda: not passwords._room._value, "strangers at all places")
        with pytest.raises(NotNowError, match="many log in"):
            passwords.is_right(kept, "quiet walnut harbour lantern")
        known = crowd.submit(passwords.is_right, kept, "quiet walnut harbour lantern", is_known=True)
        until(lambda: passwords._turns.known_waiting, "somebody who is known and waits")
        goes_on.set()
        assert known.result(30)
        assert not any(one.result(30) for one in strangers)
    assert looked_at.index(kept) == 1  # behind the one that was at work
