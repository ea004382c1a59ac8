"""Power cuts of a whole station: its store, accounts, keys, log of accesses and backups as one cut may leave them.

A station is started on an empty disk and asked for all that weighs, killed once in the middle of a session, started
again, and ended. Then, for many moments of that, its disk is made again in one of the ways in which a cut may leave it,
and a station is started on that: it starts, people log in, and what was answered as done is there and verifies.

python -m tests.faults.stations_cut [--states 100] [--seed 1] [--lying]
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from devicelog.backup.manifest import backups_in
from devicelog.errors import DevicelogError
from devicelog.store.files import sync_folder
from devicelog.store.folder import open_folder
from devicelog.store.reader import Reader
from tests.end_to_end.running import Devicelog, Warm
from tests.end_to_end.serving import Serving, serving
from tests.faults import told_disk
from tests.faults.acknowledged import judge
from tests.faults.asked_of_stations import ACTS, Asking
from tests.faults.crash import Disk, Kept, Order
from tests.faults.disk import Call
from tests.faults.killed_stations import differences, unverified
from tests.faults.work import scratch
from tests.web.api.clinic import WHO
from tests.web.people import PASSWORD, accounts_of
from tests.web.visiting import Visit

#: One state of each moment that is looked at is one of these, on one of the orders of folders.
_STATES = [(order, kept) for order in Order for kept in (*Kept, Kept.RANDOM)]
#: What is asked in the session, and of it when it is over.
_MEANWHILE = ("state", "acknowledge", "person", "webhook")
_AFTERWARDS = ("webhook", "add", "amend", "sign", "backup")

#: What must be there, and whether it is.
Expected = list[tuple[str, Callable[[Reader], int]]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered as done, and told as kept, when so much of the disk's changes was written down (bytes)."""

    at: int
    expected: Expected
    told: frozenset[str]


@dataclass(slots=True)
class StationCuts:
    """What the states came to; `faults` says of each bad one with which seed, at which change and how it came about."""

    states: int = 0
    changes: int = 0
    done: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        done = f"{self.done} acts answered as done, {self.acknowledged:,} entries told"
        return f"{self.states} states after power cuts at {self.changes:,} changes; {done}; {len(self.faults)} bad"


# -- the work ------------------------------------------------------------------------------------------------------


class _Work:
    """A station at work on a disk that is written down."""

    def __init__(self, folder: Path, warm: Warm) -> None:
        self.root, self._file = folder / "work", folder / "changes"
        self.answered: list[Answered] = []
        self.asking: Asking
        box = Devicelog(self.root, warm)
        box.first = "tests.faults.told_disk:be"
        box.environment |= {told_disk.FILE: str(self._file), told_disk.ROOT: str(self.root)}
        with told_disk.told(self._file, self.root), serving(box, warm) as station:
            self._run(station)
        self.changes = list(told_disk.calls(self._file))

    def _run(self, station: Serving) -> None:
        (self.root / "backups").mkdir()  # somebody's own, from long before
        sync_folder(self.root)
        station.start()
        self.asking = Asking(station)
        self._done()
        try:
            self.asking.begin("one")
            self._do(*_MEANWHILE)
            self.asking.look()
            self._done()
            station.kill()
            station.start()
            self._do("state", "end", *_AFTERWARDS)
            self._backed_up(station)
            self._erase()
            station.end()
            self._done()
        finally:
            self.asking.close()

    def _do(self, *acts: str) -> None:
        for act in acts:
            if act in ("person", "backup"):
                self.asking.renew_boss()
            ask, _ = ACTS[act]
            ask(self.asking)
            self._done()

    def _backed_up(self, station: Serving) -> None:
        """The backup that was begun is made, as the page lists it."""
        (made,) = _until(lambda: list((station.box.root / "backups").glob("[!.]*")))
        _until(lambda: made.name in self.asking.page(self.asking.boss, "/administration/backups"))
        self.asking.expect(f"backup {made.name}", lambda _: _is_sound(self.asking.station.box, made.name))
        self._done()

    def _erase(self) -> None:
        """The subject of the session is erased."""
        asking, session = self.asking, self.asking.session
        with asking.station.reader() as reader:
            subject = reader.session(session).subject
        words = {"ground": "other", "reason": "a test", "requested": "", "again": "P-one"}
        asking.post(asking.boss, f"/administration/retention/{subject}/erase", **words)
        asking.expect(f"no {subject}", lambda reader: reader.person(subject) is None)
        self._done()

    def _done(self) -> None:
        size = self._file.stat().st_size
        self.answered.append(Answered(size, list(self.asking.expected), frozenset(self.asking.told)))


