"""Power cuts and failing syncs at every moment of work on the accounts, in every way in which one may leave a disk.

What was answered as done is there once after each, the file is whole, and the acts in the chain of seals say the same.

python -m tests.faults.accounts_cut [--states 400] [--seed 1] [--lying]
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from devicelog.accounts.accounts import Accounts
from devicelog.accounts.people import Description
from devicelog.errors import DevicelogError, NotNowError
from devicelog.store import database
from devicelog.store.accounts.acts import told_otherwise
from devicelog.store.accounts.copying import check_accounts
from devicelog.store.writer import Writer
from tests.faults.crash import Disk, Kept, Order
from tests.faults.disk import Call, Op, watched
from tests.faults.work import scratch

#: The states that are looked at of each moment.
_STATES = (Kept.NONE, Kept.ALL, Kept.BEGINNING, Kept.RANDOM, Kept.RANDOM)
#: So many people are added, each with a token and a draft.
_PEOPLE = 8
#: Pages of the log after which it is taken into the file, so that this happens now and then, too.
_CHECKPOINT = 25
_NOW = 1_767_258_000 * 1_000_000_000


@dataclass(slots=True)
class AccountCuts:
    """What the states came to; `done` is what was answered as done."""

    states: int = 0
    calls: int = 0
    done: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        found = f"{self.states} states after power cuts at {self.calls} calls, {self.done} acts answered as done"
        return f"{found}, {self.refused} refused by a failing disk, {len(self.faults)} bad"


@dataclass(slots=True)
class _Log:
    """What happened to the disk, and what was answered as done before each call."""

    fail_syncs: range
    calls: list[tuple[Call, bool]] = field(default_factory=list)
    done: list[tuple[int, str]] = field(default_factory=list)
    refused: int = 0
    syncs: int = 0

    def hook(self, call: Call) -> None:
        if call.op is Op.SYNC and call.path.name.startswith("accounts.db"):
            self.syncs += 1
            if self.syncs in self.fail_syncs:
                self.calls.append((call, False))
                raise OSError(errno.EIO, "injected")
        self.calls.append((call, True))

    def answered(self, what: str) -> None:
        self.done.append((len(self.calls), what))


def explore(states: int, *, seed: int = 1, lies: bool = False, fail_syncs: range = range(0)) -> AccountCuts:
    """Look at so many states, spread evenly over all moments; `lies`: a disk that says it has synced and has not.

    The syncs of `fail_syncs`, counted from 1, fail and lose what they should have written.
    """
    figures = AccountCuts()
    with scratch() as folder:
        log = _recorded(folder / "work", fail_syncs)
        figures.calls, figures.done, figures.refused = len(log.calls), len(log.done), log.refused
        moments = len(log.calls) + 1
        chosen = {number * moments * len(_STATES) // states for number in range(states)}
        disk = Disk(next(iter(Order)), lies=lies)
        for moment in range(moments):
            done = [what for at, what in log.done if at <= moment]
            for number, kept in enumerate(_STATES):
                if moment * len(_STATES) + number not in chosen:
                    continue
                chance = random.Random(f"{seed} {moment} {number}")
                wrong = _after_cut(disk, folder, chance, kept, done)
                figures.states += 1
                if wrong is not None:
                    figures.faults.append(f"seed {seed}, call {moment}, {kept} ({number}): {wrong}")
            if moment < len(log.calls):
                call, succeeds = log.calls[moment]
                disk.call(call) if succeeds else disk.failed(call)
    return figures


def _recorded(root: Path, fail_syncs: range) -> _Log:
    log = _Log(fail_syncs)
    root.mkdir()
    with _keys(root), watched(log.hook), _often_checkpointed(), ExitStack() as stack:
        writer = stack.enter_context(Writer.open(root / "store"))
        accounts = stack.enter_context(Accounts.open(writer.folder))
        for number in range(_PEOPLE):
            try:
                _acts(accounts, writer, number, log)
            except NotNowError:
                assert fail_syncs, "the work failed by itself"
                log.refused += 1
    return log


def _acts(accounts: Accounts, writer: Writer, number: int, log: _Log) -> None:
    accounts.people.add(Description(f"Person {number}", f"person{number}"), ["practitioner"], _NOW, by="a test")
    log.answered(f"person Person {number}")
    accounts.tokens.make(f"token {number}", ["live:read"], 9, _NOW, by="a test")
    log.answered(f"token token {number}")
    accounts.drafts.change("person-1", _NOW, lambda _: (bytes([number]), None))
    log.answered(f"draft {number}")
    accounts.record(writer)


def _after_cut(disk: Disk, folder: Path, chance: random.Random, kept: Kept, done: list[str]) -> str | None:
    left = folder / "left"
    left.mkdir()
    try:
        for path, content in disk.after_cut(chance, kept):
            place = left / path.relative_to(folder / "work")
            if place.parent.exists():
                place.mkdir() if content is None else place.write_bytes(content)
        with _keys(left):
            return what_is_wrong(left / "store", done)
    except DevicelogError as error:
        return f"it does not open: {error}"
    finally:
        shutil.rmtree(left)


def what_is_wrong(store: Path, done: list[str]) -> str | None:
    """What of the accounts is not as it was answered; None if all is."""
    with Writer.open(store) as writer, Accounts.open(writer.folder) as accounts:
        check_accounts(writer.folder)
        there = Counter(f"person {one.name}" for one in accounts.people.all())
        there.update(f"token {one.name}" for one in accounts.tokens.all())
        for what in done:
            if not what.startswith("draft") and there[what] != 1:
                return f"{what} is there {there[what]} times"
        drafts = [int(what.split()[1]) for what in done if what.startswith("draft")]
        body = accounts.drafts.get("person-1", _NOW)
        if drafts and (body is None or body[0] < drafts[-1]):
            return f"the draft {drafts[-1]} is gone"
        accounts.record(writer)
        differences = told_otherwise(writer, accounts.file)
    return differences[0] if differences else None


@contextmanager
def _often_checkpointed() -> Iterator[None]:
    prepare = database._prepare_to_write

    def prepared(connection: database.Connection) -> None:
        prepare(connection)
        connection.pragma("wal_autocheckpoint", _CHECKPOINT)

    with mock.patch.object(database, "_prepare_to_write", prepared):
        yield


@contextmanager
def _keys(root: Path) -> Iterator[None]:
    with mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(root / "keys")}):
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--states", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lying", action="store_true")
    given = parser.parse_args()
    figures = explore(given.states, seed=given.seed, lies=given.lying)
    print("\n".join([str(figures), *figures.faults[:10]]))  # noqa: T201
    return bool(figures.faults)


if __name__ == "__main__":
    sys.exit(main())
