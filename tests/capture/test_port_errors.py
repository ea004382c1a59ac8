"""What a port has counted is read as Linux writes it (linux/serial.h), and is unknown where nobody counts."""

from __future__ import annotations

import os
import struct
import sys
from types import SimpleNamespace

import pytest

from devicelog.link.serial_port import LineErrors, line_errors

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a port has counted")


def test_the_four_counters_stand_behind_six_others(monkeypatch: pytest.MonkeyPatch) -> None:
    cts_to_tx, errors, rest = range(1, 7), (70, 80, 90, 100), [0] * 10
    asked = []

    def ioctl(descriptor: int, request: int, room: bytes) -> bytes:
        asked.append((descriptor, request, len(room)))
        return struct.pack("20i", *cts_to_tx, *errors, *rest)

    monkeypatch.setattr("fcntl.ioctl", ioctl)

    assert line_errors(SimpleNamespace(fd=7)) == LineErrors(framing=70, overrun=80, parity=90, breaks=100)
    assert asked == [(7, 0x545D, 80)]


def test_a_port_that_does_not_count_or_is_closed_tells_nothing() -> None:
    master, slave = os.openpty()
    try:
        assert line_errors(SimpleNamespace(fd=slave)) is None
    finally:
        os.close(master)
        os.close(slave)
    assert line_errors(SimpleNamespace(fd=slave)) is None
    assert line_errors(SimpleNamespace(fd=None)) is None
