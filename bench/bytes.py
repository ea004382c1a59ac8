"""The synthetic DLR1 bytes that every peer is given: a meso-gun's triggers, deterministic by seed, with right checks."""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Iterator
from random import Random

#: Device time between two readings (ms): a full line at 115,200 baud.
INTERVAL_MS = 3


def frame(body: str) -> bytes:
    """One DLR1 frame."""
    data = body.encode("ascii")
    return b"$%b*%04X\r\n" % (data, crc_hqx(data, 0xFFFF))


def opening() -> bytes:
    """Who the device is and how it is set; the reading behind it has sequence 1."""
    identity = frame("DLR1,ID,MG-BENCH,SN000001,FW1.0.0,cap=INJ,sim=1")
    return identity + frame("DLR1,CFG,0,1000,3,needles=1,depth=extension,volume=commanded")


def readings(count: int, seed: int, *, interval_ms: int = INTERVAL_MS) -> Iterator[bytes]:
    """`count` triggers of about 65 bytes, each within the limits of one injection."""
    random = Random(seed)
    for number in range(1, count + 1):
        uptime = 1_000 + number * interval_ms
        dose, extension = random.randrange(18_000, 24_001, 10), random.randrange(1_200, 1_801, 10)
        vacuum = random.randrange(-30_000, -20_000)
        counts = f"{number},{180_000 + number}"
        yield frame(f"DLR1,INJ,{number},{uptime},3,{counts},{dose},{extension},{vacuum},N,0")
