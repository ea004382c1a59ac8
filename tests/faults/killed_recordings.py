"""`kill -9` at random moments of recordings, again and again, on stores that nobody repairs between.

Each round is `devicelog record --print-acks` on a simulated no-needle unit: mostly with 50 readings a second, every
fourth one with 2,000, so that kills also strike in the middle of commits. One in five is killed while it starts. Then
every acknowledged entry must be in `devicelog entries --ids` exactly once and `devicelog verify` must hold. The next
round is the next recording on the same store: it must begin without help, and close the session before it.

Most rounds are forked from a process that has the modules loaded: the same command in a process of its own, without the
second that an interpreter takes to start. Every tenth one is started afresh; how long those take to be ready again
counts.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.end_to_end.running import DEVICELOG, PATIENCE, Devicelog, Done, Warm
from tests.faults.acknowledged import acknowledged_in, judge

_ROUNDS_A_STORE = 20
#: One round in so many is killed while it starts, after this time at most (s).
_ONE_IN, _LONGEST_START = 5, 0.3
#: Readings a second are four times this; and every so many rounds many more.
_SPEED, _FAST, _FAST_EVERY = 12.5, 500.0, 4
_LOOK_EVERY = 0.002


@dataclass(slots=True)
class KillCounts:
    """What the rounds came to; `starts` are seconds to the first acknowledgement, of fresh and of forked processes."""

    kills: int = 0
    before_the_first: int = 0
    acknowledged: int = 0
    beyond: int = 0
    lost: int = 0
    doubled: int = 0
    unreadable: int = 0
    interrupted: int = 0
    fresh_starts: list[float] = field(default_factory=list)
    forked_starts: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.unreadable or self.problems)

    def add(self, other: KillCounts) -> None:
        """Take the counts of another worker in."""
        for name in ("kills", "before_the_first", "acknowledged", "beyond", "lost", "doubled", "unreadable"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.interrupted += other.interrupted
        self.fresh_starts += other.fresh_starts
        self.forked_starts += other.forked_starts
        self.problems += other.problems


def kill_recordings(
    folder: Path,
    kills: int,
    *,
    seed: int = 1,
    workers: int = 1,
    longest: float = 0.6,
    fresh_every: int = 10,
    first: str | None = None,
    warm: Warm | None = None,
) -> KillCounts:
    """So many kills, shared by workers with stores of their own; `first` is called in each recording (liars.py).

    `warm` is for one worker alone; without it each has its own.
    """
    shares = [kills // workers + (number < kills % workers) for number in range(workers)]
    counts = KillCounts()
    quiet = threading.Lock()
    with ThreadPoolExecutor(workers) as pool:
        for done in pool.map(
            lambda number: _Worker(folder / f"w{number}", f"{seed} {number}", longest, fresh_every, first, quiet).work(
                shares[number], warm
            ),
            range(workers),
        ):
            counts.add(done)
    return counts


class _Killable(Protocol):
    """A recording that runs."""

    def acks(self) -> Path: ...
    def has_ended(self) -> bool: ...
    def kill(self) -> Done: ...


class _Forked:
    """A recording in a process that was forked from a warm one."""

    def __init__(self, box: Devicelog, warm: Warm, words: tuple[str, ...], first: str | None) -> None:
        self._warm, self._words = warm, words
        self._pid = warm.start(words, box.root, box.environment, first=first)
        self.has_ended = warm.has_ended

    def acks(self) -> Path:
        return self._warm.out

    def kill(self) -> Done:
        if not self.has_ended():
            os.kill(self._pid, signal.SIGKILL)
        return self._warm.wait(self._words)


class _Fresh:
    """A recording in a process that was started from nothing."""

    def __init__(self, box: Devicelog, words: tuple[str, ...]) -> None:
        self._words = words
        self._out, self._err = box.root / "fresh.out", box.root / "fresh.err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen([*DEVICELOG, *words], env=box.environment, stdout=out, stderr=err)

    def acks(self) -> Path:
        return self._out

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def kill(self) -> Done:
        self._process.kill()
        return Done(self._words, self._process.wait(PATIENCE), "", self._err.read_text(encoding="utf-8"))


class _Worker:
    """Kills and looks, round after round, on stores of its own."""

    def __init__(
        self, folder: Path, seed: str, longest: float, fresh_every: int, first: str | None, quiet: threading.Lock
    ) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._chance = random.Random(seed)
        self._longest = longest
        self._fresh_every = fresh_every
        self._first = first
        self._quiet = quiet
        self._counts = KillCounts()

    def work(self, kills: int, given: Warm | None = None) -> KillCounts:
        """So many rounds; what they came to."""
        with _warm(self._folder) if given is None else nullcontext(given) as warm:
            for begin in range(0, kills, _ROUNDS_A_STORE):
                box = Devicelog(self._folder / f"{begin}", warm)
                for number in range(begin, min(kills, begin + _ROUNDS_A_STORE)):
                    self._round(box, warm, number)
                self._close(box)
        return self._counts

    def _round(self, box: Devicelog, warm: Warm, number: int) -> None:
        """One recording, killed and looked at."""
        counts = self._counts
        with self._quiet:
            pass
        speed = _FAST if number % _FAST_EVERY == 0 else _SPEED
        words = (*_words(f"sim://reference-noneedle?seed={number + 1}&speed={speed:g}"), "--print-acks")
        starting = self._chance.randrange(_ONE_IN) == 0
        fresh = self._first is None and number % self._fresh_every == self._fresh_every - 1
        with self._quiet if fresh else nullcontext():  # the other workers begin nothing while one starts afresh
            recording: _Killable = _Fresh(box, words) if fresh else _Forked(box, warm, words, self._first)
            began = time.monotonic()
            if not starting and _wait_for_first(recording):
                (counts.fresh_starts if fresh else counts.forked_starts).append(time.monotonic() - began)
        time.sleep(self._chance.uniform(0, _LONGEST_START if starting else self._longest))
        done = recording.kill()
        said = acknowledged_in(recording.acks())
        counts.kills += 1
        counts.before_the_first += not said
        if done.code != -signal.SIGKILL:
            counts.problems.append(f"a recording ended by itself with {done.code}: {done.err.strip()}")
        if not said and not starting:
            counts.problems.append("a recording that was waited for acknowledged nothing")
        self._look(box, said)

    def _look(self, box: Devicelog, said: list[str]) -> None:
        """Hold what was acknowledged against what is there, and let the store be verified."""
        counts = self._counts
        with self._quiet:
            pass
        if said:
            kept = box("entries", said[0].partition("/")[0], "--ids", code=None)
            found = judge(said, kept.out.split())
            counts.acknowledged += found.acknowledged
            counts.beyond += found.beyond
            counts.lost += len(found.lost)
            counts.doubled += len(found.doubled)
        if (box.store / "store.json").exists():
            verified = box("verify", code=None)
            if verified.code != 0:
                counts.unreadable += 1
                counts.problems.append(f"verify ended with {verified.code}: {(verified.out + verified.err).strip()}")

    def _close(self, box: Devicelog) -> None:
        """One more recording opens the store, ends in order, and has closed every killed session."""
        done = box(*_words("sim://reference-noneedle?speed=max"), "--for", "100 ms", code=None)
        states = [row["state"] for row in box("sessions", "--json").document] if done.code == 0 else []
        *killed, last = states or [""]
        if last != "ended" or set(killed) - {"interrupted"}:
            self._counts.problems.append(f"after the last kill the sessions are {states}: {done.err.strip()}")
        self._counts.interrupted += len(killed)
        self._look(box, [])


@contextmanager
def _warm(folder: Path) -> Iterator[Warm]:
    warm = Warm(folder)
    try:
        yield warm
    finally:
        warm.close()


def _wait_for_first(recording: _Killable) -> bool:
    """Wait for the first acknowledgement; False if there will be none."""
    until = time.monotonic() + PATIENCE
    acks = recording.acks()
    while time.monotonic() < until and not recording.has_ended():
        if acks.exists() and acks.stat().st_size:
            return True
        time.sleep(_LOOK_EVERY)
    return False


def _words(url: str) -> tuple[str, ...]:
    return Devicelog.recording(url, driver="reference-noneedle")
