"""Kills recordings at random moments (`kill -9`) and looks whether what was acknowledged is there.

    python -m tests.end_to_end.torture [--kills 200] [--seed 1] [--longest 1.5] [--start-within 3]

Each round starts `devicelog record --print-acks` on a simulated no-needle unit that sends some 2,000 readings a second,
and kills it: mostly while it records, sometimes while it starts. Then every acknowledged entry must be in
`devicelog entries --ids` exactly once, and `devicelog verify` must hold. The next round is the next recording: it must
begin without help, and the session before it must be listed as interrupted. Every 20 rounds a new store is begun.

Prints one line with the figures; exits with 1 at the first promise that was not kept, and then says where the store is
left. The same seed gives the same delays; what the computer does meanwhile is its own affair.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.end_to_end.running import DEVICELOG, PATIENCE, Devicelog, Warm

ROUNDS_A_STORE = 20
#: One round in so many is killed while it starts.
ONE_IN = 5
#: The longest that the start of a recording is left alone before it is killed (s).
LONGEST_START = 0.8
#: A recording begins within this time (s).
START_WITHIN = 3.0


class BrokenPromiseError(Exception):
    """What was not kept, in words."""


@dataclass(slots=True)
class Figures:
    """What the rounds came to."""

    kills: int = 0
    acknowledged: int = 0
    before_the_first: int = 0
    beyond: int = 0
    slowest_start: float = 0.0
    interrupted: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills ({self.before_the_first} before the first acknowledgement), "
            f"{self.acknowledged} acknowledged entries, 0 lost, 0 twice, {self.beyond} more that were durable, "
            f"{self.interrupted} sessions closed as interrupted, slowest start {self.slowest_start:.2f} s"
        )


class Rounds:
    """Kills and looks, round after round, on the stores of one folder."""

    def __init__(self, folder: Path, warm: Warm, seed: int, longest: float, start_within: float) -> None:
        self.figures = Figures()
        self._folder = folder
        self._warm = warm
        self._chance = random.Random(seed)
        self._longest = longest
        self._start_within = start_within
        self._box: Devicelog | None = None

    def round(self, number: int) -> None:
        """One recording, killed and looked at; raises BrokenPromiseError."""
        if number % ROUNDS_A_STORE == 0:
            self.close_store()
            self._box = Devicelog(self._folder / f"{number}", self._warm)
        box = self._box
        assert box is not None
        starting = self._chance.randrange(ONE_IN) == 0
        longest = LONGEST_START if starting else self._longest
        acknowledged = self._record(box, number, self._chance.uniform(0, longest), starting=starting)
        self.figures.kills += 1
        if acknowledged:
            session = acknowledged[0].partition("/")[0]
            kept = _run(box, "entries", session, "--ids").split()
            _look(acknowledged, kept)
            self.figures.acknowledged += len(acknowledged)
            self.figures.beyond += len(kept) - len(acknowledged)
        elif not starting:
            raise BrokenPromiseError("a recording that had begun acknowledged nothing")
        if (box.store / "devicelog.db").exists():
            _run(box, "verify")

    def close_store(self) -> None:
        """Let one more recording open the store, and see that every killed session is closed."""
        if self._box is None:
            return
        _run(self._box, *_recording("sim://reference-noneedle?speed=max"), "--for", "100 ms")
        *killed, last = self._box.states().values()
        if last != "ended" or set(killed) - {"interrupted"}:
            raise BrokenPromiseError(f"the sessions are {killed} and {last}; expected interrupted ones and one ended")
        self.figures.interrupted += len(killed)
        _run(self._box, "verify")

    def _record(self, box: Devicelog, number: int, delay: float, *, starting: bool) -> list[str]:
        """What a recording acknowledged that was killed after a while; the while begins with it, or with its first."""
        url = f"sim://reference-noneedle?seed={number}&speed=500"
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as acks,
            subprocess.Popen(
                [*DEVICELOG, *_recording(url), "--print-acks"],
                env=box.environment,
                stdout=acks,
                stderr=subprocess.PIPE,
                text=True,
            ) as process,
        ):
            began = time.monotonic()
            while not starting and process.poll() is None and not os.fstat(acks.fileno()).st_size:
                time.sleep(0.005)
            if not starting:
                self._started(time.monotonic() - began)
            time.sleep(delay)
            process.kill()
            _, said = process.communicate(timeout=PATIENCE)
            if process.returncode != -signal.SIGKILL:
                raise BrokenPromiseError(f"the recording ended by itself with {process.returncode}: {said}")
            found = _whole_lines(acks)
        self.figures.before_the_first += not found
        return found

    def _started(self, seconds: float) -> None:
        self.figures.slowest_start = max(self.figures.slowest_start, seconds)
        if seconds > self._start_within:
            raise BrokenPromiseError(f"a recording took {seconds:.1f} s to begin, expected {self._start_within} s")


def _look(acknowledged: list[str], kept: list[str]) -> None:
    if len(set(kept)) != len(kept):
        raise BrokenPromiseError("an entry is there twice")
    lost = sorted(set(acknowledged) - set(kept))
    if lost:
        raise BrokenPromiseError(f"{len(lost)} acknowledged entries are lost, one of them is {lost[0]}")


def _run(box: Devicelog, *words: str) -> str:
    done = box(*words, code=None)
    if done.code != 0:
        raise BrokenPromiseError(f"devicelog {' '.join(words)} ended with {done.code}: {done.out}{done.err}")
    return done.out


def _recording(url: str) -> tuple[str, ...]:
    who = ("--protocol", "none", "--subject", "P-1", "--practitioner", "Dr. Test", "--no-live")
    return ("record", "--device", f"reference-noneedle@{url}", *who)


def _whole_lines(acks: IO[str]) -> list[str]:
    """What was acknowledged; a line that the kill cut off was not."""
    acks.seek(0)
    return [line.split()[1] for line in acks if line.endswith("\n")]


def main() -> int:
    """Do the rounds and say what they came to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=1.5, metavar="SECONDS", help="of a recording [1.5]")
    parser.add_argument("--start-within", type=float, default=START_WITHIN, metavar="SECONDS")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="devicelog-torture-"))
    warm = Warm(folder)
    rounds = Rounds(folder, warm, given.seed, given.longest, given.start_within)
    try:
        for number in range(given.kills):
            rounds.round(number)
        rounds.close_store()
    except BrokenPromiseError as broken:
        print(f"after {rounds.figures.kills} kills: {broken} (everything is kept in {folder})")  # noqa: T201
        return 1
    finally:
        warm.close()
    shutil.rmtree(folder)
    print(rounds.figures)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
