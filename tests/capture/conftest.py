"""Captures for the tests: files that a writer wrote, of what a simulator sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.capture.file import CaptureWriter
from devicelog.capture.row import CapturedLink, Header, Row
from devicelog.chunk import Chunk, ChunkKind
from devicelog.driver import SerialSettings
from devicelog.testing.simulated import BEGINS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

#: The moment at which each capture here begins.
BEGUN = "2026-01-01T09:00:00.000000Z"


def header(links: int = 1) -> Header:
    lines = (CapturedLink.of(number, "pseudo-terminal", SerialSettings()) for number in range(1, links + 1))
    return Header(software="devicelog 0", begun=BEGUN, boot_ns=BEGINS.boot_ns, links=tuple(lines))


@pytest.fixture
def captured(tmp_path: Path) -> Callable[..., Path]:
    """Writes a capture of these chunks."""

    def write(chunks: Iterable[Chunk], *, links: int = 1) -> Path:
        path = tmp_path / "device.capture"
        with CaptureWriter(path, header(links)) as writer:
            for chunk in chunks:
                row = Row.of(chunk, BEGINS)
                if row is not None:
                    writer.write(row)
        return path

    return write


@pytest.fixture
def said(captured: Callable[..., Path]) -> Callable[..., Path]:
    """Writes a capture of reads, each a link and its bytes, 100 ms apart."""

    def write(*reads: tuple[int, bytes], links: int = 1) -> Path:
        chunks = [
            Chunk(link, ChunkKind.RECEIVED, BEGINS.boot_ns + number * 100_000_000, BEGINS.wall_ns, data)
            for number, (link, data) in enumerate(reads)
        ]
        return captured(chunks, links=links)

    return write
