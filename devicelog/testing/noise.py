"""Bytes that no device meant to send."""

from __future__ import annotations

from itertools import cycle, islice
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEBIBYTE = 1 << 20

#: Each kind of noise, made from a capture: what a line can do at its worst.
NOISES: dict[str, Callable[[bytes], bytes]] = {
    "random bytes": lambda _: Random(1).randbytes(MEBIBYTE),  # noqa: S311
    "zeros": lambda _: bytes(MEBIBYTE),
    "0xFF": lambda _: b"\xff" * MEBIBYTE,
    "the first byte of a frame for ever": lambda capture: capture[:1] * (MEBIBYTE >> 4),
    "the last byte of a frame for ever": lambda capture: capture[-1:] * (MEBIBYTE >> 4),
    "read at twice the baud rate": lambda capture: at_another_baud_rate(_some(capture), 0.5),
    "read at half the baud rate": lambda capture: at_another_baud_rate(_some(capture), 2),
    "read at a twelfth of the baud rate": lambda capture: at_another_baud_rate(_some(capture), 12),
}


def at_another_baud_rate(data: bytes, ratio: float) -> bytes:
    """What a receiver hears (8N1) whose bits last `ratio` times as long as those that were sent."""
    line = list(_bits(data))
    heard = bytearray()
    at = 0
    while True:
        try:
            at = line.index(0, at)
        except ValueError:
            return bytes(heard)
        middles = [int(at + (bit + 1.5) * ratio) for bit in range(9)]
        if middles[-1] >= len(line):
            return bytes(heard)
        *bits, _stop = (line[middle] for middle in middles)
        heard.append(sum(bit << place for place, bit in enumerate(bits)))
        at = middles[-1] + 1


def _bits(data: bytes) -> Iterator[int]:
    """Start bit, eight data bits from the lowest, stop bit."""
    for byte in data:
        yield 0
        for place in range(8):
            yield byte >> place & 1
        yield 1


def _some(capture: bytes) -> bytes:
    return bytes(islice(cycle(capture), 16_384))
