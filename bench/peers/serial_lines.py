"""What the hand-written scripts share: a port, and the lines in what has arrived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def open_port(url: str) -> Any:
    """The port as a script would open it."""
    import serial

    return serial.Serial(url, 115_200, timeout=0.2)


def arrivals(port: Any) -> Iterator[list[list[bytes]]]:
    """The fields of each whole line, in groups as they arrived, for ever; reads what is waiting, not byte by byte."""
    rest = b""
    while True:
        rest += port.read(port.in_waiting or 1)
        *lines, rest = rest.split(b"\r\n")
        yield [line[1:-5].split(b",") for line in lines]


def depth_and_volume(fields: list[bytes]) -> tuple[float, float]:
    """mm and mL of a trigger."""
    return int(fields[8]) / 1_000, int(fields[7]) / 1_000_000


def is_trigger(fields: list[bytes]) -> bool:
    return fields[1] == b"INJ"
