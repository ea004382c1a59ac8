"""What is due is tried, one after the other, by one process at a time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from devicelog import clock
from devicelog.delivery.trying import ROOM, Manner, Tried, Write, attempt, in_store
from devicelog.errors import BadInputError, NotNowError, StoreBusyError
from devicelog.store import outbox
from devicelog.store.files import make_folders
from devicelog.store.folder import Lock, disk_error
from devicelog.store.outbox import Delivery, State
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer

#: While the store is in use, a delivery is tried again after this time (s).
_STORE_IN_USE = 1.0

#: Waits for so many seconds.
Sleep = Callable[[float], None]


@contextmanager
def alone(store: Path) -> Iterator[None]:
    """The outbox for this process; what a killed one left of its contents is removed.

    Raises StoreBusyError if another process is delivering.
    """
    room = store / ROOM
    try:
        make_folders(room)
    except OSError as error:
        raise disk_error(error, store) from None
    lock = Lock(room)
    try:
        lock.acquire()
    except StoreBusyError:
        found = f"process {lock.holder()} is delivering at this moment"
        raise StoreBusyError(
            f"{found}; what is in the outbox is tried by it or later, see `devicelog outbox`."
        ) from None
    try:
        for left in room.iterdir():
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        lock.release()


def run(
    store: Path,
    manner: Manner,
    *,
    numbers: Collection[int] | None = None,
    at_once: bool = False,
    wait: float = 0.0,
    sleep: Sleep = time.sleep,
) -> list[Tried]:
    """Try what is due, those of these numbers only if any are given; what became of each that was tried.

    `at_once`: try each a first time whether it is due or not. `wait`: go on for so long (s) with what becomes due.
    """
    until = clock.boot_ns() + round(wait * 1e9)
    found: dict[int, Tried] = {}
    held: dict[int, int] = {}
    with alone(store):
        while True:
            waits = _waits(store, numbers, held, frozenset(found) if at_once else None)
            due = [number for number, seconds in waits.items() if seconds <= 0]
            for number in due:
                found[number] = _tried(store, number, manner)
                held[number] = clock.boot_ns() + round(_STORE_IN_USE * 1e9)
            if due:
                continue
            soonest = min(waits.values(), default=None)
            if soonest is None or clock.boot_ns() + round(soonest * 1e9) > until:
                return list(found.values())
            sleep(soonest)


def _waits(
    store: Path, numbers: Collection[int] | None, held: dict[int, int], tried: frozenset[int] | None
) -> dict[int, float]:
    """How long until each open delivery is due (s); at once for those not among `tried`, if that is given."""
    with Reader.open(store) as reader:
        known = [row for row in outbox.deliveries(reader) if row.is_open and not row.is_webhook]  # the station's own
        rows = [row for row in known if numbers is None or row.number in numbers]
    now = clock.now()
    found = {}
    for row in rows:
        until_due = 0.0 if row.state is State.SENDING else (clock.wall_ns(row.due) - now.wall_ns) / 1e9
        if tried is not None and row.number not in tried:
            until_due = 0.0
        found[row.number] = max(until_due, (held.get(row.number, 0) - now.boot_ns) / 1e9)
    return found


def _tried(store: Path, number: int, manner: Manner) -> Tried:
    try:
        return attempt(store, number, manner)
    except NotNowError as error:
        with Reader.open(store) as reader:
            row = outbox.delivery(reader, number)
            session = next(one.id for one in reader.sessions() if one.number == row.session)
        return Tried(row, session, f"not tried: {str(error).rstrip('.')}")


def cancel(store: Path, number: int, write: Write = in_store) -> Delivery:
    """Take a delivery back that is not done; BadInputError if it is closed already. `write` is as a `Manner` has it."""

    def take_back(writer: Writer) -> Delivery:
        row = outbox.delivery(writer, number)
        if not row.is_open:
            raise BadInputError(f"delivery {number} is {row.state} already; there is nothing to be cancelled.")
        outbox.change(writer, replace(row, state=State.CANCELLED))
        return row

    with alone(store):
        taken: Delivery = write(store, take_back)
    return taken
