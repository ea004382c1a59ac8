"""A loop that stands still is noticed, in the ledger too once it goes on; what is slow for another reason is not."""

from __future__ import annotations

import os
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from devicelog.ledger import decode
from devicelog.patience import Limited
from devicelog.recording.standstill import LAST, NOTICED, Standstill, Waiting
from tests.end_to_end.running import Devicelog, Warm, wait_until
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from devicelog.chunk import Chunk


class Loop:
    """A loop that does what the test says, and what is said of it."""

    def __init__(self) -> None:
        self.said: SimpleQueue[tuple[str, bool]] = SimpleQueue()
        self.acts: list[dict[str, Any]] = []
        self.asks_a_driver = False
        self.guard = Standstill("s", self._put, lambda: self.asks_a_driver, self._cry)

    def _put(self, chunk: Chunk) -> None:
        self.acts.append(decode(chunk.data))

    def _cry(self, sentence: str, *, last: bool, over: bool) -> None:
        assert over == sentence.startswith("the recording goes on")
        self.said.put((sentence, last))

    def stands(self, looks: int) -> None:
        for _ in range(looks):
            self.guard.look()

    def goes_on(self) -> None:
        self.guard.beat()
        self.guard.look()


@pytest.fixture
def loop() -> Loop:
    loop = Loop()
    loop.goes_on()
    return loop


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit codes with which the process would have ended."""
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    return codes


def test_it_is_said_once_and_the_ledger_gets_an_alarm_that_ends_when_the_loop_goes_on(loop: Loop) -> None:
    loop.stands(NOTICED - 1)
    assert loop.acts == []

    loop.stands(10)
    loop.goes_on()
    loop.goes_on()

    alarm = {"kind": "alarm", "about": "standstill", "priority": "high", "text": Waiting.STORE.value}
    assert loop.acts == [alarm, {"kind": "alarm_ended", "about": "standstill"}]
    assert {loop.said.get(timeout=PATIENCE), loop.said.get(timeout=PATIENCE)} == {
        (f"alarm: {Waiting.STORE}", False),
        ("the recording goes on, and what waited in memory is written now", False),
    }
    assert loop.said.empty()


def test_a_slow_loop_is_no_standstill(loop: Loop) -> None:
    for _ in range(5):
        loop.stands(NOTICED - 1)
        loop.goes_on()

    assert loop.acts == []


def test_a_driver_that_hangs_is_left_to_the_one_who_interrupts_it(loop: Loop) -> None:
    loop.asks_a_driver = True
    loop.stands(LAST * 2)

    assert loop.acts == []


def test_who_asks_a_driver_says_so() -> None:
    patience = Limited()

    assert patience.call(patience.is_waiting)
    assert not patience.is_waiting()
    patience.close()


def test_after_a_minute_without_the_store_the_process_ends(loop: Loop, ended: list[int]) -> None:
    loop.stands(LAST - 1)
    assert ended == []

    loop.stands(1)

    assert ended == [3]
    sentences = dict([loop.said.get(timeout=PATIENCE), loop.said.get(timeout=PATIENCE)])
    [last] = [sentence for sentence, is_last in sentences.items() if is_last]
    assert last.startswith("devicelog: the store has not answered for 60 s, and the recording has ended")


def test_who_stops_the_output_is_told_and_loses_no_session(loop: Loop, ended: list[int]) -> None:
    with loop.guard.output():
        loop.guard.look()
        loop.stands(LAST * 2)

    assert ended == []
    assert [act["text"] for act in loop.acts] == [Waiting.OUTPUT]


# -- a real recording --------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="processes are forked here")
def test_a_recording_whose_disk_hangs_for_good_ends_with_code_3_and_keeps_what_it_acknowledged(
    tmp_path: Path, warm: Warm
) -> None:
    box = Devicelog(tmp_path / "box", warm)
    box.environment["TORTURE_MARK"] = str(box.root / "mark")
    words = (*box.recording("sim://reference-mesogun?speed=20"), "--print-acks")

    warm.start(words, box.root, box.environment, first="tests.faults.breakers:writer_hangs_and_soon_ends")
    wait_until(warm.has_ended, "the end")
    done = warm.wait(words)

    assert done.code == 3
    assert "alarm: the store does not answer" in done.err
    assert "the recording has ended; what was acknowledged is safe" in done.err
    assert "Traceback" not in done.err
    acknowledged = [line.removeprefix("ACK ") for line in done.out.splitlines()]
    assert len(acknowledged) > 1
    assert box("entries", "last", "--ids").out.split()[: len(acknowledged)] == acknowledged
    box("verify")
