"""A service that has a store: one thread owns the writer, records, and does what programs ask beside it.

Reads commands on stdin and answers each with a line; a recording is one of made bytes, committed when it is told to.

    begin       a session begins; its id           commit N    N commits; how many entries were acknowledged in all
    end         the session ends                   rotate      a new key to seal with
    quit        an orderly end
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from devicelog import clock, log, registry
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import Line
from devicelog.recorder.recorder import Recorder
from devicelog.recording.backlog import Backlog
from devicelog.recording.opening import plan_session
from devicelog.store.beside.server import Beside
from devicelog.store.rotation import rotate
from devicelog.store.writer import Writer
from devicelog.testing.simulated import BEGINS, play
from tests.waiting import PATIENCE

Job = Callable[[Writer], Any]


class Desk:
    """The thread of the writer: one job after the other."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._jobs: queue.SimpleQueue[tuple[Job, Future[Any]] | None] = queue.SimpleQueue()

    def do(self, job: Job) -> Any:
        done: Future[Any] = Future()
        self._jobs.put((job, done))
        return done.result(PATIENCE)

    def stop(self) -> None:
        self._jobs.put(None)

    def run(self) -> None:
        while (given := self._jobs.get()) is not None:
            job, done = given
            try:
                done.set_result(job(self._writer))
            except BaseException as error:
                done.set_exception(error)


class Recorded:
    """A session of made bytes, as a service or a program beside it records one."""

    def __init__(self, writer: Writer) -> None:
        driver = registry.driver("reference-mesogun")
        plan = plan_session(
            writer,
            devices=[(driver, "test", "simulated")],
            protocol=None,
            subject="P-station",
            practitioner="Dr. Station",
            zones=(),
            settings={},
            start=BEGINS,
        )
        self.id = plan.session
        self._recorder = Recorder(plan, None, BEGINS)
        simulator = registry.simulators()["reference-mesogun"].value
        assert simulator is not None
        self._chunks: Iterator[Chunk] = play(driver, simulator.start(1, None), 3600.0)
        self._last = next(self._chunks)
        self._recorder.handle(self._last)
        self.backlog = Backlog(writer.begin(plan.session, plan.subject, clock.utc(BEGINS.wall_ns)), self._acknowledge)
        self.acknowledged = 0

    def commit(self, times: int) -> int:
        for _ in range(times):
            lines, kept = self._taken()
            self.backlog.put(lines, kept)
            self.backlog.flush()
        return self.acknowledged

    def end(self) -> int:
        self._recorder.handle(replace(self._last, link=NO_LINK, kind=ChunkKind.ENDED, data=b"the test was over"))
        self.backlog.put(*self._recorder.take(), "ended")
        self.backlog.drain(lambda: None)
        return self.acknowledged

    def _taken(self) -> tuple[list[Line], list[Chunk]]:
        while True:
            self._last = next(self._chunks)
            self._recorder.handle(self._last)
            lines, kept = self._recorder.take()
            if lines:
                return lines, kept

    def _acknowledge(self, lines: Sequence[Line]) -> None:
        self.acknowledged += len(lines)


def talk(desk: Desk) -> None:
    recorded: list[Recorded] = []
    for line in sys.stdin:
        said: Any = ""
        match line.split():
            case ["begin"]:
                recorded.append(desk.do(Recorded))
                said = recorded[-1].id
            case ["commit", times]:
                count = int(times)
                said = [desk.do(lambda _: recorded[-1].commit(1)) for _ in range(count)][-1]
                assert recorded[-1].backlog.error is None
            case ["end"]:
                said = desk.do(lambda _: recorded.pop().end())
            case ["rotate"]:
                said = desk.do(rotate).hex()
            case ["quit"]:
                break
        print(f"DONE {said}", flush=True)  # noqa: T201
    desk.stop()


def _talk(desk: Desk) -> None:
    """Talk; a test whose service fails is told so by its end."""
    try:
        talk(desk)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def main(store: Path) -> None:
    log.configure()
    with Writer.open(store) as writer:
        desk = Desk(writer)
        beside = Beside(writer.folder, desk.do)
        beside.start()
        threading.Thread(target=_talk, args=(desk,), daemon=True).start()
        print("READY", flush=True)  # noqa: T201
        desk.run()
        closing = threading.Thread(target=beside.close)
        closing.start()
        while closing.is_alive():  # what was asked is still done
            closing.join(0.01)
            desk.stop()
            desk.run()
    print("CLOSED", flush=True)  # noqa: T201
