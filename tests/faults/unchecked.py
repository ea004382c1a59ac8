"""A decoder with its check switched off: the control that shows that a wrong accept is seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

#: Where the drivers of DLR1 reckon the check of a frame.
_CHECKS = ("devicelog_drivers.dlr1.decoder.crc_hqx", "devicelog_drivers.dlr1.runs.crc_hqx")


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
