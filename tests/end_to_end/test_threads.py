"""Whatever part of a recording dies or hangs: it is noticed, said, and the rest records on, or the process ends."""

from __future__ import annotations

import signal
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.changed import CHANGE
from tests.end_to_end.line import Line
from tests.end_to_end.processes import NOWHERE, PIPE
from tests.end_to_end.running import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.end_to_end.running import Devicelog

HANGING_DRIVER = """
    from dataclasses import replace
    from devicelog import registry
    from devicelog_drivers.reference_mesogun import DRIVER

    class Hangs:
        def __init__(self):
            self._good = DRIVER.decoder()
        def feed(self, data):
            while b"HANG" in data:
                pass
            return self._good.feed(data)
        def end(self):
            return self._good.end()

    registry.driver = lambda _: replace(DRIVER, decoder=Hangs)
"""
DYING_READER = """
    from devicelog.link.link import Link
    read = Link._read

    def dies_once(link):
        Link._read = read
        raise SystemExit
    Link._read = dies_once
"""
DYING_RECORDER = """
    from devicelog.recorder.recorder import Recorder

    def die(recorder, chunk):
        raise RuntimeError("not thought of")
    Recorder.handle = die
"""
# Python 3.11 forgets the time limit of SimpleQueue.get if a signal comes at the wrong moment; here it always does.
FORGETFUL_QUEUE = """
    from queue import SimpleQueue
    from devicelog.link import link
    from devicelog.recording import recording

    class Forgetful(SimpleQueue):
        def get(self, block=True, timeout=None):
            return super().get()
    recording.SimpleQueue = Forgetful
    link.BACK_OFF = (1000.0, 1000.0)
"""
# A signal comes while the wait for what it sets holds the lock of that.
SIGNAL_IN_THE_WAIT = """
    import signal, threading
    wait = threading.Condition.wait

    def interrupted(condition, timeout=None):
        threading.Condition.wait = wait
        signal.raise_signal(signal.SIGTERM)
        return wait(condition, timeout)
    threading.Condition.wait = interrupted
"""


class Changed:
    """`devicelog` with a part of it changed before it begins."""

    def __init__(self, box: Devicelog, change: str, *words: str) -> None:
        box.environment[CHANGE] = textwrap.dedent(change)
        self._process = box.begin(*words, streams=(NOWHERE, NOWHERE, PIPE), first="tests.end_to_end.changed:change")

    def kill(self) -> None:
        """End it whatever happened; a test that failed leaves nothing behind."""
        self._process.kill()
        self._process.wait()
        self._process.close()

    def end(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self.wait()[0]

    def wait(self) -> tuple[int, str]:
        """Exit code and what was said."""
        code = self._process.wait()
        assert self._process.stderr is not None
        return code, self._process.stderr.read()


@pytest.fixture
def other_line() -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


@pytest.fixture
def changed(box: Devicelog) -> Iterator[Callable[..., Changed]]:
    """`changed(what, *words)` runs devicelog with a part of it changed."""
    started: list[Changed] = []

    def start(change: str, *words: str) -> Changed:
        started.append(Changed(box, change, *words))
        return started[-1]

    yield start
    for process in started:
        process.kill()


def test_a_driver_that_hangs_is_noticed_and_the_other_device_is_recorded_on(
    box: Devicelog, line: Line, other_line: Line, changed: Callable[..., Changed]
) -> None:
    both = (*box.recording(line.url), "--device", f"reference-mesogun@{other_line.url}")
    recording = changed(HANGING_DRIVER, *both)
    for number, each in enumerate((line, other_line)):
        each.wait_for_query()
        each.send(each.identity(f"SN-{number}"))
    box.wait_for_entry("device_bound", 2)

    line.send(b"HANG")
    other_line.send(b"".join(other_line.trigger(number) for number in range(3)))
    box.wait_for_entry("driver_fault")
    other_line.send(b"".join(other_line.trigger(number) for number in range(3, 5)))
    box.wait_for_entry("observation", 5)
    line.send(b"kept all the same")
    wait_until(lambda: b"kept all the same" in received(box), "what the device sent")
    assert recording.end() == 0

    entries = box.entries()
    [fault] = [entry for entry in entries if entry.kind == "driver_fault"]
    assert (fault.content["link"], fault.content["asked_no_more"]) == (1, True)
    assert sum(entry.kind == "observation" for entry in entries if entry.number > fault.number) >= 2
    [alarm] = [
        entry.content for entry in entries if entry.kind == "alarm" and entry.content["text"].startswith("the driver")
    ]
    assert alarm["priority"] == "high"
    assert b"HANG" in received(box)
    box("verify")
    box("replay", "last")


def received(box: Devicelog) -> bytes:
    """What the first device of the first session has sent, as far as it is kept."""
    with box.reader() as reader:
        return b"".join(chunk.data for chunk in reader.chunks(1) if chunk.link == 1)


def test_a_reader_that_dies_is_replaced(box: Devicelog, line: Line, changed: Callable[..., Changed]) -> None:
    recording = changed(DYING_READER, *box.recording(line.url))
    box.wait_for_entry("link_restored")
    line.wait_for_query()
    line.send(line.identity() + line.trigger(0))
    box.wait_for_entry("observation")
    assert recording.end() == 0

    entries = box.entries()
    assert next(entry.content["cause"] for entry in entries if entry.kind == "gap") == "the reader failed"
    assert "high" in [entry.content["priority"] for entry in entries if entry.kind == "alarm"]
    in_order = [entry.kind for entry in entries if entry.kind in ("link_lost", "link_restored", "observation")]
    assert in_order == ["link_lost", "link_restored", "observation"]
    box("verify")
    box("replay", "last")


def test_a_recorder_that_dies_ends_the_process_with_a_sentence(
    box: Devicelog, line: Line, changed: Callable[..., Changed]
) -> None:
    code, said = changed(DYING_RECORDER, *box.recording(line.url)).wait()

    assert code == 3
    assert "devicelog: the recording failed (RuntimeError) and has ended" in said.splitlines()[-1]


def test_a_recording_on_a_gone_line_ends_whatever_moment_the_signal_comes(
    box: Devicelog, line: Line, changed: Callable[..., Changed]
) -> None:
    recording = changed(FORGETFUL_QUEUE, *box.recording(line.url))
    line.wait_for_query()
    line.send(line.identity())
    box.wait_for_entry("device_bound")
    line.close()
    box.wait_for_entry("link_lost")

    assert recording.end() == 0

    assert box.entries()[-1].content["because"] == "asked by the user"


def test_a_simulator_ends_whatever_moment_the_signal_comes(changed: Callable[..., Changed]) -> None:
    code, said = changed(SIGNAL_IN_THE_WAIT, "simulate", "reference-mesogun", "--socket").wait()

    assert (code, said.count("simulator ended")) == (0, 1)
