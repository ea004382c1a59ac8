"""What the tests of the simulators share: a reader of frames of their own, and the package's entry points."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).parents[2]
_FRAME = re.compile(rb"\$([^$*]*)\*([0-9A-F]{4})\r\n")


@dataclass(frozen=True, slots=True)
class Read:
    """One good frame as a reader sees it."""

    kind: str
    fields: tuple[str, ...]
    size: int

    @property
    def numbered(self) -> bool:
        return self.kind in {"INJ", "EP", "CFG", "HB", "EOS"}

    @property
    def name(self) -> tuple[int, int]:
        """Boot and sequence number."""
        return int(self.fields[2]), int(self.fields[0])

    @property
    def uptime(self) -> int:
        return int(self.fields[1])


def _crc(body: bytes) -> int:
    """CRC-16/CCITT-FALSE bit by bit, apart from the simulator's own."""
    crc = 0xFFFF
    for byte in body:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _read(sent: bytes) -> list[Read]:
    frames = []
    for found in _FRAME.finditer(sent):
        if _crc(found[1]) == int(found[2], 16):
            version, kind, *fields = found[1].decode("ascii").split(",")
            assert version == "DLR1"
            frames.append(Read(kind, tuple(fields), len(found[0])))
    return frames


@pytest.fixture
def read() -> Callable[[bytes], list[Read]]:
    """The good frames in some bytes."""
    assert _crc(b"123456789") == 0x29B1
    return _read


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry points of pyproject.toml, whether or not the package is installed here."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = tmp_path / "site" / "devicelog-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: devicelog\nVersion: 0\n", encoding="utf-8")
    lines = ["[devicelog.simulators]"]
    lines += [f"{name} = {place}" for name, place in project["entry-points"]["devicelog.simulators"].items()]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(info.parent), *sys.path])
