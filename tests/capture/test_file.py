"""A capture file: what was written is read back, nothing is overwritten, and faults are told by their line."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicelog.capture.file import CaptureFile, CaptureWriter, is_capture
from devicelog.capture.row import Happened, Row
from devicelog.chunk import Chunk, ChunkKind
from devicelog.clock import Stamp
from devicelog.errors import BadInputError, StoreFullError
from devicelog.link.serial_port import LineErrors
from tests.capture.conftest import header

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEGUN = Stamp(7_000, 9_000)


@given(
    kind=st.sampled_from([ChunkKind.RECEIVED, ChunkKind.SENT]),
    data=st.binary(max_size=300),
    after_us=st.integers(0, 2**50),
)
def test_bytes_and_their_times_come_back_as_they_were(kind: ChunkKind, data: bytes, after_us: int) -> None:
    chunk = Chunk(1, kind, BEGUN.boot_ns + after_us * 1000, BEGUN.wall_ns + after_us * 1000, data)

    row = Row.of(chunk, BEGUN)

    assert row is not None
    assert row.chunk(BEGUN) == chunk


def test_the_name_of_a_port_is_not_in_the_file(captured: Callable[..., Path]) -> None:
    path = captured([Chunk(1, ChunkKind.OPENED, 0, 0, b"/dev/serial/by-id/usb-Clinic_7")])

    assert b"Clinic_7" not in path.read_bytes()
    assert [row.kind for row in CaptureFile(path).rows()] == [Happened.OPENED]


def test_a_stranger_reads_it_with_json_and_hex_alone(said: Callable[..., Path]) -> None:
    path = said((1, b"\x5a\xa5OK"), (2, b"!"), links=2)

    first, *rows = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]

    assert first["format"] == "devicelog capture"
    assert [link["format"] for link in first["links"]] == ["8N1", "8N1"]
    assert [(row["t_us"], row["link"], row["hex"]) for row in rows] == [(0, 1, "5A A5 4F 4B"), (100_000, 2, "21")]


def test_only_its_owner_may_read_it(said: Callable[..., Path]) -> None:
    assert stat.S_IMODE(said((1, b"x")).stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "device.capture"
    path.write_bytes(b"mine")

    with pytest.raises(BadInputError, match="is there already, and a capture overwrites nothing"):
        CaptureWriter(path, header())

    assert path.read_bytes() == b"mine"


def test_a_row_that_was_being_written_when_the_power_went_is_left_out(said: Callable[..., Path]) -> None:
    path = said((1, b"one"), (1, b"two"), (1, b"three"))
    whole = path.read_bytes()

    for cut in range(len(whole) - 1, whole.rindex(b"\n", 0, -1), -1):
        path.write_bytes(whole[:cut])
        capture = CaptureFile(path)
        assert [row.data for row in capture.rows()] == [b"one", b"two"]
        assert capture.is_cut_off == (whole[:cut][-1:] != b"\n")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"no json", "malformed"),
        (b'{"t_us":1,"link":1,"kind":"received","hex":"5A A"}', "non-hexadecimal"),
        (b'{"t_us":1,"link":1,"kind":"heard"}', "heard"),
        (b'{"t_us":1,"link":7,"kind":"received","hex":"5A"}', "found link 7, expected one of 1"),
        (b'{"link":1,"kind":"received","hex":"5A"}', "t_us"),
        (b"\xff\xfe", "malformed"),
    ],
)
def test_a_row_that_makes_no_sense_is_told_by_its_line(said: Callable[..., Path], line: bytes, why: str) -> None:
    path = said((1, b"one"))
    path.write_bytes(path.read_bytes() + line + b"\n")

    with pytest.raises(BadInputError, match=rf"device\.capture, line 3: .*{why}"):
        list(CaptureFile(path).rows())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is no capture"),
        (b"\x5a\xa5\x00", "is no capture"),
        (b'{"format":"something else"}\n', "is no capture"),
        (b'{"format":"devicelog capture","version":2}\n', "of version 2; this devicelog reads version 1"),
        (b'{"format":"devicelog capture","version":1}\n', "line 1: .*software"),
        (b"[1]\n", "is no capture"),
    ],
)
def test_what_is_no_capture_is_told_in_one_sentence(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "device.capture"
    path.write_bytes(content)

    with pytest.raises(BadInputError, match=why):
        CaptureFile(path)
    assert is_capture(path) == (b"devicelog capture" in content)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")  # noqa: PTH110
def test_a_full_disk_ends_it_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr("devicelog.capture.file._create", lambda _: full)

    with pytest.raises(StoreFullError, match="no room for the capture; what came before is in"):
        CaptureWriter(tmp_path / "device.capture", header())
    os.close(full)


def test_what_a_port_has_counted_is_kept_and_added_up() -> None:
    counted = LineErrors(5, 0, 2, 1).since(LineErrors(3, 0, 2, 0))

    assert counted == LineErrors(2, 0, 0, 1)
    assert counted.and_also(counted) == LineErrors(4, 0, 0, 2)
    assert not LineErrors(0, 0, 0, 0)
    assert Row(t_us=1, link=1, kind=Happened.COUNTED, port_errors=counted).chunk(BEGUN) is None
