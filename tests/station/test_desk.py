"""The desk: one thread that writes, and does for everybody what has to be written."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devicelog.errors import NotNowError, StoreBusyError, StoreFormatError
from devicelog.station.desk import Desk
from devicelog.store.writer import Writer
from tests.waiting import PATIENCE, join

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEVICELOG_KEYS", str(tmp_path / "keys"))
    return tmp_path / "store"


@pytest.fixture
def desk(store: Path) -> Iterator[Desk]:
    one = Desk(Writer.open, store, lambda: None)
    one.start()
    yield one
    one.close()


def test_every_job_is_done_by_the_one_thread_that_owns_the_writer(desk: Desk) -> None:
    names = [desk.do(lambda _: threading.current_thread().name) for _ in range(3)]
    assert names == ["desk"] * 3


def test_what_a_job_raises_reaches_whoever_asked_and_the_next_one_is_done(desk: Desk) -> None:
    def refuse(_: Writer) -> None:
        raise StoreFormatError("found nonsense.")

    with pytest.raises(StoreFormatError, match="found nonsense"):
        desk.do(refuse)
    assert desk.do(lambda writer: writer.sessions()) == []


def test_jobs_of_many_threads_are_done_one_after_another(desk: Desk) -> None:
    inside, most = [0], [0]

    def job(_: Writer) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        threading.Event().wait(0.001)
        inside[0] -= 1

    threads = [threading.Thread(target=desk.do, args=(job,)) for _ in range(20)]
    for each in threads:
        each.start()
    join(*threads)
    assert most == [1]


def test_a_long_job_lets_others_be_done_when_it_looks_up(desk: Desk) -> None:
    asked, woken = threading.Event(), threading.Event()

    def long(_: Writer) -> str:
        desk.woken_by(woken.set)
        asked.set()
        assert woken.wait(PATIENCE)
        desk.turn()
        desk.woken_by(None)
        return "long"

    longest = desk.post(long)
    assert asked.wait(PATIENCE)
    assert desk.do(lambda _: "short") == "short"
    assert longest.result(5) == "long"


def test_a_crowd_that_never_stops_asking_leaves_a_long_job_its_time(desk: Desk) -> None:
    over, done = threading.Event(), list[int]()

    def again(_: Writer) -> None:
        done.append(1)
        over.wait(0.005)
        if len(done) < 400:
            desk.post(again)

    def long(_: Writer) -> int:
        desk.post(again)
        woken = list[int]()
        desk.woken_by(lambda: woken.append(1))
        desk.turn()
        desk.woken_by(None)
        assert woken  # it is told to look up again soon
        return len(done)

    turned = desk.do(long)
    over.set()
    assert 0 < turned < 100


def test_lists_that_cannot_follow_keep_the_desk_from_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr("devicelog.station.desk.catch_up", broken)
    desk = Desk(Writer.open, store, lambda: None)
    desk.start()
    assert desk.do(lambda writer: writer.sessions()) == []
    assert desk.do(lambda writer: writer.sessions()) == []
    desk.close()


def test_a_job_that_asks_the_desk_itself_is_answered_at_once(desk: Desk) -> None:
    assert desk.do(lambda _: desk.do(lambda writer: writer.seal_count())) == 0


def test_whoever_waits_too_long_is_told_and_the_job_is_not_done_later(desk: Desk) -> None:
    free, done = threading.Event(), list[int]()
    blocking = desk.post(lambda _: free.wait(PATIENCE))
    with pytest.raises(NotNowError, match="did not answer"):
        desk.do(lambda _: done.append(1), patience=0.05)
    free.set()
    blocking.result(5)
    desk.do(lambda _: None)
    assert done == []


def test_a_store_that_is_held_by_another_is_told_at_the_start(desk: Desk, store: Path) -> None:
    assert desk.is_alive
    second = Desk(Writer.open, store, lambda: None)
    with pytest.raises(StoreBusyError, match="in use by process"):
        second.start()


def test_after_the_end_nothing_is_taken_and_the_store_is_free(store: Path) -> None:
    desk = Desk(Writer.open, store, lambda: None)
    desk.start()
    desk.close()
    with pytest.raises(NotNowError, match="ending"):
        desk.do(lambda _: None)
    with Writer.open(store):
        pass


def test_who_waits_for_a_job_that_hangs_is_told_and_not_that_nothing_was_done(desk: Desk) -> None:
    answers = threading.Event()
    try:
        with pytest.raises(NotNowError, match="may take what was asked for when it does"):
            desk.do(lambda _: answers.wait(30), patience=0.2)
    finally:
        answers.set()


def test_what_waits_behind_a_session_that_stands_still_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devicelog.station.desk._STILL", 0.2)
    answers, begun, done = threading.Event(), threading.Event(), []

    def session(_: Writer) -> None:
        desk.woken_by(lambda: None)
        begun.set()
        answers.wait(30)
        desk.woken_by(None)

    recorded = desk.post(session)
    assert begun.wait(30)
    try:
        with pytest.raises(NotNowError, match=r"has not answered .* nothing was changed"):
            desk.do(lambda _: done.append(1))
        assert desk.unsafe is not None
    finally:
        answers.set()
    recorded.result(30)
    desk.do(lambda _: None)
    assert not done
    assert desk.unsafe is None
