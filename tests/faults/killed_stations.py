"""`kill -9` of the station in the middle of what people and programs ask of it, on a store that nobody repairs.

Each round lets one kind of act be asked of the station over HTTP again and again, kills it at a random moment of that,
starts it again, and looks: every entry that was told is there once, what was answered as done is there once,
accounts and acts say the same, and the store verifies. A session that was left open goes on with the next start.

python -m tests.faults.killed_stations [--rounds 6] [--seed 1]    a round: one kill in each kind of act
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import httpx

from devicelog.errors import DevicelogError
from devicelog.store.accounts.acts import told_otherwise
from devicelog.store.reader import Reader
from devicelog.verification.store import verify_store
from tests.end_to_end.running import Devicelog, Warm
from tests.end_to_end.serving import Serving, serving
from tests.faults.acknowledged import judge
from tests.faults.asked_of_stations import ACTS, Asking
from tests.faults.work import scratch
from tests.waiting import join
from tests.web.people import accounts_of

#: The longest that an act is let go on (s), and a start.
_LONGEST, _LONGEST_START = 1.5, 3.0

_NotDone = (httpx.TransportError, AssertionError)


@dataclass(slots=True)
class StationKills:
    """What the rounds came to; `of` counts the kills by what was asked, `done` what was answered as done."""

    of: Counter[str] = field(default_factory=Counter)
    done: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    unreadable: int = 0
    went_on: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.of.total()

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.unreadable or self.problems)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.of.items())
        return (
            f"{self.kills} kills ({kinds}), {self.went_on} with a session that went on; {self.acknowledged:,} entries "
            f"told, {self.lost} lost, {self.doubled} doubled; {self.done} acts answered as done; {self.unreadable} "
            f"unreadable stores, {len(self.problems)} problems"
        )


# -- rounds --------------------------------------------------------------------------------------------------------


def kill_stations(
    folder: Path, rounds: int, *, seed: int = 1, acts: tuple[str, ...] = tuple(ACTS), warm: Warm | None = None
) -> StationKills:
    """So many kills of each of these acts, on one store; `warm` is what stations are started by, if there is one."""
    counts, chance = StationKills(), random.Random(seed)
    with _station(folder, warm) as station:
        station.start()
        asking = Asking(station)
        try:
            for number in range(rounds):
                for act in acts:
                    _round(asking, act, f"{number}-{act}", chance, counts)
            _settle(asking, counts)
            station.end()
        finally:
            asking.close()
    return counts


@contextmanager
def _station(folder: Path, given: Warm | None) -> Iterator[Serving]:
    folder.mkdir(parents=True)
    warm = given if given is not None else Warm(folder)
    try:
        with serving(Devicelog(folder / "box", warm), warm) as station:
            yield station
    finally:
        if given is None:
            warm.close()


def _round(asking: Asking, act: str, name: str, chance: random.Random, counts: StationKills) -> None:
    """The station is up; one kill, and it is up again."""
    ask, in_session = ACTS[act]
    if act in ("person", "backup"):
        asking.renew_boss()
    _prepare(asking, in_session, name)
    if act == "resume":
        asking.look()
        asking.station.kill()
        _begin_to_start(asking.station)
        time.sleep(chance.uniform(0, _LONGEST_START))
        asking.station.kill()
    else:
        _asked_until_killed(asking, ask, chance, counts)
    counts.of[act] += 1
    left = set(asking.station.box.states().values())
    asking.station.start()
    counts.went_on += "running" in left
    _look(asking, act, counts)


def _asked_until_killed(
    asking: Asking, ask: Callable[[Asking], None], chance: random.Random, counts: StationKills
) -> None:
    killed = threading.Event()

    def go() -> None:
        while not killed.is_set():
            try:
                ask(asking)
            except httpx.TransportError:
                return
            except Exception as error:
                if not killed.is_set():
                    counts.problems.append(f"{error!r:.300}")
                return

    asks = threading.Thread(target=go)
    asks.start()
    time.sleep(chance.uniform(0, _LONGEST))
    killed_at_once = asking.station.signal(signal.SIGKILL)
    killed.set()
    join(asks)
    if killed_at_once.code != -signal.SIGKILL:
        counts.problems.append(f"the station ended by itself with {killed_at_once.code}: {killed_at_once.err[-300:]}")


def _begin_to_start(station: Serving) -> None:
    words = ("serve", "--port", str(station.port))
    station.pid = station.warm.start(words, station.box.root, station.box.environment)


def _prepare(asking: Asking, in_session: bool | None, name: str) -> None:
    """See that a session is in progress, or that none is and one is over."""
    if in_session is None:
        return
    states = asking.station.box.states()
    running = next((one for one, state in states.items() if state == "running"), None)
    if running is not None:
        asking.session = running
        if not in_session:
            asking.end()
    elif in_session or not states:
        asking.begin(f"for-{name}")
        if not in_session:
            asking.end()
    elif asking.session not in states:
        asking.session = list(states)[-1]


def _look(asking: Asking, act: str, counts: StationKills) -> None:
    """Hold what was told and answered against what is there."""
    station = asking.station
    with station.reader() as reader:
        ids = [f"{row.id}/{line.number}" for row in reader.sessions() for line in reader.lines(row.number)]
        for what, count in asking.expected:
            if count(reader) != 1:
                counts.problems.append(f"after {act}: {what} is there {count(reader)} times")
    found = judge(sorted(asking.told), ids)
    counts.lost, counts.doubled, counts.acknowledged = (
        counts.lost + len(found.lost),
        counts.doubled + len(found.doubled),
        found.acknowledged,
    )
    counts.done = len(asking.expected)
    wrong = unverified(station.box.store, station.box.keys)
    counts.unreadable += bool(wrong)
    counts.problems += [f"after {act}: {one}" for one in wrong]
    if counts.of.total() % len(ACTS) == 0:
        counts.problems += [f"after {act}: {one}" for one in differences(station.box)]


def unverified(store: Path, keys: Path) -> list[str]:
    """What `devicelog verify` finds in a store or a backup."""
    try:
        with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(keys)}), Reader.open(store) as reader:
            return list(map(str, verify_store(reader).faults))
    except DevicelogError as error:
        return [str(error)]


def differences(box: Devicelog) -> list[str]:
    """Where accounts and acts do not say the same, a moment after the start at which those that waited were written."""
    found = ["not looked"]
    for _ in range(50):
        with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(box.keys)}), accounts_of(box.store) as accounts:
            with Reader.open(box.store) as reader:
                found = told_otherwise(reader, accounts.file)
            with accounts.file.looking() as rows:
                waiting = rows.acts.all()
        if not waiting:
            break
        time.sleep(0.1)
    return found


def _settle(asking: Asking, counts: StationKills) -> None:
    """Nothing is left open that was ended, each key began one session, and each backup that is there verifies."""
    with suppress(*_NotDone):
        asking.end()
    box = asking.station.box
    counts.problems += [f"after all: {one}" for one in differences(box)]
    for copy in sorted((box.root / "backups").glob("[!.]*/store.json")):
        counts.problems += [f"{copy.parent.name}: {one}" for one in unverified(copy.parent, box.keys)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with scratch() as folder:
        counts = kill_stations(folder / "kills", given.rounds, seed=given.seed)
    print("\n".join([str(counts), *counts.problems[:10]]))  # noqa: T201
    return not counts.holds


if __name__ == "__main__":
    sys.exit(main())
