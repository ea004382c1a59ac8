"""A driver that does not come back is interrupted; what comes back in time is left alone."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from devicelog import patience
from devicelog.patience import DriverHungError, Limited
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

needs_timer = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timer signals")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "TICK", 0.05)


def loop_for_ever() -> None:
    while True:
        len("")


def catch_everything_once() -> None:
    try:
        loop_for_ever()
    except BaseException:
        loop_for_ever()


def backtrack_for_ever() -> None:
    re.match(r"(a+)+$", "a" * 64 + "b")


def in_a_thread(work: Callable[[], Any]) -> list[Any]:
    """What a call of `work` gives in a thread that gets no signals; an error as itself."""
    given: list[Any] = []

    def call() -> None:
        try:
            given.append(Limited().call(work))
        except Exception as error:
            given.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join(PATIENCE)
    return given


@needs_timer
@pytest.mark.parametrize(
    "hang", [loop_for_ever, catch_everything_once, backtrack_for_ever, lambda: time.sleep(1000), threading.Event().wait]
)
def test_what_hangs_is_interrupted(hang: Callable[[], Any]) -> None:
    with pytest.raises(DriverHungError, match="did not come back"):
        Limited().call(hang)


@pytest.mark.parametrize("hang", [loop_for_ever, catch_everything_once])
def test_a_loop_is_interrupted_in_a_thread_that_gets_no_signals(hang: Callable[[], Any]) -> None:
    [given] = in_a_thread(hang)

    assert isinstance(given, DriverHungError)


def test_what_comes_back_in_time_is_left_alone() -> None:
    limited = Limited()

    assert [limited.call(lambda: 7) for _ in range(1000)] == [7] * 1000
    assert in_a_thread(lambda: 7) == [7]
    time.sleep(0.3)


@pytest.mark.parametrize("work", ["lambda: 7", "hang"])
def test_a_program_goes_on_under_a_debugger_after_a_thread_has_asked_a_driver(work: str) -> None:
    code = (
        "import contextlib, sys, threading; from devicelog import patience; patience.TICK = 0.05\n"
        "def hang():\n"
        "    while True: pass\n"
        "def ask():\n"
        "    with contextlib.suppress(patience.DriverHungError):\n"
        f"        patience.Limited().call({work})\n"
        "thread = threading.Thread(target=ask); thread.start(); thread.join()\n"
        "sys.settrace(lambda *_: None)\n"
        "print((lambda: 'went on')())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False)

    assert done.stdout == "went on\n", done.stderr


def test_what_raises_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        Limited().call(lambda: 1 // 0)
    assert isinstance(in_a_thread(lambda: 1 // 0)[0], ZeroDivisionError)


@needs_timer
def test_the_handler_that_was_there_is_there_again() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: heard.append(number))
    limited = Limited()
    try:
        limited.call(lambda: None)
        signal.raise_signal(signal.SIGALRM)
        limited.close()
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)

    assert heard == [signal.SIGALRM]


@needs_timer
def test_a_timer_that_stays_armed_interrupts_only_what_hangs_and_ends_with_close() -> None:
    limited = Limited(stays_armed=True)

    for _ in range(3):
        assert limited.call(lambda: 7) == 7
        time.sleep(0.3)
        with pytest.raises(DriverHungError, match="did not come back"):
            limited.call(loop_for_ever)
    limited.close()

    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@needs_timer
def test_a_process_that_was_stopped_for_a_while_has_not_hung() -> None:
    code = (
        "import os, signal, subprocess, time; from devicelog import patience; patience.TICK = 0.2\n"
        "def work():\n"
        "    subprocess.Popen(['sh', '-c', f'sleep 2; kill -CONT {os.getpid()}'])\n"
        "    os.kill(os.getpid(), signal.SIGSTOP)\n"
        "    return 'came back'\n"
        "print(patience.Limited().call(work))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False)

    assert done.stdout == "came back\n", done.stderr


@needs_timer
def test_what_cannot_be_interrupted_ends_the_process_with_a_sentence() -> None:
    code = (
        "from devicelog import patience; patience.TICK = 0.05\n"
        "def work():\n"
        "    try:\n"
        "        count = 0\n"
        "        while True: count += 1\n"
        "    except BaseException: work()\n"
        "patience.Limited().call(work)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False)

    assert done.returncode == 3
    assert done.stderr.startswith("devicelog: a driver does not come back")
    assert done.stderr.count("\n") == 1
