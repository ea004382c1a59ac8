"""How a chunk's bytes are stored: as they are, or as a zlib stream with the CRC-32 of that stream behind it.

A zlib stream has bits that its reader ignores; the CRC finds a change of those, too. What is proved is the bytes
inside.
"""

from __future__ import annotations

import zlib

#: Chunks shorter than this are stored as they are.
_WORTH_PACKING = 64
#: Longer ones come when much is waiting, and are packed at the quickest level.
_LONG = 1024
_THOROUGH, _QUICK = 6, 1
#: A window of 4 KiB and little memory: chunks are small, and zlib's usual tables cost ten times as much as the packing.
_WINDOW, _MEMORY = 12, 5


def pack(data: bytes) -> tuple[bool, bytes]:
    """Whether the bytes are packed, and what is stored."""
    if len(data) < _WORTH_PACKING:
        return False, data
    level = _THOROUGH if len(data) < _LONG else _QUICK
    packer = zlib.compressobj(level, zlib.DEFLATED, _WINDOW, _MEMORY)
    stream = packer.compress(data) + packer.flush()
    stored = stream + zlib.crc32(stream).to_bytes(4, "big")
    return (True, stored) if len(stored) < len(data) else (False, data)


def unpack(packed: int, stored: bytes) -> bytes:
    """The bytes of a chunk; ValueError for what `pack` cannot have made."""
    if packed not in (0, 1):
        raise ValueError(f"a chunk is marked as packed {packed}, expected 0 or 1")
    if not packed:
        return stored
    stream, check = stored[:-4], stored[-4:]
    if zlib.crc32(stream).to_bytes(4, "big") != check:
        raise ValueError("a chunk cannot be unpacked: its check value is wrong")
    try:
        return zlib.decompress(stream)
    except zlib.error as error:
        raise ValueError(f"a chunk cannot be unpacked: {error}") from None
