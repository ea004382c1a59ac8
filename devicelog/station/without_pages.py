"""A session that was left open goes on also where no page can be served: what records needs no page, and no account."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from devicelog.errors import DevicelogError
from devicelog.recording.service import Manager, ServiceManager
from devicelog.station.station import Station
from devicelog.store.reader import Reader

#: Says a sentence to whoever started the station.
Say = Callable[[str], None]

_ASKED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_LOOK = 0.2

_log = structlog.get_logger()


def left_open_goes_on(
    store: Path, manager: ServiceManager, why: DevicelogError, say: Say, screening: Path | None = None
) -> None:
    """Go on with the session that a crash left open in a store, if there is one, though the station cannot be served.

    `screening` is the clinic's own list of questions. Returns at the session's end, or when the process is asked to
    end. In the main thread.
    """
    if not _is_left_open(store):
        return
    station = Station(store, manager, screening)
    try:
        station.start()
    except DevicelogError as error:
        _log.error("session does not go on", cause=type(error).__name__)
        return
    try:
        goes_on(station, manager, why, say)
    finally:
        station.close()


def goes_on(station: Station, manager: Manager, why: DevicelogError, say: Say) -> None:
    """The session in progress, if there is one, is recorded without pages; `why` is told. Returns as the one above."""
    running = station.current
    if running is None:
        return
    say(f"{why}")
    say(f"session {running.session} goes on and is recorded, without pages; mend that, and start the station again")
    _log.error("no page is served", session=running.session, cause=type(why).__name__)
    manager.ready()
    with _asked_to_end() as asked:
        while station.current is not None and not asked:
            time.sleep(_LOOK)
    manager.stopping()


@contextmanager
def _asked_to_end() -> Iterator[list[int]]:
    """The signals that came and ask the process to end; one that it was told to pass over is passed over."""
    asked: list[int] = []
    numbers = [number for name in _ASKED if (number := getattr(signal, name, None)) is not None]
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, lambda came, _: asked.append(came))
    try:
        yield asked
    finally:
        for number in numbers:
            signal.signal(number, before[number])


def _is_left_open(store: Path) -> bool:
    try:
        with Reader.open(store) as reader:
            return any(row.state == "running" for row in reader.sessions())
    except DevicelogError:
        return False
