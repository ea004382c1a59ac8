"""Power cuts at every moment of some work, in every way in which a disk may be left by one (F3).

python -m tests.faults.power_cut [--states 2000] [--seed 1] [--control normal|lying]
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from unittest import mock

from devicelog.errors import DevicelogError, NotNowError
from devicelog.store import database
from tests.faults.crash import Disk, Kept, Order
from tests.faults.disk import Call, Op, watched
from tests.faults.work import Acknowledged, scratch, what_is_wrong, work

#: The states that are looked at of each moment.
_STATES = (Kept.NONE, Kept.ALL, Kept.BEGINNING, Kept.RANDOM, Kept.RANDOM, Kept.RANDOM)


class Control(StrEnum):
    """Ways of losing data that the exploration has to find: otherwise it would find nothing at all."""

    NORMAL = "normal"
    """`synchronous = NORMAL`: a commit returns before it is on the disk."""
    TRUSTING = "trusting"
    """After a sync that failed, what is read from the log is taken for durable."""
    LYING = "lying"
    """A disk that says it has synced and has not."""


@dataclass(slots=True)
class PowerCuts:
    """What the states came to; `faults` says of each bad one with which seed, at which call and how it came about."""

    states: int = 0
    calls: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        done = f"{self.states} states after power cuts at {self.calls} calls, {self.acknowledged} acknowledged entries"
        return f"{done}, {len(self.faults)} bad"


@dataclass(slots=True)
class _Log:
    """What happened to the disk, and how much was acknowledged before each call."""

    calls: list[tuple[Call, bool]] = field(default_factory=list)
    acknowledged: list[tuple[int, str, dict[int, bytes]]] = field(default_factory=list)
    fail_syncs: range = range(0)
    syncs: int = 0

    def hook(self, call: Call) -> None:
        if call.op is Op.SYNC:
            self.syncs += 1
            if self.syncs in self.fail_syncs:
                self.calls.append((call, False))
                raise OSError(errno.EIO, "injected")
        self.calls.append((call, True))

    def acknowledged_before(self, call: int) -> dict[str, dict[int, bytes]]:
        found: dict[str, dict[int, bytes]] = {}
        for at, session, hashes in self.acknowledged:
            if at <= call:
                found.setdefault(session, {}).update(hashes)
        return found


def explore(
    states: int, *, seed: int = 1, control: Control | None = None, fail_syncs: range = range(0), sessions: int = 3
) -> PowerCuts:
    """Look at so many states, spread evenly over all moments of the work, half of them on each order of folders.

    The syncs of `fail_syncs`, counted from 1, fail and lose what they should have written.
    """
    figures = PowerCuts()
    with scratch() as folder:
        log = _recorded(folder / "work", control, fail_syncs, sessions)
        figures.calls = len(log.calls)
        figures.acknowledged = sum(len(hashes) for _, _, hashes in log.acknowledged)
        for order in Order:
            _explore(log, folder, order, states // len(Order), seed, control, figures)
    return figures


def _recorded(root: Path, control: Control | None, fail_syncs: range, sessions: int) -> _Log:
    log = _Log(fail_syncs=fail_syncs)
    root.mkdir()
    acknowledged = Acknowledged()

    def acknowledge(session: str, lines: object) -> None:
        before = dict(acknowledged.entries.get(session, {}))
        acknowledged(session, lines)  # type: ignore[arg-type]
        new = acknowledged.entries[session].items() - before.items()
        log.acknowledged.append((len(log.calls), session, dict(new)))

    with _keys(root), watched(log.hook), _careless(control), mock.patch("devicelog.recording.backlog._AGAIN_NS", 0):
        for _ in range(1 + len(fail_syncs)):
            try:
                work(root, acknowledge, sessions=sessions)
                break
            except NotNowError:  # where nothing is recorded yet, a failing disk is a reason to stop, and to try again
                assert fail_syncs, "the work failed by itself"
    return log


@contextlib.contextmanager
def _careless(control: Control | None) -> Iterator[None]:
    """A store that is not durable at every commit, if that is asked for."""
    prepare = database._prepare_to_write

    def prepared(connection: database.Connection) -> None:
        prepare(connection)
        if control is Control.NORMAL:
            connection.pragma("synchronous", "normal")

    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(database, "_prepare_to_write", prepared))
        if control is Control.TRUSTING:
            stack.enter_context(mock.patch.object(database, "write_again"))
        yield


def _explore(
    log: _Log, folder: Path, order: Order, states: int, seed: int, control: Control | None, figures: PowerCuts
) -> None:
    disk = Disk(order, lies=control is Control.LYING)
    moments = len(log.calls) + 1
    chosen = {number * moments * len(_STATES) // states for number in range(states)}
    for moment in range(moments):
        for number, kept in enumerate(_STATES):
            if moment * len(_STATES) + number not in chosen:
                continue
            chance = random.Random(f"{seed} {order} {moment} {number}")
            wrong = _after_cut(disk, folder, chance, kept, log.acknowledged_before(moment))
            figures.states += 1
            if wrong is not None:
                figures.faults.append(f"seed {seed}, {order}, call {moment}, {kept} ({number}): {wrong}")
        if moment < len(log.calls):
            call, succeeds = log.calls[moment]
            disk.call(call) if succeeds else disk.failed(call)


def _after_cut(
    disk: Disk, folder: Path, chance: random.Random, kept: Kept, acknowledged: dict[str, dict[int, bytes]]
) -> str | None:
    """What is wrong with the disk after a cut, None if nothing is."""
    left = folder / "left"
    left.mkdir()
    try:
        for path, content in disk.after_cut(chance, kept):
            place = left / path.relative_to(folder / "work")
            if not place.parent.exists():
                continue  # its folder is not there
            place.mkdir() if content is None else place.write_bytes(content)
        with _keys(left):
            return what_is_wrong(left, acknowledged)
    except DevicelogError as error:
        return f"it does not open: {error}"
    finally:
        shutil.rmtree(left)


@contextlib.contextmanager
def _keys(root: Path) -> Iterator[None]:
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(root / "keys")}):
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--states", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", type=Control, choices=list(Control))
    given = parser.parse_args()
    figures = explore(given.states, seed=given.seed, control=given.control)
    print("\n".join([str(figures), *figures.faults[:10]]))  # noqa: T201
    return bool(figures.faults)


if __name__ == "__main__":
    sys.exit(main())
