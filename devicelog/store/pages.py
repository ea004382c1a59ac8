"""The pages of a store's file and of its WAL, read one by one without SQLite, so that a damaged one spoils no other.

SQLite3 Multiple Ciphers (cipher chacha20, https://utelle.github.io/SQLite3MultipleCiphers) encrypts each page by
itself: the last 32 bytes are a nonce and the Poly1305 tag over the rest, and the number of the page is part of the key
stream. A page whose tag is right is a page that the store's owner wrote, at that very place. The WAL is as in
https://sqlite.org/fileformat2.html, its pages encrypted in the same way.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.poly1305 import Poly1305

from devicelog.store.database import PAGE_SIZE

#: Bytes of a page that hold data; behind them stand 16 bytes of nonce and 16 of tag.
USABLE = PAGE_SIZE - 32
#: So many bytes of the first page are not encrypted; the first 16 of them are salt in the place of SQLite's own words.
_PLAIN = 24
_WAL_HEADER, _FRAME_HEADER = 32, 24


@dataclass(frozen=True, slots=True)
class Image:
    """Where one version of a page is kept."""

    number: int
    file: int
    offset: int


class Pages:
    """Every page that can be read of a store: the current version of each, and older ones that the WAL still has.

    `unreadable` has the numbers of pages of which no current version can be read; `torn` is whether the WAL is not
    there or ends within a transaction.
    """

    def __init__(self, key: bytes, database: Path, wal: Path) -> None:
        self._key = key
        self._files: list[BinaryIO] = []
        self._stack = ExitStack()
        self.current: dict[int, Image] = {}
        self.older: list[Image] = []
        self.unreadable: list[int] = []
        self.bad_frames = 0
        self.torn = not wal.exists()
        for path in (database, wal):
            self._files.append(self._stack.enter_context(path.open("rb")) if path.exists() else _nothing(self._stack))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def scan(self) -> Iterator[tuple[int, int]]:
        """Look at every page once; how many were looked at, of how many."""
        newest = self._newest_frames()
        size = self._files[0].seek(0, 2)
        count = -(-size // PAGE_SIZE)
        for number in range(1, max([count, *newest]) + 1):
            image = newest.get(number) or Image(number, 0, (number - 1) * PAGE_SIZE)
            if image.file == 0 and self.read(image) is None:
                self.unreadable.append(number)
            else:
                self.current[number] = image
            if number % 1000 == 0:
                yield number, count
        self._keep_older(newest)
        yield count, count

    @property
    def uncertain(self) -> bool:
        """Whether something may have been recorded of which nothing is left."""
        return bool(self.unreadable or self.bad_frames or self.torn)

    def read(self, image: Image) -> bytes | None:
        """The data of a page; None if it is not as it was written."""
        file = self._files[image.file]
        file.seek(image.offset)
        return opened(self._key, image.number, file.read(PAGE_SIZE))

    def page(self, number: int) -> bytes | None:
        """The current data of a page; None if it cannot be read."""
        image = self.current.get(number)
        return self.read(image) if image is not None else None

    def _newest_frames(self) -> dict[int, Image]:
        """The last committed version of each page in the WAL; the others are kept apart."""
        header, frames = self._frames()
        if not frames:
            return {}
        salts = {frame[2] for frame in frames}
        now = header if header in salts else frames[0][2]
        current = [frame for frame in frames if frame[2] == now]
        committed = max((at for at, frame in enumerate(current) if frame[1]), default=-1) + 1
        self.torn |= committed < len(current)
        newest = {image.number: image for image, _, _ in current[:committed]}
        # A frame whose transaction was not committed may belong to one whose last frame was cut off.
        candidates = [image for image, _, _ in current] + [image for image, _, salt in frames if salt != now]
        self.older = [image for image in candidates if newest.get(image.number) != image]
        return newest

    def _frames(self) -> tuple[bytes, list[tuple[Image, int, bytes]]]:
        """The salts of the WAL's header, and its readable frames: page, size of the database if it commits, salts."""
        wal = self._files[1]
        wal.seek(0)
        header = wal.read(_WAL_HEADER)[16:24]
        found = []
        offset = _WAL_HEADER
        while len(head := wal.read(_FRAME_HEADER)) == _FRAME_HEADER:
            number, commits = struct.unpack(">II", head[:8])
            image = Image(number, 1, offset + _FRAME_HEADER)
            if number and self.read(image) is not None:
                found.append((image, commits, head[8:16]))
            else:
                self.bad_frames += 1
            offset += _FRAME_HEADER + PAGE_SIZE
            wal.seek(offset)
        self.bad_frames += len(head) > 0
        return header, found

    def _keep_older(self, newest: dict[int, Image]) -> None:
        """Behind a frame of the WAL, the main file may have an older version of the page."""
        for number in newest:
            image = Image(number, 0, (number - 1) * PAGE_SIZE)
            if self.read(image) is not None:
                self.older.append(image)


def _nothing(stack: ExitStack) -> BinaryIO:
    from io import BytesIO

    return stack.enter_context(BytesIO())


def opened(key: bytes, number: int, page: bytes) -> bytes | None:
    """The data of an encrypted page of this number; None if its tag is wrong."""
    if len(page) != PAGE_SIZE:
        return None
    nonce, tag = page[USABLE : USABLE + 16], page[USABLE + 16 :]
    counter = struct.unpack("<I", nonce[12:])[0] ^ number
    once = _stream(key, nonce, counter, bytes(64))
    if not hmac.compare_digest(Poly1305.generate_tag(once[:32], page[:-16]), tag):
        return None
    plain = _PLAIN if number == 1 else 0
    return page[:plain] + _stream(once[32:], nonce, counter + 1, page[plain:USABLE])


def _stream(key: bytes, nonce: bytes, counter: int, data: bytes) -> bytes:
    """ChaCha20 (RFC 8439) with 96 bits of nonce and a counter of 32."""
    begin = struct.pack("<I", counter & 0xFFFFFFFF) + nonce[:12]
    return Cipher(ChaCha20(key, begin), None).encryptor().update(data)
