"""Decoders that accept what they must not: the controls that show that a wrong accept is seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import msgspec

from devicelog.driver import BadFrame, Decoder, Event
from tests.faults.suites import driver_of

#: Where the drivers of DLR1 reckon the check of a frame.
_CHECKS = ("devicelog_drivers.dlr1.decoder.crc_hqx", "devicelog_drivers.dlr1.runs.crc_hqx")


def inventing(driver: str) -> Decoder:
    """A driver's decoder that gives the last good event again in the place of each bad frame."""
    return _Inventing(driver_of(driver).decoder())


class _Inventing:
    def __init__(self, honest: Decoder) -> None:
        self._honest = honest
        self._last: Event | None = None

    def feed(self, data: bytes) -> list[Event]:
        return [self._told(event) for event in self._honest.feed(data)]

    def end(self) -> list[Event]:
        return self._honest.end()

    def _told(self, event: Event) -> Event:
        if type(event) is not BadFrame:
            self._last = event
        elif self._last is not None:
            return msgspec.structs.replace(self._last, at=event.at)
        return event


class _AnyCheck(int):
    """A check that is the one that was expected, whichever that was."""

    def __ne__(self, _: object) -> bool:
        return False

    def __eq__(self, _: object) -> bool:
        return True

    __hash__ = int.__hash__


@contextmanager
def unchecked() -> Iterator[None]:
    """Inside, the DLR1 drivers take every check for a right one."""
    with mock.patch(_CHECKS[0], _any_check), mock.patch(_CHECKS[1], _any_check):
        yield


def _any_check(_data: bytes, _start: int) -> int:
    return _AnyCheck()
