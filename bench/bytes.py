"""The synthetic bytes that every peer is given: a meso-gun's triggers, deterministic by seed, with right checks.

DLR1 frames as docs/wire-format.md has them, written here anew so that no code is shared with a driver or a simulator.
For python-can the same readings come in the frames that its serial interface expects.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Iterator
from random import Random
from struct import Struct

#: Device time between two readings (ms): a full line at 115,200 baud.
INTERVAL_MS = 3
#: What python-can's serial interface reads: start, time in ms, length, arbitration id, eight bytes, end.
_CAN = Struct("<BIBIIHHB")


def frame(body: str) -> bytes:
    """One DLR1 frame."""
    data = body.encode("ascii")
    return b"$%b*%04X\r\n" % (data, crc_hqx(data, 0xFFFF))


def opening(line: int = 1) -> bytes:
    """Who the device is and how it is set; the reading behind it has sequence 1."""
    identity = frame(f"DLR1,ID,MG-BENCH,SN{line:06d},FW1.0.0,cap=INJ,sim=1")
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


def can_frames(count: int, seed: int, *, interval_ms: int = INTERVAL_MS) -> Iterator[bytes]:
    """`count` readings as python-can's serial frames: sequence, dose in 10 nL and depth in µm as the eight bytes."""
    random = Random(seed)
    for number in range(1, count + 1):
        dose, extension = random.randrange(1_800, 2_401), random.randrange(1_200, 1_801, 10)
        yield _CAN.pack(0xAA, 1_000 + number * interval_ms, 8, 0x101, number, dose, extension, 0xBB)


def samples(count: int, seed: int, *, interval_ms: int) -> Iterator[bytes]:
    """A no-needle unit's `count` samples of about 1.5 mA of direct current, its opening with the first."""
    random = Random(seed)
    identity = frame("DLR1,ID,NN-BENCH,SN000002,FW1.0.0,cap=EP,sim=1")
    settings = frame("DLR1,CFG,0,1000,3,current=dc,wave=dc,area=1200,set_current=1500")
    for number in range(1, count + 1):
        measured, ohms = random.randrange(1_480, 1_521), random.randrange(7_800, 8_200)
        uptime = 1_000 + number * interval_ms
        sample = frame(f"DLR1,EP,{number},{uptime},3,1500,{measured},{measured * ohms // 1000},0,0,{ohms},R,0")
        yield identity + settings + sample if number == 1 else sample
