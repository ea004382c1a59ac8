"""A store that cannot be written for some time while a session is recorded (F6, F20).

python -m tests.faults.outage [--seconds 60]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from unittest import mock

import apsw

from devicelog.ledger import Kind
from devicelog.store.folder import open_folder
from tests.end_to_end.running import Devicelog, Recording, Warm, wait_until
from tests.faults.spoilt import FILE, Spoilt
from tests.faults.work import scratch

#: Thirty times as fast as the device: some 120 reports a second.
URL, DRIVER = "sim://reference-noneedle?speed=30", "reference-noneedle"
REPOSITORY = Path(__file__).parents[2]


class Cause(StrEnum):
    """Why the store cannot be written, and as which alarm that is told."""

    FULL = "high: the disk is full"
    BROKEN = "high: the disk of the store fails"
    LOCKED = "medium: waiting for another program that has the store locked"


@dataclass(slots=True)
class Outage:
    """How a recording got through: seconds until the alarm and until its end; entries, and what was not as promised."""

    cause: Cause
    seconds: float
    alarm_after: float = 0.0
    over_after: float = 0.0
    entries: int = 0
    during: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.cause}, {self.seconds:g} s: alarm after {self.alarm_after:.2f} s, over after "
            f"{self.over_after:.2f} s, {self.entries} entries, {self.during} acknowledged meanwhile, "
            f"{len(self.faults)} faults {self.faults}"
        )


def computer_and_box(folder: Path, warm: Warm) -> tuple[Spoilt, Devicelog]:
    """A computer on which nothing is wrong yet, and a store and keys on it that do not exist yet."""
    computer = Spoilt(folder / "computer.json")
    computer.set()
    box = Devicelog(folder / "box", warm)
    box.first = "tests.faults.spoilt:be"
    box.environment[FILE] = str(computer.file)
    return computer, box


def outage(box: Devicelog, computer: Spoilt, cause: Cause, seconds: float) -> Outage:
    """Record, let the store be unwritable for so long, record on, and look at what is there."""
    found = Outage(cause, seconds)
    speed = max(2.0, min(30.0, 600 / seconds))  # so that the simulated treatment lasts
    with box.record(f"sim://{DRIVER}?speed={speed:g}", driver=DRIVER) as recording:
        recording.wait_for(100)
        _pass_through(box, computer, recording, found)
        recording.wait_for(len(recording.acks) + 200)
        code = recording.end()
    if code != 0:
        found.faults.append(f"the recording ended with {code}: {recording.err}")
    found.entries = len(recording.acks)
    found.faults += what_is_missing(box, recording)
    if store_alarms(box) != [str(cause)]:
        found.faults.append(f"the alarms of the session are {store_alarms(box)}")
    return found


def _pass_through(box: Devicelog, computer: Spoilt, recording: Recording, found: Outage) -> None:
    with unwritable(box, computer, found.cause):
        began = time.monotonic()
        wait_until(lambda: "alarm: " in recording.err, "the alarm")
        found.alarm_after = time.monotonic() - began
        before = len(recording.acks)
        time.sleep(max(0.0, found.seconds - found.alarm_after))
        found.during = len(recording.acks) - before
    began = time.monotonic()
    wait_until(lambda: "safe on the disk again" in recording.err, "the end of the alarm")
    found.over_after = time.monotonic() - began
    if "event=store" not in recording.err:
        found.faults.append("the operational log does not say it")


@contextmanager
def unwritable(box: Devicelog, computer: Spoilt, cause: Cause) -> Iterator[None]:
    """The store cannot be written meanwhile."""
    if cause is Cause.LOCKED:
        with other_program(box) as program:
            program.execute("BEGIN IMMEDIATE")
            yield
            program.execute("ROLLBACK")
        return
    computer.set(disk="full" if cause is Cause.FULL else "broken")
    yield
    computer.set(disk=None)


@contextmanager
def other_program(box: Devicelog) -> Iterator[apsw.Connection]:
    """What opens the store beside the recording, and may behave badly."""
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(box.keys)}):
        folder = open_folder(box.store)
        key = folder.keys.store_key()
    connection = apsw.Connection(str(folder.database))
    connection.pragma("cipher", "chacha20")
    connection.execute(f"PRAGMA key = 'raw:{key}'")
    connection.set_busy_timeout(5000)
    yield connection
    connection.close()


def what_is_missing(box: Devicelog, recording: Recording) -> list[str]:
    """What of a recording is not in the store as it was acknowledged, from the first entry to the last."""
    found = []
    if box("entries", "last", "--ids").out.split() != recording.acks:
        found.append("what is in the store is not what was acknowledged")
    if any(content["missing"] for content in box.of(Kind.GAP_CLOSED)):
        found.append("reports of the device are missing")
    for words in (("verify",), ("replay", "last")):
        done = box(*words, code=None)
        if done.code != 0:
            found.append(f"devicelog {' '.join(words)} ended with {done.code}: {done.out}{done.err}")
    return found


def store_alarms(box: Devicelog) -> list[str]:
    """The alarms of the last session about the store, as priority and the beginning of the text; "(open)" if it is."""
    ended = {content["alarm"] for content in box.of(Kind.ALARM_ENDED)}
    return [
        f"{content['priority']}: {content['text'].split(':')[0]}" + ("" if content["alarm"] in ended else " (open)")
        for content in box.of(Kind.ALARM)
        if "link" not in content
    ]


def outages(seconds: float) -> list[Outage]:
    """An outage of each cause, each in a store of its own."""
    found = []
    for cause in Cause:
        with scratch() as folder:
            warm = Warm(folder)
            computer, box = computer_and_box(folder, warm)
            found.append(outage(box, computer, cause, seconds))
            warm.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    found = outages(parser.parse_args().seconds)
    print("\n".join(str(outage) for outage in found))  # noqa: T201
    return any(outage.faults or outage.during for outage in found)


if __name__ == "__main__":
    sys.exit(main())
