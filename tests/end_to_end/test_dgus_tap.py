"""`devicelog record` listens to a display bus on two ptys: both lines are kept, and not one byte ever leaves."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from devicelog import registry
from devicelog.chunk import ChunkKind
from tests.display_bus import Board, Display
from tests.end_to_end.line import Line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog, Recording

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="this machine has no ptys"),
    pytest.mark.skipif("dgus-tap" not in registry.drivers(), reason="the tap's driver is not installed here"),
]


class ListeningLine(Line):
    """A line that shows what was sent to the device."""

    def heard(self) -> bytes:
        ready = select.select([self._master], [], [], 0.2)[0]
        return os.read(self._master, 4096) if ready else b""


@pytest.fixture
def board_line() -> Iterator[ListeningLine]:
    line = ListeningLine()
    yield line
    line.close()


@pytest.fixture
def display_line() -> Iterator[ListeningLine]:
    line = ListeningLine()
    yield line
    line.close()


def treat(recording: Recording, board_line: Line, display_line: Line) -> list[bytes]:
    """A short run at level 5, with a damaged frame in it; what was sent on the board's line."""
    board, display = Board(), Display()
    sent = [board.page(11), board.enter(16), board.level(5), board.mode("B")]
    sent += [board.started(), *(board.tick() for _ in range(8))]
    sent += [board.level(6)[1:], board.started(False), board.page(11)]
    recording.wait_for_entry("link_opened", 2)
    display_line.send(display.touch(0x06))
    for data in sent:
        board_line.send(data)
        display_line.send(display.acknowledge(), pause=0)
    recording.wait_for_entry("bad_frame", 1)
    return sent


def test_both_lines_are_recorded_and_nothing_is_ever_sent(
    box: Devicelog, tmp_path: Path, board_line: ListeningLine, display_line: ListeningLine
) -> None:
    with box.record(f"{board_line.url}+{display_line.url}", driver="dgus-tap") as recording:
        sent = treat(recording, board_line, display_line)
        assert recording.end() == 0

    assert (board_line.heard(), display_line.heard()) == (b"", b"")
    with box.reader() as reader:
        chunks = list(reader.chunks(reader.session("last").number))
    assert not [chunk for chunk in chunks if chunk.kind is ChunkKind.SENT]
    board, display = (
        b"".join(chunk.data for chunk in chunks if chunk.kind is ChunkKind.RECEIVED and chunk.link == link)
        for link in (1, 2)
    )
    assert board == b"".join(sent)
    assert display.count(Display().acknowledge()) == len(sent)

    layouts = {each["layout"]: each["report"] for each in box.of("layout")}
    told = [(layouts[content[0]], content[2]) for content in box.of("observation")]
    assert [values[1] for report, values in told if report == "run"] == list(range(1799, 1791, -1))
    assert ("touch", ["0006", "bio1"]) in told
    box("verify")
    box("replay", "last")
    box("export", "last", "--to", str(tmp_path / "out"))
    devices = box("show", "last", "--json").document["devices"]
    assert [device["direction"] for device in devices] == ["board", "display"]


def test_one_line_alone_is_recorded_and_what_is_then_unknown_is_said(box: Devicelog, board_line: ListeningLine) -> None:
    with box.record(board_line.url, driver="dgus-tap") as recording:
        recording.wait_for_entry("link_opened", 1)
        board_line.send(Board().enter(16))
        recording.wait_for_entry("observation", 4)
        assert recording.end() == 0

    assert "without the display's line nobody knows what was touched" in recording.err
    assert board_line.heard() == b""
    box("replay", "last")


def test_three_lines_are_refused_in_one_sentence(box: Devicelog, board_line: ListeningLine) -> None:
    words = box.recording(f"{board_line.url}+{board_line.url}+{board_line.url}", driver="dgus-tap")

    assert "expected dgus-tap@BOARD_PORT+DISPLAY_PORT" in box.refuses(*words)