def _until(condition: Callable[[], object]) -> Any:
    for _ in range(400):
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came of it")


def _is_sound(box: Devicelog, name: str) -> int:
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(box.keys)}):
        folder = open_folder(box.store)
        if not (box.root / "backups").exists():
            return 0
        there = [path for path, _ in backups_in(box.root / "backups", folder.id, folder.public_key)]
    return [path.name for path in there if not unverified(path, box.keys)].count(name)


# -- the cuts ------------------------------------------------------------------------------------------------------


def explore(states: int, *, seed: int = 1, lies: bool = False, warm: Warm | None = None) -> StationCuts:
    """Look at so many states, spread evenly over all moments of the work; `lies`: a disk that only says it syncs."""
    with scratch() as folder, _warm(folder, warm) as running:
        work = _Work(folder, running)
        last = work.answered[-1]
        figures = StationCuts(states, len(work.changes), len(last.expected), len(last.told))
        disks = {order: Disk(order, lies=lies) for order in Order}
        chosen = {(number + 1) * len(work.changes) // (states + 1): number for number in range(states)}
        for moment, (end, call) in enumerate(work.changes, start=1):
            for disk in disks.values():
                disk.call(call)
            if moment not in chosen:
                continue
            order, kept = _STATES[(chosen[moment] * 3 + seed) % len(_STATES)]
            left = disks[order].after_cut(random.Random(f"{seed} {moment}"), kept)
            wrong = _after_cut(work, folder / "left", left, end, running)
            figures.faults += [f"seed {seed}, change {moment} ({_named(call, work.root)}), {order} {kept}: {wrong}"] * (
                wrong is not None
            )
    return figures


@contextmanager
def _warm(folder: Path, given: Warm | None) -> Iterator[Warm]:
    warm = given if given is not None else Warm(folder)
    try:
        yield warm
    finally:
        if given is None:
            warm.close()


def _named(call: Call, root: Path) -> str:
    return f"{call.op} {call.path.relative_to(root)}"


def _after_cut(work: _Work, root: Path, left: Iterator[tuple[Path, bytes | None]], end: int, warm: Warm) -> str | None:
    """What is wrong with a station on that disk; None if nothing is."""
    root.mkdir()
    try:
        for path, content in left:
            place = root / path.relative_to(work.root)
            if place.parent.exists():
                place.mkdir(0o700) if content is None else place.write_bytes(content)
                if content is not None:
                    place.chmod(0o600)
        before = bisect_right(work.answered, end, key=lambda one: one.at)
        answered = work.answered[before - 1] if before else Answered(0, [], frozenset())
        with serving(Devicelog(root, warm), warm) as station:
            return _what_is_wrong(work.asking, station, answered, knows_people=before > 0)
    except DevicelogError as error:
        return f"it does not open: {error}"
    finally:
        shutil.rmtree(root)


def _what_is_wrong(asking: Asking, station: Serving, answered: Answered, *, knows_people: bool) -> str | None:
    asking.station = station
    try:
        station.start()
    except AssertionError as error:
        if station.warm.has_ended():
            station.pid = None
        return f"it does not start: {error!s:.400}"
    if knows_people and (why := _no_log_in(station)):
        return why
    box = station.box
    with station.reader() as reader:
        wrong = [what for what, count in answered.expected if count(reader) != 1]
        ids = [f"{row.id}/{line.number}" for row in reader.sessions() for line in reader.lines(row.number)]
    found = judge(sorted(answered.told), ids)
    wrong += [f"lost {one}" for one in found.lost] + [f"doubled {one}" for one in found.doubled]
    wrong += differences(box)
    station.end()
    wrong += unverified(box.store, box.keys)
    return "; ".join(wrong) or None


def _no_log_in(station: Serving) -> str | None:
    """Why somebody who was known cannot log in; None if that is not so."""
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(station.box.keys)}), accounts_of(station.box.store) as one:
        logins = [person.login for person in one.people.all() if person.name == WHO]
    if not logins:
        return f"{WHO} is not known any more"
    with Visit(station.url) as visit:
        visit.get("/login")
        answer = visit.post("/login", login=logins[0], password=PASSWORD)
    return None if answer.status_code == 303 else f"{WHO} cannot log in: {answer.status_code}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--states", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lying", action="store_true")
    given = parser.parse_args()
    figures = explore(given.states, seed=given.seed, lies=given.lying)
    print("\n".join([str(figures), *figures.faults[:20]]))  # noqa: T201
    return bool(figures.faults)


if __name__ == "__main__":
    sys.exit(main())
